"""The sums of settlements: the scenarios by name, then the properties on generated orders."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce.rules import OrderDiscount, SoldLine, paid_lines, paid_shipping
from returns.enums import (
    BundleDiscount,
    ExchangePriceBasis,
    Fault,
    FaultShipping,
    Outcome,
    RefundShipping,
    TenderOrder,
    ThresholdPromotion,
)
from returns.errors import (
    ExchangeIsWhole,
    RefundExceedsBalance,
    ShippingAlreadyRefunded,
    UnitAlreadySettled,
)
from returns.rules.entries import entries_of
from returns.rules.exchanges import Wanted
from returns.rules.money import quote
from returns.rules.paid import (
    Bundle,
    OrderLine,
    PaidOrder,
    Promotion,
    Shipping,
    Tender,
    Terms,
    Units,
)
from returns.rules.quotes import Quote, TenderShare
from returns.rules.tenders import split_over_tenders
from returns.rules.withdrawals import statutory_terms

NO_FEES = Terms()


def bought(
    lines: list[SoldLine],
    *discounts: int,
    currency: str = "USD",
    tax_included: bool = False,
    shipping: Shipping | None = None,
    **more: Any,
) -> PaidOrder:
    """An order paid with one card, its discounts laid on the lines the way the intake does."""
    paid = paid_lines(lines, [OrderDiscount(amount) for amount in discounts])
    shipping = shipping or Shipping()
    captured = sum(line.goods for line in paid) + shipping.price
    if not tax_included:
        captured += sum(line.tax for line in paid) + shipping.tax
    return PaidOrder(
        currency=currency,
        tax_included=tax_included,
        captured=captured,
        tenders=(Tender(id="card", captured=captured),),
        shipping=shipping,
        discounts=tuple(sum(line.shares) for line in paid),
        lines=tuple(
            OrderLine(
                id=f"L{number}",
                quantity=sold.quantity,
                unit_price=sold.unit_price,
                goods=line.goods,
                tax=line.tax,
            )
            for number, (sold, line) in enumerate(zip(lines, paid, strict=True))
        ),
        **more,
    )


def units(line: int = 0, quantity: int = 1, fault: Fault = Fault.SHOPPER) -> Units:
    return Units(line=f"L{line}", quantity=quantity, fault=fault)


def booked(order: PaidOrder, done: Quote) -> PaidOrder:
    """The order after a settlement was carried out."""
    settled = {line.id: line.settled for line in order.lines}
    for value in done.units:
        settled[value.line] += value.quantity
    back = {share.tender: share.amount for share in done.tenders}
    return replace(
        order,
        lines=tuple(replace(line, settled=settled[line.id]) for line in order.lines),
        given_back=order.given_back + done.total,
        goods_refunded=order.goods_refunded
        + sum(value.goods for value in done.units)
        + done.repriced,
        shipping=replace(
            order.shipping,
            price_refunded=order.shipping.price_refunded + done.shipping,
            tax_refunded=order.shipping.tax_refunded + done.shipping_tax,
        ),
        tenders=tuple(
            replace(tender, refunded=tender.refunded + back.get(tender.id, 0))
            for tender in order.tenders
        ),
    )


def one_by_one(order: PaidOrder, line: int, times: int, terms: Terms = NO_FEES) -> list[Quote]:
    """The settlements of a line's units, returned one at a time."""
    done = []
    for _ in range(times):
        done.append(quote(order, [units(line)], terms))
        order = booked(order, done[-1])
    return done


def codes(done: Quote) -> dict[str, int]:
    return {row.code: row.amount for row in done.rows}


def test_r09_one_by_one_equals_all_at_once() -> None:
    order = bought([SoldLine(4, 1000, tax=360)], 399, shipping=Shipping(price=500, tax=75))
    assert order.captured == 4536
    singles = one_by_one(order, 0, 4)
    assert [one.units[0].goods for one in singles] == [900, 901, 900, 900]
    assert [one.units[0].tax for one in singles] == [90, 90, 90, 90]
    assert [one.shipping + one.shipping_tax for one in singles] == [0, 0, 0, 575]
    assert sum(one.total for one in singles) == 4536
    assert quote(order, [units(quantity=4)], NO_FEES).total == 4536


