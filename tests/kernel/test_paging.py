"""Pages of long lists, cut by the keys of their rows."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict

from commerce.models import Merchant
from postexp.kernel.models import EventRecord
from postexp.kernel.paging import Page, address, cut

AT = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def rows(scope: Merchant) -> list[str]:
    """Seven events, three of them at the same instant; return their names, newest first."""
    hours = (0, 1, 2, 2, 2, 3, 4)
    EventRecord.objects.all().delete()
    for number, hour in enumerate(hours):
        EventRecord.objects.create(
            public_id=f"evt_{number}",
            type="t",
            subject="s:1",
            payload={},
            occurred_at=AT + timedelta(hours=hour),
        )
    return [f"evt_{number}" for number in reversed(range(len(hours)))]


def page(query: str = "", by: str = "occurred_at") -> Page[EventRecord]:
    return cut(EventRecord.objects.all(), QueryDict(query.lstrip("?")), by=by, size=2)


def names(one: Page[EventRecord]) -> list[str]:
    return [row.public_id for row in one.rows]


@pytest.mark.parametrize("by", ["id", "occurred_at"])
def test_every_row_is_on_one_page_each_way(rows: list[str], by: str) -> None:
    pages = [page(by=by)]
    while pages[-1].older:
        pages.append(page(pages[-1].older, by=by))
    assert [name for one in pages for name in names(one)] == rows
    assert not pages[0].newer
    back = pages[-1]
    for known in reversed(pages[:-1]):
        back = page(back.newer, by=by)
        assert names(back) == names(known)


def test_an_empty_list_has_no_pages_beside_it(scope: Merchant) -> None:
    assert cut(EventRecord.objects.none(), QueryDict("")) == Page(rows=[])


def test_past_the_oldest_there_is_nothing(rows: list[str]) -> None:
    first = EventRecord.objects.order_by("id").first()
    assert first is not None
    assert page(f"before={first.pk}~{first.pk}", by="id").rows == []


@pytest.mark.parametrize(
    "query",
    [
        "before=5",
        "before=~5",
        "after=2026-11-21T00:00:00~1",
        "before=2026-11-21T00:00:00+00:00~-1",
        "after=2026-99-99~1",
        "before=2026-11-21T00:00:00%2B00:00~99999999999999999999999",
        "before=2026-11-21T00:00:00%2B00:00~٣",
    ],
)
def test_a_mark_nobody_wrote_shows_the_newest(rows: list[str], query: str) -> None:
    assert names(page(query)) == rows[:2]


def test_the_rest_of_the_address_stays(rows: list[str]) -> None:
    older = page("q=x&after=nonsense").older
    assert older.startswith("?q=x&before=2026")
    assert address(QueryDict("a=1&b=2"), a=None, c="3", d=None) == "?b=2&c=3"
