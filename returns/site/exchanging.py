"""The shopper's face of exchanges: another product, paying a difference, and choosing instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from commerce.selectors.shop_now import list_buyable
from postexp.kernel import clock
from postexp.kernel.money import Money
from returns import selectors
from returns.enums import Outcome
from returns.enums.exchanges import Instead
from returns.errors import ReturnsError
from returns.forms.exchanges import InsteadForm
from returns.models import Exchange
from returns.selectors.exchanges import exchange_of, exchange_terms
from returns.services.exchange_endings import choose_instead
from returns.services.exchange_offers import WorthOfWish, value_of_wish
from returns.services.exchanges import open_payment_page
from returns.site.asking import CHANGE, judged, units_form
from returns.site.paying import lead_to_payment
from returns.site.visits import Visit, of_order, of_sale

if TYPE_CHECKING:
    from commerce.models import Variant

A_PAGE = 24
KEPT = ("q_", "r_", "v_")
KEPT_WHOLE = {CHANGE, "outcome", "instead", "instant"}


@require_safe
@of_sale
def exchange_shop(visit: Visit, line_id: str) -> HttpResponse:
    """The products of the shop a line can be exchanged for, each with its difference."""
    given = visit.request.GET
    judgement = judged(visit)
    units = units_form(visit, judgement, given)
    wishes = units.wishes() if units.is_valid() else []
    wish = next((one for one in wishes if one.line == line_id), None)
    if wish is None or not exchange_terms().shop_now:
        return visit.go("return_start")
    shown = value_of_wish(judgement, wish)
    search, offset = given.get("q", "").strip()[:80], _offset(given.get("from", ""))
    found = list_buyable(search=search, offset=offset, limit=A_PAGE + 1)
    kept = {
        name: str(value) for name, value in given.items() if name[:2] in KEPT or name in KEPT_WHOLE
    }
    held = selectors.reserved_stock([variant.pk for variant in found])
    return visit.page(
        "exchange_shop",
        line=shown.line,
        value=Money(shown.credit, visit.order.currency),
        offers=[
            _offer(visit, shown, variant, kept)
            for variant in found[:A_PAGE]
            if variant.stock is None or variant.stock - held.get(variant.pk, 0) >= wish.quantity
        ],
        q=search,
        kept=kept,
        more_url=f"?{urlencode({**kept, 'q': search, 'from': offset + A_PAGE})}"
        if len(found) > A_PAGE
        else "",
        back_url=f"{visit.url('return_outcome')}&{urlencode(kept)}",
    )


def _offset(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 6 else 0


def _offer(
    visit: Visit, shown: WorthOfWish, variant: Variant, kept: dict[str, str]
) -> dict[str, Any]:
    """Return what a variant comes to in place of what comes back."""
    cost, currency = shown.cost_of(variant), visit.order.currency
    chosen = {
        **kept,
        f"v_{shown.line.public_id}": variant.public_id,
        "outcome": Outcome.EXCHANGE.value,
    }
    image = variant.product.image
    return {
        "title": variant.product.title,
        "variant_title": variant.title,
        "image_url": image.url if image else "",
        "cost": Money(cost, currency),
        "due": Money(cost - shown.credit, currency) if cost > shown.credit else None,
        "rest": Money(shown.credit - cost, currency) if cost < shown.credit else None,
        "url": f"{visit.url('return_outcome')}&{urlencode(chosen)}",
    }


def _exchange(visit: Visit, return_id: str) -> Exchange:
    case = selectors.access_return(return_id)
    exchange = exchange_of(case)
    # What comes of a gift is not for its buyer to see.
    if case.order_id != visit.order.pk or case.gift_id is not None or exchange is None:
        raise Http404
    return exchange


@require_POST
@of_order
def exchange_pay(visit: Visit, return_id: str) -> HttpResponse:
    """Lead to the page of the payment provider on which the difference is paid, or a price held."""
    exchange = _exchange(visit, return_id)
    return lead_to_payment(
        visit,
        lambda home: open_payment_page(exchange_id=exchange.public_id, home=home, at=clock.now()),
        visit.url("return_status", return_id),
    )


@require_POST
@of_order
def exchange_choose(visit: Visit, return_id: str) -> HttpResponse:
    """Note what the shopper wants in place of an exchange that is not possible."""
    exchange = _exchange(visit, return_id)
    form = InsteadForm(visit.request.POST)
    if form.is_valid():
        try:
            choose_instead(
                exchange_id=exchange.public_id,
                instead=Instead(form.cleaned_data["instead"]),
                at=clock.now(),
                actor="shopper",
            )
        except ReturnsError:
            return visit.go("return_status", return_id)
    return visit.go("return_status", return_id)
