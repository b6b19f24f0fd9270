"""A locked row may still be referred to, so that new rows about it do not wait or deadlock."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from commerce.models import Fulfilment, Merchant, Order
from commerce.selectors.orders import lock_order
from tests.parallel import overlap

# A plain FOR UPDATE also keeps others from inserting rows that refer to the locked one: they then
# wait while their own transaction commits, where they may hold what its holder waits for.
ALL_OF_IT = re.compile(r"select_for_update\((?!no_key=True)|(?<!NO KEY )FOR UPDATE")


def test_nobody_locks_more_of_a_row_than_they_change() -> None:
    rooms = [path.parent for path in Path(settings.BASE_DIR).glob("*/__init__.py")]
    sources = [source for room in rooms if room.name != "tests" for source in room.rglob("*.py")]
    assert len(sources) > 500
    assert [source for source in sources if ALL_OF_IT.search(source.read_text())] == []


@pytest.mark.django_db(transaction=True)
def test_a_locked_order_may_get_a_fulfilment(
    merchant: Merchant, order: Order, at: datetime
) -> None:
    def fulfil() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1ms'")
        Fulfilment.objects.create(
            order=order, external_id="F-1", created_at=at, source_updated_at=at
        )
        # The reference is looked up as late as the commit, where an error names nobody.
        connection.check_constraints()

    overlap(merchant, lambda: lock_order(order.public_id), fulfil)
