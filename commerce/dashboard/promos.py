"""The promo codes of a shop, and those that staff enter in it by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import PromoState, Right
from commerce.errors import CommerceError
from commerce.exports import list_as_csv, wants_csv
from commerce.models import PromoCode
from commerce.selectors.promos import access_promo, list_promos
from commerce.serializers.promos import last_day, percent_words, promo_cells, promo_header
from commerce.services.promos import enter_promo
from postexp.kernel import clock, htmx
from postexp.kernel.money import Money
from postexp.kernel.paging import FIRST, address, cut

TONES = {
    PromoState.WANTED: "accent",
    PromoState.CREATED: "good",
    PromoState.REFUSED: "problem",
    PromoState.DROPPED: "neutral",
}


@staff_view(Right.DECIDE)
@require_GET
def promo_list(request: StaffRequest) -> HttpResponseBase:
    """Every promo code: view and search are in the address; `export=csv` asks for a file."""
    query = request.GET
    found = _found(query)
    if wants_csv(request):
        return list_as_csv(request, "promo-codes", promo_header(), promo_cells(found.iterator()))
    page = cut(found, query)
    context = {
        "rows": [_row(promo) for promo in page.rows],
        "page": page,
        "views": _views(query),
        "q": query.get("q", "").strip(),
        "keep": {"view": query["view"]} if "view" in query else {},
        "narrowed": bool(query.get("q") or query.get("view")),
    }
    return htmx.render(
        request,
        page="commerce/promos/list.html",
        part="commerce/promos/_rows.html",
        context=context,
    )


@staff_view(Right.DECIDE)
@require_POST
def promo_entered(request: StaffRequest, promo_id: str) -> HttpResponse:
    """Note that a code is in the shop now."""
    promo = access_promo(promo_id)
    try:
        enter_promo(promo.public_id, at=clock.now(), actor=request.user.actor)
    except CommerceError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Noted: %(code)s works in the shop.") % {"code": promo.code})
    back = reverse("dashboard:promo_list", args=[request.merchant.slug])
    return htmx.redirect(request, f"{back}?view=by_hand")


def _found(query: QueryDict) -> QuerySet[PromoCode]:
    view = query.get("view", "")
    return list_promos(
        search=query.get("q", "").strip(),
        by_hand=view == "by_hand",
        used=True if view == "used" else None,
    )


def _views(query: QueryDict) -> list[dict[str, Any]]:
    named = {
        "": pgettext("promo codes", "All"),
        "by_hand": _("To be entered"),
        "used": pgettext("promo codes", "Used"),
    }
    return [
        {
            "label": label,
            "url": address(query, view=view or None, **FIRST) or "?",
            "active": query.get("view", "") == view,
            "count": None,
        }
        for view, label in named.items()
    ]


def _row(promo: PromoCode) -> dict[str, Any]:
    return {
        "promo": promo,
        "percent": percent_words(promo.percent) if promo.percent else "",
        "amount": Money(promo.amount, promo.currency),
        "minimum": Money(promo.minimum, promo.currency) if promo.minimum else None,
        "last_day": last_day(promo),
        "tone": TONES[PromoState(promo.state)],
    }
