"""Two commands at one moment, each on a connection of its own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from time import monotonic

from django.db import connection, transaction

from commerce.models import Merchant
from postexp.kernel.tenancy import merchant_scope

HEAD_START = 0.5
# Whether anyone waits for what the asking connection has locked.
WAITED_FOR = """
    SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)) LIMIT 1
"""


def overlap(
    merchant: Merchant,
    first: Callable[[], object],
    second: Callable[[], object],
    *,
    then: Callable[[], object] = lambda: None,
) -> None:
    """Run `second` elsewhere while the transaction of `first` is open and its rows are unseen.

    `first` goes on with `then` and commits once `second` is done or has to wait for it, but after
    half a second in any case.
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
            _wait_until_it_can_do_no_more(running)
            then()
        running.result(60)


def _wait_until_it_can_do_no_more(running: Future[None]) -> None:
    end = monotonic() + HEAD_START
    while not wait([running], timeout=0.01).done and monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(WAITED_FOR)
            if cursor.rowcount:
                return
