"""Pages of a large shop beside those of a small one: they take turns, so that they meet the same
machine.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

ROUNDS = 40


class Sized(Protocol):
    """A shop of some size."""

    @property
    def slug(self) -> str:
        """Its name in addresses."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a page of the large shop may take: seconds, times those of the small one, statements."""

    seconds: float
    ratio: float
    queries: int


def copy_lines(model: Any, columns: Sequence[str], lines: Iterable[str]) -> None:
    """Write rows by COPY; columns that are not named have what the model gives them."""
    from django.db import connection

    usual = {}
    for field in model._meta.concrete_fields:
        is_made = field.primary_key or field.generated
        if field.column not in columns and not field.null and not is_made:
            value = field.get_default() if field.has_default() else ""
            usual[field.column] = "{}" if value == {} else str(value)
    names = ", ".join(f'"{column}"' for column in (*columns, *usual))
    rest = "".join(f"\t{value}" for value in usual.values()) + "\n"
    statement = f"COPY {model._meta.db_table} ({names}) FROM STDIN"
    rows = iter(lines)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        while several := list(itertools.islice(rows, 1_000)):
            copy.write(rest.join(several) + rest)


def visits(client: Any, shops: tuple[Sized, Sized], page: str) -> tuple[list[float], list[float]]:
    """Return the seconds of visits to a page of both shops' dashboards, which take turns."""
    ask: list[Callable[[], Any]] = [
        lambda address=f"/d/{shop.slug}/{page}": client.get(address) for shop in shops
    ]
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS + 3):
        for one, seconds in zip(ask, times, strict=True):
            began = time.perf_counter()
            answer = one()
            took = time.perf_counter() - began
            assert answer.status_code == 200
            if number >= 3:
                seconds.append(took)
    return times


def queries(client: Any, shop: Sized, page: str) -> int:
    """Return how many queries a page takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(f"/d/{shop.slug}/{page}")
    return len(captured)


def compare(client: Any, small: Sized, large: Sized, pages: Sequence[str], at_most: Limits) -> bool:
    """Print the figures of every page; return whether all limits are kept."""
    holds, wide = True, max(map(len, pages)) + 2
    # The first page of all says who is logged in, and reads templates.
    queries(client, small, pages[0])
    print(f"{'page':<{wide}}{'queries':>10}{'small p95':>12}{'large p95':>12}{'ratio':>8}")
    for page in pages:
        counts = [queries(client, shop, page) for shop in (small, large)]
        few, many = visits(client, (small, large), page)
        slow, slower = (statistics.quantiles(times, n=20)[18] for times in (few, many))
        ratio = statistics.median(many) / statistics.median(few)
        kept = (
            max(counts) <= at_most.queries
            and counts[0] == counts[1]
            and slower <= at_most.seconds
            and ratio <= at_most.ratio
        )
        holds &= kept
        print(
            f"{page:<{wide}}{counts[0]:>5}{counts[1]:>5}{slow * 1000:>9.0f} ms"
            f"{slower * 1000:>9.0f} ms{ratio:>7.2f}x  {'ok' if kept else 'over'}",
            flush=True,
        )
    return holds
