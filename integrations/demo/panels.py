"""What the demo data shows on every page of a shop that has some, and among its first steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from commerce.access import StaffRequest
from commerce.enums import Right
from commerce.selectors.setup import has_real_orders
from integrations.demo.living import find_demo_data
from integrations.events import DemoDataChanged
from postexp.kernel import slots
from postexp.kernel.history import describe

STATES = {
    "filling": pgettext_lazy("demo data", "being filled in"),
    "removing": pgettext_lazy("demo data", "being removed"),
    "removed": pgettext_lazy("demo data", "removed"),
}


def banner(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """That there is demo data, and the way to be rid of it."""
    staff = cast(StaffRequest, request)
    # A shop that is a demo as a whole has no demo data beside data of its own.
    data = None if staff.merchant.is_demo else find_demo_data()
    if data is None:
        return ""
    may = staff.membership.may(Right.CONFIGURE)
    return render_to_string("integrations/demo/_banner.html", {"data": data, "may": may}, request)


def offer(request: HttpRequest | None, context: Mapping[str, Any]) -> str:
    """Among the first steps: to look around first. Gone once there is anything to look at."""
    if has_real_orders() or find_demo_data() is not None:
        return ""
    return render_to_string("integrations/demo/_offer.html", {}, request)


slots.register("banner", name="integrations.demo", order=10, render=banner)
slots.register("setup_offers", name="integrations.demo", order=10, render=offer)

describe(
    DemoDataChanged,
    _("Demo data"),
    icon="sparkles",
    detail=lambda payload: str(STATES.get(payload["state"], payload["state"])),
)
