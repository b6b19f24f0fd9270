"""The shopper's face of messages: which notices of an order come by e-mail."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from commerce import links
from commerce import selectors as commerce
from commerce.access import ShopperRequest, shopper_view
from commerce.selectors.consents import has_declined_notices
from notifications import services
from notifications.enums import Class
from notifications.ports import list_kinds
from postexp.kernel import clock, signing


# The token in the address is all the authority there is: a forged request has none to spend.
@csrf_exempt
@shopper_view
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: ShopperRequest, token: str) -> HttpResponse:
    """What the shopper of an order hears of by e-mail, and the notices they may do without."""
    try:
        order = commerce.access_order(links.order_of_token(token))
    except signing.BadToken:
        raise Http404 from None
    customer = order.customer
    if customer is None:
        raise Http404
    slug = request.merchant.slug
    if request.method == "POST":
        services.choose_notices(
            order=order, customer=customer, optional="optional" in request.POST, at=clock.now()
        )
        here = reverse("site:notices", args=[slug, token])
        response: HttpResponse = HttpResponseRedirect(f"{here}?lang={request.locale}&saved=1")
    else:
        told = [
            kind for kind in list_kinds() if kind.klass == Class.TRANSACTIONAL and not kind.secret
        ]
        context = {
            **commerce.site_frame(request.merchant),
            "locale": request.locale,
            "home_url": reverse("site:lookup", args=[slug]),
            "page_url": reverse("site:tracking_page", args=[slug, token]),
            "order": order,
            "address": _masked(order.email or customer.email),
            "always": [kind for kind in told if not kind.optional],
            "optional": [kind for kind in told if kind.optional],
            "wants": not has_declined_notices(customer.public_id),
            "saved": "saved" in request.GET,
        }
        response = render(request, "notifications/site/notices.html", context)
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _masked(address: str) -> str:
    """Return an address as its owner knows it, and others do not: h…@example.jp."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}…{at}{domain}" if at else ""
