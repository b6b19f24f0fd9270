"""A shopper at one order, or at their return of a gift: let in by its signed link alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from commerce import links
from commerce import selectors as commerce
from commerce.access import ShopperRequest, shopper_view
from postexp.kernel import clock, signing
from returns.selectors.gifts import access_by_recipient, gift_url
from returns.services.gifts import gift_instead

if TYPE_CHECKING:
    from commerce.models import Order
    from returns.models import Return

P = ParamSpec("P")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A shopper at one order's returns.

    `given` is the return of a gift: its recipient sees that one alone, and nothing of the order.
    """

    request: ShopperRequest
    order: Order
    token: str
    given: Return | None = None

    def url(self, name: str, *more: str) -> str:
        """Return the address of one of this order's pages, in the language spoken here."""
        path = reverse(f"site:{name}", args=[self.request.merchant.slug, self.token, *more])
        return f"{path}?lang={self.request.locale}"

    def page(self, name: str, status: int = 200, **context: Any) -> HttpResponse:
        """Render a page in the shop's frame."""
        frame = {
            **commerce.site_frame(self.request.merchant),
            "home_url": self._home(),
            "locale": self.request.locale,
            "order": self.order if self.given is None else None,
            "token": self.token,
        }
        return render(
            self.request, f"returns/site/{name}.html", {**frame, **context}, status=status
        )

    def go(self, name: str, *more: str) -> HttpResponse:
        """Send the shopper to another of this order's pages."""
        return self.to(self.url(name, *more))

    def to(self, url: str) -> HttpResponse:
        """Send the shopper to a page of ours by its address."""
        return HttpResponseRedirect(url)

    def _home(self) -> str:
        if self.given is not None:
            return reverse("site:gift_start", args=[self.request.merchant.slug])
        return reverse("site:tracking_page", args=[self.request.merchant.slug, self.token])


def of_order(
    view: Callable[Concatenate[Visit, P], HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """Open a page with the signed token of an order, which is all the authority it takes.

    No session and nobody's account is used, so a forged request has nothing to spend.
    """

    return _opened(view, _at_order)


def of_sale(
    view: Callable[Concatenate[Visit, P], HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """Open a page that may tell sums, as `of_order` does.

    What came instead of a gift is returned on the page of a gift: who was given it reads no sum.
    """

    @wraps(view)
    def inner(visit: Visit, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        gift = gift_instead(visit.order, at=clock.now())
        if gift is None:
            return view(visit, *args, **kwargs)
        return visit.to(gift_url(visit.request.merchant, gift, visit.request.locale))

    return of_order(inner)


def of_return(
    view: Callable[Concatenate[Visit, P], HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """Open a page of a return, with the token of its order or that of who returns a gift."""
    return _opened(view, _at_return)


def _at_order(request: ShopperRequest, token: str) -> Visit:
    order = commerce.access_order(links.order_of_token(token))
    return Visit(request=request, order=order, token=token)


def _at_return(request: ShopperRequest, token: str) -> Visit:
    try:
        given = access_by_recipient(token)
    except signing.BadToken:
        return _at_order(request, token)
    return Visit(request=request, order=given.order, token=token, given=given)


def _opened(
    view: Callable[Concatenate[Visit, P], HttpResponse],
    enter: Callable[[ShopperRequest, str], Visit],
) -> Callable[..., HttpResponseBase]:
    @csrf_exempt
    @shopper_view
    def inner(request: Any, /, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            visit = enter(request, token)
        except signing.BadToken:
            raise Http404 from None
        response = view(visit, *args, **kwargs)
        # The token is in the address: nothing is kept on the way, and no referrer goes to anyone.
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "private, no-store"
        return response

    return wraps(view)(inner)
