"""To a provider's page on which a shopper pays, and back from it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse

from returns.errors import ReturnsError
from returns.ports import PaymentRefused, PaymentUnclear
from returns.services.payment_pages import PAID
from returns.site.visits import Visit

SECONDS, TURNS = 2, 15
"""How often, and how many times, a page looks for word of a payment that was just made."""


def lead_to_payment(visit: Visit, open_page: Callable[[str], str], back: str) -> HttpResponse:
    """Open a page to pay on, and lead there; `back` is the page they come back to.

    Where none can be opened that page tells what is to be paid, if anything, and lets them try
    again. A form may not lead to somebody else's site (the content policy sees to that), so that a
    page of ours does.
    """
    try:
        url = open_page(visit.request.build_absolute_uri(back))
    except (ReturnsError, PaymentRefused, PaymentUnclear):
        return visit.to(back)
    response = visit.page("paying", url=url, back_url=back)
    response["Refresh"] = f"0; url={url}"
    return response


def turn_of(visit: Visit) -> int:
    """Return how often this page has looked for word of a payment, counting now; 0 to look no more.

    Providers tell of payments a moment after they have sent their shoppers back.
    """
    told = visit.request.GET.get(PAID, "")
    turn = int(told) if told.isascii() and told.isdecimal() and len(told) < 4 else 0
    return turn if turn <= TURNS else 0


def look_again(response: HttpResponse, here: str, turn: int) -> HttpResponse:
    """Let the page at `here` be asked for again in a moment."""
    response["Refresh"] = f"{SECONDS}; url={here}&{PAID}={turn + 1}"
    return response
