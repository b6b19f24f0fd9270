"""Goodwill and chargebacks through the services."""

from collections.abc import Callable
from datetime import datetime

import pytest

from commerce.models import Merchant, Order
from commerce.ports import DisputeFacts, Person
from commerce.services.disputes import take_in_dispute
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import Outcome, RefundState
from returns.errors import (
    IdempotencyMismatch,
    LostDispute,
    NotReturnable,
    OpenDispute,
    RefundExceedsBalance,
)
from returns.models import PolicyVersion, Refund, Settlement
from returns.rules.quotes import NamedUnits
from returns.services.personal import erase
from tests.facts import order_facts
from tests.returns.conftest import STAFF, ask, line_ids, resolve, sent_order


def give(order: Order, amount: int, at: datetime, *named: int, key: str = "g") -> Settlement:
    """Goodwill for the order, or for one unit of each named line."""
    ids = line_ids(order)
    return services.give_goodwill(
        order_id=order.public_id,
        amount=amount,
        units=[NamedUnits(line=ids[line], quantity=1) for line in named],
        key=key,
        note="Chipped",
        at=at,
        actor=STAFF,
    )


def test_m14_goodwill_for_a_unit_is_taken_off_when_it_comes_back(
    bought: Order, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish()
    given = give(bought, 500, at, 0)
    assert (given.kind, given.total, given.note) == ("goodwill", 500, "Chipped")
    assert Refund.objects.get(settlement=given).state == RefundState.PENDING
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    assert case.quote["payout"] == 2000
    first = services.settle_return(return_id=case.public_id, key="1", at=at, actor=STAFF)
    assert first.total == 2000
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    second = services.settle_return(return_id=case.public_id, key="2", at=at, actor=STAFF)
    assert second.total == 2500
    bought.refresh_from_db()
    assert bought.given_back == 5000  # what both mugs were paid


def test_m14_goodwill_for_the_order_is_explained_when_little_is_left(
    bought: Order, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish()
    give(bought, 700, at)
    case = resolve(ask(bought, at, (0, 2, "too_small"), (1, 1, "too_small")), at)
    rows = {row["code"]: row["amount"] for row in case.quote["rows"]}
    assert rows["given_as_goodwill"] == -700
    settlement = services.settle_return(return_id=case.public_id, key="1", at=at, actor=STAFF)
    assert settlement.total == 6800
    bought.refresh_from_db()
    assert bought.given_back == bought.captured


def test_goodwill_is_given_once_per_key_and_told_with_who_gave_it(
    bought: Order, at: datetime
) -> None:
    first = give(bought, 500, at)
    assert give(bought, 500, at) == first
    with pytest.raises(IdempotencyMismatch):
        give(bought, 501, at)
    told = EventRecord.objects.get(type="settlement.booked")
    assert (told.actor, told.payload["kind"]) == (STAFF, "goodwill")


def test_goodwill_refuses_what_it_cannot_be(scope: Merchant, bought: Order, at: datetime) -> None:
    with pytest.raises(RefundExceedsBalance):
        give(bought, 7501, at)
    for unit, outcome in (("oln_strange", Outcome.REFUND), ("", Outcome.EXCHANGE)):
        with pytest.raises(NotReturnable):
            services.give_goodwill(
                order_id=bought.public_id,
                amount=1,
                units=[NamedUnits(line=unit, quantity=1)] if unit else [],
                outcome=outcome,
                key="k",
                at=at,
                actor=STAFF,
            )
    nobody = sent_order(scope, order_facts(external_id="n", customer=None, email=""))
    with pytest.raises(NotReturnable):
        services.give_goodwill(
            order_id=nobody.public_id,
            amount=1,
            outcome=Outcome.STORE_CREDIT,
            key="n",
            at=at,
            actor=STAFF,
        )
    assert not Settlement.objects.exists()


def dispute(order: Order, state: str, at: datetime) -> None:
    """What the platform tells of a chargeback."""
    take_in_dispute(
        DisputeFacts(
            external_id="d1",
            state=state,
            reason="fraudulent",
            amount=7500,
            opened_at=at,
            closed_at=None if state == "open" else at,
        ),
        order_id=order.public_id,
        at=at,
    )


def test_an_open_chargeback_blocks_payment_until_it_ends_or_staff_say_why(
    bought: Order, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish()
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    dispute(bought, "open", at)
    with pytest.raises(OpenDispute):
        services.settle_return(return_id=case.public_id, key="1", at=at, actor=STAFF)
    with pytest.raises(OpenDispute):
        services.refund_shipping(order_id=bought.public_id, key="s", at=at, actor=STAFF)
    with pytest.raises(OpenDispute):
        give(bought, 1, at)
    assert not Settlement.objects.exists()
    paid = services.settle_return(
        return_id=case.public_id, key="1", despite="The bank agreed", at=at, actor=STAFF
    )
    assert paid.note == "The bank agreed"
    dispute(bought, "won", at)
    dispute(bought, "open", at)  # an older word, told late
    assert give(bought, 1, at).total == 1
    told = EventRecord.objects.filter(type="dispute.changed").order_by("id")
    assert [one.payload["state"] for one in told] == ["open", "won"]


def test_a_lost_chargeback_is_not_paid_a_second_time(
    bought: Order, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish()
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    dispute(bought, "lost", at)
    with pytest.raises(LostDispute):
        services.settle_return(return_id=case.public_id, key="1", at=at, actor=STAFF)
    assert not Settlement.objects.exists()
    paid = services.settle_return(
        return_id=case.public_id, key="1", despite="The bank gave half", at=at, actor=STAFF
    )
    assert paid.note == "The bank gave half"


def test_what_staff_wrote_is_forgotten_with_the_person(bought: Order, at: datetime) -> None:
    given = give(bought, 500, at)
    person = Person(customer_id="", order_ids=(bought.public_id,), emails=(), words=())
    erase(person, at)
    given.refresh_from_db()
    assert (given.note, given.total) == ("", 500)