def test_r10_the_coupon_is_not_yours_twice() -> None:
    order = bought([SoldLine(1, 600), SoldLine(1, 400)], 100, currency="GBP")
    first = quote(order, [units(0)], NO_FEES)
    assert first.total == 540
    assert quote(booked(order, first), [units(1)], NO_FEES).total == 360


def test_r11_only_its_share() -> None:
    order = bought([SoldLine(1, 15000), SoldLine(1, 6000)], 4200)
    done = quote(order, [units(0)], NO_FEES)
    assert done.total == 12000
    row = done.rows[0]
    assert (row.code, row.price, row.discount, row.amount) == ("goods", 15000, 3000, 12000)


def test_r12_yen_has_no_cents() -> None:
    order = bought([SoldLine(3, 1000)], 1000, currency="JPY", tax_included=True)
    assert [one.total for one in one_by_one(order, 0, 3)] == [667, 666, 667]


def six_for_fifty() -> PaidOrder:
    order = bought([SoldLine(6, 5000)], 3000, currency="EUR", tax_included=True)
    return replace(order, promotions=(Promotion(minimum=30000, shares=(3000,)),))


REPRICE = Terms(threshold_promotion=ThresholdPromotion.REPRICE)


def test_r13_below_the_coupons_minimum() -> None:
    order = six_for_fifty()
    assert order.captured == 27000
    five = [units(quantity=5)]
    assert quote(order, five, NO_FEES).total == 22500
    repriced = quote(order, five, REPRICE)
    assert repriced.total == 22000
    assert codes(repriced) == {"goods": 22500, "promotion_ended": -500}
    assert quote(order, five, statutory_terms(REPRICE)).total == 22500
    assert quote(order, five, statutory_terms(NO_FEES)).total == 22500


def test_r13_repricing_one_by_one_ends_at_what_was_paid() -> None:
    singles = one_by_one(six_for_fifty(), 0, 6, REPRICE)
    assert [one.total for one in singles] == [2000, 5000, 5000, 5000, 5000, 5000]


def test_r13_nothing_is_repriced_while_the_minimum_is_kept() -> None:
    order = bought([SoldLine(8, 5000)], 4000, tax_included=True)
    order = replace(order, promotions=(Promotion(minimum=30000, shares=(4000,)),))
    assert quote(order, [units(quantity=2)], REPRICE).total == 9000


def test_r13_a_reprice_never_asks_for_money() -> None:
    order = bought([SoldLine(6, 5000)], 15000, tax_included=True)
    order = replace(order, promotions=(Promotion(minimum=30000, shares=(15000,)),))
    done = quote(order, [units()], REPRICE)
    assert (done.total, done.repriced) == (0, -2500)


def test_r14_pay_for_what_arrived() -> None:
    order = bought([SoldLine(3, 8999)])
    arrived = [units(quantity=2)]
    done = quote(order, arrived, NO_FEES)
    assert done.total == 17998
    with pytest.raises(RefundExceedsBalance):
        quote(order, arrived, NO_FEES, pay=26997)
    assert quote(booked(order, done), [units()], NO_FEES).total == 8999


def test_r15_free_shipping_is_not_refundable() -> None:
    free = paid_shipping(1000, discount=1000)
    order = bought([SoldLine(1, 100)], shipping=Shipping(price=free.price, tax=free.tax))
    assert quote(order, [], NO_FEES, with_shipping=True).total == 0
    half = paid_shipping(1000, discount=500, tax=115)
    order = bought([SoldLine(1, 100)], shipping=Shipping(price=half.price, tax=half.tax))
    once = quote(order, [], NO_FEES, with_shipping=True)
    assert once.total == 615
    with pytest.raises(ShippingAlreadyRefunded):
        quote(booked(order, once), [], NO_FEES, with_shipping=True)


