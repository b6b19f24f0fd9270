"""The shopper's face of LINE: linking an account to one's orders, and ending that."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from commerce import links
from commerce import selectors as commerce
from commerce.access import ShopperRequest, shopper_view
from integrations.line import linking
from integrations.line.access import find_account
from integrations.line.errors import LineError
from integrations.line.forms import ProofForm
from notifications.enums import Medium
from notifications.selectors.people import find_contact, find_owner
from notifications.services import unlink_accounts
from postexp.kernel import clock, signing
from tracking.errors import TooManyTries, WrongCode
from tracking.forms import CodeForm
from tracking.services import Found, answer_code, ask_for_code, look_up_order

if TYPE_CHECKING:
    from commerce.models import Order
    from integrations.models import Connection

View = Callable[[ShopperRequest, "Connection", str], HttpResponse]


def _of_line(view: View) -> Callable[..., HttpResponseBase]:
    """Open a page of LINE's with the signed token in its address, which is all its authority.

    No session and nobody's account is used, so a forged request has nothing to spend.
    """

    @csrf_exempt
    @shopper_view
    def inner(request: Any, /, token: str) -> HttpResponse:
        connection = find_account()
        if connection is None:
            raise Http404
        try:
            response = view(request, connection, token)
        except signing.BadToken:
            raise Http404 from None
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "private, no-store"
        return response

    return wraps(view)(inner)


@require_http_methods(["GET", "HEAD", "POST"])
@_of_line
def line_account(request: ShopperRequest, connection: Connection, token: str) -> HttpResponse:
    """The page of one LINE account: whose orders it hears of, and whose it may.

    Who comes without the link of an order says whose they are by its number and their address.
    """
    user = linking.account_of_token(token)
    if request.method != "POST":
        return _account_page(request, token, user)
    form = ProofForm(request.POST)
    if not form.is_valid():
        return _account_page(request, token, user, form=form, status=422)
    number, at = form.cleaned_data["number"], clock.now()
    try:
        found = look_up_order(number=number, contact=form.cleaned_data["contact"], at=at)
    except TooManyTries:
        challenge = ask_for_code(number=number, at=at)
        code = CodeForm(initial={"challenge": challenge})
        return _account_page(request, token, user, form=code)
    if found is None or not found.is_proven:
        form.add_error(
            None,
            _("We found no order with this number and e-mail address or phone number. Check both."),
        )
        return _account_page(request, token, user, form=form, status=422)
    return _proven(request, token, found)


@require_POST
@_of_line
def line_code(request: ShopperRequest, connection: Connection, token: str) -> HttpResponse:
    """Prove whose orders they are with the code that was sent by e-mail."""
    user = linking.account_of_token(token)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _account_page(request, token, user, form=form, status=422)
    try:
        found = answer_code(
            challenge_id=form.cleaned_data["challenge"],
            code=form.cleaned_data["code"],
            at=clock.now(),
        )
    except WrongCode as wrong:
        form.add_error("code", str(wrong.message))
        return _account_page(request, token, user, form=form, status=422)
    return _proven(request, token, found)


@require_POST
@_of_line
def line_link(request: ShopperRequest, connection: Connection, token: str) -> HttpResponse:
    """Lead to LINE, which asks the account's owner, and tells us."""
    user = linking.account_of_token(token)
    order = _order_of(request.POST.get("order", ""))
    if order is None or order.customer is None:
        raise Http404
    try:
        url = linking.dialog_url(
            connection, user=user, customer_id=order.customer.public_id, at=clock.now()
        )
    except LineError:
        problem = _("LINE cannot be reached just now. Please try again in a few minutes.")
        return _account_page(request, token, user, order=order, problem=problem, status=503)
    return _lead(request, url, back=_here(request, "line_account", token))


@require_POST
@_of_line
def line_unlink(request: ShopperRequest, connection: Connection, token: str) -> HttpResponse:
    """Stop telling a LINE account of orders."""
    owner = find_owner(Medium.LINE, linking.account_of_token(token))
    if owner:
        unlink_accounts(channel=Medium.LINE, customer_id=owner, at=clock.now())
    return HttpResponseRedirect(_here(request, "line_account", token, ended="1"))


