"""A shopper at one order: let in by its signed link alone."""

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
from postexp.kernel import signing

if TYPE_CHECKING:
    from commerce.models import Order

P = ParamSpec("P")


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A shopper at one order's returns."""

    request: ShopperRequest
    order: Order
    token: str

    def url(self, name: str, *more: str) -> str:
        """Return the address of one of this order's pages, in the language spoken here."""
        path = reverse(f"site:{name}", args=[self.request.merchant.slug, self.token, *more])
        return f"{path}?lang={self.request.locale}"

    def page(self, name: str, status: int = 200, **context: Any) -> HttpResponse:
        """Render a page in the shop's frame."""
        frame = {
            **commerce.site_frame(self.request.merchant),
            "home_url": self._tracking(),
            "locale": self.request.locale,
            "order": self.order,
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

    def _tracking(self) -> str:
        return reverse("site:tracking_page", args=[self.request.merchant.slug, self.token])


def of_order(
    view: Callable[Concatenate[Visit, P], HttpResponse],
) -> Callable[..., HttpResponseBase]:
    """Open a page with the signed token of an order, which is all the authority it takes.

    No session and nobody's account is used, so a forged request has nothing to spend.
    """

    @csrf_exempt
    @shopper_view
    def inner(request: Any, /, token: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            order = commerce.access_order(links.order_of_token(token))
        except signing.BadToken:
            raise Http404 from None
        visit = Visit(request=request, order=order, token=token)
        response = view(visit, *args, **kwargs)
        # The token is in the address: nothing is kept on the way, and no referrer goes to anyone.
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "private, no-store"
        return response

    return wraps(view)(inner)