def yen(price: int) -> PaidOrder:
    return bought([SoldLine(1, price), SoldLine(1, 50_000)], currency="JPY", tax_included=True)


FEES = Terms(restocking=1000, postage=990)


def test_r16_fees_have_a_floor() -> None:
    done = quote(yen(4166), [units()], FEES)
    assert (done.restocking_fee, done.postage_fee, done.total) == (417, 990, 2759)
    defective = quote(yen(4166), [units(fault=Fault.MERCHANT)], FEES)
    assert (defective.restocking_fee, defective.postage_fee, defective.total) == (0, 0, 4166)
    assert quote(yen(1200), [units()], FEES).total == 90
    floor = quote(yen(800), [units()], FEES)
    assert (floor.total, floor.restocking_fee + floor.postage_fee) == (0, 800)
    assert (floor.restocking_fee, floor.postage_fee) == (80, 720)


def test_r16_postage_is_charged_once_per_return() -> None:
    first = quote(yen(800), [units(0)], FEES)
    order = booked(yen(800), first)
    rest = quote(order, [units(1)], FEES, postage_charged=first.postage_fee)
    assert rest.postage_fee == 990 - 720
    assert quote(order, [units(1)], FEES, postage_charged=990).postage_fee == 0


def test_r16_mixed_reasons_waive_only_their_own() -> None:
    both = [units(0), units(1, fault=Fault.CARRIER)]
    done = quote(yen(4166), both, FEES)
    assert (done.restocking_fee, done.postage_fee) == (417, 990)


def test_r17_back_where_it_came_from() -> None:
    tenders: tuple[Tender, ...] = (
        Tender(id="card", captured=8000),
        Tender(id="gift", captured=4000, store_value=True),
    )
    left = tenders
    paid = []
    for amount in (5000, 5000, 2000):
        shares = split_over_tenders(left, amount, TenderOrder.EXTERNAL_FIRST)
        paid.append({share.tender: share.amount for share in shares})
        left = tuple(
            replace(tender, refunded=tender.refunded + paid[-1].get(tender.id, 0))
            for tender in left
        )
    assert paid == [{"card": 5000}, {"card": 3000, "gift": 2000}, {"gift": 2000}]
    proportional = split_over_tenders(tenders, 5000, TenderOrder.PROPORTIONAL)
    assert proportional == [
        TenderShare(tender="card", amount=3333),
        TenderShare(tender="gift", amount=1667),
    ]
    store_first = split_over_tenders(tenders, 5000, TenderOrder.STORE_VALUE_FIRST)
    assert store_first == [
        TenderShare(tender="card", amount=1000),
        TenderShare(tender="gift", amount=4000),
    ]
    with pytest.raises(RefundExceedsBalance):
        split_over_tenders(left, 1, TenderOrder.EXTERNAL_FIRST)


@pytest.mark.parametrize("sequence", TenderOrder)
def test_a_tender_that_gave_back_what_another_took_has_nothing_left(sequence: TenderOrder) -> None:
    tenders = (
        Tender(id="card", captured=8000, refunded=10000),
        Tender(id="gift", captured=4000, store_value=True),
    )
    assert split_over_tenders(tenders, 2000, sequence) == [TenderShare(tender="gift", amount=2000)]
    with pytest.raises(RefundExceedsBalance):
        split_over_tenders(tenders, 2001, sequence)


def test_r18_bonus_and_fee_together() -> None:
    order = bought([SoldLine(1, 7777), SoldLine(1, 1)], currency="JPY", tax_included=True)
    without = quote(order, [units()], Terms(bonus=1000), Outcome.STORE_CREDIT)
    assert (without.total, without.bonus, without.payout) == (7777, 778, 8555)
    with_fee = quote(order, [units()], Terms(bonus=1000, postage=990), Outcome.STORE_CREDIT)
    assert (with_fee.total, with_fee.bonus, with_fee.payout) == (6787, 679, 7466)
    assert with_fee.units[0].goods == without.units[0].goods == 7777
    assert booked(order, with_fee).given_back == 6787
    assert with_fee.tenders == ()


