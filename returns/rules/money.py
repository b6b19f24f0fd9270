"""What goes back for what comes back: the sums of a settlement, exact to the minor unit.

Everything is an integer in the order's presentment currency. The value of a unit is its part of
what was paid for its line, laid out cumulatively, so that units returned one by one add up to units
returned all at once, and a full return to what was paid.
"""

from collections.abc import Sequence
from dataclasses import replace

from postexp.kernel.money import allocate, cumulative_share, percent_half_up
from returns.enums import (
    BundleDiscount,
    Fault,
    FaultShipping,
    Outcome,
    RefundShipping,
    ThresholdPromotion,
)
from returns.errors import (
    ExchangeIsWhole,
    RefundExceedsBalance,
    ShippingAlreadyRefunded,
    UnitAlreadySettled,
)
from returns.rules.exchanges import Wanted, price_replacements
from returns.rules.goodwill import GoodwillLeft
from returns.rules.paid import WHOLE, PaidOrder, Terms, Units, worth
from returns.rules.quotes import Quote, UnitsValue
from returns.rules.tenders import split_over_tenders


def quote(
    order: PaidOrder,
    units: Sequence[Units],
    terms: Terms,
    outcome: Outcome = Outcome.REFUND,
    *,
    postage_charged: int = 0,
    with_shipping: bool = False,
    pay: int | None = None,
    wanted: Sequence[Wanted] | None = None,
    rest_to: Outcome = Outcome.REFUND,
) -> Quote:
    """Return the exact sum of a settlement of `units`, in their order.

    `postage_charged` is the return postage this return paid in earlier settlements.
    `with_shipping` gives back what is left of outbound shipping whatever the terms say. `pay` is a
    lower amount staff decided on. `wanted` is what an exchange is for, a swap at no difference
    unless given; where it costs less, the rest of the credit goes to `rest_to`.

    Raises UnitAlreadySettled where a line has fewer units left, ShippingAlreadyRefunded where
    `with_shipping` finds nothing left of shipping that was paid, and RefundExceedsBalance where
    `pay` is above the sum or the tenders cannot take it. An exchange gives the units' value as
    credit, without fees or shipping; RefundExceedsBalance when the order does not hold that much,
    and ExchangeIsWhole with `pay`, which it cannot lower.
    """
    if terms.bundle_discount is BundleDiscount.PRORATA:
        order = _with_bundles_prorated(order)
    values, after = _unit_values(order, units)
    gross = sum(
        worth(value.goods, value.tax, order.tax_included) - value.goodwill for value in values
    )

    if outcome is Outcome.EXCHANGE:
        if pay is not None:
            raise ExchangeIsWhole
        return _exchange(order, values, gross, terms, wanted, rest_to)

    not_given = _not_given(order, units, values, terms)
    gross -= not_given
    repriced = 0
    if terms.threshold_promotion is ThresholdPromotion.REPRICE:
        repriced = _repriced(order, after, sum(value.goods for value in values))
        # A promotion that ended takes no more than goodwill has left.
        repriced = max(repriced, -gross)
    shipping, shipping_tax = _shipping(order, units, after, terms, with_shipping=with_shipping)
    gross += repriced + worth(shipping, shipping_tax, order.tax_included)

    restocking_fee, postage_fee = _fees(order, units, values, terms, gross, postage_charged)
    net = gross - restocking_fee - postage_fee
    payable = min(net, order.left)
    missing = net - payable
    not_paid = min(missing, max(0, _price(order) - order.captured))
    as_goodwill = min(missing - not_paid, order.goodwill)
    if pay is not None and not 0 <= pay <= payable:
        raise RefundExceedsBalance
    total = payable if pay is None else pay
    bonus = percent_half_up(total, terms.bonus) if outcome is Outcome.STORE_CREDIT else 0
    return Quote(
        currency=order.currency,
        tax_included=order.tax_included,
        outcome=outcome,
        units=values,
        total=total,
        shipping=shipping,
        shipping_tax=shipping_tax,
        repriced=repriced,
        restocking_fee=restocking_fee,
        restocking_percent=_percent_charged(_own_choice(order, units, values, terms), terms),
        postage_fee=postage_fee,
        not_given=not_given,
        not_paid=not_paid,
        as_goodwill=as_goodwill,
        already_refunded=missing - not_paid - as_goodwill,
        deduction=payable - total,
        bonus=bonus,
        bonus_percent=terms.bonus,
        tenders=tuple(split_over_tenders(order.tenders, total, terms.tender_order))
        if outcome is Outcome.REFUND
        else (),
    )


