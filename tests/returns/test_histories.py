"""Any history of requests, settlements, exchanges and refunds elsewhere keeps the books true."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.books import Books
from commerce.models import Merchant, Order, StoreCreditEntry, Variant
from commerce.ports import (
    FulfilmentFacts,
    FulfilmentLineFacts,
    LineFacts,
    ProductFacts,
    RefundFacts,
    RefundLineFacts,
    ShippingFacts,
    TenderFacts,
    VariantFacts,
)
from commerce.selectors import list_lines, list_tenders
from commerce.services.orders import take_in_order
from commerce.services.products import take_in_product
from commerce.services.refunds import take_in_refund
from returns import services
from returns.enums import Component, Outcome, RefundState, RowCode
from returns.errors import ReturnsError
from returns.models import CreditNote, LedgerEntry, PolicyVersion, Refund, Settlement
from returns.rules.cancellations import CancelWish
from returns.rules.credit_notes import Part
from returns.rules.paid import Terms
from returns.rules.quotes import NamedUnits, Quote, TenderShare, UnitsValue
from returns.selectors import paid_order, settled_units
from returns.services.cancellations import request_cancellation
from returns.services.cancelling import carry_out_cancellation
from returns.services.refunds import begin_refund
from tests.facts import order_facts
from tests.returns.conftest import SENT, STAFF, arrive, ask, fresh, grade, sent_order

CURRENCIES = ("JPY", "USD", "KWD")
REASONS = ("too_small", "defective", "damaged_in_transit")

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("return", "return", "exchange", "failed"),
                *("shipping", "elsewhere", "cancel", "goodwill", "unit", "stop"),
            ]
        ),
        st.integers(0, 1),
        st.integers(1, 3),
        st.sampled_from(REASONS),
        st.sampled_from([Outcome.REFUND, Outcome.STORE_CREDIT]),
        st.integers(0, 2),
        st.integers(1, 5000),
    ),
    max_size=5,
)


def an_order(
    scope: Merchant, currency: str, tax_included: bool, prices: list[int], *, whole: bool = True
) -> Order:
    lines = tuple(
        LineFacts(
            external_id=f"l{n}",
            title=f"Line {n}",
            quantity=3,
            unit_price=price,
            product_external_id="p1",
            variant_external_id="v1",
        )
        for n, price in enumerate(prices)
    )
    captured = sum(3 * price for price in prices) + 701
    facts = order_facts(
        currency=currency,
        tax_included=tax_included,
        lines=lines,
        shipping=(ShippingFacts(title="Post", price=701),),
        tenders=(
            TenderFacts(kind="card", captured=captured // 3),
            TenderFacts(kind="gift_card", captured=captured - captured // 3),
        ),
        total=captured,
    )
    take_in_product(
        ProductFacts(
            external_id="p1",
            title="Shirt",
            updated_at=SENT,
            variants=tuple(
                VariantFacts(external_id=key, title=key, price=prices[0], stock=50)
                for key in ("v1", "v2")
            ),
        ),
        at=SENT,
    )
    # The last unit of each line waits in the warehouse, where it can still be stopped.
    parcel = FulfilmentFacts(
        external_id="f1",
        order_external_id=facts.external_id,
        created_at=SENT,
        lines=tuple(
            FulfilmentLineFacts(line_external_id=line.external_id, quantity=2) for line in lines
        ),
    )
    taken = replace(facts, fulfilments=() if whole else (parcel,))
    return (
        sent_order(scope, facts) if whole else take_in_order(taken, merchant=scope, at=SENT).order
    )


def stop(order: Order, line: int, at: datetime) -> None:
    """Cancel the units of a line that wait, and let the cancellation be settled."""
    wish = CancelWish(line=list_lines(order)[line].public_id, quantity=1)
    asked = request_cancellation(
        order_id=order.public_id, wishes=[wish], at=at, actor=STAFF, by_staff=True
    )
    later = at + timedelta(hours=1)
    done = carry_out_cancellation(cancellation_id=asked.public_id, at=later)
    for refund in Refund.objects.filter(settlement=done.settlement):
        services.refund_succeeded(refund.public_id, reference="", at=later, actor=STAFF)


def carry_out(order: Order, step: tuple[Any, ...], number: int, at: datetime) -> None:
    """Do one thing; what the product refuses changes nothing."""
    kind, line, quantity, reason, outcome, missing, amount = step
    if kind == "shipping":
        services.refund_shipping(order_id=order.public_id, key=f"s{number}", at=at, actor=STAFF)
        return
    if kind in ("goodwill", "unit"):
        named_line = list_lines(order)[line].public_id
        services.give_goodwill(
            order_id=order.public_id,
            amount=amount,
            units=[NamedUnits(line=named_line, quantity=quantity)] if kind == "unit" else [],
            outcome=outcome,
            key=f"g{number}",
            at=at,
            actor=STAFF,
        )
        return
    if kind == "elsewhere":
        named = RefundLineFacts(line_external_id=f"l{line}", quantity=quantity, goods=amount, tax=0)
        told = take_in_refund(
            RefundFacts(
                external_id=f"r{number}",
                order_external_id=order.external_id,
                processed_at=at,
                amount=amount,
                currency=order.currency,
                lines=(named,) if missing else (),
            ),
            at=at,
        )
        services.book_platform_refund(platform_refund_id=told.public_id, at=at, actor="shopify")
        return
    if kind == "stop":
        stop(order, line, at)
        return
    wish: dict[str, Any] = {"outcome": outcome}
    if kind == "exchange":
        wish = {
            "outcome": Outcome.EXCHANGE,
            "variant": Variant.objects.get(external_id="v2").public_id,
        }
    case = ask(order, at, (line, quantity, reason), **wish)
    if kind == "cancel":
        services.cancel_return(return_id=case.public_id, at=at, actor="shopper")
        return
    services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    arrive(case, at, max(1, quantity - missing))
    grade(fresh(case), at, refused=missing // 2)
    services.settle_return(return_id=case.public_id, key=f"k{number}", at=at, actor=STAFF)
    for refund in Refund.objects.filter(settlement__case=case):
        if kind == "failed":
            begin_refund(refund.public_id, at=at)
            services.refund_failed(refund.public_id, why="declined", at=at, actor=STAFF)
            if missing:
                services.retry_refund(refund.public_id, at=at, actor=STAFF)
            else:
                continue
        services.refund_succeeded(refund.public_id, reference="", at=at, actor=STAFF)


def check_books(order: Order) -> None:
    """What went back is what the ledger says, and never more than was paid."""
    order.refresh_from_db()
    entries = LedgerEntry.objects.filter(order=order)
    counted = entries.exclude(component=Component.BONUS).aggregate(sum=Sum("amount"))["sum"] or 0
    assert order.given_back == counted <= order.captured
    totals = Settlement.objects.filter(order=order).aggregate(sum=Sum("total"))["sum"] or 0
    assert totals == counted
    for settlement in Settlement.objects.filter(order=order):
        own = settlement.entries.exclude(component=Component.BONUS)
        assert (own.aggregate(sum=Sum("amount"))["sum"] or 0) == settlement.total
        if settlement.outcome == Outcome.REFUND:
            paid = settlement.refunds.aggregate(sum=Sum("amount"))["sum"] or 0
            assert paid == settlement.total
    credit = StoreCreditEntry.objects.aggregate(sum=Sum("amount"))["sum"] or 0
    by_credit = Settlement.objects.filter(outcome=Outcome.STORE_CREDIT)
    assert credit == sum(settlement.payout for settlement in by_credit)
    for note in CreditNote.objects.filter(order=order):
        assert sum(row["amount"] for row in note.rates) == note.total == note.settlement.total
        assert sum(row["amount"] for row in note.rows) == note.total
    numbers = CreditNote.objects.order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, len(numbers) + 1))
    for tender in list_tenders(order):
        back = Refund.objects.filter(tender=tender).aggregate(sum=Sum("amount"))["sum"] or 0
        assert 0 <= back <= tender.captured
    for line in paid_order(order).lines:
        assert 0 <= line.settled <= line.quantity
        assert line.goodwill >= 0
    assert all(units <= 3 for units in settled_units(order).values())


def test_any_history_keeps_the_books_true(
    scope: Merchant, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish(restocking=750, postage={"JPY": 990, "USD": 795, "KWD": 2500})

    @given(
        steps=STEPS,
        currency=st.sampled_from(CURRENCIES),
        tax_included=st.booleans(),
        prices=st.lists(st.integers(1, 9999), min_size=2, max_size=2),
    )
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    def history(
        steps: list[tuple[Any, ...]], currency: str, tax_included: bool, prices: list[int]
    ) -> None:
        with transaction.atomic():
            order = an_order(scope, currency, tax_included, prices, whole=False)
            for number, step in enumerate(steps):
                try:
                    with transaction.atomic():
                        carry_out(order, step, number, at)
                except ReturnsError:
                    pass
                check_books(order)
            assert not Refund.objects.exclude(
                state__in=[RefundState.SUCCEEDED, RefundState.PENDING, RefundState.FAILED]
            ).exists()
            transaction.set_rollback(True)

    history()


def test_the_tables_say_what_the_model_of_a_million_histories_says(
    scope: Merchant, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    """What `script/bench money` books without a database is what the ledger and selectors keep."""
    publish(restocking=750)
    order = an_order(scope, "KWD", False, [4999, 333])
    model = Books(order=paid_order(order), terms=Terms(), sold={}, shipping=[], plain=False)
    model.sold = {
        line.id: Part(code=RowCode.GOODS, line=line.id, amount=line.goods, tax=0, rate=0)
        for line in model.order.lines
    }
    model.shipping = [Part(code=RowCode.SHIPPING, amount=701, tax=0, rate=0)]
    for number, step in enumerate(
        (
            ("unit", 0, 2, "", Outcome.REFUND, 0, 1001),
            ("goodwill", 0, 1, "", Outcome.STORE_CREDIT, 0, 700),
            ("return", 0, 1, "too_small", Outcome.REFUND, 0, 0),
            ("elsewhere", 1, 1, "", Outcome.REFUND, 1, 400),
            ("return", 0, 2, "defective", Outcome.STORE_CREDIT, 0, 0),
            ("shipping", 0, 1, "", Outcome.REFUND, 0, 0),
            ("return", 1, 2, "too_small", Outcome.REFUND, 0, 0),
        )
    ):
        carry_out(order, step, number, at)
        order.refresh_from_db()
        booked = Settlement.objects.latest("id")
        model.settle(f"k{number}", {"step": number}, lambda kept=booked.quote: read_quote(kept))
        assert model.order == paid_order(order)


def read_quote(kept: dict[str, Any]) -> Quote:
    """A quote as it was booked, read from what is kept of it."""
    fields = {name: kept[name] for name in Quote.__slots__}
    fields["outcome"], fields["rest_to"] = Outcome(kept["outcome"]), Outcome(kept["rest_to"])
    fields["units"] = tuple(UnitsValue(**row) for row in kept["units"])
    fields["goodwill_for"] = tuple(NamedUnits(**row) for row in kept["goodwill_for"])
    fields["tenders"] = tuple(TenderShare(**row) for row in kept["tenders"])
    fields["replacements"] = ()
    return Quote(**fields)


def test_a_whole_order_comes_back_to_the_unit(
    scope: Merchant, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish()

    @given(
        order_of_units=st.permutations([0, 0, 0, 1, 1, 1]),
        currency=st.sampled_from(CURRENCIES),
        prices=st.lists(st.integers(0, 9999), min_size=2, max_size=2),
    )
    @settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
    def history(order_of_units: list[int], currency: str, prices: list[int]) -> None:
        with transaction.atomic():
            order = an_order(scope, currency, True, prices)
            for number, line in enumerate(order_of_units):
                step = ("return", line, 1, "too_small", Outcome.REFUND, 0, 0)
                carry_out(order, step, number, at)
            order.refresh_from_db()
            assert order.given_back == order.captured
            transaction.set_rollback(True)

    history()