def test_a_refund_has_no_bonus() -> None:
    assert quote(yen(1000), [units()], Terms(bonus=1000)).bonus == 0


def test_tax_is_added_or_a_memo() -> None:
    inside = bought([SoldLine(3, 1000, tax=272)], tax_included=True, currency="JPY")
    done = one_by_one(inside, 0, 3)
    assert [one.units[0].tax for one in done] == [91, 90, 91]
    assert [one.total for one in done] == [1000, 1000, 1000]
    assert codes(done[0]) == {"goods": 1000}
    on_top = bought([SoldLine(1, 1000, tax=80), SoldLine(1, 1)])
    assert codes(quote(on_top, [units()], NO_FEES)) == {"goods": 1000, "tax": 80}


def with_shipping(price: int = 700) -> PaidOrder:
    return bought(
        [SoldLine(1, 3000), SoldLine(1, 2000), SoldLine(1, 1999)],
        currency="JPY",
        tax_included=True,
        shipping=Shipping(price=price, tax=64),
    )


@pytest.mark.parametrize(
    ("fault", "rule", "shipping"),
    [
        (Fault.MERCHANT, FaultShipping.PRORATA, 200),
        (Fault.CARRIER, FaultShipping.PRORATA, 200),
        (Fault.SHOPPER, FaultShipping.PRORATA, 0),
        (Fault.MERCHANT, FaultShipping.NONE, 0),
        (Fault.MERCHANT, FaultShipping.FULL, 700),
        (Fault.SHOPPER, FaultShipping.FULL, 0),
    ],
)
def test_shipping_goes_back_with_somebodys_fault(
    fault: Fault, rule: FaultShipping, shipping: int
) -> None:
    done = quote(with_shipping(), [units(1, fault=fault)], Terms(fault_shipping=rule))
    assert (done.shipping, done.total) == (shipping, 2000 + shipping)


def test_a_full_return_gives_back_what_is_left_of_shipping() -> None:
    order = with_shipping()
    faulty = quote(order, [units(1, fault=Fault.MERCHANT)], NO_FEES)
    rest = quote(booked(order, faulty), [units(0), units(2)], NO_FEES)
    assert (faulty.shipping, rest.shipping) == (200, 500)
    assert (faulty.shipping_tax + rest.shipping_tax) == 64
    assert faulty.total + rest.total == order.captured


def test_shipping_is_kept_where_the_terms_say_never() -> None:
    terms = Terms(refund_shipping=RefundShipping.NEVER)
    done = quote(with_shipping(), [units(0), units(1), units(2)], terms)
    assert (done.shipping, done.total) == (0, 6999)


def test_fault_shipping_follows_the_units_of_a_line_in_order() -> None:
    order = bought(
        [SoldLine(3, 1000)], tax_included=True, shipping=Shipping(price=100), currency="JPY"
    )
    terms = Terms(refund_shipping=RefundShipping.NEVER)
    done = quote(order, [units(quantity=1), units(quantity=2, fault=Fault.MERCHANT)], terms)
    assert done.shipping == 67


def test_free_lines_carry_no_shipping() -> None:
    order = bought([SoldLine(2, 0)], shipping=Shipping(price=100))
    assert quote(order, [units(fault=Fault.MERCHANT)], NO_FEES).shipping == 0


def test_a_goodwill_refund_lowers_the_ceiling_and_is_explained() -> None:
    order = bought([SoldLine(1, 1000)], currency="JPY", tax_included=True)
    card = Tender(id="card", captured=1000, refunded=300)
    done = quote(replace(order, given_back=300, tenders=(card,)), [units()], NO_FEES)
    assert done.total == 700
    assert codes(done) == {"goods": 1000, "already_refunded": -300}


def test_what_was_never_paid_is_not_given_back() -> None:
    order = bought([SoldLine(1, 1000)], currency="JPY", tax_included=True)
    part_paid = replace(order, captured=400, tenders=(Tender(id="card", captured=400),))
    done = quote(part_paid, [units()], NO_FEES)
    assert codes(done) == {"goods": 1000, "not_paid": -600}
    given = replace(part_paid, given_back=100, tenders=(Tender(id="card", captured=300),))
    assert codes(quote(given, [units()], NO_FEES)) == {
        "goods": 1000,
        "not_paid": -600,
        "already_refunded": -100,
    }


