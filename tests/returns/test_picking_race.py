"""R-27: a pick and a cancellation at one moment, on real parallel connections, fifty times."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from commerce.errors import UnitsInCancellation
from commerce.models import Merchant, Order
from commerce.services.orders import take_in_order
from postexp.kernel.tenancy import merchant_scope
from returns.enums import CancellationState, ReturnState
from returns.models import Cancellation, Return, Settlement
from returns.selectors.cancellations import get_cancellation
from returns.services.cancelling import carry_out_cancellation
from tests.parallel import overlap
from tests.returns.test_cancellations import LATER, NOW, PLACED, cancel, facts_of, pick

pytestmark = pytest.mark.django_db(transaction=True)

TRIALS = 50


def at_one_moment(merchant: Merchant, *acts: Callable[[], object]) -> list[object]:
    """Do things on a connection each, as near to one moment as can be; refusals are answers."""
    ready = Barrier(len(acts))

    def do(act: Callable[[], object]) -> object:
        try:
            with merchant_scope(merchant.pk):
                ready.wait(60)
                return act()
        except UnitsInCancellation as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def an_order(scope: Merchant, number: int) -> Order:
    facts = replace(facts_of(1200, shipping=300), external_id=f"o{number}", number=f"#{number}")
    return take_in_order(facts, merchant=scope, at=PLACED).order


def test_r27_each_trial_ends_in_exactly_one_of_the_two(scope: Merchant) -> None:
    ends = []
    for number in range(TRIALS):
        order = an_order(scope, number)
        acts = [lambda order=order: pick(order, NOW, 1), lambda order=order: cancel(order, NOW)]
        if number % 2:
            acts.reverse()
        answers = at_one_moment(scope, *acts)
        refused = any(isinstance(answer, UnitsInCancellation) for answer in answers)
        [asked] = [answer for answer in answers if isinstance(answer, Cancellation)]
        carry_out_cancellation(cancellation_id=asked.public_id, at=LATER)
        ended = get_cancellation(asked.public_id)
        ends.append(ended.state)
        paid = Settlement.objects.filter(order=order).exists()
        back = Return.objects.filter(order=order, state=ReturnState.APPROVED).count()
        if refused:
            assert (ended.state, paid, back) == (CancellationState.REFUNDING, True, 0)
        else:
            assert (ended.state, paid, back) == (CancellationState.TOO_LATE, False, 1)
    assert len(ends) == TRIALS


def test_a_pick_waits_for_a_cancellation_under_way(scope: Merchant) -> None:
    order = an_order(scope, 0)

    def second() -> None:
        with pytest.raises(UnitsInCancellation):
            pick(order, NOW, 1)

    overlap(scope, lambda: cancel(order, NOW), second)


def test_a_cancellation_waits_for_a_pick_under_way(scope: Merchant) -> None:
    order = an_order(scope, 0)
    ended: list[str] = []
    overlap(
        scope,
        lambda: pick(order, NOW, 1),
        lambda: ended.append(cancel(order, NOW).state),
    )
    assert ended == [CancellationState.TOO_LATE]


def test_two_runs_at_once_settle_once(scope: Merchant, at: datetime) -> None:
    order = an_order(scope, 0)
    asked = cancel(order, NOW)

    def run() -> object:
        return carry_out_cancellation(
            cancellation_id=asked.public_id, at=LATER + timedelta(seconds=1)
        )

    at_one_moment(scope, run, run)
    assert Settlement.objects.count() == 1
    order.refresh_from_db()
    assert order.given_back == 1500
