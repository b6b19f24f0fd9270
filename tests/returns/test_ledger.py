"""The ledger keeps the ceiling itself, and is never changed."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from commerce.models import Merchant, Order
from commerce.ports import DiscountFacts, LineFacts, TenderFacts
from returns import services
from returns.enums import (
    BundleDiscount,
    Component,
    Outcome,
    SettlementKind,
    ThresholdPromotion,
)
from returns.errors import (
    IdempotencyMismatch,
    NothingToSettle,
    RefundExceedsBalance,
    ShippingAlreadyRefunded,
)
from returns.models import LedgerEntry, PolicyVersion, Refund, Settlement
from returns.rules.quotes import Quote
from returns.services.ledger import book
from tests.facts import order_facts
from tests.returns.conftest import STAFF, ask, mug_facts, resolve, sent_order


def entries(order: Order, *amounts: tuple[Component, int]) -> None:
    settlement = Settlement.objects.create(
        order=order,
        kind=SettlementKind.EXTERNAL,
        outcome=Outcome.REFUND,
        currency="JPY",
        total=0,
        quote={},
        key=str(Settlement.objects.count()),
        fingerprint="",
        at=order.placed_at,
        actor="test",
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            settlement=settlement,
            order=order,
            component=component,
            code=component,
            amount=amount,
            at=order.placed_at,
        )
        for component, amount in amounts
    )


def given_back(order: Order) -> int:
    order.refresh_from_db()
    return order.given_back


def test_the_ledger_keeps_what_was_given_back(bought: Order) -> None:
    entries(bought, (Component.GOODS, 5000), (Component.FEE, -990), (Component.BONUS, 9999))
    assert given_back(bought) == 4010
    entries(bought, (Component.EXCHANGE_CREDIT, 2000))
    assert given_back(bought) == 6010


def test_fees_and_values_meet_the_ceiling_together(bought: Order) -> None:
    entries(bought, (Component.GOODS, 8000), (Component.OFFSET, -500))
    assert given_back(bought) == bought.captured == 7500


@pytest.mark.parametrize("amount", [7501, -1])
def test_the_database_refuses_to_leave_the_bounds(bought: Order, amount: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        entries(bought, (Component.GOODS, amount))
    assert given_back(bought) == 0
    assert LedgerEntry.objects.count() == 0


@pytest.mark.parametrize(
    "table",
    [
        "policyversion",
        "inspection",
        "transitionlog",
        "settlement",
        "settlementline",
        "ledgerentry",
    ],
)
@pytest.mark.parametrize(
    "change", ["UPDATE returns_{} SET merchant_id = 0", "DELETE FROM returns_{}"]
)
def test_logs_and_ledger_are_never_changed(
    bought: Order, at: datetime, table: str, change: str
) -> None:
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))


def test_a_settlement_that_meets_the_ceiling_leaves_nothing(bought: Order, at: datetime) -> None:
    too_much = Quote(
        currency="JPY",
        tax_included=True,
        outcome=Outcome.REFUND,
        units=(),
        total=7501,
        goodwill=7501,
    )

    def write(quoted: Quote) -> None:
        book(bought, quoted, kind=SettlementKind.EXTERNAL, key="k", mark="", at=at, actor="test")

    with pytest.raises(RefundExceedsBalance):
        write(too_much)
    with pytest.raises(ValueError, match="do not make"):
        write(Quote(currency="JPY", tax_included=True, outcome=Outcome.REFUND, units=(), total=1))
    assert (Settlement.objects.count(), given_back(bought)) == (0, 0)


def test_r15_shipping_goes_back_once(bought: Order, at: datetime) -> None:
    def refund(key: str, order: Order = bought) -> Settlement:
        return services.refund_shipping(order_id=order.public_id, key=key, at=at, actor=STAFF)

    first = refund("s1")
    assert (first.total, first.shipping) == (500, 500)
    assert refund("s1") == first
    with pytest.raises(ShippingAlreadyRefunded) as refused:
        refund("s2")
    assert (refused.value.code, refused.value.status) == ("shipping_already_refunded", 409)
    services.refund_succeeded(Refund.objects.get().public_id, reference="", at=at, actor=STAFF)
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    with pytest.raises(IdempotencyMismatch):
        services.settle_return(return_id=case.public_id, key="s1", at=at, actor=STAFF)


def test_r15_free_shipping_is_not_refundable(scope: Merchant, mugs: None, at: datetime) -> None:
    free = sent_order(scope, mug_facts(external_id="9", number="#9", shipping=(), total=7000))
    with pytest.raises(NothingToSettle):
        services.refund_shipping(order_id=free.public_id, key="s", at=at, actor=STAFF)


def test_r17_refunds_go_back_to_their_tenders(scope: Merchant, mugs: None, at: datetime) -> None:
    paid = (
        TenderFacts(kind="card", gateway="card", captured=3000),
        TenderFacts(kind="gift_card", gateway="gift", captured=4500),
    )
    order = sent_order(scope, mug_facts(tenders=paid))
    for number, key in enumerate(("a", "b")):
        case = resolve(ask(order, at, (0, 1, "too_small")), at)
        services.settle_return(return_id=case.public_id, key=key, at=at, actor=STAFF)
        assert Settlement.objects.count() == number + 1
    rows = Refund.objects.order_by("id").values_list("tender__kind", "amount")
    assert list(rows) == [("card", 2500), ("card", 500), ("gift_card", 2000)]


def test_an_unpaid_order_gives_nothing_back(scope: Merchant, mugs: None, at: datetime) -> None:
    order = sent_order(scope, mug_facts(tenders=()))
    case = ask(order, at, (0, 1, "too_small"))
    assert [(row["code"], row["amount"]) for row in case.quote["rows"]] == [
        ("goods", 2500),
        ("not_paid", -2500),
    ]
    settlement = services.settle_return(
        return_id=resolve(case, at).public_id, key="k", at=at, actor=STAFF
    )
    assert (settlement.total, given_back(order)) == (0, 0)


def with_offer(scope: Merchant, discount: DiscountFacts, *lines: LineFacts) -> Order:
    total = sum(line.unit_price * line.quantity for line in lines) - discount.amount
    facts = order_facts(
        currency="EUR",
        lines=lines,
        discounts=(discount,),
        shipping=(),
        tenders=(TenderFacts(captured=total),),
        total=total,
    )
    return sent_order(scope, facts)


def chair(external_id: str, quantity: int, price: int, **more: int) -> LineFacts:
    facts: dict[str, int | None] = {"discount_share": None, **more}
    return LineFacts(
        external_id=external_id,
        title="Chair",
        quantity=quantity,
        unit_price=price,
        **facts,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(("rule", "payout"), [("keep", 22500), ("reprice", 22000)])
def test_r13_below_the_coupons_minimum(
    scope: Merchant, publish: Callable[..., PolicyVersion], at: datetime, rule: str, payout: int
) -> None:
    publish(threshold_promotion=ThresholdPromotion(rule))
    coupon = DiscountFacts(code="TEN", amount=3000, minimum=30000)
    order = with_offer(scope, coupon, chair("l1", 6, 5000))
    assert order.captured == 27000
    case = ask(order, at, (0, 5, "changed_mind"))
    assert case.quote["payout"] == payout
    settlement = services.settle_return(
        return_id=resolve(case, at).public_id, key="k", at=at, actor=STAFF
    )
    assert settlement.total == payout
    last = ask(order, at, (0, 1, "changed_mind"))
    services.settle_return(return_id=resolve(last, at).public_id, key="l", at=at, actor=STAFF)
    assert given_back(order) == 27000


@pytest.mark.parametrize(("rule", "payout"), [("as_allocated", 3000), ("prorata", 2250)])
def test_r13_a_bundle_is_settled_as_the_policy_says(
    scope: Merchant, publish: Callable[..., PolicyVersion], at: datetime, rule: str, payout: int
) -> None:
    publish(bundle_discount=BundleDiscount(rule))
    offer = DiscountFacts(title="Buy one, get one", amount=1000, bundle=("l1", "l2"))
    order = with_offer(
        scope,
        offer,
        chair("l1", 1, 3000, discount_share=0),
        chair("l2", 1, 1000, discount_share=1000),
    )
    assert ask(order, at, (0, 1, "changed_mind")).quote["payout"] == payout
