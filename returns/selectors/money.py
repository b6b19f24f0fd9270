"""Reads of money: what an order was paid, and what of it went back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet, Sum
from django.http import Http404

from returns.models import Refund, Settlement, SettlementLine
from returns.rules.exchanges import Wanted
from returns.rules.mirror import LockedRate
from returns.rules.paid import PaidOrder
from returns.selectors.books import books_of

if TYPE_CHECKING:
    from commerce.models import Order, Variant
    from commerce.models import OrderLine as OrderedLine


def paid_order(order: Order) -> PaidOrder:
    """Return the money side of an order; lines and tenders are named by public id and row id.

    Inside a transaction that holds the order's lock it is what a settlement may rely on.
    """
    return books_of([order])[order.pk].paid()


def settled_units(order: Order) -> dict[int, int]:
    """Return how many units of each line (by row id) are settled."""
    return dict(
        SettlementLine.objects.filter(order_line__order=order, called_off=False)
        .order_by()
        .values_list("order_line_id")
        .annotate(units=Sum("quantity"))
    )


def locked_rate(order: Order) -> LockedRate | None:
    """Return the rate an order in a foreign currency was sold at, or None for one of the shop's."""
    if not order.rate_from or order.rate_to is None:
        return None
    return LockedRate(total=order.rate_from, shop_total=order.rate_to)


def mirror_of(order: Order, amount: int) -> int | None:
    """Return what `amount` more than was settled so far is in the shop's own currency, if another.

    The parts add up to the mirror of the whole.
    """
    rate = locked_rate(order)
    if rate is None:
        return None
    before = Settlement.objects.filter(order=order).aggregate(total=Sum("total"))["total"]
    return rate.mirror_of(amount, before=before or 0)


def wanted_instead(
    order: Order,
    line: OrderedLine,
    variant: Variant,
    quantity: int,
    promised: int | None = None,
) -> Wanted:
    """Return what another variant of the same product costs now, in the order's currency.

    Nobody has recorded a tax for it: where prices do not include it, it is that of the line's
    rates.
    """
    price, rate = variant.price, locked_rate(order)
    if rate is not None:
        price = LockedRate(total=rate.shop_total, shop_total=rate.total).mirror(price)
    millionths = 0 if order.tax_included else sum(tax["rate"] for tax in line.taxes)
    return Wanted(
        line=line.public_id,
        quantity=quantity,
        price=price,
        promised=promised,
        same_product=line.variant is not None and variant.product_id == line.variant.product_id,
        tax=(2 * quantity * price * millionths + 1_000_000) // 2_000_000,
    )


def list_settlements(order: Order) -> list[Settlement]:
    """Return what was settled for an order, oldest first, with units, entries and refunds."""
    return list(
        Settlement.objects.filter(order=order)
        .select_related("case", "credit_note")
        .prefetch_related("lines__order_line", "entries", "refunds__tender")
        .order_by("id")
    )


def get_settlement(public_id: str) -> Settlement:
    """Return a settlement with its return; raises Settlement.DoesNotExist."""
    found: Settlement = (
        Settlement.objects.select_related(
            "case__order__customer", "case__policy_version", "credit_note"
        )
        .prefetch_related("lines__order_line", "refunds__tender")
        .get(public_id=public_id)
    )
    return found


def get_refund(public_id: str) -> Refund:
    """Return a refund with its settlement and order; raises Refund.DoesNotExist."""
    return _refunds().get(public_id=public_id)


def find_refund(public_id: str) -> Refund | None:
    """Return a refund with its settlement and order, or None."""
    return _refunds().filter(public_id=public_id).first()


def list_refunds(*, state: str = "") -> QuerySet[Refund]:
    """Return payments back with their settlements; those in one state where it is given."""
    refunds = _refunds()
    return refunds.filter(state=state) if state else refunds


def access_refund(public_id: str) -> Refund:
    """Return a refund of the scope's shop for a page; raises Http404."""
    refund = _refunds().filter(public_id=public_id).first()
    if refund is None:
        raise Http404
    return refund


def _refunds() -> QuerySet[Refund]:
    found: QuerySet[Refund] = Refund.objects.select_related(
        "settlement__case", "settlement__order", "order", "tender"
    )
    return found
