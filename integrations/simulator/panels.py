"""What every page of a demo shop says of itself: that it is one, and how fast its clock goes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext, ngettext

from commerce.access import StaffRequest
from integrations.simulator.pace import pace_of
from postexp.kernel import slots

if TYPE_CHECKING:
    from commerce.models import Merchant


def banner(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """On the dashboard of a demo shop: what is made up, and whether it moves."""
    merchant = cast(StaffRequest, request).merchant
    if not merchant.is_demo:
        return ""
    return render_to_string("integrations/simulator/_banner.html", {"text": words_for(merchant)})


def notice(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """On the shopper pages of a demo shop: the same."""
    merchant: Merchant = context["merchant"]
    if not merchant.is_demo:
        return ""
    return render_to_string("integrations/simulator/_notice.html", {"text": words_for(merchant)})


def words_for(merchant: Merchant) -> str:
    """Return what a demo shop says of itself, in the language that is spoken."""
    pace = pace_of(merchant.pk)
    if pace is None:
        return gettext("Demo shop: its orders, shoppers and parcels are made up.")
    text = ngettext(
        "Demo shop: orders are made up and parcels move by themselves, simulated. "
        "One minute here is %(minutes)s minute of the shop.",
        "Demo shop: orders are made up and parcels move by themselves, simulated. "
        "One minute here is %(minutes)s minutes of the shop.",
        math.ceil(pace),
    )
    return text % {"minutes": f"{pace:g}"}


slots.register("banner", name="integrations.simulator", order=5, render=banner)
slots.register("site_notice", name="integrations.simulator", order=5, render=notice)
