"""Reads of returns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from commerce.rules import number_key
from commerce.selectors.names import customers_named
from postexp.kernel import clock
from returns.enums import ReplacementState, ReturnState
from returns.models import Replacement, Return, ReturnLine, ReturnParcelCase, TransitionLog
from tracking.selectors.incidents import list_losses

if TYPE_CHECKING:
    from commerce.models import Order

VIEWS: dict[str, tuple[ReturnState, ...]] = {
    "all": (),
    "review": (ReturnState.REQUESTED, ReturnState.IN_REVIEW),
    "open": (ReturnState.APPROVED,),
    "in_transit": (ReturnState.IN_TRANSIT,),
    "received": (ReturnState.RECEIVED,),
    "to_refund": (ReturnState.RESOLVING,),
    "done": (ReturnState.COMPLETED,),
    "declined": (ReturnState.REJECTED, ReturnState.LOST),
    # Kept by people as views of their own before there were narrower ones.
    "approved": (ReturnState.APPROVED, ReturnState.IN_TRANSIT),
    "closed": (
        ReturnState.COMPLETED,
        ReturnState.REJECTED,
        ReturnState.CANCELLED,
        ReturnState.EXPIRED,
        ReturnState.LOST,
    ),
}
"""The saved views of the returns desk."""
_ENDED = ("done", "closed")

_WITH = ("order__customer", "policy_version")


def get_return(public_id: str) -> Return:
    """Return a return with its order and policy version; raises Return.DoesNotExist."""
    found: Return = Return.objects.select_related(*_WITH).get(public_id=public_id)
    return found


def access_return(public_id: str) -> Return:
    """Return a return of the scope's shop for a page; raises Http404."""
    case: Return | None = Return.objects.select_related(*_WITH).filter(public_id=public_id).first()
    if case is None:
        raise Http404
    return case


def list_lines_of(case: Return) -> list[ReturnLine]:
    """Return a return's lines with their order lines, products and replacements."""
    lines = list(
        ReturnLine.objects.filter(case=case)
        .select_related("order_line__product", "variant__product")
        .prefetch_related("inspections__found__product", "replacements")
        .order_by("position")
    )
    for line in lines:
        line.case = case
    return lines


def list_transitions(case: Return) -> list[TransitionLog]:
    """Return the story of a return and of its refunds, oldest first."""
    return list(
        TransitionLog.objects.filter(Q(case=case) | Q(refund__settlement__case=case))
        .select_related("refund")
        .order_by("id")
    )


def list_returns_of_order(order: Order, *, for_buyer: bool = False) -> list[Return]:
    """Return an order's returns, newest first; `for_buyer` without those of gifts."""
    found = Return.objects.filter(order=order).select_related(*_WITH).order_by("-id")
    return list(found.filter(gift=None) if for_buyer else found)


def list_returns_of_orders(order_ids: Sequence[int]) -> list[Return]:
    """Return the returns of several orders, by their rows, newest first."""
    found = Return.objects.filter(order__in=order_ids).select_related(*_WITH)
    return list(found.order_by("-id"))


def count_open_by_customer(customer_ids: Collection[int]) -> dict[int, int]:
    """Return how many open returns customers have, by their rows; those with none are left out."""
    rows = _open().filter(order__customer__in=customer_ids).values("order__customer")
    counted = rows.annotate(count=Count("id")).values_list("order__customer", "count")
    return dict(counted)


def customers_with_open() -> QuerySet[Return, int | None]:
    """Return the rows of the customers who have an open return, to narrow customers with."""
    found = _open().filter(order__customer__isnull=False)
    return found.values_list("order__customer", flat=True)


def list_returns_of_customer(customer_id: str, *, limit: int) -> list[Return]:
    """Return the newest returns of a customer, by public id."""
    found = Return.objects.filter(order__customer__public_id=customer_id).select_related(*_WITH)
    return list(found.order_by("-id")[:limit])


def _open() -> QuerySet[Return]:
    cases: QuerySet[Return] = Return.objects.exclude(state__in=VIEWS["closed"]).order_by()
    return cases


def find_request(order: Order, key: str) -> Return | None:
    """Return the return that was asked for with a key, or None."""
    found: Return | None = Return.objects.filter(order=order, request_key=key).first()
    return found


def list_returns(
    *,
    view: str = "all",
    search: str = "",
    outcome: str = "",
    overdue_at: datetime | None = None,
) -> QuerySet[Return]:
    """Return returns, newest first, with order and customer.

    `view` is one of VIEWS, `to_ship` for those with a replacement to ship, which are not `done`
    before that, or `lost` for those on their way that seem lost or were never scanned. `search`
    matches the return's or order's number, the e-mail address, the customer's name, a tracking
    number or a public id.
    `overdue_at` leaves those that wait for the shop longer than they should at that instant.
    """
    cases: QuerySet[Return] = Return.objects.select_related("order__customer").order_by("-id")
    if view == "to_ship":
        cases = cases.filter(pk__in=_to_ship())
    elif view == "lost":
        cases = cases.filter(seeming_lost())
    elif states := VIEWS.get(view, ()):
        cases = cases.filter(state__in=states)
        if view in _ENDED:
            cases = cases.exclude(pk__in=_to_ship())
    if outcome:
        cases = cases.filter(outcome=outcome)
    if overdue_at is not None:
        cases = cases.filter(_overdue(overdue_at))
    if search:
        cases = cases.filter(
            Q(number__istartswith=search)
            | Q(order__number_key__startswith=number_key(search))
            | Q(order__email__startswith=search.lower())
            | Q(order__customer__in=customers_named(search))
            | Q(tracking_number__istartswith=search)
            | Q(pk__in=_in_parcels(search))
            | Q(public_id=search)
        )
    return cases


