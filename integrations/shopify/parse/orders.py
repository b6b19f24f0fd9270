"""Orders, whole: lines with their shares of discounts, taxes, shipping, tenders."""

from commerce.enums import PaymentState
from commerce.ports import DiscountFacts, LineFacts, OrderFacts, ShippingFacts, TenderFacts
from integrations.payload import Payload
from integrations.shopify.parse.amounts import (
    currency_of,
    money_of,
    shop_total_of,
    sum_of,
    taxes_of,
)
from integrations.shopify.parse.parcels import SOURCE, fulfilment_facts
from integrations.shopify.parse.payments import kind_of, tenders_by_gateway
from integrations.shopify.parse.people import (
    address_facts,
    customer_facts,
    language,
    split_tags,
)
from integrations.shopify.parse.refunds import is_own_stop, refund_facts

_CAPTURED = frozenset(
    {
        PaymentState.PARTIALLY_PAID,
        PaymentState.PAID,
        PaymentState.PARTIALLY_REFUNDED,
        PaymentState.REFUNDED,
    }
)


def parse_order(body: bytes) -> OrderFacts:
    """Read an order as `orders/create`, `orders/updated`, `orders/cancelled` … send it, whole."""
    order = Payload.read(body, "Shopify")
    currency = currency_of(order)
    lines = tuple(order.children("line_items"))
    discounts = tuple(order.children("discount_applications"))
    total = money_of(order, "total_price", currency)
    payment_state = _payment_state(order)
    customer = order.child("customer")
    return OrderFacts(
        external_id=order.identity("id"),
        source=SOURCE,
        number=order.text("name") or order.text("order_number") or order.identity("id"),
        placed_at=order.moment("processed_at") or order.required_moment("created_at"),
        updated_at=order.moment("updated_at") or order.required_moment("created_at"),
        currency=currency,
        tax_included=order.flag("taxes_included"),
        total=total,
        **shop_total_of(order, currency),
        payment_state=payment_state,
        locale=language(order.text("customer_locale")),
        email=order.text("email") or order.text("contact_email") or customer.text("email"),
        phone=order.text("phone") or order.child("shipping_address").text("phone"),
        customer=customer_facts(customer) if "id" in customer else None,
        address=address_facts(order.child("shipping_address")),
        lines=tuple(_line(line, discounts, order, currency) for line in lines),
        shipping=tuple(
            _shipping(row, currency)
            for row in order.children("shipping_lines")
            if not row.flag("is_removed")
        ),
        discounts=_discounts(order, lines, discounts, currency),
        tax_totals=taxes_of(order, currency),
        tenders=_tenders(order, payment_state, total, currency),
        gateways=_gateways_of_one_tender(order),
        fulfilments=tuple(
            fulfilment_facts(row, order.identity("id")) for row in order.children("fulfillments")
        ),
        refunds=tuple(
            refund_facts(row, order.identity("id"), currency)
            for row in order.children("refunds")
            # Its units are settled by the cancellation it tells of.
            if not is_own_stop(row)
        ),
        tags=split_tags(order.text("tags")),
        cancelled_at=order.moment("cancelled_at"),
        cancel_reason=order.text("cancel_reason"),
        test=order.flag("test"),
    )


def _line(
    line: Payload, discounts: tuple[Payload, ...], order: Payload, currency: str
) -> LineFacts:
    shares, own = _allocations(line, discounts, currency)
    recorded = "discount_allocations" in line
    taxes = taxes_of(line, currency)
    totals_only = not taxes and "tax_lines" not in line and "tax_lines" in order
    variant_title = line.text("variant_title")
    return LineFacts(
        external_id=line.identity("id"),
        title=line.text("title") or line.text("name"),
        variant_title="" if variant_title == "Default Title" else variant_title,
        sku=line.text("sku"),
        product_external_id=line.text("product_id"),
        variant_external_id=line.text("variant_id"),
        quantity=line.count("quantity"),
        unit_price=money_of(line, "price", currency),
        line_discount=own or (0 if shares else money_of(line, "total_discount", currency)),
        discount_share=shares if recorded else None,
        taxes=None if totals_only else taxes,
        tax_rates=tuple(tax.millionths("rate") for tax in order.children("tax_lines"))
        if totals_only
        else (),
        requires_shipping=line.data.get("requires_shipping") is not False,
    )


