"""Taking orders in as the platform tells them: money is fixed at the first telling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.db import transaction

from commerce.events import OrderCancelled, OrderChanged, OrderPlaced
from commerce.models import (
    Customer,
    Merchant,
    Order,
    OrderDiscount,
    OrderLine,
    Product,
    ShippingLine,
    Tender,
    Variant,
)
from commerce.ports import LineFacts, OrderFacts, ShippingFacts, TaxFacts, TenderFacts
from commerce.rules import (
    OrderDiscount as WholeDiscount,
)
from commerce.rules import (
    PaidLine,
    RateTotal,
    SoldLine,
    normal_email,
    normal_phone,
    normal_postcode,
    number_key,
    paid_lines,
    paid_shipping,
)
from commerce.selectors.orders import HISTORIC_AFTER
from commerce.services.customers import take_in_customer
from commerce.services.fulfilments import link_fulfilments, take_in_fulfilment
from commerce.services.promos import note_promo_used
from commerce.services.refunds import link_refunds, take_in_refund
from postexp.kernel.events import append
from postexp.kernel.locks import lock
from postexp.kernel.money import allocate


@dataclass(frozen=True, kw_only=True)
class TakenOrder:
    """The order, and whether it is new; `stale` when a newer version was here already."""

    order: Order
    created: bool
    stale: bool


def take_in_order(
    facts: OrderFacts, *, merchant: Merchant, at: datetime, actor: str = "system"
) -> TakenOrder:
    """Create an order, or apply a newer version of it; an older one changes nothing.

    Lines, shares and taxes are fixed when a line is first seen (M2, M3); later versions add lines,
    and bring payment, cancellation, fulfilments and refunds. Publishes OrderPlaced or OrderChanged,
    OrderCancelled, FulfilmentRecorded, RefundRecorded, PromoCodeUsed.
    """
    with transaction.atomic():
        lock(f"order:{facts.external_id}")
        order = (
            Order.objects.select_for_update(no_key=True)
            .filter(external_id=facts.external_id)
            .first()
        )
        if order is not None and facts.updated_at < order.source_updated_at:
            return TakenOrder(order=order, created=False, stale=True)
        created = order is None
        was_cancelled = order is not None and order.cancelled_at is not None
        order = order or Order(external_id=facts.external_id, taken_in_at=at, given_back=0)
        _describe(order, facts, merchant, _customer(facts, merchant, at))
        order.save()
        known = set() if created else _known_lines(order)
        _add_lines(order, facts, known)
        if created:
            _add_money_lines(order, facts)
            note_promo_used(order, [discount.code for discount in facts.discounts], at=at)
        _note_tenders(order, facts, created)
        _announce(order, created, was_cancelled, at, actor)
        for fulfilment in facts.fulfilments:
            take_in_fulfilment(fulfilment, at=at, actor=actor)
        for refund in facts.refunds:
            take_in_refund(refund, at=at, actor=actor)
        if created:
            link_fulfilments(order, at=at, actor=actor)
            link_refunds(order, at=at, actor=actor)
    return TakenOrder(order=order, created=created, stale=False)


def _customer(facts: OrderFacts, merchant: Merchant, at: datetime) -> Customer | None:
    if facts.customer is None:
        return None
    return take_in_customer(facts.customer, merchant=merchant, at=at)


def _describe(
    order: Order, facts: OrderFacts, merchant: Merchant, customer: Customer | None
) -> None:
    address = facts.address
    country = address.country if address and address.country else merchant.country
    locale = (facts.locale or (customer.locale if customer else ""))[:2].lower()
    order.source = facts.source
    order.number = facts.number[:40]
    order.number_key = number_key(facts.number)
    order.customer = customer or order.customer
    order.locale = locale if locale in merchant.locales else merchant.default_locale
    order.currency = facts.currency
    order.tax_included = facts.tax_included
    order.placed_at = facts.placed_at
    order.source_updated_at = facts.updated_at
    order.payment_state = facts.payment_state
    order.cancelled_at = facts.cancelled_at
    order.cancel_reason = facts.cancel_reason[:80]
    order.test = facts.test
    order.tags = [tag[:255] for tag in facts.tags]
    order.country = country[:2]
    if order.erased_at is None:
        _describe_person(order, facts, country)
    order.total = facts.total
    if order.rate_from is None and facts.shop_total > 0 and facts.total > 0:
        order.shop_currency = facts.shop_currency
        order.rate_from, order.rate_to = facts.total, facts.shop_total
    # What was given back was captured, whatever an out-of-order message says.
    order.captured = max(sum(tender.captured for tender in facts.tenders), order.given_back)


def _describe_person(order: Order, facts: OrderFacts, country: str) -> None:
    """Note who the order is for, and how to reach them."""
    address, customer = facts.address, order.customer
    order.email = normal_email(facts.email) or (customer.email if customer else "")
    order.phone = (
        normal_phone(facts.phone, country)
        or (normal_phone(address.phone, country) if address else "")
        or (customer.phone if customer else "")
    )
    order.address = asdict(address) if address else {}
    order.postcode_key = normal_postcode(address.postcode) if address else ""


def _announce(order: Order, created: bool, was_cancelled: bool, at: datetime, actor: str) -> None:
    if created:
        historic = at - order.placed_at > HISTORIC_AFTER or order.cancelled_at is not None
        placed = OrderPlaced(
            order_id=order.public_id,
            happened_at=order.placed_at.isoformat(),
            number=order.number,
            historic=historic,
        )
        append(placed, at=at, actor=actor)
    else:
        changed = OrderChanged(
            order_id=order.public_id, happened_at=order.source_updated_at.isoformat()
        )
        append(changed, at=at, actor=actor)
    if order.cancelled_at is not None and not was_cancelled:
        cancelled = OrderCancelled(
            order_id=order.public_id,
            happened_at=order.cancelled_at.isoformat(),
            reason=order.cancel_reason,
        )
        append(cancelled, at=at, actor=actor)


def _known_lines(order: Order) -> set[str]:
    return set(OrderLine.objects.filter(order=order).values_list("external_id", flat=True))


def _add_lines(order: Order, facts: OrderFacts, known: set[str]) -> None:
    facts = _with_every_share(facts)
    new = [line for line in facts.lines if line.external_id not in known]
    if not new:
        return
    paid = dict(zip((line.external_id for line in facts.lines), _paid(facts), strict=True))
    products = {
        product.external_id: product
        for product in Product.objects.filter(
            external_id__in=[line.product_external_id for line in new]
        )
    }
    variants = {
        variant.external_id: variant
        for variant in Variant.objects.filter(
            external_id__in=[line.variant_external_id for line in new]
        )
    }
    OrderLine.objects.bulk_create(
        _line(
            order,
            len(known) + position,
            line,
            paid[line.external_id],
            products.get(line.product_external_id),
            variants.get(line.variant_external_id),
        )
        for position, line in enumerate(new)
    )


def _with_every_share(facts: OrderFacts) -> OrderFacts:
    """Where only some lines have a recorded share, lay the rest of the discounts on the others.

    Recorded shares stay as they are; no discount is taken off twice.
    """
    without = [line for line in facts.lines if line.discount_share is None]
    if len(without) in (0, len(facts.lines)):
        return facts
    recorded = sum(line.discount_share or 0 for line in facts.lines)
    rest = max(0, sum(discount.amount for discount in facts.discounts) - recorded)
    weights = [max(0, line.quantity * line.unit_price - line.line_discount) for line in without]
    shares = iter(allocate(min(rest, sum(weights)), weights))
    return replace(
        facts,
        lines=tuple(
            replace(line, discount_share=next(shares)) if line.discount_share is None else line
            for line in facts.lines
        ),
    )


def _paid(facts: OrderFacts) -> list[PaidLine]:
    """What was paid for each line: recorded shares where the platform has them, else M2."""
    sold = [
        SoldLine(
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount=line.line_discount + (line.discount_share or 0),
            tax=None if line.taxes is None else sum(tax.amount for tax in line.taxes),
            tax_rates=line.tax_rates,
        )
        for line in facts.lines
    ]
    unallocated = [
        WholeDiscount(amount=discount.amount)
        for discount in facts.discounts
        if any(line.discount_share is None for line in facts.lines)
    ]
    totals = [RateTotal(rate=tax.rate, amount=tax.amount) for tax in facts.tax_totals]
    return paid_lines(sold, unallocated, totals)


def _line(
    order: Order,
    position: int,
    facts: LineFacts,
    paid: PaidLine,
    product: Product | None,
    variant: Variant | None,
) -> OrderLine:
    return OrderLine(
        order=order,
        external_id=facts.external_id,
        position=position,
        product=product,
        variant=variant,
        sku=facts.sku[:120],
        title=facts.title[:255],
        variant_title=facts.variant_title[:255],
        category=(facts.category or (product.category if product else ""))[:120],
        product_type=(facts.product_type or (product.product_type if product else ""))[:255],
        vendor=(facts.vendor or (product.vendor if product else ""))[:255],
        tags=[tag[:80] for tag in facts.tags] or (product.tags if product else []),
        final_sale=facts.final_sale or (product.final_sale if product else False),
        exemption=facts.exemption,
        requires_shipping=facts.requires_shipping,
        quantity=facts.quantity,
        unit_price=facts.unit_price,
        line_discount=facts.line_discount,
        discount_share=(facts.discount_share or 0) + sum(paid.shares),
        goods_paid=paid.goods,
        tax_paid=paid.tax,
        taxes=_taxes(
            facts.taxes or tuple(TaxFacts(rate=rate, amount=tax) for rate, tax in paid.taxes)
        ),
    )


def _taxes(taxes: tuple[TaxFacts, ...]) -> list[dict[str, object]]:
    return [{"title": tax.title, "rate": tax.rate, "amount": tax.amount} for tax in taxes]


def _add_money_lines(order: Order, facts: OrderFacts) -> None:
    OrderDiscount.objects.bulk_create(
        OrderDiscount(
            order=order,
            code=discount.code[:120],
            title=discount.title[:255],
            amount=discount.amount,
            minimum=discount.minimum,
            bundle=[external_id[:64] for external_id in discount.bundle],
        )
        for discount in facts.discounts
    )
    ShippingLine.objects.bulk_create(_shipping_line(order, shipping) for shipping in facts.shipping)


def _shipping_line(order: Order, facts: ShippingFacts) -> ShippingLine:
    paid = paid_shipping(facts.price, facts.discount, sum(tax.amount for tax in facts.taxes))
    return ShippingLine(
        order=order,
        external_id=facts.external_id,
        title=facts.title[:255],
        price=facts.price,
        discount=facts.discount,
        paid=paid.price,
        tax_paid=paid.tax,
        taxes=_taxes(facts.taxes),
    )


def take_in_tenders(
    facts: Sequence[TenderFacts], *, order_id: str, at: datetime, actor: str = "system"
) -> None:
    """Note what each means of payment took of an order, where one tender stood for all of them.

    Publishes OrderChanged where that is news. Raises Order.DoesNotExist.
    """
    with transaction.atomic():
        order = Order.objects.select_for_update(no_key=True).get(public_id=order_id)
        before = _what_took(order)
        _replace_tenders(order, facts, _known_tenders(order))
        if _what_took(order) == before:
            return
        order.captured = max(sum(tender.captured for tender in facts), order.given_back)
        order.save(update_fields=["captured"])
        _announce(order, created=False, was_cancelled=True, at=at, actor=actor)


def _what_took(order: Order) -> list[tuple[str, str, int]]:
    tenders = Tender.objects.filter(order=order).order_by("position")
    return list(tenders.values_list("external_id", "gateway", "captured"))


def _note_tenders(order: Order, facts: OrderFacts, created: bool) -> None:
    known = [] if created else _known_tenders(order)
    # What each of several took was found out already; the order itself does not tell.
    if not (facts.gateways and any(tender.external_id for tender in known)):
        _replace_tenders(order, facts.tenders, known)


def _known_tenders(order: Order) -> list[Tender]:
    return list(Tender.objects.filter(order=order).order_by("position"))


def _replace_tenders(order: Order, facts: Sequence[TenderFacts], known: Sequence[Tender]) -> None:
    """Keep the row of each gateway, so that ledger entries go on naming the same one.

    A tender of a gateway that is new takes the row of one that is told no more, the first first.
    """
    left = list(known)
    rows: list[Tender | None] = []
    for told in facts:
        row = next((one for one in left if one.gateway == told.gateway[:80]), None)
        rows.append(row)
        if row is not None:
            left.remove(row)
    for position, told in enumerate(facts):
        row = rows[position] or (left.pop(0) if left else Tender(order=order))
        row.position, row.external_id, row.kind = position, told.external_id, told.kind
        row.gateway, row.captured = told.gateway[:80], told.captured
        row.save()
