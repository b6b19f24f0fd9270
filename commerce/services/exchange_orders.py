"""Orders of replacements: what an exchange sells instead of what came back, and how it was paid.

Such an order is ours alone: no platform tells of it, so nothing here is ever overwritten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F
from django.db.models.functions import Greatest

from commerce.enums import PaymentState, StockOwner
from commerce.events import OrderPlaced
from commerce.models import Order, OrderLine, Tender, Variant
from commerce.rules import number_key
from commerce.selectors import stock_owner
from postexp.kernel.events import append

if TYPE_CHECKING:
    from commerce.enums import TenderKind

SOURCE = "exchange"
"""Where these orders say they come from."""


@dataclass(frozen=True, kw_only=True)
class SoldInstead:
    """Units of a variant sold in an exchange; amounts as on OrderLine, for all of them.

    `key` names the line for the fulfilments of the order, `taxes` as there.
    """

    key: str
    variant: Variant
    quantity: int
    goods: int
    tax: int
    taxes: list[dict[str, object]]


def open_exchange_order(
    original: Order,
    *,
    external_id: str,
    number: str,
    lines: Sequence[SoldInstead],
    at: datetime,
    actor: str,
) -> Order:
    """Write the order of replacements for units of `original`, once per `external_id`.

    It goes to the same person under the same terms: it counts as placed with the original, so that
    the policy of then judges it. Nothing is captured yet. Publishes OrderPlaced, as of an old order
    that nobody is thanked for. The caller holds the original's lock.
    """
    known = Order.objects.filter(external_id=external_id).first()
    if known is not None:
        return known
    order: Order = Order.objects.create(
        external_id=external_id,
        source=SOURCE,
        number=number[:40],
        number_key=number_key(number),
        customer=original.customer,
        email=original.email,
        phone=original.phone,
        locale=original.locale,
        currency=original.currency,
        tax_included=original.tax_included,
        placed_at=original.placed_at,
        source_updated_at=at,
        payment_state=PaymentState.PAID,
        test=original.test,
        address=original.address,
        postcode_key=original.postcode_key,
        country=original.country,
        total=sum(_total(line, original.tax_included) for line in lines),
        shop_currency=original.shop_currency,
        rate_from=original.rate_from,
        rate_to=original.rate_to,
        captured=0,
        taken_in_at=at,
        erased_at=original.erased_at,
    )
    OrderLine.objects.bulk_create(
        _line(order, position, line) for position, line in enumerate(lines)
    )
    placed = OrderPlaced(
        order_id=order.public_id,
        happened_at=at.isoformat(),
        number=order.number,
        historic=True,
    )
    append(placed, at=at, actor=actor)
    return order


def _total(line: SoldInstead, tax_included: bool) -> int:
    return line.goods if tax_included else line.goods + line.tax


def _line(order: Order, position: int, line: SoldInstead) -> OrderLine:
    product = line.variant.product
    return OrderLine(
        order=order,
        external_id=line.key,
        position=position,
        product=product,
        variant=line.variant,
        sku=line.variant.sku,
        title=product.title,
        variant_title=line.variant.title,
        category=product.category,
        tags=product.tags,
        final_sale=product.final_sale,
        quantity=line.quantity,
        unit_price=-(-line.goods // line.quantity),
        line_discount=-(-line.goods // line.quantity) * line.quantity - line.goods,
        goods_paid=line.goods,
        tax_paid=line.tax,
        taxes=line.taxes,
    )


def capture_tender(
    order: Order, *, kind: TenderKind, gateway: str, external_id: str, amount: int
) -> Tender:
    """Note money that was taken for an exchange order; the caller holds that order's lock.

    `amount` is in minor units of the order's currency, above zero.
    """
    position = Tender.objects.filter(order=order).count()
    tender: Tender = Tender.objects.create(
        order=order,
        position=position,
        kind=kind,
        gateway=gateway[:80],
        external_id=external_id[:255],
        captured=amount,
    )
    order.captured += amount
    order.save(update_fields=["captured"])
    return tender


def take_from_stock(variant: Variant, quantity: int) -> None:
    """Count units of a variant as gone; where the platform counts the shop's stock it tells us."""
    if stock_owner() is StockOwner.PLATFORM:
        return
    Variant.objects.filter(pk=variant.pk, stock__isnull=False).update(
        stock=Greatest(F("stock") - quantity, 0)
    )
