"""The shopper's face: places to hand a parcel in, searched, looked at and chosen."""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_http_methods, require_safe

from postexp.kernel import clock
from returns.enums import OpenWhen, ReturnMethod, ReturnMove, ReturnState
from returns.errors import ReturnsError
from returns.forms.drop_off import NearForm
from returns.models import Return
from returns.rules.drop_off import Need
from returns.rules.methods import LABELLED
from returns.rules.states import RETURN_MOVES, possible
from returns.selectors.drop_off import PAGE, country_of, find_taking, has_points, search_points
from returns.selectors.parcels import need_of
from returns.serializers.drop_off import PointShown, show_near, show_point
from returns.services.drop_off import choose_drop_off
from returns.site.asking import case_of
from returns.site.visits import Visit, of_return, of_sale

PLACE = ("near", "lat", "lon")
SEARCH = (*PLACE, "open", "page")
CHOSEN = "point"
# The page alone may ask where its reader is, when they press the button.
PERMISSIONS = "camera=(), geolocation=(self), microphone=(), payment=()"


def need_before(visit: Visit) -> Need:
    """Return what a parcel asks for of which no label is made yet."""
    return Need(method=ReturnMethod.DROP_OFF, country=country_of(visit.order))


def point_before(visit: Visit) -> PointShown | None:
    """Return the point that the address of a request names, if it takes the parcel."""
    named = visit.request.GET.get(CHOSEN, "")
    point = find_taking(named, need_before(visit)) if named else None
    return show_point(point, at=clock.now()) if point else None


def points_url(visit: Visit) -> str:
    """Return where a point is chosen before a return is asked for, with the choices so far."""
    query = visit.request.GET.copy()
    query["lang"] = visit.request.locale
    return f"{visit.url('drop_off_points').partition('?')[0]}?{query.urlencode()}"


@require_safe
@of_sale
def drop_off_points(visit: Visit) -> HttpResponse:
    """Points to choose from while a return is asked for; the choice travels in the address."""
    kept = _kept(visit.request.GET)
    return _show(
        visit,
        need_before(visit),
        kept=kept,
        back_url=_address(visit, "return_check", kept),
        here=visit.url("drop_off_points").partition("?")[0],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@of_return
def return_points(visit: Visit, return_id: str) -> HttpResponse:
    """Points to choose from for a return that was asked for."""
    case = case_of(visit, return_id)
    problem = ""
    if visit.request.method == "POST":
        try:
            choose_drop_off(
                return_id=case.public_id,
                point_id=visit.request.POST.get(CHOSEN, "")[:40],
                at=clock.now(),
                actor="shopper",
            )
        except ReturnsError as error:
            problem = str(error.message)
        else:
            return visit.go("return_status", case.public_id)
    return _show(
        visit,
        need_of(case),
        kept=QueryDict(),
        back_url=visit.url("return_status", case.public_id),
        here=visit.url("return_points", case.public_id).partition("?")[0],
        case=case,
        problem=problem,
    )


def _show(
    visit: Visit,
    need: Need,
    *,
    kept: QueryDict,
    back_url: str,
    here: str,
    case: Return | None = None,
    problem: str = "",
) -> HttpResponse:
    at = clock.now()
    given = visit.request.GET.copy()
    if not any(given.get(name) for name in PLACE):
        given["near"] = _home(visit)
    form = NearForm(given)
    typed, spot, when = form.searched()
    searched = search_points(need, typed=typed, spot=spot, when=when, at=at)
    pages = max(math.ceil(len(searched.found) / PAGE), 1)
    page = min(max(_number(given.get("page", "")), 1), pages)
    shown = searched.found[(page - 1) * PAGE : page * PAGE]
    search = {name: str(given[name]) for name in PLACE if given.get(name)}

    def _page(number: int) -> str:
        return _url(here, visit, kept, {**search, "open": when.value, "page": str(number)})

    response = visit.page(
        "points",
        422 if problem else 200,
        case=case,
        problem=problem,
        form=NearForm(initial={"near": typed}),
        typed=typed,
        is_near=spot is not None,
        is_about=searched.is_about,
        when=when.value,
        whens=[
            {
                "label": one.label,
                "url": _url(here, visit, kept, {**search, "open": one.value}),
                "active": one is when,
                "count": None,
            }
            for one in OpenWhen
        ],
        points=[
            (
                show_near(one, at=at, is_about=searched.is_about),
                _choose(back_url, kept, one.point.public_id) if case is None else "",
            )
            for one in shown
        ],
        chosen=_chosen(visit, case),
        may_choose=case is None or may_choose(case),
        kept={name: value for name, value in kept.items() if name != "lang"},
        here=here,
        before_url=_page(page - 1) if page > 1 else "",
        more_url=_page(page + 1) if page < pages else "",
        back_url=back_url,
    )
    response["Permissions-Policy"] = PERMISSIONS
    return response


def may_choose(case: Return) -> bool:
    """Whether it can still be said where a return is handed in."""
    return ReturnMove.CANCEL in possible(RETURN_MOVES, ReturnState(case.state))


def sending_context(visit: Visit, case: Return) -> dict[str, Any]:
    """Return what the page of a return shows of its drop-off point."""
    point = case.drop_off
    is_labelled = case.state == ReturnState.APPROVED and case.method in LABELLED
    is_open = may_choose(case) and (case.method == ReturnMethod.DROP_OFF or is_labelled)
    need = need_of(case) if is_open or point else None
    return {
        "drop_off": show_point(point, at=clock.now()) if point else None,
        "drop_off_stays": bool(point and need and find_taking(point.public_id, need)),
        "points_url": visit.url("return_points", case.public_id)
        if is_open and need and has_points(need)
        else "",
    }


def _home(visit: Visit) -> str:
    """Return where the shopper probably is: where the order went, or who was given it lives."""
    address = visit.order.address if visit.given is None else visit.given.recipient_address
    return str(address.get("postcode") or address.get("city") or "")


def _chosen(visit: Visit, case: Return | None) -> str:
    if case is None:
        return str(visit.request.GET.get(CHOSEN, ""))
    return case.drop_off.public_id if case.drop_off else ""


def _kept(given: QueryDict) -> QueryDict:
    """Return the choices of the request that is under way."""
    kept = given.copy()
    for name in SEARCH:
        kept.pop(name, None)
    return kept


def _choose(back_url: str, kept: QueryDict, point_id: str) -> str:
    chosen = kept.copy()
    chosen[CHOSEN] = point_id
    chosen["method"] = ReturnMethod.DROP_OFF.value
    return f"{back_url.partition('?')[0]}?{chosen.urlencode()}"


def _address(visit: Visit, name: str, kept: QueryDict) -> str:
    return f"{visit.url(name).partition('?')[0]}?{kept.urlencode()}"


def _url(here: str, visit: Visit, kept: QueryDict, search: dict[str, str]) -> str:
    query = kept.copy()
    query["lang"] = visit.request.locale
    for name, value in search.items():
        query[name] = value
    return f"{here}?{query.urlencode()}"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 1
