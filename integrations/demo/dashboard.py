"""Looking around with demo data, and being rid of it in one click."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from integrations.demo.living import ask_to_fill, ask_to_remove, find_demo_data
from postexp.kernel import clock, htmx


@staff_view(Right.CONFIGURE)
@require_POST
def demo_fill(request: StaffRequest) -> HttpResponse:
    """Fill the shop with demo data."""
    ask_to_fill(merchant=request.merchant, at=clock.now(), actor=request.user.actor)
    return _home(request)


@staff_view(Right.CONFIGURE)
@require_POST
def demo_remove(request: StaffRequest) -> HttpResponse:
    """Remove all demo data."""
    ask_to_remove(merchant=request.merchant, at=clock.now(), actor=request.user.actor)
    messages.success(request, _("Demo data is being removed. Everything else stays."))
    return _home(request)


@staff_view()
@require_GET
def demo_banner(request: StaffRequest) -> HttpResponse:
    """The banner, which asks for itself anew until filling or removing is done."""
    context = {"data": find_demo_data(), "may": request.membership.may(Right.CONFIGURE)}
    return render(request, "integrations/demo/_banner.html", context)


def _home(request: StaffRequest) -> HttpResponse:
    return htmx.redirect(request, reverse("dashboard:home", args=[request.merchant.slug]))
