"""Two commands at one moment, each on a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from django.db import connection, transaction

from commerce.models import Merchant
from postexp.kernel.tenancy import merchant_scope

HEAD_START = 0.5


def overlap(
    merchant: Merchant,
    first: Callable[[], object],
    second: Callable[[], object],
    *,
    then: Callable[[], object] = lambda: None,
) -> None:
    """Run `second` elsewhere while the transaction of `first` is open and its rows are unseen.

    `first` goes on with `then` and commits once `second` is done, or after half a second: `second`
    may have to wait for it.
    """

    def elsewhere() -> None:
        try:
            with merchant_scope(merchant.pk), transaction.atomic():
                second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with merchant_scope(merchant.pk), transaction.atomic():
            first()
            running = pool.submit(elsewhere)
            wait([running], timeout=HEAD_START)
            then()
        running.result(10)
