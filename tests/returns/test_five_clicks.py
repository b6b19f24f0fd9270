"""R-20, with real parallel connections and a gateway that is slow to say what it did."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connection

from commerce.models import Merchant, Order
from commerce.ports import DisputeFacts, Person
from commerce.services.disputes import take_in_dispute
from postexp.kernel import clock, outbox
from postexp.kernel.models import Delivery, DeliveryState
from postexp.kernel.tenancy import merchant_scope
from returns import services
from returns.enums import RefundState, ReturnState
from returns.errors import (
    IdempotencyMismatch,
    InvalidTransition,
    OpenDispute,
    QuantityExceedsReturnable,
)
from returns.models import CreditNote, LedgerEntry, Refund, Return, Settlement
from returns.ports import (
    Payment,
    PaymentRefused,
    PaymentUnclear,
    register_provider,
    unregister_provider,
)
from returns.services.personal import erase
from tests.kept import take_part
from tests.returns.conftest import STAFF, ask, fresh, resolve

pytestmark = pytest.mark.django_db(transaction=True)

CLICKS = 5


class Gateway:
    """Pays once per key where it honours keys, and answers as it is told to."""

    name = "gateway"

    def __init__(self, *, honours_keys: bool = True) -> None:
        self.honours_keys = honours_keys
        self.paid: dict[str, int] = {}
        self.calls = 0
        self.answers: list[Exception] = []

    def takes(self, payment: Payment) -> bool:
        return payment.tender == "card"

    def pay(self, payment: Payment) -> str:
        self.calls += 1
        trouble = self.answers.pop(0) if self.answers else None
        if isinstance(trouble, PaymentRefused):
            raise trouble
        self.paid.setdefault(payment.key, 0)
        if not self.paid[payment.key] or not self.honours_keys:
            self.paid[payment.key] += payment.amount
        if trouble is not None:
            raise trouble
        return f"re_{len(self.paid)}"


def plant(gateway: Gateway) -> Iterator[Gateway]:
    take_part(gateway)
    register_provider(gateway)
    yield gateway
    unregister_provider(gateway.name)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A gateway that honours keys."""
    yield from plant(Gateway())


@pytest.fixture
def forgetful() -> Iterator[Gateway]:
    """A gateway that ignores keys."""
    yield from plant(Gateway(honours_keys=False))


def in_parallel(merchant: Merchant, run: Callable[[int], object]) -> list[object]:
    """Run a command from five connections at the same moment; exceptions are answers, too."""
    ready = Barrier(CLICKS)

    def click(number: int) -> object:
        try:
            with merchant_scope(merchant.pk):
                ready.wait(60)
                return run(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(CLICKS) as pool:
        return list(pool.map(click, range(CLICKS)))


def retry_now() -> None:
    """Let the outbox take its waiting retries at once."""
    Delivery.every_merchant.filter(state=DeliveryState.PENDING).update(next_at=clock.now())


def test_r20_five_clicks_one_refund(
    merchant: Merchant,
    bought: Order,
    gateway: Gateway,
    at: datetime,
    drain: Callable[[], None],
) -> None:
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    gateway.answers = [TimeoutError("read timed out")]

    def settle(number: int) -> str:
        return services.settle_return(
            return_id=case.public_id, key="click", at=at, actor=STAFF, pay=2400
        ).public_id

    answers = in_parallel(merchant, settle)
    assert len(set(answers)) == 1
    drain()
    assert Refund.objects.get().state == RefundState.PROCESSING
    retry_now()
    drain()
    assert (gateway.calls, gateway.paid) == (2, {Refund.objects.get().public_id: 2400})
    assert Settlement.objects.get().total == 2400
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == 2400
    refund = Refund.objects.get()
    assert (refund.state, refund.reference) == (RefundState.SUCCEEDED, "re_1")
    assert fresh(case).state == ReturnState.COMPLETED
    with pytest.raises(IdempotencyMismatch) as refused:
        services.settle_return(return_id=case.public_id, key="click", at=at, actor=STAFF, pay=2500)
    assert (refused.value.code, refused.value.status) == ("idempotency_mismatch", 422)


def test_five_keys_settle_once(merchant: Merchant, bought: Order, at: datetime) -> None:
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)

    def settle(number: int) -> object:
        return services.settle_return(
            return_id=case.public_id, key=f"key-{number}", at=at, actor=STAFF
        )

    answers = in_parallel(merchant, settle)
    assert sum(isinstance(answer, Settlement) for answer in answers) == 1
    bought.refresh_from_db()
    assert bought.given_back == 2500


def test_five_requests_share_two_units(merchant: Merchant, bought: Order, at: datetime) -> None:
    answers = in_parallel(merchant, lambda number: ask(bought, at, (0, 1, "too_small")))
    asked = [answer for answer in answers if isinstance(answer, Return)]
    assert len(asked) == len({case.number for case in asked}) == 2
    refused = [answer for answer in answers if isinstance(answer, QuantityExceedsReturnable)]
    assert len(refused) == 3