def _exchange(
    order: PaidOrder,
    values: tuple[UnitsValue, ...],
    credit: int,
    terms: Terms,
    wanted: Sequence[Wanted] | None,
    rest_to: Outcome,
) -> Quote:
    """Return the sum of an exchange: the credit, what is due on top of it or is left of it."""
    if credit > order.left:
        raise RefundExceedsBalance
    replacements = price_replacements(
        values,
        wanted or (),
        terms.exchange_price_basis,
        tax_included=order.tax_included,
        off=terms.shop_now,
    )
    cost = credit if wanted is None else sum(one.cost for one in replacements)
    rest = max(0, credit - cost)
    return Quote(
        currency=order.currency,
        tax_included=order.tax_included,
        outcome=Outcome.EXCHANGE,
        units=values,
        total=credit,
        replacements=replacements,
        due=max(0, cost - credit),
        rest=rest,
        timing=terms.exchange_timing,
        rest_to=rest_to,
        tenders=tuple(split_over_tenders(order.tenders, rest, terms.tender_order))
        if rest_to is Outcome.REFUND
        else (),
    )


def share_of_units(value: int, quantity: int, before: int, after: int) -> int:
    """Return C(after) - C(before): what the units in between carry of a line's value."""
    return cumulative_share(value, quantity, after) - cumulative_share(value, quantity, before)


def _price(order: PaidOrder) -> int:
    """Return what all lines and shipping cost, whether it was captured or not."""
    goods = sum(line.goods for line in order.lines) + order.shipping.price
    tax = sum(line.tax for line in order.lines) + order.shipping.tax
    return worth(goods, tax, order.tax_included)


def _unit_values(
    order: PaidOrder, units: Sequence[Units]
) -> tuple[tuple[UnitsValue, ...], tuple[int, ...]]:
    """Return the value of each group of units, and how many units of each line are then settled."""
    settled = [line.settled for line in order.lines]
    goodwill = [GoodwillLeft.of(line) for line in order.lines]
    values = []
    for group in units:
        index = order.index(group.line)
        line = order.lines[index]
        before, after = settled[index], settled[index] + group.quantity
        if group.quantity < 1 or after > line.quantity:
            raise UnitAlreadySettled
        goods = share_of_units(line.goods, line.quantity, before, after)
        tax = share_of_units(line.tax, line.quantity, before, after)
        given, given_for, tax_given = goodwill[index].take(
            group.quantity, worth(goods, tax, order.tax_included), tax
        )
        values.append(
            UnitsValue(
                line=line.id,
                quantity=group.quantity,
                price=group.quantity * line.unit_price,
                goods=goods,
                tax=tax,
                goodwill=given,
                goodwill_units=given_for,
                goodwill_tax=tax_given,
            )
        )
        settled[index] = after
    return tuple(values), tuple(settled)


def _with_bundles_prorated(order: PaidOrder) -> PaidOrder:
    """Lay each bundle's discount on all of its lines by list subtotal.

    A bundle stays as allocated where another discount leaves a line too little to carry its part.
    """
    goods = [line.goods for line in order.lines]
    discounts = list(order.discounts or (0,) * len(goods))
    for bundle in order.bundles:
        weights = [
            line.quantity * line.unit_price if index in bundle.members else 0
            for index, line in enumerate(order.lines)
        ]
        if not sum(weights):
            continue
        parts = allocate(sum(bundle.shares), weights)
        moved = [part - share for part, share in zip(parts, bundle.shares, strict=True)]
        if all(paid >= more for paid, more in zip(goods, moved, strict=True)):
            goods = [paid - more for paid, more in zip(goods, moved, strict=True)]
            discounts = [off + more for off, more in zip(discounts, moved, strict=True)]
    lines = zip(order.lines, goods, strict=True)
    return replace(
        order,
        lines=tuple(replace(line, goods=paid) for line, paid in lines),
        discounts=tuple(discounts),
    )


def _repriced(order: PaidOrder, settled: Sequence[int], value: int) -> int:
    """Return by how much ended promotions change the goods to give back.

    What goes back is the net paid so far less the price of the kept units without the promotions
    whose minimum they no longer reach, never below zero.
    """
    discounts = order.discounts or (0,) * len(order.lines)
    before = [line.goods + off for line, off in zip(order.lines, discounts, strict=True)]
    kept = _kept(order, settled, before)
    ended = [promotion for promotion in order.promotions if kept < promotion.minimum]
    if not ended:
        return 0
    without = [
        line.goods + sum(promotion.shares[index] for promotion in ended)
        for index, line in enumerate(order.lines)
    ]
    net_paid = sum(line.goods for line in order.lines) - order.goods_refunded
    return max(0, net_paid - _kept(order, settled, without)) - value


