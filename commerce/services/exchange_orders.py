"""Orders of what is sold after another: replacements, and the way back of what stays a shopper's.

Such an order is ours alone: no platform tells of it, so nothing here is ever overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.db.models.functions import Greatest

from commerce.enums import PaymentState, StockOwner
from commerce.events import OrderPlaced
from commerce.models import Customer, Order, OrderLine, ShippingLine, Tender, Variant
from commerce.models.orders import line_id
from commerce.rules import normal_postcode, number_key
from commerce.selectors import stock_owner
from postexp.kernel.events import append
from postexp.kernel.money import cumulative_share

if TYPE_CHECKING:
    from commerce.enums import TenderKind

SOURCE, POSTAGE = "exchange", "postage"
"""Where orders of replacements, and of postage, say they come from."""


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
    recipient: Customer | None = None,
    address: Mapping[str, str] | None = None,
    locale: str = "",
) -> Order:
    """Write the order of replacements for units of `original`, once per `external_id`.

    It goes to the same person under the same terms: it counts as placed with the original, so that
    the policy of then judges it. Nothing is captured yet. Publishes OrderPlaced, as of an old order
    that nobody is thanked for. The caller holds the original's lock.

    The replacement of a gift is its `recipient`'s, at their own `address` (the keys of
    AddressFacts), who reads `locale`: the buyer is told nothing of it, and nothing is told of the
    buyer.
    """
    known = Order.objects.filter(external_id=external_id).first()
    if known is not None:
        return known
    order = _open_after(
        original,
        source=SOURCE,
        external_id=external_id,
        number=number,
        total=sum(_total(line, original.tax_included) for line in lines),
        at=at,
        recipient=recipient,
        address=address,
        locale=locale,
    )
    OrderLine.objects.bulk_create(
        _line(order, position, line) for position, line in enumerate(lines)
    )
    _tell(order, at=at, actor=actor)
    return order


def sell_another(order: Order, *, key: str, quantity: int, variant: Variant, new_key: str) -> None:
    """Sell another variant for units of a line, named by its `key`, at what they cost.

    The line they come to is named `new_key` for fulfilments. The caller holds the original's lock.
    """
    line = OrderLine.objects.get(order=order, external_id=key)
    if quantity < line.quantity:
        stays = line.quantity - quantity
        goods = cumulative_share(line.goods_paid, line.quantity, stays)
        tax = cumulative_share(line.tax_paid, line.quantity, stays)
        rest = (line.goods_paid - goods, line.tax_paid - tax)
        _price(line, stays, goods, tax)
        line.save()
        line.pk, line.public_id = None, line_id()
        line.position = OrderLine.objects.filter(order=order).count()
        _price(line, quantity, *rest)
    line.external_id, line.variant, line.product = new_key, variant, variant.product
    line.sku, line.variant_title = variant.sku, variant.title
    line.title, line.category = variant.product.title, variant.product.category
    line.product_type, line.vendor = variant.product.product_type, variant.product.vendor
    line.tags, line.final_sale = variant.product.tags, variant.product.final_sale
    line.save()


def _price(line: OrderLine, quantity: int, goods: int, tax: int) -> None:
    """Let a line be so many units at what was paid for them; its taxes follow."""
    line.quantity, line.goods_paid, line.tax_paid = quantity, goods, tax
    line.unit_price = -(-goods // quantity)
    line.line_discount = line.unit_price * quantity - goods
    line.taxes = [{**one, "amount": tax} for one in line.taxes[:1]]


def open_postage_order(
    original: Order,
    *,
    external_id: str,
    number: str,
    title: str,
    amount: int,
    tax: int,
    taxes: list[dict[str, object]],
    at: datetime,
    actor: str,
    recipient: Customer | None = None,
    address: Mapping[str, str] | None = None,
    locale: str = "",
) -> Order:
    """Write the order of a delivery that the shopper of `original` pays for by itself.

    It has no goods. `amount` is in minor units and contains `tax`. `recipient`, `address` and
    `locale` are as in `open_exchange_order`. Nothing is captured yet. Publishes OrderPlaced, as of
    an old order that nobody is thanked for. The caller holds the original's lock.
    """
    order = _open_after(
        original,
        source=POSTAGE,
        external_id=external_id,
        number=number,
        total=amount,
        at=at,
        recipient=recipient,
        address=address,
        locale=locale,
    )
    paid = amount if original.tax_included else amount - tax
    ShippingLine.objects.create(
        order=order, title=title[:255], price=paid, paid=paid, tax_paid=tax, taxes=taxes
    )
    _tell(order, at=at, actor=actor)
    return order


def _open_after(
    original: Order,
    *,
    source: str,
    external_id: str,
    number: str,
    total: int,
    at: datetime,
    recipient: Customer | None = None,
    address: Mapping[str, str] | None = None,
    locale: str = "",
) -> Order:
    order: Order = Order.objects.create(
        external_id=external_id,
        source=source,
        sale=original.sale or original,
        number=number[:40],
        number_key=number_key(number),
        **_whose(original, recipient, address or {}, locale),
        currency=original.currency,
        tax_included=original.tax_included,
        placed_at=original.placed_at,
        source_updated_at=at,
        payment_state=PaymentState.PAID,
        test=original.test,
        country=(address or {}).get("country") or original.country,
        total=total,
        shop_currency=original.shop_currency,
        rate_from=original.rate_from,
        rate_to=original.rate_to,
        captured=0,
        taken_in_at=at,
        erased_at=original.erased_at,
    )
    return order


def _whose(
    original: Order, recipient: Customer | None, address: Mapping[str, str], locale: str
) -> dict[str, Any]:
    """Return who an order is for and where it goes: the recipient of a gift is not its buyer."""
    if recipient is None:
        names = ("customer", "email", "phone", "locale", "address", "postcode_key")
        return {name: getattr(original, name) for name in names}
    return {
        "customer": recipient,
        "email": recipient.email,
        "locale": locale or original.locale,
        "phone": address.get("phone", ""),
        "address": dict(address),
        "postcode_key": normal_postcode(address.get("postcode", "")),
    }


def _tell(order: Order, *, at: datetime, actor: str) -> None:
    placed = OrderPlaced(
        order_id=order.public_id,
        happened_at=at.isoformat(),
        number=order.number,
        historic=True,
    )
    append(placed, at=at, actor=actor)


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
        product_type=product.product_type,
        vendor=product.vendor,
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
    """Note money that was taken for an order of ours; the caller holds that order's lock.

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
