"""Credit notes: written with each settlement, numbered without gaps, true to the ledger."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from commerce.models import Merchant, Order
from commerce.ports import DiscountFacts, LineFacts, TaxFacts, TenderFacts
from returns import services
from returns.enums import Outcome
from returns.errors import InvalidRegistrationNumber, RefundExceedsBalance
from returns.models import CreditNote, PolicyVersion, Settlement
from returns.rules.credit_notes import is_required, reads_as_registration_number
from tests.facts import order_facts
from tests.returns.conftest import STAFF, ask, resolve, sent_order

# The National Tax Agency's own corporate number has a true check digit.
REGISTERED = "T7000012050002"


@pytest.fixture
def issuer(scope: Merchant, at: datetime) -> None:
    """A shop that is registered for qualified invoices."""
    services.change_issuer(
        name="株式会社みほん",
        address="東京都千代田区霞が関3-1-1",
        registration_number=REGISTERED,
        prefix="KR-",
        at=at,
        actor=STAFF,
    )


def settled(order: Order, at: datetime, *units: tuple[int, int, str], **more: Any) -> Settlement:
    """A return of units of (line, quantity, reason), settled."""
    case = resolve(ask(order, at, *units), at)
    return services.settle_return(
        return_id=case.public_id, key=f"k-{case.pk}", at=at, actor=STAFF, **more
    )


@pytest.fixture
def two_rates(scope: Merchant) -> Order:
    """R-19: ¥5,500 at 10 % and ¥2,160 of food at 8 %, ¥1,000 off; tax only recorded per rate."""
    pot, tea = (
        LineFacts(
            external_id=external_id,
            title=title,
            quantity=1,
            unit_price=price,
            taxes=None,
            tax_rates=(rate,),
        )
        for external_id, title, price, rate in (
            ("l1", "急須", 5500, 100_000),
            ("l2", "煎茶", 2160, 80_000),
        )
    )
    return sent_order(
        scope,
        order_facts(
            lines=(pot, tea),
            discounts=(DiscountFacts(amount=1000),),
            tax_totals=(TaxFacts(rate=100_000, amount=435), TaxFacts(rate=80_000, amount=139)),
            shipping=(),
            tenders=(TenderFacts(kind="card", captured=6660),),
            total=6660,
        ),
    )


def test_r19_two_tax_rates(
    two_rates: Order, issuer: None, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish()
    note = settled(two_rates, at, (0, 1, "too_small")).credit_note
    assert note.rates == [{"rate": 100_000, "amount": 4782, "tax": 435}]
    assert (note.total, note.tax) == (4782, 435)
    assert (note.qualified, note.required) == (True, False)
    assert (note.code, note.sold_at, note.issued_at) == ("KR-000001", two_rates.placed_at, at)
    assert note.issuer["registration_number"] == REGISTERED
    rest = settled(two_rates, at, (1, 1, "too_small")).credit_note
    assert rest.rates == [{"rate": 80_000, "amount": 1878, "tax": 139}]
    assert rest.code == "KR-000002"


def test_a_qualified_return_invoice_is_required_from_ten_thousand_yen_on() -> None:
    assert is_required("JP", "JPY", 10_000)
    assert not is_required("JP", "JPY", 9_999)
    assert not is_required("US", "USD", 10_000)


def test_registration_numbers_have_a_check_digit(scope: Merchant, at: datetime) -> None:
    assert reads_as_registration_number("T1180301018771")
    for wrong in ("T1180301018772", "1180301018771", "T118030101877", "t1180301018771", ""):
        assert not reads_as_registration_number(wrong)
    with pytest.raises(InvalidRegistrationNumber):
        services.change_issuer(
            name="",
            address="",
            registration_number="T1180301018772",
            prefix="",
            at=at,
            actor=STAFF,
        )


def test_fees_lie_on_the_rates_of_what_came_back(
    two_rates: Order, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish(restocking=1000, postage={"JPY": 990})
    settlement = settled(two_rates, at, (0, 1, "too_small"), (1, 1, "too_small"))
    note = settlement.credit_note
    assert settlement.total == 6660 - 666 - 990 == note.total
    assert sum(rate["amount"] for rate in note.rates) == note.total
    assert [rate["amount"] for rate in note.rates] == [4782 - 1189, 1878 - 467]
    assert [rate["tax"] for rate in note.rates] == [435 - 108, 139 - 35]
    assert not note.qualified  # nobody registered this shop


def test_store_credit_is_on_paper_without_its_bonus_and_an_even_exchange_is_not(
    bought: Order, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish()
    settlement = settled(bought, at, (0, 1, "too_small"), outcome=Outcome.STORE_CREDIT)
    assert settlement.credit_note.total == settlement.total
    case = ask(
        bought,
        at,
        (0, 1, "too_small"),
        outcome=Outcome.EXCHANGE,
        variant=bought.lines.get(external_id="l1")
        .variant.product.variants.get(external_id="v2")
        .public_id,
    )
    services.settle_return(return_id=resolve(case, at).public_id, key="ex", at=at, actor=STAFF)
    assert CreditNote.objects.count() == 1


def test_goodwill_for_the_order_lies_on_all_its_rates(two_rates: Order, at: datetime) -> None:
    settlement = services.give_goodwill(
        order_id=two_rates.public_id, amount=666, key="g", at=at, actor=STAFF
    )
    note = settlement.credit_note
    assert [(rate["rate"], rate["amount"]) for rate in note.rates] == [
        (100_000, 478),
        (80_000, 188),
    ]
    assert note.tax == 43 + 14


def test_a_number_that_was_not_kept_is_given_again(two_rates: Order, at: datetime) -> None:
    def give(key: str) -> Settlement:
        return services.give_goodwill(
            order_id=two_rates.public_id, amount=1, key=key, at=at, actor=STAFF
        )

    with transaction.atomic():
        assert give("lost").credit_note.number == 1
        transaction.set_rollback(True)
    with pytest.raises(RefundExceedsBalance):
        services.give_goodwill(
            order_id=two_rates.public_id, amount=6661, key="much", at=at, actor=STAFF
        )
    assert give("first").credit_note.number == 1
    assert give("second").credit_note.number == 2


def test_notes_are_append_only_and_tests_get_none(
    scope: Merchant, two_rates: Order, at: datetime
) -> None:
    services.give_goodwill(order_id=two_rates.public_id, amount=1, key="g", at=at, actor=STAFF)
    with pytest.raises(DatabaseError), transaction.atomic():
        CreditNote.objects.update(total=2)
    trial = sent_order(scope, order_facts(external_id="t", test=True))
    services.give_goodwill(order_id=trial.public_id, amount=1, key="t", at=at, actor=STAFF)
    assert CreditNote.objects.count() == 1
