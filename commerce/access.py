"""Who may enter: staff by membership and right, shoppers by the shop's address.

Each view of a merchant's rows is entered through one of these, which also enters the scope.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from allauth.account.internal.flows.reauthentication import suspend_request
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from commerce.accounts import (
    entered_with_two_factors,
    has_second_factor,
    must_confirm,
    second_factor_page,
)
from commerce.enums import Right
from commerce.models import Membership, Merchant, User
from commerce.selectors.merchants import membership_at, shop_at
from postexp.kernel import commands, htmx
from postexp.kernel.tenancy import merchant_scope

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request of a member of staff, inside the scope of one shop."""

    user: User
    merchant: Merchant
    membership: Membership


class ShopperRequest(HttpRequest):
    """A request of a shopper on one shop's site, inside its scope."""

    merchant: Merchant
    locale: str


def staff_view(
    right: Right = Right.READ, *, fresh: bool = False
) -> Callable[[Callable[Concatenate[Any, P], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Let in members of the shop named by `slug` who have the right.

    Another shop's staff get 404, a dead session goes to log-in (by HX-Redirect under htmx), a
    member without the right gets 403. Where the shop asks everyone for two factors, a session that
    was opened with one only is led to enter the second, or to set one up. The shop's time zone is
    active inside. Who opens the address of a command like a page is led back to the page it is
    given on.

    A `fresh` view carries out a dangerous act: what is posted to it waits until the person has
    confirmed who they are, where that is longer ago than ACCOUNT_REAUTHENTICATION_TIMEOUT.
    """

    def decorate(
        view: Callable[Concatenate[Any, P], HttpResponseBase],
    ) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def inner(request: Any, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            refuse_nul(request)
            if not request.user.is_authenticated:
                return _to_login(request)
            membership = membership_at(slug, request.user.pk)
            if membership is None:
                raise Http404
            if not membership.may(right):
                raise PermissionDenied
            if membership.merchant.two_factors_required and not entered_with_two_factors(request):
                return _to_second_factor(request, membership.merchant)
            if fresh and request.method == "POST" and must_confirm(request):
                return _to_confirmation(request)
            request.membership = membership
            request.merchant = membership.merchant
            with (
                merchant_scope(membership.merchant_id),
                timezone.override(membership.merchant.zone),
            ):
                return commands.lead_back(request, _rendered(view(request, *args, **kwargs)))

        inner.required_right = right  # type: ignore[attr-defined]
        inner.asks_to_confirm = fresh  # type: ignore[attr-defined]
        return inner

    return decorate


def refuse_nul(request: HttpRequest) -> None:
    """Raise BadRequest for a NUL in the address or in a field: PostgreSQL can keep and seek none.

    `staff_view` and `shopper_view` ask it first; a view under neither asks for itself.
    """
    sent = (request.GET, request.POST) if request.method == "POST" else (request.GET,)
    told = (text for data in sent for name, values in data.lists() for text in (name, *values))
    if "\x00" in request.path_info or any("\x00" in text for text in told):
        raise BadRequest("NUL characters are not accepted.")


def _rendered(response: HttpResponseBase) -> HttpResponseBase:
    """Render a lazy response while the scope is still open."""
    render = getattr(response, "render", None)
    if render is not None:
        render()
    return response


def _to_login(request: HttpRequest) -> HttpResponse:
    """Lead to the log-in, and from there back to the page one was on: a command is no page."""
    page = request.headers.get("HX-Current-URL")
    if page is None and request.method in ("GET", "HEAD"):
        page = request.get_full_path()
    login = redirect_to_login(page or request.headers.get("Referer", "/"))
    return htmx.redirect(request, login["Location"])


def _to_second_factor(request: HttpRequest, merchant: Merchant) -> HttpResponse:
    """Lead to where the second factor is entered, or set up by who has none, and say why.

    From there the way leads on; what was posted is carried out then.
    """
    user_id = request.user.pk
    if user_id is None or not has_second_factor(user_id):
        text = _("%(shop)s asks everyone for two factors. Set up your second one to go on.")
        messages.warning(request, text % {"shop": merchant.name})
        return htmx.redirect(request, reverse("mfa_index"))
    text = _("%(shop)s asks everyone for two factors. Enter your second one to go on.")
    messages.warning(request, text % {"shop": merchant.name})
    page = reverse(second_factor_page(user_id))
    if request.method == "POST":
        return htmx.redirect(request, suspend_request(request, page)["Location"])
    asked = request.headers.get("HX-Current-URL") or request.get_full_path()
    return htmx.redirect(request, f"{page}?{urlencode({'next': asked})}")


def _to_confirmation(request: HttpRequest) -> HttpResponse:
    """Ask the person to confirm who they are; what they posted is carried out after that."""
    by_password = request.user.is_authenticated and request.user.has_usable_password()
    name = "account_reauthenticate" if by_password else "mfa_reauthenticate"
    return htmx.redirect(request, suspend_request(request, reverse(name))["Location"])


def shopper_view(
    view: Callable[Concatenate[Any, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Let anyone in to the site of the shop named by `slug`, in its scope, zone and language.

    The language is `?lang=` or the form's `lang` where the shop speaks it, else the browser's
    first that it speaks, else the shop's default.
    """

    @wraps(view)
    def inner(request: Any, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refuse_nul(request)
        merchant = shop_at(slug)
        if merchant is None:
            raise Http404
        request.merchant = merchant
        request.locale = shopper_locale(request, merchant)
        with (
            merchant_scope(merchant.pk),
            timezone.override(ZoneInfo(merchant.time_zone)),
            translation.override(request.locale),
        ):
            return commands.lead_back(request, _rendered(view(request, *args, **kwargs)))

    return inner


def shopper_locale(request: HttpRequest, merchant: Merchant) -> str:
    """Return the language of a shopper's page."""
    asked = request.GET.get("lang") or request.POST.get("lang") or ""
    if asked in merchant.locales:
        return asked
    for part in request.headers.get("Accept-Language", "").split(","):
        language = part.split(";")[0].strip().lower()[:2]
        if language in merchant.locales:
            return language
    return merchant.default_locale