def test_a_quote_is_kept_as_plain_json() -> None:
    kept = json.loads(json.dumps(quote(yen(4166), [units()], FEES).to_json()))
    assert (kept["total"], kept["payout"], kept["outcome"]) == (2759, 2759, "refund")
    assert [row["amount"] for row in kept["rows"]] == [4166, -417, -990]
    assert kept["tenders"] == [{"tender": "card", "amount": 2759}]


def test_staff_may_pay_less_and_it_shows() -> None:
    done = quote(yen(1000), [units()], NO_FEES, pay=600)
    assert codes(done) == {"goods": 1000, "deduction": -400}
    assert done.total == 600
    with pytest.raises(RefundExceedsBalance):
        quote(yen(1000), [units()], NO_FEES, pay=-1)


def test_an_exchange_gives_the_paid_value_without_fees() -> None:
    order = bought([SoldLine(1, 6400, tax=576)], 640, shipping=Shipping(price=500))
    done = quote(order, [units()], FEES, Outcome.EXCHANGE)
    assert done.total == 5760 + 576
    assert [(row.code, row.amount) for row in done.rows] == [("exchange_credit", 6336)]
    with pytest.raises(RefundExceedsBalance):
        quote(replace(order, given_back=600), [units()], FEES, Outcome.EXCHANGE)
    with pytest.raises(ExchangeIsWhole):
        quote(order, [units()], FEES, Outcome.EXCHANGE, pay=6336)


@pytest.mark.parametrize("quantity", [0, -1, 3])
def test_units_settle_once(quantity: int) -> None:
    order = bought([SoldLine(2, 1000)])
    with pytest.raises(UnitAlreadySettled):
        quote(order, [units(quantity=quantity)], NO_FEES)
    with pytest.raises(UnitAlreadySettled):
        quote(order, [units(), units(quantity=2)], NO_FEES)


def test_a_line_of_another_order_is_not_found() -> None:
    with pytest.raises(KeyError):
        quote(bought([SoldLine(1, 1)]), [units(7)], NO_FEES)


def bundle(goods: tuple[int, int, int], shares: tuple[int, int, int]) -> PaidOrder:
    """Two lines of a bundle at 30.00 and 10.00, and a stranger."""
    prices = (3000, 1000, 500)
    return PaidOrder(
        currency="USD",
        tax_included=True,
        captured=sum(goods),
        tenders=(Tender(id="card", captured=sum(goods)),),
        lines=tuple(
            OrderLine(id=f"L{number}", quantity=1, unit_price=price, goods=paid)
            for number, (price, paid) in enumerate(zip(prices, goods, strict=True))
        ),
        bundles=(Bundle(shares=shares, members=(0, 1)),),
    )


def test_bundles_as_allocated_or_prorated() -> None:
    order = bundle((3000, 0, 500), (0, 1000, 0))
    prorata = Terms(bundle_discount=BundleDiscount.PRORATA)
    assert quote(order, [units(0)], NO_FEES).total == 3000
    assert quote(order, [units(0)], prorata).total == 2250
    assert quote(order, [units(1)], prorata).total == 750
    assert quote(order, [units(2)], prorata).total == 500
    assert quote(order, [units(0)], statutory_terms(prorata)).total == 3000


def test_a_bundle_that_cannot_be_prorated_stays_as_allocated() -> None:
    prorata = Terms(bundle_discount=BundleDiscount.PRORATA)
    overlaid = bundle((100, 0, 500), (0, 1000, 0))
    assert quote(overlaid, [units(0)], prorata).total == 100
    free = replace(overlaid, bundles=(Bundle(shares=(0, 0, 0), members=()),))
    assert quote(free, [units(0)], prorata).total == 100


# --- properties on generated orders ---

