"""Two thousand histories of orders keep every promise of the books; `script/bench money` more."""

from collections import Counter
from random import Random

import pytest

from benchmarks.histories import live

HISTORIES = 2_000
PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_any_history_is_never_over_refunded_and_adds_up(part: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(part, HISTORIES, PARTS):
        books = live(Random(seed))
        seen.update(books.done)
        seen["plain"] += books.plain
        seen[books.order.currency] += 1
        seen["tax inside" if books.order.tax_included else "tax on top"] += 1
    # Nothing the histories are about may quietly have stopped to happen.
    assert set(seen) == {
        *("refund", "store_credit", "exchange", "plain"),
        *("JPY", "USD", "KWD", "tax inside", "tax on top"),
    }
