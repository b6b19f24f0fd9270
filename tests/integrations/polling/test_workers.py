"""Workers side by side: no parcel is asked about twice, and the rate is theirs together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from integrations.polling.asking import run_slice
from integrations.polling.models import CarrierAccount, CarrierCalls
from integrations.polling.turns import take_turn
from postexp.kernel.models import InboxMessage
from postexp.kernel.tenancy import merchant_scope
from tests.integrations.polling.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4


def fill(desk: Desk, count: int) -> list[str]:
    numbers = [f"79460001{place:04}" for place in range(count)]
    desk.send_all(numbers)
    desk.all_due()
    return numbers


def test_no_number_is_asked_about_twice(ups: Desk) -> None:
    numbers = fill(ups, 24)

    def work() -> int:
        try:
            with merchant_scope(ups.merchant.pk):
                until = ups.clock() + timedelta(seconds=1)
                return run_slice(ups.account.pk, until=until, now=ups.clock)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        asked = [pool.submit(work) for _ in range(WORKERS)]
        total = sum(one.result(60) for one in asked)
    assert total == len(numbers)
    assert sorted(request.rpartition("/")[2] for request in ups.asked()) == sorted(numbers)
    assert InboxMessage.objects.filter(source="ups").count() == len(numbers)


def test_workers_share_one_rate(ups: Desk) -> None:
    fill(ups, 24)
    CarrierAccount.objects.update(per_second=10)

    def take() -> int:
        try:
            with merchant_scope(ups.merchant.pk):
                return len(take_turn(ups.account.pk, at=ups.clock()).groups)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        granted = sum(one.result(60) for one in [pool.submit(take) for _ in range(WORKERS)])
    # At one instant: half a second's worth of ten a second, and one.
    assert granted == 6
    assert CarrierCalls.objects.get().calls == 6
