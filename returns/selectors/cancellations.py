"""Reads of cancellations: what may be cancelled, what is, and what is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from commerce.rules import number_key
from commerce.selectors import list_lines
from commerce.selectors.names import customers_named
from commerce.selectors.picks import line_progress
from returns.enums import CancellationState, PlatformStop
from returns.models import Cancellation, CancellationLine, CancellationTerms, TransitionLog
from returns.rules.cancellations import (
    CancelDecision,
    CancelLine,
    CancelLineFacts,
    CancelOrderFacts,
    CancelTerms,
    decide_cancel,
)
from returns.rules.states import HOLDING
from returns.selectors.eligibility import judge
from returns.selectors.exchanges import is_of_exchange
from returns.selectors.holds import held_units, returning_units
from returns.selectors.money import settled_units

if TYPE_CHECKING:
    from commerce.models import Order, OrderLine
    from returns.models import Return

VIEWS: dict[str, Q] = {
    "open": Q(state__in=[*HOLDING, CancellationState.REFUNDING]),
    "review": Q(state=CancellationState.REQUESTED, needs_review=True),
    "stuck": ~Q(problem="") & Q(state=CancellationState.STOPPED),
    "untold": Q(platform_stop=PlatformStop.FAILED),
    "too_late": Q(state=CancellationState.TOO_LATE),
    "refunded": Q(state=CancellationState.REFUNDED),
    "all": Q(),
}
"""The views of the list of cancellations."""

_WITH = ("order__customer", "settlement", "case")


@dataclass(frozen=True, kw_only=True)
class CancelJudged:
    """A line of an order, what is known of it, and how much of it may be cancelled."""

    line: OrderLine
    facts: CancelLineFacts
    decision: CancelLine


@dataclass(frozen=True, kw_only=True)
class CancelJudgement:
    """What of an order may be cancelled at an instant."""

    order: Order
    terms: CancelTerms
    decision: CancelDecision
    lines: tuple[CancelJudged, ...]

    def line(self, public_id: str) -> CancelJudged | None:
        """Return a line by its public id, or None for a line of another order."""
        return next((one for one in self.lines if one.line.public_id == public_id), None)

    @property
    def nothing_gone(self) -> bool:
        """Whether all of the order is still on the shelf."""
        return not any(one.facts.gone for one in self.lines)


def cancel_terms() -> CancelTerms:
    """Return the shop's terms for cancelling."""
    own = CancellationTerms.objects.first()
    if own is None:
        return CancelTerms()
    return CancelTerms(minutes=own.cancel_minutes, review=own.review)


def judge_cancel(order: Order, *, at: datetime, by_staff: bool = False) -> CancelJudgement:
    """Return what of an order may be cancelled.

    Inside a transaction that holds the order's lock it is what a cancellation may rely on.
    """
    lines, terms = list_lines(order), cancel_terms()
    progress, settled = line_progress(order), settled_units(order)
    held, returning = held_units(order), returning_units(order)
    facts = tuple(
        CancelLineFacts(
            line=line.public_id,
            quantity=line.quantity,
            gone=progress[line.pk].gone,
            stopped=progress[line.pk].stopped,
            held=held.get(line.pk, 0),
            settled=settled.get(line.pk, 0),
            reserved=returning.get(line.pk, 0),
            goods=line.requires_shipping,
        )
        for line in lines
    )
    told = CancelOrderFacts(
        placed_at=order.placed_at,
        lines=facts,
        cancelled=order.cancelled_at is not None,
        busy=open_cancellation(order) is not None,
        exchanged=is_of_exchange(order),
    )
    decision = decide_cancel(told, terms, at, by_staff=by_staff)
    if decision.instead and judge(order, at=at).open:
        decision = decide_cancel(replace(told, return_open=True), terms, at, by_staff=by_staff)
    return CancelJudgement(
        order=order,
        terms=terms,
        decision=decision,
        lines=tuple(
            CancelJudged(line=line, facts=fact, decision=one)
            for line, fact, one in zip(lines, facts, decision.lines, strict=True)
        ),
    )


def open_cancellation(order: Order) -> Cancellation | None:
    """Return the cancellation of an order that is not settled yet, or None."""
    return _cancellations().filter(order=order, state__in=HOLDING).first()


def find_cancel_request(order: Order, key: str) -> Cancellation | None:
    """Return the cancellation that was asked for with a key, or None."""
    return _cancellations().filter(order=order, request_key=key).first()


def get_cancellation(public_id: str) -> Cancellation:
    """Return a cancellation with its order; raises Cancellation.DoesNotExist."""
    return _cancellations().get(public_id=public_id)


def access_cancellation(public_id: str) -> Cancellation:
    """Return a cancellation of the scope's shop for a page; raises Http404."""
    found = _cancellations().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def list_cancellations(*, view: str = "all", search: str = "") -> QuerySet[Cancellation]:
    """Return cancellations, newest first, with order and customer.

    `view` is one of VIEWS; `search` matches the number of the cancellation or the order, the e-mail
    address, the customer's name or a public id.
    """
    found = _cancellations().filter(VIEWS.get(view, Q())).order_by("-id")
    if search:
        found = found.filter(
            Q(number__istartswith=search)
            | Q(order__number_key__startswith=number_key(search))
            | Q(order__email__startswith=search.lower())
            | Q(order__customer__in=customers_named(search))
            | Q(public_id=search)
        )
    return found


def count_cancellations() -> dict[str, int]:
    """Return how many cancellations each view holds, in one query."""
    counts = {name: Count("id", filter=shown) for name, shown in VIEWS.items() if shown}
    found: dict[str, int] = Cancellation.objects.aggregate(**counts, all=Count("id"))
    return found


def list_cancellations_of_order(order: Order) -> list[Cancellation]:
    """Return an order's cancellations, newest first."""
    return list(_cancellations().filter(order=order).order_by("-id"))


def list_cancelled_lines(cancellation: Cancellation) -> list[CancellationLine]:
    """Return a cancellation's lines with their order lines and products."""
    return list(
        CancellationLine.objects.filter(cancellation=cancellation)
        .select_related("order_line__product")
        .order_by("position")
    )


def list_cancel_transitions(cancellation: Cancellation) -> list[TransitionLog]:
    """Return the story of a cancellation, oldest first."""
    return list(TransitionLog.objects.filter(cancellation=cancellation).order_by("id"))


def list_due_cancellations(*, at: datetime) -> list[tuple[int, str]]:
    """Return merchant and public id of cancellations nobody can take back any more, everywhere."""
    due = Cancellation.every_merchant.filter(
        state=CancellationState.REQUESTED, needs_review=False, undo_until__lt=at
    )
    return list(due.order_by("id").values_list("merchant_id", "public_id"))


def is_ahead(case: Return) -> bool:
    """Whether a return was approved before its goods arrived, since it was too late to cancel."""
    return Cancellation.objects.filter(case=case).exists()


def waiting_for_arrival(order: Order) -> Sequence[Cancellation]:
    """Return the cancellations of an order whose return still waits for the goods to arrive."""
    found = _cancellations().filter(order=order, case__state="approved", case__send_by=None)
    return list(found.select_related("case__policy_version"))


def _cancellations() -> QuerySet[Cancellation]:
    found: QuerySet[Cancellation] = Cancellation.objects.select_related(*_WITH)
    return found
