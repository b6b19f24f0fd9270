"""Reads of simulations, and of the past requests they judge again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Min, Q, QuerySet
from django.http import Http404

from commerce.selectors.paid import count_orders_so_far, list_times_placed
from returns.enums import FactName, Outcome, ReturnState
from returns.enums.simulating import BEST_FROM, Segment, SimulationState
from returns.models import PolicyDecision, PolicySimulation, PolicyVersion, SimulatedChange
from returns.rules.policy import Policy, read_facts
from returns.rules.simulation import Past, PastWish
from returns.selectors.books import Books, books_of
from returns.selectors.facts import days_off_around, discounts_known
from returns.selectors.policies import engine_of

STALLED = timedelta(seconds=60)
"""A worker that was not heard of for so long is gone."""


def list_simulations() -> QuerySet[PolicySimulation]:
    """Return the shop's simulations, newest first."""
    found: QuerySet[PolicySimulation] = PolicySimulation.objects.order_by("-id")
    return found


def access_simulation(public_id: str) -> PolicySimulation:
    """Return a simulation of the scope's shop for a page; raises Http404."""
    found = list_simulations().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def simulation_of(revision: str) -> PolicySimulation | None:
    """Return the newest simulation of a state of the draft, or None."""
    return list_simulations().filter(revision=revision).first()


def list_changes(simulation: PolicySimulation) -> QuerySet[SimulatedChange]:
    """Return what the simulated policy decides otherwise, with order, item and return."""
    found: QuerySet[SimulatedChange] = SimulatedChange.objects.filter(simulation=simulation)
    return found.select_related("order", "order_line", "case", "request__policy_version")


def list_stalled(*, at: datetime) -> list[tuple[int, str]]:
    """Return the simulations of every shop nobody works on, as (merchant, public id)."""
    idle = Q(beat_at=None) | Q(beat_at__lt=at - STALLED)
    waiting = PolicySimulation.every_merchant.filter(idle, state=SimulationState.RUNNING)
    return list(waiting.order_by("id").values_list("merchant_id", "public_id"))


def requests_between(since: datetime, until: datetime) -> QuerySet[PolicyDecision]:
    """Return what was decided of shoppers' requests in a time, those of test orders left out."""
    found: QuerySet[PolicyDecision] = PolicyDecision.objects.filter(
        at__gte=since, at__lt=until, order__test=False
    )
    return found


def count_requests(since: datetime, until: datetime) -> tuple[int, int]:
    """Return how many requests a time has, and the row before the first of them."""
    asked = requests_between(since, until)
    first: int | None = asked.aggregate(first=Min("id"))["first"]
    return asked.count(), (first or 1) - 1


@dataclass(frozen=True, kw_only=True)
class PastRequest:
    """A request with the row of its decision, and the rows of its order's lines by public id."""

    kept: PolicyDecision
    past: Past
    lines: Mapping[str, int]


def past_requests(
    simulation: PolicySimulation, policy: Policy, *, after: int, most: int
) -> list[PastRequest]:
    """Return the next requests of a simulation after a row, oldest first, as they were decided.

    What is known of that time, such as holidays that `policy` needs and how many orders had been
    placed, is added to their facts.
    """
    until = simulation.asked_at
    kept = list(
        requests_between(until - timedelta(days=simulation.days), until)
        .filter(id__gt=after)
        .select_related("order", "case")
        .order_by("id")[:most]
    )
    versions = PolicyVersion.objects.in_bulk({one.policy_version_id for one in kept})
    orders = {one.order_id: one.order for one in kept}
    books, placed = books_of(orders.values()), count_orders_so_far(orders.values())
    times = list_times_placed(orders.values())
    last = _last_asked(list(orders), until)
    return [
        PastRequest(
            kept=one,
            past=_past(
                one,
                decided_by=engine_of(versions[one.policy_version_id]).policy,
                policy=policy,
                books=books[one.order_id],
                placed=placed.get(one.order_id),
                times=times[one.order.customer_id] if one.order.customer_id else None,
                last=last[one.order_id],
            ),
            lines={line.public_id: line.pk for line in books[one.order_id].sale.lines},
        )
        for one in kept
    ]


def _past(
    kept: PolicyDecision,
    *,
    decided_by: Policy,
    policy: Policy,
    books: Books,
    placed: int | None,
    times: Sequence[datetime] | None,
    last: Mapping[str, int],
) -> Past:
    facts = read_facts(kept.facts)
    if not facts.days_off:
        country = facts.known.get(FactName.COUNTRY.value)
        facts = replace(facts, days_off=days_off_around(facts.at, country, policy))
    if FactName.DISCOUNT_TOTAL.value not in facts.known:
        discounts = discounts_known(kept.order, books.sale.discounts)
        facts = replace(facts, known={**facts.known, **discounts})
    if times is not None and FactName.ORDERS_PLACED.value not in facts.known:
        so_far = {FactName.ORDERS_PLACED.value: bisect_right(times, facts.at)}
        facts = replace(facts, known={**facts.known, **so_far})
    # A line the order never had was wished for as well, and decided of nothing.
    known = {line.line for line in facts.lines}
    wishes = [PastWish(**wish) for wish in kept.wishes if wish["line"] in known]
    ended = kept.case is None or kept.case.state == ReturnState.CANCELLED
    return Past(
        policy=decided_by,
        facts=facts,
        decided=tuple(kept.decision["lines"][: len(wishes)]),
        wishes=tuple(wishes),
        outcome=Outcome(kept.outcome),
        paid=books.paid(before=kept.at),
        promised=kept.case.quote["payout"] if kept.case else None,
        segment=_segment(placed),
        asked_again=ended and any(last[wish.line] > kept.pk for wish in wishes),
    )


def _last_asked(orders: Collection[int], until: datetime) -> dict[int, dict[str, int]]:
    """Return, by order, the row of the last request that was about each of its lines."""
    last: dict[int, dict[str, int]] = {order: {} for order in orders}
    asked = PolicyDecision.objects.filter(order__in=orders, at__lt=until).order_by("id")
    for row, order, wishes in asked.values_list("id", "order_id", "wishes"):
        last[order] |= {wish["line"]: row for wish in wishes}
    return last


def _segment(placed: int | None) -> Segment:
    if placed is None:
        return Segment.UNKNOWN
    if placed >= BEST_FROM:
        return Segment.BEST
    return Segment.RETURNING if placed > 1 else Segment.FIRST
