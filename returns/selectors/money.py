"""Reads of money: what an order was paid, and what of it went back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Case, F, IntegerField, Q, QuerySet, Sum, When
from django.http import Http404

from commerce.enums import STORE_VALUE
from commerce.selectors import list_discounts, list_lines, list_shipping_lines, list_tenders
from postexp.kernel.money import allocate
from returns.enums import SettlementKind
from returns.models import Refund, Settlement, SettlementLine
from returns.rules.paid import Bundle, OrderLine, PaidOrder, Promotion, Shipping, Tender

if TYPE_CHECKING:
    from commerce.models import Order
    from commerce.models import OrderLine as OrderedLine


def paid_order(order: Order) -> PaidOrder:
    """Return the money side of an order; lines and tenders are named by public id and row id.

    Inside a transaction that holds the order's lock it is what a settlement may rely on.
    """
    settled, called_off = settled_units(order), _called_off_units(order)
    back = Settlement.objects.filter(order=order).aggregate(
        goods=Sum("goods"), shipping=Sum("shipping"), shipping_tax=Sum("shipping_tax")
    )
    refunded = dict(
        Refund.objects.filter(order=order)
        .order_by()
        .values_list("tender_id")
        .annotate(total=Sum("amount"))
    )
    lines = list_lines(order)
    shipping = list_shipping_lines(order)
    promotions, bundles = _offers(order, lines)
    return PaidOrder(
        currency=order.currency,
        tax_included=order.tax_included,
        captured=order.captured,
        given_back=order.given_back,
        goods_refunded=back["goods"] or 0,
        lines=tuple(
            OrderLine(
                id=line.public_id,
                quantity=line.quantity,
                unit_price=line.unit_price,
                goods=line.goods_paid,
                tax=line.tax_paid,
                settled=settled.get(line.pk, 0),
                called_off=called_off.get(line.pk, 0),
            )
            for line in lines
        ),
        discounts=tuple(line.discount_share for line in lines),
        promotions=promotions,
        bundles=bundles,
        shipping=Shipping(
            price=sum(line.paid for line in shipping),
            tax=sum(line.tax_paid for line in shipping),
            price_refunded=back["shipping"] or 0,
            tax_refunded=back["shipping_tax"] or 0,
        ),
        tenders=tuple(
            Tender(
                id=str(tender.pk),
                captured=tender.captured,
                refunded=refunded.get(tender.pk, 0),
                store_value=tender.kind in STORE_VALUE,
            )
            for tender in list_tenders(order)
        ),
    )


def _offers(
    order: Order, lines: Sequence[OrderedLine]
) -> tuple[tuple[Promotion, ...], tuple[Bundle, ...]]:
    """Return the discounts with a minimum, and those of bundles, with their part of each line."""
    discounts = list_discounts(order)
    amounts = [discount.amount for discount in discounts]
    shares = [
        allocate(line.discount_share, amounts) if sum(amounts) else [0] * len(amounts)
        for line in lines
    ]
    promotions, bundles = [], []
    for column, discount in enumerate(discounts):
        of_lines = tuple(row[column] for row in shares)
        if discount.minimum is not None:
            promotions.append(Promotion(minimum=discount.minimum, shares=of_lines))
        if discount.bundle:
            members = tuple(
                index for index, line in enumerate(lines) if line.external_id in discount.bundle
            )
            bundles.append(Bundle(shares=of_lines, members=members))
    return tuple(promotions), tuple(bundles)


def settled_units(order: Order) -> dict[int, int]:
    """Return how many units of each line (by row id) are settled."""
    return dict(
        SettlementLine.objects.filter(order_line__order=order, called_off=False)
        .order_by()
        .values_list("order_line_id")
        .annotate(units=Sum("quantity"))
    )


def _called_off_units(order: Order) -> dict[int, int]:
    """Return how many cancelled units of each line (by row id) still wait for their money."""
    cancelled = Q(settlement__kind=SettlementKind.CANCELLATION)
    paid_for = Q(called_off=True)
    signed = Case(
        When(paid_for, then=-F("quantity")), default=F("quantity"), output_field=IntegerField()
    )
    return dict(
        SettlementLine.objects.filter(cancelled | paid_for, order_line__order=order)
        .order_by()
        .values_list("order_line_id")
        .annotate(units=Sum(signed))
    )


def list_settlements(order: Order) -> list[Settlement]:
    """Return what was settled for an order, oldest first, with units, entries and refunds."""
    return list(
        Settlement.objects.filter(order=order)
        .select_related("case")
        .prefetch_related("lines__order_line", "entries", "refunds__tender")
        .order_by("id")
    )


def get_settlement(public_id: str) -> Settlement:
    """Return a settlement with its return; raises Settlement.DoesNotExist."""
    found: Settlement = (
        Settlement.objects.select_related("case__order__customer", "case__policy_version")
        .prefetch_related("lines__order_line", "refunds__tender")
        .get(public_id=public_id)
    )
    return found


def get_refund(public_id: str) -> Refund:
    """Return a refund with its settlement and order; raises Refund.DoesNotExist."""
    return _refunds().get(public_id=public_id)


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