def _allocations(line: Payload, discounts: tuple[Payload, ...], currency: str) -> tuple[int, int]:
    """Return a line's recorded shares of order discounts, and the discounts of its own."""
    shares = own = 0
    for allocation in line.children("discount_allocations"):
        amount = money_of(allocation, "amount", currency)
        if _is_across(allocation, discounts):
            shares += amount
        else:
            own += amount
    return shares, own


def _is_across(allocation: Payload, discounts: tuple[Payload, ...]) -> bool:
    index = _index(allocation)
    if not 0 <= index < len(discounts):
        return True
    return discounts[index].text("allocation_method") == "across"


def _index(allocation: Payload) -> int:
    index = allocation.data.get("discount_application_index")
    return index if type(index) is int else -1


def _discounts(
    order: Payload, lines: tuple[Payload, ...], discounts: tuple[Payload, ...], currency: str
) -> tuple[DiscountFacts, ...]:
    """Return what each discount took off the goods; those on shipping are in the shipping lines."""
    amounts = [0] * len(discounts)
    for line in lines:
        for allocation in line.children("discount_allocations"):
            index = _index(allocation)
            if 0 <= index < len(amounts):
                amounts[index] += money_of(allocation, "amount", currency)
    told = tuple(
        DiscountFacts(
            code=discount.text("code"),
            title=discount.text("title") or discount.text("description"),
            amount=amount,
        )
        for discount, amount in zip(discounts, amounts, strict=True)
        if discount.text("target_type") != "shipping_line"
    )
    # Orders of old API versions name the codes only, with amounts in the shop's own currency.
    return told or tuple(
        DiscountFacts(code=code.text("code"), amount=code.money("amount", currency))
        for code in order.children("discount_codes")
        if code.text("type") != "shipping" and order.text("currency") == currency
    )


def _shipping(row: Payload, currency: str) -> ShippingFacts:
    price = money_of(row, "price", currency)
    discount = sum_of(row.children("discount_allocations"), "amount", currency)
    if not discount and "discounted_price" in row:
        discount = max(0, price - money_of(row, "discounted_price", currency))
    return ShippingFacts(
        external_id=row.text("id"),
        title=row.text("title"),
        price=price,
        discount=min(discount, price),
        taxes=taxes_of(row, currency),
    )


def _payment_state(order: Payload) -> PaymentState:
    try:
        return PaymentState(order.text("financial_status") or "pending")
    except ValueError:
        order.refuse("financial_status", "is no payment state that is known")


def _tenders(
    order: Payload, payment_state: PaymentState, total: int, currency: str
) -> tuple[TenderFacts, ...]:
    """Return what each gateway took, or one tender for all of it.

    A webhook tells which gateways were used, not how much each took; the API tells the payments.
    """
    if payment_state not in _CAPTURED:
        return ()
    gateways = order.texts("payment_gateway_names")
    if len(gateways) > 1 and "transactions" in order:
        return tenders_by_gateway(order.children("transactions"), currency)
    captured = total - min(total, money_of(order, "total_outstanding", currency))
    if not captured:
        return ()
    gateway = next(
        (name for name in gateways if name != "gift_card"),
        next(iter(gateways), order.text("gateway")),
    )
    return (TenderFacts(kind=kind_of(gateway).value, gateway=gateway, captured=captured),)


def _gateways_of_one_tender(order: Payload) -> tuple[str, ...]:
    gateways = order.texts("payment_gateway_names")
    return gateways if len(gateways) > 1 and "transactions" not in order else ()
