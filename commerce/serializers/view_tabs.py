"""The tabs of a list: its own views, and those that were saved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from commerce.enums import ListName
from commerce.selectors.views import list_views
from postexp.kernel.counts import count_each
from postexp.kernel.paging import FIRST, address

if TYPE_CHECKING:
    from commerce.access import StaffRequest

# Where one stood in the list, and how the page was asked for, are no part of a view.
PASSING = {*FIRST, "csrfmiddlewaretoken", "export", "lang"}
# Counting goes on for so long; a tab then says that there are more.
COUNT_MOST = 999
LONGEST = 500


def kept_query(query: QueryDict) -> str:
    """Return the filters of an address in one fixed form, without what is passing."""
    kept = QueryDict(mutable=True)
    for name in sorted(query):
        values = [value for value in query.getlist(name) if value.strip()]
        if values and name not in PASSING:
            kept.setlist(name, values)
    return kept.urlencode()


def own_tabs(
    labels: Mapping[str, str],
    query: QueryDict,
    *,
    view: str,
    counts: Mapping[str, int] | None = None,
    rare: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Return the tabs of a list's own views, of which the first is shown where none is named.

    `counts` holds those that are told, by view, each as far as one above COUNT_MOST. The views that
    are `rare` stand in a menu.
    """
    usual, counts = next(iter(labels)), counts or {}
    return [
        {
            "url": address(query, view=None if name == usual else name, **FIRST),
            "label": label,
            "active": view == name,
            "rare": name in rare,
            **(told_count(counts[name]) if name in counts else {"count": None}),
        }
        for name, label in labels.items()
    ]


def view_tabs(
    request: StaffRequest,
    list_name: ListName,
    query: QueryDict,
    tabs: list[dict[str, Any]],
    find: Callable[[QueryDict], QuerySet[Any]],
) -> dict[str, Any]:
    """Return what a list page needs for its views: `views`, `save_url` and `change_url`.

    `query` is the list's address and `tabs` are its own; `find(query)` gives the rows an address
    shows, and is asked for the count of each saved view. `save_url` is empty where nothing is
    narrowed or the view is saved; `change_url` where the view on the page is not the person's own.
    """
    here = kept_query(query)
    saved = list_views(request.user, list_name)
    counts = count_each([find(QueryDict(view.query)) for view in saved], most=COUNT_MOST + 1)
    chosen = next((view for view in saved if view.query == here), None)
    if chosen is not None:
        tabs = [tab | {"active": False} for tab in tabs]
    slug = request.merchant.slug
    own = chosen is not None and chosen.user_id == request.user.pk
    return {
        "views": tabs
        + [
            {
                "url": f"?{view.query}",
                "label": view.name,
                "active": view is chosen,
                **told_count(count),
            }
            for view, count in zip(saved, counts, strict=True)
        ],
        "save_url": f"{reverse('dashboard:view_save', args=[slug, list_name.value])}?{here}"
        if here and chosen is None
        else "",
        "change_url": reverse("dashboard:view_change", args=[slug, chosen.public_id])
        if own and chosen is not None
        else "",
    }


def told_count(found: int) -> dict[str, Any]:
    """Return what a tab shows of a count that went as far as one above COUNT_MOST."""
    return {"count": min(found, COUNT_MOST), "more": found > COUNT_MOST}
