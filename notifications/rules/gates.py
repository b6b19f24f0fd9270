"""The gates every message passes, in order, each leaving its reason. Pure: facts in, decision
out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from notifications.enums import Class, Reason, State


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What is known of a message when it is planned, and again right before it is sent.

    `not_true` is why the message is no longer right, or empty; `too_late` why it tells of what is
    long past, or empty. `declined` is whether its shopper does without such notices.
    `suppression` is the cause for which its address must not be written to, or empty. `expires_at`
    is when it stops being useful, `send_at` the end of its undo window.
    """

    klass: str
    address: str
    address_valid: bool
    send_at: datetime
    expires_at: datetime
    not_true: str = ""
    too_late: str = ""
    consented: bool = False
    declined: bool = False
    suppression: str = ""
    channel_ready: bool = True


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What becomes of a message. `detail` adds to the reason what no code can say."""

    state: State
    reason: Reason | None = None
    detail: str = ""

    @property
    def goes_out(self) -> bool:
        """Whether the message is going to be sent, now or after its undo window."""
        return self.reason is None


def decide(candidate: Candidate, *, at: datetime) -> Decision:
    """Return the first gate that stops the message, or `planned`, or `held` while its undo window
    is open.

    Duplicates are stopped before this by the database: one row for a merchant, kind and object.
    """
    if candidate.not_true:
        return Decision(
            state=State.REFUSED, reason=Reason.NO_LONGER_TRUE, detail=candidate.not_true
        )
    if candidate.too_late or at >= candidate.expires_at:
        return Decision(state=State.EXPIRED, reason=Reason.TOO_LATE, detail=candidate.too_late)
    if candidate.klass == Class.MARKETING and not candidate.consented:
        return Decision(state=State.REFUSED, reason=Reason.NO_CONSENT)
    if candidate.declined:
        return Decision(state=State.REFUSED, reason=Reason.DECLINED)
    if candidate.suppression:
        return Decision(state=State.REFUSED, reason=Reason.SUPPRESSED, detail=candidate.suppression)
    if not candidate.address:
        return Decision(state=State.REFUSED, reason=Reason.NO_ADDRESS)
    if not candidate.address_valid:
        return Decision(state=State.REFUSED, reason=Reason.BAD_ADDRESS)
    if not candidate.channel_ready:
        return Decision(state=State.REFUSED, reason=Reason.NO_CHANNEL)
    return Decision(state=State.HELD if candidate.send_at > at else State.PLANNED)


def retry_after(attempts: int) -> int:
    """Return how many seconds to wait after the given number of temporary failures: 30 s doubling
    to one hour.
    """
    return min(30 << min(attempts - 1, 7), 3600)
