"""Reads of receiving: what a scan is about, what lies on the table, what waits for somebody."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404

from commerce.selectors import get_merchant
from returns.enums import Grade, ReturnMove, ReturnState
from returns.enums.receiving import Disposition, RefusedState, RestockState, UnannouncedState
from returns.models import (
    CountedUnit,
    Inspection,
    ReceivingPhoto,
    ReceivingSettings,
    RefusedUnits,
    Restock,
    Return,
    ReturnLine,
    SecondLook,
    UnannouncedGoods,
)
from returns.rules.receiving import number_without_signs, propose
from returns.rules.states import OPEN_REFUSED, RETURN_MOVES

if TYPE_CHECKING:
    from commerce.models import Order, Variant

RECEIVABLE = frozenset(
    ReturnState(state)
    for state, move in RETURN_MOVES
    if move in (ReturnMove.RECEIVE, ReturnMove.INSPECT)
)
"""States in which goods of any return can be counted or graded."""

MOST_TO_COUNT = 1000
"""So many entries to count on the platform are listed at once."""

UNUSED = timedelta(days=2)
"""How long a photo is kept that nothing names."""

FEW = 10
"""A parcel that more returns travel in is none: their number is not read as one."""


def receiving_settings() -> ReceivingSettings:
    """Return how the shop receives; the usual way is not saved."""
    found: ReceivingSettings | None = ReceivingSettings.objects.first()
    return found or ReceivingSettings()


def returns_of_code(code: str) -> list[Return]:
    """Return the returns a scan is about: by id, number, or the tracking number of their parcel."""
    if not code:
        return []
    cases = Return.objects.select_related("order__customer").order_by("-id")
    exact = list(cases.filter(Q(public_id=code) | Q(number__iexact=code))[:FEW])
    if exact:
        return exact
    number = number_without_signs(code)
    spelt = [text for text in {code, number} if text]
    travelling = Q(tracking_number__in=spelt) | Q(parcels_back__tracking_number__in=spelt)
    return list(cases.filter(travelling).distinct()[:FEW]) if spelt else []


def list_counted(case: Return) -> list[CountedUnit]:
    """Return what lies on the table and is not booked yet, in the order it was looked at."""
    return list(
        CountedUnit.objects.filter(case=case)
        .select_related("line__order_line", "found__product", "photo")
        .order_by("id")
    )


def proposed_disposition(line: ReturnLine, grade: Grade, *, accepted: bool) -> Disposition:
    """Return where a unit of a line goes by the shop's matrix."""
    product = line.order_line.product
    category = product.category if product else ""
    return propose(receiving_settings().matrix, category, grade, accepted=accepted)


def access_photo(public_id: str) -> ReceivingPhoto:
    """Return a photo of the scope's shop; raises Http404."""
    found: ReceivingPhoto | None = ReceivingPhoto.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def is_photo_used(photo: ReceivingPhoto, *, but_for: Order | None = None) -> bool:
    """Whether a photo shows goods that were received, other than those of an order."""
    of_order = {"line__case__order": but_for}, {"case__order": but_for}, {"order": but_for}
    shown: tuple[QuerySet[Any], ...] = (
        Inspection.objects.filter(photo=photo),
        CountedUnit.objects.filter(photo=photo),
        UnannouncedGoods.objects.filter(photo=photo),
    )
    return any(
        (rows.exclude(**own) if but_for else rows).exists()
        for rows, own in zip(shown, of_order, strict=True)
    )


def list_unused_photos(*, at: datetime) -> list[tuple[int, str]]:
    """Return merchant and public id of photos that nothing has named for days, over all shops."""
    shown = (
        Exists(model.every_merchant.filter(photo=OuterRef("pk")))
        for model in (Inspection, CountedUnit, UnannouncedGoods)
    )
    found = ReceivingPhoto.every_merchant.filter(*(~one for one in shown), at__lt=at - UNUSED)
    return list(found.order_by("at").values_list("merchant_id", "public_id"))


def _refused() -> QuerySet[RefusedUnits]:
    found: QuerySet[RefusedUnits] = RefusedUnits.objects.select_related(
        "case__order__customer",
        "case__policy_version",
        "line__order_line__product",
        "inspection__photo",
        "inspection__found__product",
        "settlement",
    )
    return found


def get_refused(public_id: str) -> RefusedUnits:
    """Return refused units with their return and finding; raises RefusedUnits.DoesNotExist."""
    return _refused().get(public_id=public_id)


def access_refused(public_id: str) -> RefusedUnits:
    """Return refused units of the scope's shop for a page; raises Http404."""
    found = _refused().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def list_refused() -> QuerySet[RefusedUnits]:
    """Return the units that were not accepted, newest first."""
    return _refused().order_by("-id")


def list_refused_of(case: Return) -> list[RefusedUnits]:
    """Return the units of a return that were not accepted, oldest first."""
    return list(_refused().filter(case=case).order_by("id"))


def has_open_refused(case: Return) -> bool:
    """Whether units of a return that were not accepted still wait for something."""
    return RefusedUnits.objects.filter(case=case, state__in=OPEN_REFUSED).exists()


def awaiting_shopper(cases: Iterable[Return]) -> set[int]:
    """Return which of these returns (by row id) wait for their shopper over refused units."""
    waiting = RefusedUnits.objects.filter(
        case__in=[case.pk for case in cases],
        state__in=[RefusedState.ASKED, RefusedState.FEE_DUE],
    )
    return set(waiting.order_by().values_list("case_id", flat=True))