CURRENCIES = {"JPY": 10**6, "USD": 10**6, "KWD": 10**7}


@st.composite
def orders(draw: st.DrawFn) -> PaidOrder:
    """Orders in three currencies, taxes inside or on top, paid with up to three tenders."""
    currency = draw(st.sampled_from(sorted(CURRENCIES)))
    most = CURRENCIES[currency]
    lines = draw(
        st.lists(
            st.builds(
                SoldLine,
                quantity=st.integers(1, 6),
                unit_price=st.integers(0, most),
                discount=st.integers(0, most // 10),
                tax=st.integers(0, most // 10),
            ),
            min_size=1,
            max_size=4,
        )
    )
    tax_included = draw(st.booleans())
    if tax_included:  # a tax inside the price is not above it
        lines = [replace(line, tax=min(line.tax or 0, line.subtotal)) for line in lines]
    order = bought(
        lines,
        *draw(st.lists(st.integers(0, most), max_size=2)),
        currency=currency,
        tax_included=tax_included,
        shipping=Shipping(price=draw(st.integers(0, most // 100)), tax=draw(st.integers(0, 99))),
    )
    cuts = sorted(draw(st.lists(st.integers(0, order.captured), max_size=2)))
    parts = [
        after - before for before, after in zip([0, *cuts], [*cuts, order.captured], strict=True)
    ]
    tenders = tuple(
        Tender(id=f"T{number}", captured=part, store_value=draw(st.booleans()))
        for number, part in enumerate(parts)
    )
    return replace(order, tenders=tenders)


TERMS = st.builds(
    Terms,
    restocking=st.integers(0, 5000),
    postage=st.integers(0, 2000),
    bonus=st.integers(0, 2000),
    refund_shipping=st.sampled_from(RefundShipping),
    fault_shipping=st.sampled_from(FaultShipping),
    threshold_promotion=st.sampled_from(ThresholdPromotion),
    bundle_discount=st.sampled_from(BundleDiscount),
    tender_order=st.sampled_from(TenderOrder),
)


def pieces(order: PaidOrder) -> list[Units]:
    return [Units(line=line.id, quantity=1) for line in order.lines for _ in range(line.quantity)]


@given(orders(), st.data())
@settings(max_examples=150)
def test_one_by_one_in_any_order_equals_what_was_paid(
    order: PaidOrder, data: st.DataObject
) -> None:
    total = tax = 0
    now = order
    for piece in data.draw(st.permutations(pieces(order))):
        done = quote(now, [piece], NO_FEES)
        now = booked(now, done)
        total += done.total
        tax += sum(value.tax for value in done.units) + done.shipping_tax
    assert total == order.captured
    assert tax == sum(line.tax for line in order.lines) + order.shipping.tax
    assert all(tender.left == 0 for tender in now.tenders)
    assert quote(order, pieces(order), NO_FEES).total == order.captured


@given(orders(), TERMS, st.data())
@settings(max_examples=150)
def test_never_more_than_was_paid(order: PaidOrder, terms: Terms, data: st.DataObject) -> None:
    """Any mix of settlements: sums add up, ceilings hold, and no tender is overdrawn."""
    promotion = Promotion(minimum=data.draw(st.integers(1, 10**6)), shares=order.discounts)
    lines = tuple(range(len(order.lines)))
    now = replace(
        order,
        promotions=(promotion,),
        bundles=(Bundle(shares=order.discounts, members=lines),),
    )
    postage = 0
    waiting = data.draw(st.permutations(pieces(order)))
    while waiting:
        count = data.draw(st.integers(1, len(waiting)))
        fault = data.draw(st.sampled_from(Fault))
        batch = [replace(piece, fault=fault) for piece in waiting[:count]]
        waiting = waiting[count:]
        outcome = data.draw(st.sampled_from([Outcome.REFUND, Outcome.STORE_CREDIT]))
        done = quote(now, batch, terms, outcome, postage_charged=postage)
        postage += done.postage_fee
        assert done.total >= 0
        assert sum(row.amount for row in done.rows) == done.payout
        if outcome is Outcome.REFUND:
            assert sum(share.amount for share in done.tenders) == done.total
        now = booked(now, done)
        assert now.given_back <= order.captured
        assert all(tender.left >= 0 for tender in now.tenders)
        assert now.shipping.price_refunded <= order.shipping.price
    assert postage <= terms.postage


@given(
    st.lists(
        st.builds(
            lambda captured, part, store: Tender(
                id="", captured=captured, refunded=captured * part // 100, store_value=store
            ),
            st.integers(0, 10**6),
            st.integers(0, 100),
            st.booleans(),
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(TenderOrder),
    st.data(),
)
def test_tenders_take_exactly_the_amount(
    tenders: list[Tender], sequence: TenderOrder, data: st.DataObject
) -> None:
    named = [replace(tender, id=str(number)) for number, tender in enumerate(tenders)]
    amount = data.draw(st.integers(0, sum(tender.left for tender in named)))
    shares = {share.tender: share.amount for share in split_over_tenders(named, amount, sequence)}
    assert sum(shares.values()) == amount
    assert all(0 < share <= named[int(key)].left for key, share in shares.items())


def test_only_part_of_the_value_is_given_with_a_row_of_its_own() -> None:
    order = bought([SoldLine(quantity=3, unit_price=1000)], 1000, currency="JPY", tax_included=True)
    line = order.lines[0].id
    parts = {(line, Fault.MERCHANT): 5000}
    terms = Terms(restocking=1000, postage=100, bonus=1000, parts=parts)
    # The coupon's share leaves ¥667 of ¥1,000; M6 waives the fees of what was the shop's fault.
    faulty = Units(line=line, quantity=1, fault=Fault.MERCHANT)
    quoted = quote(order, [faulty], terms, Outcome.STORE_CREDIT)
    assert (quoted.not_given, quoted.total, quoted.bonus) == (333, 334, 33)
    assert [(row.code.value, row.amount) for row in quoted.rows] == [
        ("goods", 667),
        ("part_credit", -333),
        ("bonus", 33),
    ]
    assert sum(amount for _c, _r, _l, amount in entries_of(quoted)) == quoted.payout
    # For another fault of the same line all of it is given, and fees are of its whole value.
    unwanted = quote(order, [Units(line=line, quantity=1)], terms)
    assert (unwanted.not_given, unwanted.restocking_fee, unwanted.total) == (0, 67, 500)
    # An exchange gives all of the value, and so does a withdrawal.
    assert quote(order, [faulty], terms, Outcome.EXCHANGE).total == 667
    assert quote(order, [faulty], statutory_terms(terms)).total == 667


def test_fees_take_no_more_than_the_part_that_is_given() -> None:
    order = bought([SoldLine(quantity=1, unit_price=1000)], currency="JPY", tax_included=True)
    line = order.lines[0].id
    terms = Terms(restocking=5000, parts={(line, Fault.SHOPPER): 1000})
    quoted = quote(order, [Units(line=line, quantity=1)], terms)
    assert (quoted.not_given, quoted.restocking_fee, quoted.total) == (900, 100, 0)


def test_another_product_in_exchange_costs_less_where_a_rule_says_so() -> None:
    order = bought([SoldLine(quantity=1, unit_price=9000)])
    line = order.lines[0].id
    other = Wanted(line=line, quantity=1, price=12000, tax=1205, same_product=False)
    units = [Units(line=line, quantity=1)]
    terms = Terms(shop_now=1000)
    quoted = quote(order, units, terms, Outcome.EXCHANGE, wanted=[other])
    # 132.05 less 10 %, half up.
    assert (quoted.replacements[0].cost, quoted.due) == (11884, 2884)
    same = replace(other, same_product=True)
    current = replace(terms, exchange_price_basis=ExchangePriceBasis.CURRENT)
    assert quote(order, units, current, Outcome.EXCHANGE, wanted=[same]).due == 4205
    kept = replace(other, promised=10000)
    assert quote(order, units, terms, Outcome.EXCHANGE, wanted=[kept]).due == 1000