def test_two_of_staff_decide_once(merchant: Merchant, bought: Order, at: datetime) -> None:
    case = ask(bought, at, (0, 1, "too_small"))

    def approve(number: int) -> object:
        return services.approve_return(return_id=case.public_id, at=at, actor=f"staff:{number}")

    answers = in_parallel(merchant, approve)
    assert sum(isinstance(answer, Return) for answer in answers) == 1
    assert sum(isinstance(answer, InvalidTransition) for answer in answers) == CLICKS - 1


def test_a_gateway_without_keys_is_never_asked_twice(
    bought: Order, forgetful: Gateway, at: datetime, drain: Callable[[], None]
) -> None:
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    forgetful.answers = [PaymentUnclear("connection reset")]
    services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    drain()
    retry_now()
    drain()
    refund = Refund.objects.get()
    assert (forgetful.calls, refund.state) == (1, RefundState.OUTCOME_UNKNOWN)
    assert refund.failure
    assert Delivery.objects.filter(state=DeliveryState.OUTCOME_UNKNOWN).count() == 1
    outbox.replay(Delivery.objects.get(state=DeliveryState.OUTCOME_UNKNOWN), at=at)
    drain()
    assert forgetful.calls == 1
    services.refund_failed(refund.public_id, why="Not in the books.", at=at, actor=STAFF)
    assert fresh(case).state == ReturnState.RESOLVING
    services.retry_refund(refund.public_id, at=at, actor=STAFF)
    drain()
    refund.refresh_from_db()
    assert (forgetful.calls, refund.state, refund.failure) == (2, RefundState.SUCCEEDED, "")


def test_a_refusal_is_shown_and_tried_again_under_the_same_key(
    bought: Order, gateway: Gateway, at: datetime, drain: Callable[[], None]
) -> None:
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    gateway.answers = [PaymentRefused("card expired")]
    services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    drain()
    refund = Refund.objects.get()
    assert (refund.state, refund.failure) == (RefundState.FAILED, "card expired")
    assert fresh(case).state == ReturnState.RESOLVING
    services.retry_refund(refund.public_id, at=at, actor=STAFF)
    drain()
    assert gateway.paid == {refund.public_id: 2500}
    assert fresh(case).state == ReturnState.COMPLETED
    again = services.refund_succeeded(refund.public_id, reference="x", at=at, actor=STAFF)
    assert again.reference == "re_1"


def test_a_chargeback_stops_what_was_booked_and_not_sent_until_staff_say_why(
    bought: Order, gateway: Gateway, at: datetime, drain: Callable[[], None]
) -> None:
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    dispute = DisputeFacts(external_id="d1", state="open", opened_at=at)
    take_in_dispute(dispute, order_id=bought.public_id, at=at)
    drain()
    refund = Refund.objects.get()
    assert (gateway.calls, refund.state) == (0, RefundState.FAILED)
    assert refund.failure == str(OpenDispute.message)
    with pytest.raises(OpenDispute):
        services.retry_refund(refund.public_id, at=at, actor=STAFF)
    assert Refund.objects.get().state == RefundState.FAILED
    services.retry_refund(refund.public_id, despite="The bank agreed", at=at, actor=STAFF)
    drain()
    assert gateway.paid == {refund.public_id: 2500}
    person = Person(customer_id="", order_ids=(bought.public_id,), emails=(), words=())
    erase(person, at)
    assert not refund.transitions.exclude(note="").exists()


def test_a_settlement_with_a_word_about_its_chargeback_is_sent(
    bought: Order, gateway: Gateway, at: datetime, drain: Callable[[], None]
) -> None:
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    dispute = DisputeFacts(external_id="d1", state="open", opened_at=at)
    take_in_dispute(dispute, order_id=bought.public_id, at=at)
    services.settle_return(
        return_id=case.public_id, key="k", despite="The bank agreed", at=at, actor=STAFF
    )
    drain()
    assert list(gateway.paid.values()) == [2500]


def test_an_endless_outage_ends_with_staff(
    bought: Order, gateway: Gateway, at: datetime, drain: Callable[[], None]
) -> None:
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    gateway.answers = [TimeoutError() for _ in range(outbox.MAX_ATTEMPTS)]
    services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    for _ in range(outbox.MAX_ATTEMPTS):
        drain()
        retry_now()
    refund = Refund.objects.get()
    assert refund.state == RefundState.OUTCOME_UNKNOWN
    services.refund_succeeded(refund.public_id, reference="found it", at=at, actor=STAFF)
    assert fresh(case).state == ReturnState.COMPLETED


def test_credit_notes_of_one_moment_have_consecutive_numbers(
    merchant: Merchant, bought: Order, at: datetime
) -> None:
    in_parallel(
        merchant,
        lambda number: services.give_goodwill(
            order_id=bought.public_id, amount=1, key=f"g{number}", at=at, actor=STAFF
        ),
    )
    with merchant_scope(merchant.pk):
        numbers = CreditNote.objects.order_by("number").values_list("number", flat=True)
        assert list(numbers) == [1, 2, 3, 4, 5]
