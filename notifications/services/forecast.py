"""Who would get what in the next 24 hours: every gate is asked, and nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from notifications.enums import Class, Medium
from notifications.models import Message
from notifications.ports import Forecast, MessageKind, MessageVariables, get_kind
from notifications.rules.figures import cost_of
from notifications.rules.gates import Decision
from notifications.selectors import list_due_messages, list_likely_messages
from notifications.selectors.flows import FlowTerms, Terms, flows_by_kind
from notifications.selectors.known import get_known
from notifications.selectors.wordings import list_advertising
from notifications.services.judging import UNTOUCHED, judge
from notifications.services.plan import describe_message

DAY = timedelta(hours=24)
MOST = 100
"""Of what waits, and of what is likely, so many are judged."""


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """One message of the next 24 hours, and what the gates say of it now.

    One that is only likely has no public id yet. `address` is where it goes, or would have gone.
    """

    message: Message
    decision: Decision
    address: str
    is_likely: bool

    @property
    def medium(self) -> Medium | None:
        """The channel it goes by; None for one that does not go out."""
        return self.decision.route.medium if self.decision.route else None


@dataclass(frozen=True, kw_only=True)
class KindCount:
    """How many messages of a kind go out within the day, how many of them are held until then or
    later, and how many are stopped by a gate.
    """

    kind: str
    going: int
    held: int
    stopped: int


@dataclass(frozen=True, kw_only=True)
class MediumCount:
    """How many messages a channel carries, and what they cost in minor units of the shop's
    currency; None where the shop has not said what a thousand cost.
    """

    medium: Medium
    count: int
    amount: int | None


@dataclass(frozen=True, kw_only=True)
class DayAhead:
    """The messages of the next 24 hours, those that wait before those that are likely.

    `is_cut` where there are more than were judged.
    """

    rows: list[Foreseen]
    kinds: list[KindCount]
    media: list[MediumCount]
    is_cut: bool


def foresee_day(*, at: datetime) -> DayAhead:
    """Return who would get what in the next 24 hours if the shop were live, by the gates as they
    decide now.

    What is likely is judged as if its event came now; what it would be about is not asked.
    """
    flows, advertising = flows_by_kind(), list_advertising()
    due = list_due_messages(until=at + DAY, limit=MOST + 1)
    likely = list_likely_messages(limit=MOST + 1)
    messages = [(one, False) for one in due[:MOST]]
    messages += [
        (_likely(one, flows, advertising, at), True) for one in likely[:MOST] if get_kind(one.kind)
    ]
    known = get_known([message for message, _is_likely in messages])
    rows = []
    for message, is_likely in messages:
        kind = get_kind(message.kind)
        if kind is None:
            continue
        flow = _flow(kind, flows)
        decision = judge(message, kind, at=at, flow=flow, known=known, is_forecast=is_likely)
        meant = known.address_on(Medium(message.channel), message)
        address = decision.route.address if decision.route else meant
        rows.append(
            Foreseen(message=message, decision=decision, address=address, is_likely=is_likely)
        )
    return DayAhead(
        rows=rows,
        kinds=_by_kind(rows),
        media=_by_medium(rows, known.terms),
        is_cut=len(due) > MOST or len(likely) > MOST,
    )


def _flow(kind: MessageKind[Any], flows: dict[str, FlowTerms]) -> FlowTerms:
    return flows.get(kind.name, UNTOUCHED) if kind.has_flow else UNTOUCHED


def _likely(
    one: Forecast, flows: dict[str, FlowTerms], advertising: set[tuple[str, str]], at: datetime
) -> Message:
    """Return a likely message as it would be planned if its event came now."""
    kind = get_kind(one.kind)
    if kind is None:
        raise ValueError(one.kind)
    variables = MessageVariables(
        recipient=one.recipient,
        order_id=one.order_id,
        facts={"order": {"number": one.order_number}},
    )
    is_offer = (kind.name, one.recipient.locale) in advertising
    return describe_message(
        kind,
        "",
        variables,
        _flow(kind, flows),
        klass=Class.MARKETING if is_offer else kind.klass,
        occurred_at=at,
        at=at,
    )


def _by_kind(rows: Iterable[Foreseen]) -> list[KindCount]:
    going: Counter[str] = Counter()
    held: Counter[str] = Counter()
    stopped: Counter[str] = Counter()
    for row in rows:
        kind = row.message.kind
        (going if row.decision.goes_out else stopped)[kind] += 1
        held[kind] += row.decision.goes_out and row.decision.holding is not None
    kinds = [
        KindCount(kind=kind, going=going[kind], held=held[kind], stopped=stopped[kind])
        for kind in {*going, *stopped}
    ]
    return sorted(kinds, key=lambda one: (-one.going - one.stopped, one.kind))


def _by_medium(rows: Iterable[Foreseen], terms: Terms) -> list[MediumCount]:
    counts = Counter(row.medium for row in rows if row.medium is not None)
    return [
        MediumCount(
            medium=medium,
            count=count,
            amount=cost_of(count, terms.prices[medium]) if medium in terms.prices else None,
        )
        for medium, count in counts.most_common()
    ]