def _kept(order: PaidOrder, settled: Sequence[int], values: Sequence[int]) -> int:
    """Return the value of the units that are not settled."""
    return sum(
        share_of_units(value, line.quantity, gone, line.quantity)
        for line, gone, value in zip(order.lines, settled, values, strict=True)
    )


def _shipping(
    order: PaidOrder,
    units: Sequence[Units],
    settled: Sequence[int],
    terms: Terms,
    *,
    with_shipping: bool,
) -> tuple[int, int]:
    """Return how much of the shipping price and of its tax goes back."""
    paid = order.shipping
    rest = (paid.price - paid.price_refunded, paid.tax - paid.tax_refunded)
    if with_shipping and any((paid.price, paid.tax)) and not any(rest):
        raise ShippingAlreadyRefunded
    all_back = all(gone == line.quantity for gone, line in zip(settled, order.lines, strict=True))
    faulty = any(group.fault is not Fault.SHOPPER for group in units)
    if (
        with_shipping
        or (units and all_back and terms.refund_shipping is RefundShipping.FULL_RETURN)
        or (faulty and terms.fault_shipping is FaultShipping.FULL)
    ):
        return rest
    if faulty and terms.fault_shipping is FaultShipping.PRORATA:
        return (
            min(rest[0], _fault_share(order, units, paid.price)),
            min(rest[1], _fault_share(order, units, paid.tax)),
        )
    return (0, 0)


def _fault_share(order: PaidOrder, units: Sequence[Units], amount: int) -> int:
    """Return the part of `amount` that units returned for somebody's fault carry."""
    weights = [worth(line.goods, line.tax, order.tax_included) for line in order.lines]
    if not sum(weights):
        return 0
    of_line = allocate(amount, weights)
    settled = [line.settled for line in order.lines]
    share = 0
    for group in units:
        index = order.index(group.line)
        before, settled[index] = settled[index], settled[index] + group.quantity
        if group.fault is not Fault.SHOPPER:
            quantity = order.lines[index].quantity
            share += share_of_units(of_line[index], quantity, before, settled[index])
    return share


def _not_given(
    order: PaidOrder, units: Sequence[Units], values: Sequence[UnitsValue], terms: Terms
) -> int:
    """Return what is held back of units of which only part of the value is given."""
    held = 0
    for group, value in zip(units, values, strict=True):
        part = terms.parts.get((group.line, group.fault), WHOLE)
        paid = worth(value.goods, value.tax, order.tax_included) - value.goodwill
        held += paid - percent_half_up(paid, part)
    return held


def _fees(
    order: PaidOrder,
    units: Sequence[Units],
    values: Sequence[UnitsValue],
    terms: Terms,
    gross: int,
    postage_charged: int,
) -> tuple[int, int]:
    """Return the restocking fee and the return postage, together never above `gross`."""
    own_choice = _own_choice(order, units, values, terms)
    if not own_choice:
        return (0, 0)
    fee = sum(percent_half_up(value, percent) for percent, value in own_choice.items())
    restocking = min(gross, fee)
    postage = min(gross - restocking, max(0, terms.postage - postage_charged))
    return (restocking, postage)


def _own_choice(
    order: PaidOrder, units: Sequence[Units], values: Sequence[UnitsValue], terms: Terms
) -> dict[int, int]:
    """Return what comes back by the shopper's choice, by the percentage that is charged on it."""
    found: dict[int, int] = {}
    for group, value in zip(units, values, strict=True):
        if group.fault is Fault.SHOPPER:
            percent = terms.restocking if group.restocking is None else group.restocking
            paid = worth(value.goods, value.tax, order.tax_included)
            found[percent] = found.get(percent, 0) + paid
    return found


def _percent_charged(own_choice: dict[int, int], terms: Terms) -> int:
    """Return the one percentage that is charged, or what several come to on the whole."""
    if len(own_choice) <= 1:
        return next(iter(own_choice), terms.restocking)
    whole = sum(own_choice.values())
    charged = sum(percent * value for percent, value in own_choice.items())
    return charged // whole if whole else 0