def list_to_send() -> list[RefusedUnits]:
    """Return refused units that are to be sent back to their shoppers, oldest first."""
    return list(_refused().filter(state=RefusedState.TO_SEND).order_by("id")[:200])


def list_second_looks() -> list[SecondLook]:
    """Return the findings that wait for a second person, oldest first."""
    found = SecondLook.objects.filter(agreed_at=None).select_related("case__order")
    return list(found.order_by("id")[:200])


def list_unanswered(*, at: datetime) -> list[tuple[int, str]]:
    """Return merchant and public id of refused units whose shoppers did not answer in time, or did
    not pay what they are sent back for.
    """
    late = RefusedUnits.every_merchant.filter(
        Q(state=RefusedState.ASKED, answer_by__lt=at) | Q(state=RefusedState.FEE_DUE, pay_by__lt=at)
    )
    return list(late.order_by("id").values_list("merchant_id", "public_id"))


def open_second_look(case: Return) -> SecondLook | None:
    """Return the finding a second person still has to agree to, or None."""
    found: SecondLook | None = SecondLook.objects.filter(case=case, agreed_at=None).first()
    return found


@dataclass(frozen=True, kw_only=True)
class ToCount:
    """The units of one variant that still have to be counted on the platform."""

    variant: Variant
    restocks: list[Restock]

    @property
    def quantity(self) -> int:
        """How many units that is."""
        return sum(restock.quantity for restock in self.restocks)


def list_to_count() -> list[ToCount]:
    """Return what still has to be counted on the platform, by variant, the longest waiting first.

    Where very much waits, the rest of it shows once the first MOST_TO_COUNT entries are done.
    """
    waiting: dict[int, ToCount] = {}
    for restock in list_restocks(state=RestockState.TO_DO).order_by("id")[:MOST_TO_COUNT]:
        group = ToCount(variant=restock.variant, restocks=[])
        waiting.setdefault(restock.variant_id, group).restocks.append(restock)
    return list(waiting.values())


def access_restocks(public_ids: Collection[str]) -> list[Restock]:
    """Return units that go back on the shelf, of the scope's shop; raises Http404 for none."""
    found = list(list_restocks().filter(public_id__in=public_ids)[:MOST_TO_COUNT])
    if not found:
        raise Http404
    return found


def list_restocks(*, state: str = "") -> QuerySet[Restock]:
    """Return units that go back on the shelf, newest first, in one state where it is given."""
    found: QuerySet[Restock] = Restock.objects.select_related(
        "variant__product", "line__case__order"
    ).order_by("-id")
    return found.filter(state=state) if state else found


def access_restock(public_id: str) -> Restock:
    """Return units that go back on the shelf, of the scope's shop; raises Http404."""
    found = list_restocks().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def list_unannounced(*, view: str = "waiting", search: str = "") -> QuerySet[UnannouncedGoods]:
    """Return goods nobody announced, newest first; `view` is `all` or a state of them."""
    goods: QuerySet[UnannouncedGoods] = UnannouncedGoods.objects.select_related(
        "order__customer", "case", "photo"
    ).order_by("-id")
    if view in UnannouncedState:
        goods = goods.filter(state=view)
    if search:
        goods = goods.filter(
            Q(number__iexact=search)
            | Q(tracking_number__in=[search, number_without_signs(search) or search])
            | Q(case__number__istartswith=search)
        )
    return goods


def access_unannounced(public_id: str) -> UnannouncedGoods:
    """Return goods nobody announced, of the scope's shop; raises Http404."""
    found: UnannouncedGoods | None = (
        UnannouncedGoods.objects.select_related("order__customer", "case", "photo")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def get_unannounced(public_id: str) -> UnannouncedGoods:
    """Return goods nobody announced; raises UnannouncedGoods.DoesNotExist."""
    found: UnannouncedGoods = UnannouncedGoods.objects.select_related("order", "case").get(
        public_id=public_id
    )
    return found


def list_surplus_of(case: Return) -> list[UnannouncedGoods]:
    """Return what came with a return beyond what was announced, oldest first."""
    found = UnannouncedGoods.objects.filter(case=case).select_related("order", "case", "photo")
    return list(found.order_by("id"))


def count_unannounced() -> int:
    """Return how many goods nobody announced wait to be matched."""
    return UnannouncedGoods.objects.filter(state=UnannouncedState.WAITING).count()


def count_waiting() -> dict[str, int]:
    """Return how much waits in the warehouse, by what it is."""
    return {
        "looks": SecondLook.objects.filter(agreed_at=None).count(),
        "to_send": RefusedUnits.objects.filter(state=RefusedState.TO_SEND).count(),
        "restocks": Restock.objects.filter(state=RestockState.TO_DO).count(),
        "unannounced": count_unannounced(),
    }


def list_siblings(case: Return) -> list[Return]:
    """Return other returns of the order that can be received: one parcel may hold units of two."""
    others = Return.objects.filter(order=case.order_id, state__in=RECEIVABLE).exclude(pk=case.pk)
    return list(others.order_by("id"))


def is_shop_currency(order: Order) -> bool:
    """Whether an order is in the shop's own currency, which its settings are in."""
    return bool(order.currency == get_merchant().currency)
