"""The shopper's face: the hosted tracking page, and the way to it without a link."""

from __future__ import annotations

from datetime import datetime

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from commerce import links
from commerce import selectors as commerce
from commerce.access import ShopperRequest, shopper_view
from postexp.kernel import clock, signing
from tracking import selectors, services
from tracking.errors import TooManyTries, WrongCode
from tracking.forms import CodeForm, LookupForm
from tracking.models import PreparedPage
from tracking.rules import carrier_of
from tracking.selectors.pages import Prepared, find_prepared
from tracking.serializers import represent_story, tell_order, tell_parcels

STATUS = "order_status"
"""Purpose of the token that shows how far an order is and nothing else."""
PARCEL = "parcel_status"
"""Purpose of the token that shows where a parcel is, and nothing of its order."""
A_MINUTE = "private, max-age=60"
TO_RETURN = "return"
"""What `for` says in the address where an order is looked up to send something of it back."""


@require_safe
def tracking_page(request: HttpRequest, slug: str, token: str) -> HttpResponseBase:
    """The page of one order, from one prepared row; made first where there is none that is true."""
    try:
        order_id = links.order_of_token(token)
    except signing.BadToken:
        raise Http404 from None
    asked = request.GET.get("lang", "") if request.META.get("QUERY_STRING") else ""
    at = clock.now()
    locale = asked if asked in services.LOCALES else ""
    page = find_prepared(order_id, locale, known=_known(request))
    if page is None or page.slug != slug or not services.is_true(page, at=at):
        return _made_page(request, slug, order_id=order_id, asked=asked)
    return _answer(request, page)


@shopper_view
def _made_page(request: ShopperRequest, order_id: str, asked: str) -> HttpResponse:
    order = commerce.access_order(order_id)
    match = request.resolver_match
    if match is not None and match.kwargs["slug"] != request.merchant.slug:
        # A link from before the shop took another short name: its page stands under today's.
        here = {**match.kwargs, "slug": request.merchant.slug}
        query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
        return _led(f"{reverse('site:tracking_page', kwargs=here)}{query}")
    locale = services.spoken_locale(order, asked)
    page = services.prepare_page(order, locale, at=clock.now())
    return _answer(request, page)


def _answer(request: HttpRequest, page: Prepared | PreparedPage) -> HttpResponse:
    etag = f'"{page.etag}"'
    if page.body is None or etag in _known(request):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(page.body)
        response["Content-Language"] = page.locale
    response["ETag"] = etag
    # The token is in the address: no cache but the reader's own, and no referrer to anyone.
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _known(request: HttpRequest) -> str:
    """Return the ETags of what the reader has, each quoted."""
    return str(request.META.get("HTTP_IF_NONE_MATCH", ""))


# No session and nobody's authority is used, so there is nothing a forged request could spend:
# without a CSRF token the page needs no cookie.
@csrf_exempt
@shopper_view
@require_http_methods(["GET", "HEAD", "POST"])
def lookup(request: ShopperRequest) -> HttpResponse:
    """Find an order by its number and an e-mail address, a phone number or a postcode.

    A carrier's number alone leads to where the parcel is.
    """
    form = LookupForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _lookup_page(request, form, status=422 if form.is_bound else 200)
    number, contact = form.cleaned_data["number"], form.cleaned_data["contact"]
    if not contact:
        return _by_number_alone(request, form, number)
    at = clock.now()
    try:
        found = services.look_up_order(number=number, contact=contact, at=at)
    except TooManyTries:
        return _ask_for_code(request, number, at)
    if found is None:
        form.add_error(None, _("We found no order with this number and contact. Check both."))
        return _lookup_page(request, form, status=422)
    return _to_order(request, found)


def _ask_for_code(request: ShopperRequest, number: str, at: datetime) -> HttpResponse:
    challenge = services.ask_for_code(number=number, at=at)
    return _code_page(request, CodeForm(initial={"challenge": challenge}))


def _by_number_alone(request: ShopperRequest, form: LookupForm, number: str) -> HttpResponse:
    at = clock.now()
    try:
        found = services.look_up_parcel(number=number, at=at)
    except TooManyTries:
        return _ask_for_code(request, number, at)
    if found is None:
        form.add_error(
            "contact",
            _(
                "We found no parcel with this tracking number. For an order number, write your "
                "e-mail address, phone number or postcode too."
            ),
        )
        return _lookup_page(request, form, status=422)
    token = signing.sign(PARCEL, found.public_id)
    return _led_to(request, reverse("site:parcel_status", args=[request.merchant.slug, token]))


