"""The face of a gift: who was given something exchanges it, and reads no price anywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from commerce import selectors as commerce
from commerce.access import ShopperRequest, shopper_view
from postexp.kernel import clock, ids
from returns import selectors
from returns.enums import Outcome, ReturnMethod
from returns.errors import ReturnsError
from returns.forms import OutcomeForm, UnitsForm
from returns.forms.gifts import (
    GiftAddressForm,
    GiftLookupForm,
    GiftMethodForm,
    GiftPersonForm,
)
from returns.models import GiftCode, Return
from returns.rules.commands import Wish
from returns.selectors import Judged, Judgement
from returns.selectors.gifts import (
    access_gift_by_token,
    gift_token,
    has_open_return,
    judge_gift,
    list_gift_units,
    recipient_token,
)
from returns.selectors.parcels import offered_methods, ways_to_send
from returns.serializers import denials_in_words
from returns.serializers.sending import method_words
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
            return _follow(request, first)
    units = UnitsForm(posted, judgement=judgement, locale=request.locale, held={})
    chosen = units.open_lines
    if units.is_valid():
        wanted = {wish.line for wish in units.wishes()}
        chosen = [one for one in units.open_lines if one.line.public_id in wanted]
    forms = GiftForms(
        units=units,
        choice=OutcomeForm(posted, offered=_offered(chosen), judged=_exchangeable(chosen)),
        method=GiftMethodForm(posted),
        person=person,
        address=GiftAddressForm(posted, country=given.order.country),
    )
    ways = _ways(judgement, forms)
    if forms.are_valid():
        try:
            return _follow(request, _ask(request, given, forms))
        except ReturnsError as error:
            person.add_error(None, str(error.message))
    return _gift(request, given, token, judgement, forms, ways)


@dataclass(frozen=True, kw_only=True)
class GiftForms:
    """What is filled in about a gift, on one page."""

    units: UnitsForm
    choice: OutcomeForm
    method: GiftMethodForm
    person: GiftPersonForm
    address: GiftAddressForm

    def are_valid(self) -> bool:
        """Whether nothing is left to be said; each form knows its own errors."""
        forms = (self.units, self.choice, self.method, self.person, self.address)
        return not [form for form in forms if not form.is_valid()]


def _ask(request: ShopperRequest, given: GiftCode, forms: GiftForms) -> Return:
    person = forms.person.cleaned_data
    return request_gift_return(
        gift_id=given.public_id,
        wishes=forms.choice.wishes(forms.units.wishes()),
        outcome=forms.choice.outcome_chosen,
        method=forms.method.cleaned_data["method"],
        name=person["name"],
        email=person["email"],
        address=forms.address.address(),
        key=person["key"],
        locale=request.locale,
        at=clock.now(),
    )


def _ways(judgement: Judgement, forms: GiftForms) -> list[ReturnMethod]:
    """Return the ways of sending to choose from: those open for what was chosen, else for any."""
    if forms.units.is_valid() and forms.choice.is_valid():
        wishes, outcome = forms.units.wishes(), forms.choice.outcome_chosen
        return list(ways_to_send(judgement, wishes, outcome).open)
    found = {
        method
        for one in forms.units.open_lines
        for reason in one.decision.reasons
        for outcome in _offered([one])
        for method in ways_to_send(
            judgement,
            [Wish(line=one.line.public_id, quantity=1, reason=reason.code)],
            outcome,
        ).open
    }
    return [method for method in offered_methods() if method in found]


def _follow(request: ShopperRequest, case: Return) -> HttpResponse:
    """Lead to the page of a return, which is its recipient's alone."""
    return HttpResponseRedirect(
        _url(request, "return_status", recipient_token(case), case.public_id)
    )


def _gift(
    request: ShopperRequest,
    given: GiftCode,
    token: str,
    judgement: Judgement,
    forms: GiftForms,
    ways: Sequence[ReturnMethod],
) -> HttpResponse:
    units = forms.units
    open_lines = {one.line.public_id for one in units.open_lines}
    is_used = has_open_return(given)
    mine = {one.order_line.public_id: one.quantity for one in list_gift_units(given)}
    return _page(
        request,
        "gift",
        422 if units.is_bound else 200,
        rows=[
            (_shown(one, mine), quantity, reason, photos)
            for one, quantity, reason, photos in units.rows()
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
            # What was used up, or ended, is told above; the rest has reasons of its own.
            and not (is_used or given.ended_at)
        ],
        units=units,
        choice=forms.choice,
        offered=_offered(units.open_lines),
        ways=[(method, *method_words(method, request.locale)) for method in ways],
        method=forms.method,
        way=forms.method["method"],
        person=forms.person,
        address=forms.address,
        is_used=is_used,
        is_ended=given.ended_at is not None,
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
