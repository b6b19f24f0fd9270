"""The face of a gift: who was given something exchanges it, and reads no price anywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from commerce import selectors as commerce
from commerce.access import ShopperRequest, shopper_view
from postexp.kernel import clock, ids
from returns import selectors, services
from returns.enums import Outcome
from returns.errors import ReturnsError
from returns.forms import OutcomeForm, UnitsForm
from returns.forms.gifts import GiftLookupForm, GiftPersonForm
from returns.models import GiftCode, Return
from returns.selectors import Judged, Judgement
from returns.selectors.gifts import (
    access_gift_by_token,
    gift_token,
    judge_gift,
    list_gift_units,
    list_returns_of_gift,
)
from returns.serializers import denials_in_words, shopper_standings
from returns.serializers.stories import tell_return
from returns.services.gifts import find_gift, request_gift_return


@csrf_exempt
@shopper_view
@require_http_methods(["GET", "HEAD", "POST"])
def gift_start(request: ShopperRequest) -> HttpResponse:
    """Type in the code of a gift receipt; no session is used that a forged request could spend."""
    form = GiftLookupForm(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            gift = find_gift(form.cleaned_data["code"], at=clock.now())
            if gift is not None:
                return HttpResponseRedirect(_url(request, "gift", gift_token(gift)))
            form.add_error("code", _("There is no such code. Look at your receipt again."))
        except ReturnsError as error:
            status = error.status
            form.add_error(None, str(error.message))
    return _page(request, "gift_start", status, form=form)


def of_gift(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Open a page with the signed token of a gift, which is all the authority it takes."""

    @csrf_exempt
    @shopper_view
    @wraps(view)
    def inner(request: Any, /, token: str, **kwargs: Any) -> HttpResponseBase:
        response = view(request, access_gift_by_token(token), token, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "private, no-store"
        return response

    return inner


@require_http_methods(["GET", "HEAD", "POST"])
@of_gift
def gift(request: ShopperRequest, given: GiftCode, token: str) -> HttpResponse:
    """What was given, and what can be had for it: another one, or store credit."""
    judgement = judge_gift(given, at=clock.now())
    posted = request.POST if request.method == "POST" else None
    person = GiftPersonForm(posted, initial={"key": ids.new_id("req")})
    if person.is_valid():
        # A second press of the button comes when the units are no longer free.
        first = selectors.find_request(given.order, person.cleaned_data["key"])
        if first is not None and first.gift_id == given.pk:
            return HttpResponseRedirect(_url(request, "gift_status", token, first.public_id))
    units = UnitsForm(posted, judgement=judgement, locale=request.locale, held={})
    chosen = units.open_lines
    if units.is_valid():
        wanted = {wish.line for wish in units.wishes()}
        chosen = [one for one in units.open_lines if one.line.public_id in wanted]
    choice = OutcomeForm(posted, offered=_offered(chosen), judged=_exchangeable(chosen))
    if all([units.is_valid(), choice.is_valid(), person.is_valid()]):
        try:
            case = request_gift_return(
                gift_id=given.public_id,
                wishes=choice.wishes(units.wishes()),
                outcome=choice.outcome_chosen,
                name=person.cleaned_data["name"],
                email=person.cleaned_data["email"],
                key=person.cleaned_data["key"],
                locale=request.locale,
                at=clock.now(),
            )
            return HttpResponseRedirect(_url(request, "gift_status", token, case.public_id))
        except ReturnsError as error:
            person.add_error(None, str(error.message))
    return _gift(request, given, token, judgement, (units, choice, person))


def _gift(
    request: ShopperRequest,
    given: GiftCode,
    token: str,
    judgement: Judgement,
    forms: tuple[UnitsForm, OutcomeForm, GiftPersonForm],
) -> HttpResponse:
    units, choice, person = forms
    open_lines = {one.line.public_id for one in units.open_lines}
    mine = {one.order_line.public_id: one.quantity for one in list_gift_units(given)}
    return _page(
        request,
        "gift",
        422 if units.is_bound else 200,
        rows=[
            (_shown(one, mine), quantity, reason) for one, quantity, reason, _photos in units.rows()
        ],
        closed=[
            {
                **_shown(one, mine),
                "why": denials_in_words(
                    one.decision.denials, request.locale, country=judgement.order.country
                ),
            }
            for one in judgement.lines
            if one.line.public_id in mine.keys() - open_lines
        ],
        units=units,
        choice=choice,
        offered=_offered(units.open_lines),
        person=person,
        cases=[
            (standing, _url(request, "gift_status", token, standing.case.public_id))
            for standing in shopper_standings(list_returns_of_gift(given))
        ],
        here=_url(request, "gift", token),
    )


def _offered(lines: Sequence[Judged]) -> list[Outcome]:
    """Return the outcomes that every one of these lines can have."""
    return [
        outcome
        for outcome in (Outcome.EXCHANGE, Outcome.STORE_CREDIT)
        if lines
        and all(one.decision.offer(outcome) for one in lines)
        and (outcome is not Outcome.EXCHANGE or len(_exchangeable(lines)) == len(lines))
    ]


def _exchangeable(lines: Sequence[Judged]) -> list[Judged]:
    return [one for one in lines if selectors.list_replacements(one.line)]


def _shown(one: Judged, mine: dict[str, int]) -> dict[str, Any]:
    image = one.line.product.image if one.line.product else None
    return {
        "title": one.line.title,
        "variant_title": one.line.variant_title,
        "image_url": image.url if image else "",
        "quantity": mine.get(one.line.public_id, 0),
    }


@of_gift
def gift_status(
    request: ShopperRequest, given: GiftCode, token: str, return_id: str
) -> HttpResponse:
    """How far the exchange of a gift is, and where to send it; no sum."""
    return _status(request, _case(given, return_id), token)


def _case(given: GiftCode, return_id: str) -> Return:
    """Return a return of this gift; raises Http404 for another one's."""
    case = selectors.access_return(return_id)
    if case.gift_id != given.pk:
        raise Http404
    return case


def _status(
    request: ShopperRequest, case: Return, token: str, *, problem: str = "", status: int = 200
) -> HttpResponse:
    return _page(
        request,
        "gift_status",
        status,
        story=tell_return(case, locale=request.locale),
        problem=problem,
        cancel_url=_url(request, "gift_cancel", token, case.public_id),
        gift_url=_url(request, "gift", token),
    )


@require_POST
@of_gift
def gift_cancel(
    request: ShopperRequest, given: GiftCode, token: str, return_id: str
) -> HttpResponse:
    """Keep the present after all, before anything was sent."""
    case = _case(given, return_id)
    try:
        services.cancel_return(return_id=case.public_id, at=clock.now(), actor="shopper")
    except ReturnsError as error:
        return _status(request, case, token, problem=str(error.message), status=error.status)
    return HttpResponseRedirect(_url(request, "gift_status", token, case.public_id))


def _url(request: ShopperRequest, name: str, *parts: str) -> str:
    path = reverse(f"site:{name}", args=[request.merchant.slug, *parts])
    return f"{path}?lang={request.locale}"


def _page(request: ShopperRequest, name: str, status: int = 200, **context: Any) -> HttpResponse:
    frame = {
        **commerce.site_frame(request.merchant),
        "home_url": reverse("site:gift_start", args=[request.merchant.slug]),
        "locale": request.locale,
    }
    return render(request, f"returns/site/{name}.html", {**frame, **context}, status=status)