@csrf_exempt
@shopper_view
@require_http_methods(["POST"])
def lookup_code(request: ShopperRequest) -> HttpResponse:
    """Open an order with the code that was sent by e-mail."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _code_page(request, form, status=422)
    try:
        found = services.answer_code(
            challenge_id=form.cleaned_data["challenge"],
            code=form.cleaned_data["code"],
            at=clock.now(),
        )
    except WrongCode as wrong:
        form.add_error("code", str(wrong.message))
        return _code_page(request, form, status=422)
    return _to_order(request, found)


@shopper_view
@require_safe
def order_status(request: ShopperRequest, token: str) -> HttpResponse:
    """How far an order is, for someone who knows its number and postcode: no names, no actions."""
    try:
        order = commerce.access_order(signing.unsign(STATUS, token))
    except signing.BadToken:
        raise Http404 from None
    story = tell_order(order, locale=request.locale, at=clock.now())
    response = render(
        request, "tracking/site/status.html", {**_frame(request), "story": story, "order": order}
    )
    response["Referrer-Policy"] = "no-referrer"
    return response


@shopper_view
@require_safe
def parcel_status(request: ShopperRequest, token: str) -> HttpResponse:
    """Where a parcel is, for someone who knows its number: no order, no items, no names."""
    try:
        shipment = selectors.access_shipment(signing.unsign(PARCEL, token))
    except signing.BadToken:
        raise Http404 from None
    (parcel,) = tell_parcels(
        [shipment], merchant=request.merchant, locale=request.locale, at=clock.now()
    )
    context = {
        **_frame(request),
        "parcel": parcel,
        "public_timeline": [entry for entry in parcel.timeline if entry["kind"] == "scan"],
        # The page the shop gave may carry the postcode of whom it goes to.
        "carrier_url": carrier_of(shipment.carrier).tracking_url(shipment.tracking_number),
    }
    response = render(request, "tracking/site/parcel.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response


@shopper_view
@require_safe
def tracking_data(request: ShopperRequest, token: str) -> HttpResponse:
    """What the page of an order shows, as JSON for a page of the shop's own.

    Whoever has the token may read it from any origin: it carries no cookie and spends nothing.
    """
    try:
        order = commerce.access_order(links.order_of_token(token))
    except signing.BadToken:
        raise Http404 from None
    story = tell_order(order, locale=request.locale, at=clock.now())
    response = JsonResponse(represent_story(story, locale=request.locale))
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = A_MINUTE
    response["Vary"] = "Accept-Language"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _to_order(request: ShopperRequest, found: services.Found) -> HttpResponse:
    slug = request.merchant.slug
    if found.is_proven:
        page = "site:return_start" if _aim(request) == TO_RETURN else "site:tracking_page"
        url = reverse(page, args=[slug, links.order_token(found.order_id)])
    else:
        url = reverse("site:order_status", args=[slug, signing.sign(STATUS, found.order_id)])
    return _led_to(request, url)


def _aim(request: ShopperRequest) -> str:
    """Return what somebody looks an order up for, as far as it is known."""
    return TO_RETURN if request.GET.get("for") == TO_RETURN else ""


def _led_to(request: ShopperRequest, url: str) -> HttpResponse:
    return _led(f"{url}?lang={request.locale}")


def _led(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _lookup_page(request: ShopperRequest, form: LookupForm, *, status: int) -> HttpResponse:
    context = {**_frame(request), "form": form, "aim": _aim(request)}
    return render(request, "tracking/site/lookup.html", context, status=status)


def _code_page(request: ShopperRequest, form: CodeForm, *, status: int = 200) -> HttpResponse:
    context = {**_frame(request), "form": form, "aim": _aim(request)}
    return render(request, "tracking/site/code.html", context, status=status)


def _frame(request: ShopperRequest) -> dict[str, object]:
    home = reverse("site:lookup", args=[request.merchant.slug])
    return {**commerce.site_frame(request.merchant), "home_url": home, "locale": request.locale}
