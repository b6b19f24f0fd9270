"""Named locks: one holder at a time, per merchant, until the transaction ends."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from commerce.models import Merchant
from postexp.kernel.locks import lock, try_lock
from postexp.kernel.tenancy import OutsideMerchantScope, merchant_scope

pytestmark = pytest.mark.django_db(transaction=True)


def taken_elsewhere(merchant: Merchant, name: str) -> bool:
    """Return whether another transaction finds the lock taken."""
    free: list[bool] = []

    def ask() -> None:
        with merchant_scope(merchant.pk), transaction.atomic():
            free.append(try_lock(name))
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(10)
    return free == [False]


@pytest.mark.parametrize("take", [lock, try_lock])
def test_a_lock_has_one_holder_until_its_transaction_ends(
    scope: Merchant, take: Callable[[str], object]
) -> None:
    with transaction.atomic():
        take("order:1001")
        assert taken_elsewhere(scope, "order:1001")
        assert not taken_elsewhere(scope, "order:1002")
    assert not taken_elsewhere(scope, "order:1001")


def test_two_shops_have_their_own_locks(scope: Merchant, other_merchant: Merchant) -> None:
    with transaction.atomic():
        lock("order:1001")
        assert not taken_elsewhere(other_merchant, "order:1001")


def test_a_holder_may_take_its_lock_again(scope: Merchant) -> None:
    with transaction.atomic():
        lock("order:1001")
        assert try_lock("order:1001")


def test_the_one_who_waits_goes_on_when_the_holder_ends(scope: Merchant) -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with merchant_scope(scope.pk), transaction.atomic():
            lock("order:1001")
            held.set()
            done.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    threading.Timer(0.05, done.set).start()
    with transaction.atomic():
        lock("order:1001")
        assert done.is_set(), "the lock was given before its holder had ended"
    holder.join()


def test_a_lock_outside_a_scope_is_refused() -> None:
    with pytest.raises(OutsideMerchantScope):
        lock("order:1001")