@require_http_methods(["GET", "HEAD"])
@_of_line
def line_order(request: ShopperRequest, connection: Connection, token: str) -> HttpResponse:
    """How the shopper of an order hears of it by LINE, and how they end that."""
    order = _ordered(token)
    context = {
        "order": order,
        "linked": find_contact(_customer_of(order), Medium.LINE) is not None,
        "ended": "ended" in request.GET,
        "friend_url": linking.friend_url(connection),
        "line_id": connection.client_id,
        "message_action": _here(request, "line_message", token),
        "unlink_action": _here(request, "line_order_unlink", token),
        "back_url": _here(request, "tracking_page", token),
    }
    return _page(request, "order", context)


@require_POST
@_of_line
def line_message(request: ShopperRequest, connection: Connection, token: str) -> HttpResponse:
    """Lead to the shop's chat in LINE, with the words to send that link the account."""
    url = linking.message_url(connection, customer_id=_customer_of(_ordered(token)), at=clock.now())
    return _lead(request, url, back=_here(request, "line_order", token))


@require_POST
@_of_line
def line_order_unlink(request: ShopperRequest, connection: Connection, token: str) -> HttpResponse:
    """Stop telling any LINE account of the customer's orders."""
    unlink_accounts(channel=Medium.LINE, customer_id=_customer_of(_ordered(token)), at=clock.now())
    return HttpResponseRedirect(_here(request, "line_order", token, ended="1"))


def _account_page(
    request: ShopperRequest,
    token: str,
    user: str,
    *,
    form: ProofForm | CodeForm | None = None,
    order: Order | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show who is linked, what is proven, and otherwise the form that asks for it."""
    shown = order or _order_of(request.GET.get("order", ""))
    customer_id = shown.customer.public_id if shown and shown.customer else ""
    owner = find_owner(Medium.LINE, user)
    context = {
        "form": form or ProofForm(),
        "asks_for_code": isinstance(form, CodeForm),
        "order": shown,
        "order_token": links.order_token(shown.public_id) if shown else "",
        "nobody": shown is not None and not customer_id,
        "linked": bool(owner) and customer_id in ("", owner),
        "ended": "ended" in request.GET,
        "problem": problem,
        "lookup_action": _here(request, "line_account", token),
        "code_action": _here(request, "line_code", token),
        "link_action": _here(request, "line_link", token),
        "unlink_action": _here(request, "line_unlink", token),
    }
    return _page(request, "account", context, status=status)


def _proven(request: ShopperRequest, token: str, found: Found) -> HttpResponse:
    here = _here(request, "line_account", token, order=links.order_token(found.order_id))
    return HttpResponseRedirect(here)


def _order_of(token: str) -> Order | None:
    """Return the order that somebody came with, or proved to be theirs."""
    return commerce.access_order(links.order_of_token(token)) if token else None


def _ordered(token: str) -> Order:
    return commerce.access_order(links.order_of_token(token))


def _customer_of(order: Order) -> str:
    """Return who ordered; raises Http404 where nobody is known, who could be told."""
    if order.customer is None:
        raise Http404
    return str(order.customer.public_id)


def _lead(request: ShopperRequest, url: str, *, back: str) -> HttpResponse:
    """Lead to LINE. A form may not lead to somebody else's site, so that a page of ours does."""
    response = _page(request, "leading", {"url": url, "back_url": back})
    response["Refresh"] = f"0; url={url}"
    return response


def _here(request: ShopperRequest, name: str, token: str, **query: str) -> str:
    path = reverse(f"site:{name}", args=[request.merchant.slug, token])
    return f"{path}?{urlencode({'lang': request.locale, **query})}"


def _page(
    request: ShopperRequest, name: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    frame = {
        **commerce.site_frame(request.merchant),
        "home_url": reverse("site:lookup", args=[request.merchant.slug]),
        "locale": request.locale,
    }
    return render(request, f"integrations/line/{name}.html", {**frame, **context}, status=status)
