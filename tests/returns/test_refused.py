"""What could not be accepted: its shopper is asked, and the return ends with the answer (R-35)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from commerce.enums import StockOwner
from commerce.models import Merchant, Order, StockSource, Variant
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import Grade, Outcome, ReturnState
from returns.enums.receiving import Disposition, RefusedChoice, RefusedState, RestockState
from returns.errors import (
    ChoiceNotOffered,
    QuoteChanged,
    RefundExceedsBalance,
    RefusedUnitsMovedOn,
)
from returns.models import (
    Inspection,
    PolicyVersion,
    Refund,
    RefusedUnits,
    Restock,
    Return,
    Settlement,
)
from returns.rules.receiving import ReceivingTerms
from returns.selectors import list_lines_of
from returns.services.receiving import set_receiving
from returns.services.refused import (
    answer_by_default,
    answer_refused,
    offer_part_refund,
    send_back,
)
from returns.services.refused_fees import fee_paid, waive_fee
from tests.kept import keeps
from tests.returns.conftest import STAFF, arrive, ask, fresh

Publish = Callable[..., PolicyVersion]


def counted_by_us() -> None:
    StockSource.objects.create(owner=StockOwner.POSTEXP)


def settings(**changes: Any) -> None:
    usual: dict[str, Any] = {
        "blind_count": False,
        "hold_above": None,
        "matrix": {},
        "send_back_fee": None,
        "answer_days": 14,
        "without_answer": RefusedChoice.SEND_BACK,
    }
    terms = ReceivingTerms(**{**usual, **changes})
    set_receiving(terms, at=datetime.now().astimezone(), actor=STAFF)


@keeps
def one_of_two(order: Order, at: datetime, **worn: Any) -> Return:
    """Two mugs arrive, one as new and one worn."""
    case = ask(order, at, (0, 2, "too_small"))
    services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    arrive(case, at)
    [line] = list_lines_of(case)
    services.inspect_return(
        return_id=case.public_id,
        findings=[
            services.Finding(line=line.public_id, grade=Grade.NEW, quantity=1, accepted=True),
            services.Finding(
                line=line.public_id, grade=Grade.WORN, quantity=1, accepted=False, **worn
            ),
        ],
        at=at,
        actor=STAFF,
    )
    return fresh(case)


@keeps
def pay(case: Return, at: datetime) -> Settlement:
    settled = services.settle_return(return_id=case.public_id, key="k1", at=at, actor=STAFF)
    for refund in Refund.objects.exclude(state="succeeded"):
        services.refund_succeeded(refund.public_id, reference="bank", at=at, actor=STAFF)
    return settled


def stock_of(title: str) -> int | None:
    return Variant.objects.get(title=title).stock


def types() -> list[str]:
    return list(EventRecord.objects.order_by("id").values_list("type", flat=True))


def test_r35_one_of_two(bought: Order, at: datetime, publish: Publish) -> None:
    publish(postage={"JPY": 990})
    counted_by_us()
    case = one_of_two(bought, at, note="袖に汚れがあります。")
    assert stock_of("白") == 6
    refused = RefusedUnits.objects.get()
    assert (refused.state, refused.quantity, refused.fee) == (RefusedState.ASKED, 1, 990)
    assert refused.inspection.disposition == Disposition.QUARANTINE
    settled = pay(case, at)
    assert settled.total == 2500 - 990
    # One unit's value is paid, but the other's shopper has not said anything yet.
    assert fresh(case).state == ReturnState.RESOLVING
    answer_refused(
        refused_id=refused.public_id, choice=RefusedChoice.DONATE, at=at, actor="shopper", shown=0
    )
    assert fresh(case).state == ReturnState.COMPLETED
    assert stock_of("白") == 6
    about = ("refused", "return.completed")
    assert [type for type in types() if any(word in type for word in about)] == [
        "return.units_refused",
        "return.refused_units_moved",
        "return.refused_units_answered",
        "return.refused_units_closed",
        "return.completed",
    ]


def test_r35_sending_back_costs_a_fee_that_is_paid_before(
    bought: Order, at: datetime, publish: Publish
) -> None:
    publish(postage={"JPY": 990})
    case = one_of_two(bought, at)
    pay(case, at)
    refused = RefusedUnits.objects.get().public_id
    with pytest.raises(QuoteChanged):
        answer_refused(
            refused_id=refused, choice=RefusedChoice.SEND_BACK, at=at, actor="shopper", shown=500
        )
    for _press in range(2):
        answer_refused(
            refused_id=refused, choice=RefusedChoice.SEND_BACK, at=at, actor="shopper", shown=990
        )
    assert RefusedUnits.objects.get().state == RefusedState.FEE_DUE
    with pytest.raises(RefusedUnitsMovedOn):
        send_back(refused_id=refused, tracking_number="", at=at, actor=STAFF)
    fee_paid(refused_id=refused, reference="pi_1", at=at, actor=STAFF)
    assert fresh(case).state == ReturnState.RESOLVING
    send_back(refused_id=refused, tracking_number="123412341233", at=at, actor=STAFF)
    assert RefusedUnits.objects.get().state == RefusedState.SENT_BACK
    assert fresh(case).state == ReturnState.COMPLETED


def test_r35_a_partial_refund_is_paid_to_the_unit(bought: Order, at: datetime) -> None:
    case = one_of_two(bought, at, offer=1200)
    pay(case, at)
    refused = RefusedUnits.objects.get()
    answered = answer_refused(
        refused_id=refused.public_id,
        choice=RefusedChoice.PART_REFUND,
        at=at,
        actor="shopper",
        shown=1200,
    )
    assert answered.settlement is not None
    assert answered.settlement.total == 1200
    assert fresh(case).state == ReturnState.RESOLVING
    [line] = list_lines_of(case)
    assert (line.accepted, line.refused, line.settled) == (2, 0, 2)
    services.refund_succeeded(
        Refund.objects.exclude(state="succeeded").get().public_id,
        reference="bank",
        at=at,
        actor=STAFF,
    )
    assert fresh(case).state == ReturnState.COMPLETED
    bought.refresh_from_db()
    assert bought.given_back == 2500 + 1200


def test_r35_nothing_is_offered_above_the_value_and_nothing_taken_that_was_not_offered(
    bought: Order, at: datetime
) -> None:
    case = one_of_two(bought, at)
    refused = RefusedUnits.objects.get().public_id
    with pytest.raises(ChoiceNotOffered):
        answer_refused(refused_id=refused, choice=RefusedChoice.PART_REFUND, at=at, actor="shopper")
    with pytest.raises(RefundExceedsBalance):
        offer_part_refund(refused_id=refused, amount=2501, at=at, actor=STAFF)
    offer_part_refund(refused_id=refused, amount=2500, at=at, actor=STAFF)
    assert types().count("return.units_refused") == 2
    assert fresh(case).state == ReturnState.RESOLVING


@pytest.mark.parametrize(
    ("usual", "offer", "state"),
    [
        (RefusedChoice.SEND_BACK, None, RefusedState.TO_SEND),
        (RefusedChoice.DONATE, None, RefusedState.DONATED),
        (RefusedChoice.PART_REFUND, 900, RefusedState.PART_REFUNDED),
        (RefusedChoice.PART_REFUND, None, RefusedState.TO_SEND),
    ],
)
def test_r35_without_an_answer_the_shops_usual_way_is_gone(
    bought: Order,
    at: datetime,
    publish: Publish,
    usual: RefusedChoice,
    offer: int | None,
    state: RefusedState,
) -> None:
    publish(postage={"JPY": 990})
    settings(without_answer=usual)
    one_of_two(bought, at, offer=offer)
    refused = RefusedUnits.objects.get()
    assert (refused.answer_by - at).days == 14
    answer_by_default(refused_id=refused.public_id, at=refused.answer_by)
    assert RefusedUnits.objects.get().state == RefusedState.ASKED
    late = refused.answer_by + timedelta(seconds=1)
    for _run in range(2):
        answer_by_default(refused_id=refused.public_id, at=late)
    found = RefusedUnits.objects.get()
    assert (found.state, found.chosen_by) == (state, "system")


def test_what_was_chosen_stays_chosen(bought: Order, at: datetime) -> None:
    one_of_two(bought, at)
    refused = RefusedUnits.objects.get().public_id
    answer_refused(refused_id=refused, choice=RefusedChoice.DONATE, at=at, actor="shopper")
    with pytest.raises(RefusedUnitsMovedOn):
        answer_refused(refused_id=refused, choice=RefusedChoice.SEND_BACK, at=at, actor="shopper")
    with pytest.raises(RefusedUnitsMovedOn):
        waive_fee(refused_id=refused, at=at, actor=STAFF)
    with pytest.raises(RefusedUnitsMovedOn):
        offer_part_refund(refused_id=refused, amount=1, at=at, actor=STAFF)


def test_a_partial_refund_taken_first_leaves_the_other_unit_to_be_paid(
    bought: Order, at: datetime
) -> None:
    case = one_of_two(bought, at, offer=1)
    refused = RefusedUnits.objects.get().public_id
    answer_refused(refused_id=refused, choice=RefusedChoice.PART_REFUND, at=at, actor="shopper")
    refund = Refund.objects.get()
    services.refund_succeeded(refund.public_id, reference="", at=at, actor=STAFF)
    assert fresh(case).state == ReturnState.RESOLVING
    assert pay(case, at).total == 2500
    assert fresh(case).state == ReturnState.COMPLETED


def test_what_the_platform_counts_is_listed_to_be_counted_there(
    bought: Order, at: datetime
) -> None:
    one_of_two(bought, at)
    assert stock_of("白") == 5
    restock = Restock.objects.get()
    assert (restock.quantity, restock.state) == (1, RestockState.TO_DO)


def test_the_rest_does_not_come_and_the_answer_is_waited_for(bought: Order, at: datetime) -> None:
    case = ask(bought, at, (0, 1, "too_small"), (1, 1, "too_small"))
    services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    arrive(case, at, 1, 0)
    line = list_lines_of(case)[0].public_id
    services.inspect_return(
        return_id=case.public_id,
        findings=[services.Finding(line=line, grade=Grade.WORN, quantity=1, accepted=False)],
        at=at,
        actor=STAFF,
    )
    assert fresh(case).state == ReturnState.IN_TRANSIT
    late = at + timedelta(days=60)
    services.end_overdue(return_id=case.public_id, at=late)
    assert fresh(case).state == ReturnState.RESOLVING
    refused = RefusedUnits.objects.get()
    answer_refused(
        refused_id=refused.public_id, choice=RefusedChoice.DONATE, at=late, actor="shopper"
    )
    assert fresh(case).state == ReturnState.COMPLETED


def test_goods_go_where_the_matrix_says(
    bought: Order, at: datetime, mugs: None, scope: Merchant
) -> None:
    settings(matrix={"": {"a": "liquidate"}, "Kitchen": {"a": "donate"}})
    one_of_two(bought, at)
    assert Inspection.objects.get(grade="a").disposition == Disposition.LIQUIDATE
    assert Restock.objects.count() == 0


def test_a_partial_refund_of_an_exchange_is_money(bought: Order, at: datetime) -> None:
    blue = Variant.objects.get(title="青").public_id
    case = ask(bought, at, (0, 1, "too_small"), outcome=Outcome.EXCHANGE, variant=blue)
    services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    arrive(case, at)
    [line] = list_lines_of(case)
    services.inspect_return(
        return_id=case.public_id,
        findings=[
            services.Finding(
                line=line.public_id, grade=Grade.WORN, quantity=1, accepted=False, offer=800
            )
        ],
        at=at,
        actor=STAFF,
    )
    refused = RefusedUnits.objects.get().public_id
    answer_refused(refused_id=refused, choice=RefusedChoice.PART_REFUND, at=at, actor="shopper")
    assert Settlement.objects.get().outcome == Outcome.REFUND