def _in_parcels(number: str) -> QuerySet[ReturnParcelCase, int]:
    """Return the rows of returns that travel in a parcel whose number begins like this."""
    found = ReturnParcelCase.objects.filter(parcel__tracking_number__istartswith=number)
    return found.order_by().values_list("case_id", flat=True)


def list_waiting_too_long(*, at: datetime) -> QuerySet[Return]:
    """Return the returns that wait for the shop longer than they should."""
    found: QuerySet[Return] = Return.objects.filter(_overdue(at))
    return found


def _overdue(at: datetime) -> Q:
    return Q(due_at__lt=at, waiting_since__isnull=True) | Q(law_due_at__lt=at)


def count_by_view() -> dict[str, int]:
    """Return how many returns each saved view holds, in one query."""
    rows = (
        Return.objects.order_by()
        .annotate(to_ship=Q(pk__in=_to_ship()), lost=seeming_lost())
        .values_list("state", "to_ship", "lost")
        .annotate(count=Count("id"))
    )
    counts = {
        view: sum(
            count
            for state, to_ship, _lost, count in rows
            if state in (states or ReturnState) and not (view in _ENDED and to_ship)
        )
        for view, states in VIEWS.items()
    }
    return counts | {
        "to_ship": sum(count for _state, to_ship, _lost, count in rows if to_ship),
        "lost": sum(count for _state, _to_ship, lost, count in rows if lost),
    }


def awaiting_replacement(cases: Iterable[Return]) -> set[int]:
    """Return which of these returns (by row id) have a replacement that is still to be shipped."""
    return set(_to_ship().filter(line__case__in=[case.pk for case in cases]))


def _to_ship() -> QuerySet[Replacement, int]:
    ready = Replacement.objects.filter(state=ReplacementState.READY).order_by()
    return ready.values_list("line__case_id", flat=True)


def _seem_lost() -> QuerySet[ReturnParcelCase, int]:
    """Return the rows of returns that travel in a parcel which seems lost to tracking."""
    found = ReturnParcelCase.objects.filter(
        parcel__shipment__in=list_losses().values("shipment"), parcel__arrived_at__isnull=True
    )
    return found.order_by().values_list("case_id", flat=True)


def seeming_lost() -> Q:
    """Return what narrows returns to those on their way that seem lost, or were never seen.

    Nobody but its shopper says of such a one that it was sent, and its last day is over everywhere.
    """
    over = (clock.now() - timedelta(days=1)).date()
    unseen = Q(parcels=0, send_by__lt=over) & ~Q(pk__in=_scanned())
    return Q(state=ReturnState.IN_TRANSIT) & (Q(pk__in=_seem_lost()) | unseen)


def _scanned() -> QuerySet[ReturnParcelCase, int]:
    """Return the rows of returns of which a carrier has scanned a parcel."""
    found = ReturnParcelCase.objects.filter(parcel__scanned_at__isnull=False)
    return found.order_by().values_list("case_id", flat=True)


def list_overdue(*, at: datetime) -> list[tuple[int, str]]:
    """Return merchant and public id of returns that should have been sent, over all shops.

    Their last day may not be over in the shop's own zone yet.
    """
    overdue = Return.every_merchant.filter(
        Q(state=ReturnState.APPROVED) | Q(state=ReturnState.IN_TRANSIT, parcels__gt=0),
        send_by__lte=at.date(),
    )
    return list(overdue.order_by("id").values_list("merchant_id", "public_id"))


def ending_of(case: Return) -> TransitionLog | None:
    """Return how a return was cancelled, and by whom; None for one that was not."""
    ended = TransitionLog.objects.filter(case=case, after=ReturnState.CANCELLED)
    found: TransitionLog | None = ended.order_by("-id").first()
    return found


def was_changed(case: Return) -> bool:
    """Whether a return was changed into another one."""
    return Return.objects.filter(replaces=case).exists()


def list_to_review() -> QuerySet[Return]:
    """Return the returns that wait for a decision."""
    return Return.objects.filter(state__in=VIEWS["review"])


def list_chosen_returns(public_ids: Collection[str]) -> list[Return]:
    """Return those of some returns that are the shop's, oldest first, with order and customer."""
    found = Return.objects.filter(public_id__in=public_ids).select_related(*_WITH)
    return list(found.order_by("id"))


def get_replacement(public_id: str) -> Replacement:
    """Return a replacement with its return and variant; raises Replacement.DoesNotExist."""
    return _replacements().get(public_id=public_id)


def access_replacement(public_id: str) -> Replacement:
    """Return a replacement of the scope's shop for a page; raises Http404."""
    replacement = _replacements().filter(public_id=public_id).first()
    if replacement is None:
        raise Http404
    return replacement


def _replacements() -> QuerySet[Replacement]:
    found: QuerySet[Replacement] = Replacement.objects.select_related(
        "line__case__order", "variant__product"
    )
    return found
