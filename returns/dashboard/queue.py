"""The queue of returns: views, search, what is due, and approving several at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import ListName, Right
from commerce.exports import list_as_csv, wants_csv
from commerce.serializers.view_tabs import own_tabs, view_tabs
from postexp.kernel import clock, htmx
from postexp.kernel.counts import count_each
from postexp.kernel.money import Money
from postexp.kernel.paging import FIRST, address, cut
from returns import selectors, services
from returns.enums import Outcome, ReturnState
from returns.errors import ReturnsError
from returns.models import Return
from returns.rules.states import UNDO_TIME
from returns.selectors.cases import list_waiting_too_long
from returns.selectors.mismatches import list_mismatches
from returns.selectors.parcels import list_addresses
from returns.selectors.platform_returns import list_under_way_on_platform
from returns.serializers import Standing, standings
from returns.serializers.cells import return_cells, return_header
from returns.serializers.deadlines import due_words

MOST_AT_ONCE = 100
"""Returns that are approved with one press; a page has fewer."""
RESULTS = "returns.results"
"""Where a session keeps how an act on several returns went, until that was told."""


@staff_view()
@require_GET
def return_list(request: StaffRequest) -> HttpResponseBase:
    """Every return: view, search and filter are in the address; `export=csv` asks for a file."""
    if wants_csv(request):
        newest = _cases(request.GET).order_by("-id")
        return list_as_csv(request, "returns", return_header(), return_cells(newest))
    return htmx.render(
        request,
        page="returns/dashboard/list.html",
        part="returns/dashboard/_rows.html",
        context={
            **queue(request, request.GET),
            "told": _results(request),
        },
    )


def _outcome(query: QueryDict) -> str:
    outcome = query.get("outcome", "")
    return outcome if outcome in Outcome else ""


def _cases(query: QueryDict) -> QuerySet[Return]:
    return selectors.list_returns(
        view=query.get("view", "all"),
        search=query.get("q", "").strip(),
        outcome=_outcome(query),
        overdue_at=clock.now() if query.get("due") == "overdue" else None,
    )


def queue(request: StaffRequest, query: QueryDict) -> dict[str, Any]:
    """Return what the queue shows for an address."""
    view, search = query.get("view", "all"), query.get("q", "").strip()
    outcome, overdue = _outcome(query), query.get("due") == "overdue"
    page = cut(_cases(query), query)
    late, mismatches, on_platform = count_each(
        [list_waiting_too_long(at=clock.now()), list_mismatches(), list_under_way_on_platform()]
    )
    rows = [_row(request, one) for one in standings(page.rows)]
    return {
        "rows": rows,
        "may_choose": any(row["may_decide"] for row in rows),
        "nowhere": nowhere(request),
        "page": page,
        **view_tabs(request, ListName.RETURNS, query, _views(view, query), _cases),
        "chips": [_overdue_chip(query, late, overdue), *_outcome_chips(query, outcome)],
        "mismatches": mismatches,
        "on_platform": on_platform,
        "clear": address(query, outcome=None, due=None, **FIRST) if outcome or overdue else "",
        "q": search,
        "keep": {name: query[name] for name in ("view", "outcome", "due") if name in query},
        "narrowed": bool(search or outcome or overdue or view != "all"),
        "back": address(query),
    }


def _overdue_chip(query: QueryDict, count: int, overdue: bool) -> dict[str, Any]:
    label = pgettext("returns", "Overdue")
    return {
        "url": address(query, due=None if overdue else "overdue", **FIRST),
        "label": f"{label} ({count})" if count else label,
        "active": overdue,
    }


def _outcome_chips(query: QueryDict, outcome: str) -> list[dict[str, Any]]:
    return [
        {
            "url": address(query, outcome=None if outcome == kind else kind.value, **FIRST),
            "label": kind.label,
            "active": outcome == kind,
        }
        for kind in Outcome
    ]


def nowhere(request: StaffRequest) -> dict[str, Any] | None:
    """Return what to do where shoppers are not told where to send things, else None."""
    sending = selectors.sending_policy(clock.now())
    if all(sending.says_where(language) for language in request.merchant.locales):
        return None
    if list_addresses():
        return None
    return {"may_mend": request.membership.may(Right.CONFIGURE)}


def _row(request: StaffRequest, standing: Standing) -> dict[str, Any]:
    case = standing.case
    customer = case.order.customer
    name = customer.full_name(get_language() or "en") if customer else ""
    waits = ReturnState(case.state) is ReturnState.IN_REVIEW
    return {
        "case": case,
        "customer": name or case.order.email,
        "standing": standing,
        "due": due_words(case, clock.now()),
        "payout": Money(case.quote["payout"], case.quote["currency"]),
        "may_decide": waits and request.membership.may(Right.DECIDE),
    }


def _views(view: str, query: QueryDict) -> list[dict[str, Any]]:
    labels = {
        "all": pgettext("view of returns", "All"),
        "review": pgettext("view of returns", "Needs review"),
        "open": pgettext("view of returns", "Open"),
        "in_transit": pgettext("view of returns", "In transit"),
        "lost": pgettext("view of returns", "Perhaps lost"),
        "received": pgettext("view of returns", "Received"),
        "to_refund": pgettext("view of returns", "To refund"),
        "to_ship": pgettext("view of returns", "To ship"),
        "done": pgettext("view of returns", "Done"),
        "declined": pgettext("view of returns", "Declined"),
    }
    counts = selectors.count_by_view()
    told = {name: counts[name] for name in labels if name not in ("all", "done", "declined")}
    rare = {"done", "declined"} if counts["lost"] else {"lost", "done", "declined"}
    return own_tabs(labels, query, view=view, counts=told, rare=rare)


@staff_view(Right.DECIDE)
@require_POST
def return_approve_chosen(request: StaffRequest) -> HttpResponse:
    """Approve the chosen returns, each for itself, and tell of each how that went."""
    at, actor = clock.now(), request.user.actor
    results = _each(
        request,
        lambda case: services.approve_return(return_id=case.public_id, at=at, actor=actor),
        _("Approved"),
    )
    done = sum(result["done"] for result in results)
    said = ngettext("%(count)s return is approved.", "%(count)s returns are approved.", done)
    return _told(request, results, said % {"count": done}, undo_until=at + UNDO_TIME)


@staff_view(Right.DECIDE)
@require_POST
def return_undo_chosen(request: StaffRequest) -> HttpResponse:
    """Take back the decisions on several returns whose time for that is not over."""
    at, actor = clock.now(), request.user.actor
    results = _each(
        request,
        lambda case: services.undo_decision(return_id=case.public_id, at=at, actor=actor),
        _("Needs a decision again"),
    )
    done = sum(result["done"] for result in results)
    said = ngettext(
        "%(count)s decision is taken back.", "%(count)s decisions are taken back.", done
    )
    return _told(request, results, said % {"count": done})


def _each(
    request: StaffRequest, act: Callable[[Return], object], done: str
) -> list[dict[str, Any]]:
    """Do one thing to each chosen return; one that is refused stops none of the others."""
    results = []
    for case in selectors.list_chosen_returns(request.POST.getlist("return")[:MOST_AT_ONCE]):
        result = {"id": case.public_id, "number": case.number, "text": done, "done": True}
        try:
            act(case)
        except ReturnsError as error:
            result |= {"text": str(error.message), "done": False}
        results.append(result)
    return results


def _told(
    request: StaffRequest,
    results: Sequence[dict[str, Any]],
    said: str,
    *,
    undo_until: datetime | None = None,
) -> HttpResponse:
    """Lead back to the queue, which tells once of each of the chosen how that went."""
    request.session[RESULTS] = {
        "said": said if results else _("Choose at least one return."),
        "lines": results,
        "went_well": bool(results) and all(result["done"] for result in results),
        "undo_until": undo_until.isoformat() if undo_until else "",
    }
    queue_url = reverse("dashboard:return_list", args=[request.merchant.slug])
    back = QueryDict(request.POST.get("back", "").removeprefix("?"))
    return htmx.redirect(request, f"{queue_url}{address(back)}" if back else queue_url)


def _results(request: StaffRequest) -> dict[str, Any] | None:
    """Return how the last act on several returns went, for as long as the page was not made."""
    told: dict[str, Any] | None = request.session.pop(RESULTS, None)
    if told is None:
        return None
    until = told["undo_until"]
    may_undo = bool(until) and clock.now() <= datetime.fromisoformat(until)
    undoable = [line["id"] for line in told["lines"] if line["done"]] if may_undo else []
    return {**told, "undoable": undoable}
