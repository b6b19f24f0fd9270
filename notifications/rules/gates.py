"""The gates every message passes, in order, each leaving its reason. Pure: facts in, decision
out.

The first of them, one message for each merchant, kind and object, is the database's; the last, the
provider, answers when a message is handed over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.enums import Class, Hold, Medium, Quiet, Reason, State
from notifications.rules.quiet import QuietHours, first_waking

WAKES_NOBODY = frozenset({Medium.EMAIL, Medium.WEBHOOK})
"""What carries a message without a sound, and what has to be known though somebody would do
without it; other channels keep quiet hours with every message, and carry none to who said no.
"""

ASKED_FIRST = frozenset({Medium.SMS, Medium.WHATSAPP})
"""What carries nothing at all to who did not ask for it: here an address alone is no consent."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """One channel a message could go by, and what is known of it.

    `consented` is what its reader last said to such messages on this channel; None where they said
    nothing. `suppression` is the cause for which the address must not be written to, or empty.
    `why_not` is why the channel cannot carry this message, or empty; `ready` whether the shop has
    it set up at all.
    """

    medium: Medium
    address: str = ""
    address_valid: bool = True
    consented: bool | None = None
    suppression: str = ""
    ready: bool = True
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What is known of a message when it is planned, and again right before it is sent.

    `not_true` is why the message is no longer right, or empty; `too_late` why it tells of what is
    long past, or empty. `switched_off` is whether the shop does not send its kind, `unmet` the fact
    by which this one falls out of those it sends. `optional` ones can be done without. `routes` are
    the channels to try, in order. `expires_at` is when it stops being useful; before `send_at` it
    waits for what `waits_for` names. `slot_at` is from when on its reader may get one more of
    marketing. `zones` are where the reader may be.
    """

    klass: str
    send_at: datetime
    expires_at: datetime
    routes: Sequence[Route]
    not_true: str = ""
    too_late: str = ""
    switched_off: bool = False
    unmet: str = ""
    optional: bool = False
    waits_for: Hold = Hold.UNDO
    quiet: str = Quiet.USUAL
    quiet_hours: QuietHours | None = None
    zones: tuple[str, ...] = ()
    slot_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PassedOver:
    """A channel that a message did not go by, and why not."""

    medium: Medium
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What becomes of a message: refused or expired with its reason, or going out.

    `detail` adds to the reason what no code can say. One that goes out goes by `route`, behind
    those of the candidate's that were `passed_over`, and waits until `until` where it is held; one
    that has no route was refused by every channel that was `passed_over`.
    """

    state: State
    reason: Reason | None = None
    detail: str = ""
    route: Route | None = None
    passed_over: Sequence[PassedOver] = ()
    holding: Hold | None = None
    until: datetime | None = None

    @property
    def goes_out(self) -> bool:
        """Whether the message is going to be sent, now or later."""
        return self.reason is None


def decide(candidate: Candidate, *, at: datetime) -> Decision:
    """Return the first gate that stops the message, or how it goes out: now, or held until when."""
    if candidate.not_true:
        return _refused(Reason.NO_LONGER_TRUE, candidate.not_true)
    if candidate.too_late or at >= candidate.expires_at:
        return Decision(state=State.EXPIRED, reason=Reason.TOO_LATE, detail=candidate.too_late)
    if candidate.switched_off:
        return _refused(Reason.SWITCHED_OFF)
    if candidate.unmet:
        return _refused(Reason.CONDITION, candidate.unmet)
    passed_over: list[PassedOver] = []
    for route in candidate.routes:
        stop = _why_not_by(route, candidate)
        if stop is None:
            return _when(candidate, route, passed_over, at)
        passed_over.append(PassedOver(medium=route.medium, reason=stop[0], detail=stop[1]))
    if not passed_over:
        return _refused(Reason.NO_CHANNEL)
    # What the shop meant to send by first says best why nothing could be sent.
    first = passed_over[0]
    return Decision(
        state=State.REFUSED, reason=first.reason, detail=first.detail, passed_over=passed_over
    )


def _why_not_by(route: Route, candidate: Candidate) -> tuple[Reason, str] | None:
    """Return why a message cannot go by a channel, with a detail, or None."""
    if candidate.klass == Class.MARKETING:
        if not route.consented:
            return Reason.NO_CONSENT, ""
    elif route.consented is False and (candidate.optional or route.medium not in WAKES_NOBODY):
        return Reason.DECLINED, ""
    elif route.consented is None and route.medium in ASKED_FIRST:
        return Reason.NO_CONSENT, ""
    if route.suppression:
        return Reason.SUPPRESSED, route.suppression
    if not route.ready:
        return Reason.NO_CHANNEL, ""
    if not route.address and route.medium != Medium.WEBHOOK:
        return Reason.NO_ADDRESS, ""
    if not route.address_valid:
        return Reason.BAD_ADDRESS, ""
    if route.why_not:
        return Reason.NO_CHANNEL, route.why_not
    return None


def _when(
    candidate: Candidate, route: Route, passed_over: Sequence[PassedOver], at: datetime
) -> Decision:
    """Return when a message goes out by a channel: it may wait for more than one thing."""
    until, holding = at, None
    if candidate.send_at > until:
        until, holding = candidate.send_at, candidate.waits_for
    hours = candidate.quiet_hours if _keeps_quiet(candidate, route) else None
    if (waking := first_waking(hours, candidate.zones, until)) > until:
        until, holding = waking, Hold.QUIET
    if candidate.slot_at is not None and candidate.slot_at > until:
        until, holding = first_waking(hours, candidate.zones, candidate.slot_at), Hold.CAP
    if holding is not None and until >= candidate.expires_at:
        return Decision(state=State.EXPIRED, reason=Reason.TOO_LATE, holding=holding)
    return Decision(
        state=State.PLANNED if holding is None else State.HELD,
        route=route,
        passed_over=passed_over,
        holding=holding,
        until=until,
    )


def _keeps_quiet(candidate: Candidate, route: Route) -> bool:
    if candidate.quiet != Quiet.USUAL:
        return candidate.quiet == Quiet.ALWAYS
    return candidate.klass == Class.MARKETING or route.medium not in WAKES_NOBODY


def _refused(reason: Reason, detail: str = "") -> Decision:
    return Decision(state=State.REFUSED, reason=reason, detail=detail)


def retry_after(attempts: int) -> int:
    """Return how many seconds to wait after the given number of temporary failures: 30 s doubling
    to one hour.
    """
    return min(30 << min(attempts - 1, 7), 3600)
