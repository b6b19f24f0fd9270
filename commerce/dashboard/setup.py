"""Moving in: the four questions of a new shop, and its first steps."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce import links, selectors
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.errors import AddressTaken, BadImage
from commerce.forms import SetupForm
from commerce.panels import count_ill
from commerce.selectors.setup import may_open_shops, newest_order, setup_progress
from commerce.services.setup import Answers, note_page_seen, put_setup_away, set_up_shop
from postexp.kernel import clock, htmx, slots


@login_required
@require_http_methods(["GET", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Ask a new owner four things and open their shop."""
    if not request.user.is_authenticated or not may_open_shops(request.user):
        raise PermissionDenied
    bound = request.method == "POST"
    form = SetupForm(
        request.POST if bound else None,
        request.FILES if bound else None,
        initial={
            "locales": ["en", "ja"],
            "country": "JP" if get_language() == "ja" else "US",
            "support_email": request.user.email,
        },
    )
    if bound and form.is_valid():
        try:
            merchant = set_up_shop(Answers(**form.cleaned_data), owner=request.user, at=clock.now())
        except BadImage as error:
            form.add_error("logo", str(error.message))
        except AddressTaken as error:
            form.add_error("slug", str(error.message))
        else:
            address = reverse("site:lookup", args=[merchant.slug])
            said = _(
                "Your shop is open, its shopper pages at %(address)s. No message leaves it yet."
            )
            messages.success(request, said % {"address": address})
            return redirect("dashboard:home", merchant.slug)
    context = {"form": form, "has_shop": selectors.first_shop(request.user) is not None}
    return render(request, "commerce/setup/setup.html", context, status=422 if bound else 200)


@staff_view(Right.CONFIGURE)
@require_GET
def first_steps(request: StaffRequest) -> HttpResponse:
    """The list of first steps as a page of its own, also after it was put away."""
    steps = slots.entries("setup_steps", request)
    return render(
        request,
        "commerce/setup/first_steps.html",
        {
            "steps": steps,
            "done": sum(step["done"] for step in steps),
            "away": is_away(),
            "ill": count_ill(request.merchant),
        },
    )


@staff_view(Right.CONFIGURE)
@require_POST
def look(request: StaffRequest) -> HttpResponse:
    """Open what a shopper sees: the page of the newest order, else the way to find one's order."""
    note_page_seen(merchant=request.merchant, by=request.user, at=clock.now())
    order = newest_order()
    if order is None:
        return htmx.redirect(request, reverse("site:lookup", args=[request.merchant.slug]))
    # By path: a form may not lead to another host, such as a domain of the shop's own.
    token = links.order_token(order.public_id)
    return htmx.redirect(
        request, reverse("site:tracking_page", args=[request.merchant.slug, token])
    )


@staff_view(Right.CONFIGURE)
@require_POST
def put_away(request: StaffRequest) -> HttpResponse:
    """Take the list of first steps off the home page."""
    put_setup_away(merchant=request.merchant, by=request.user, at=clock.now())
    return htmx.redirect(request, reverse("dashboard:home", args=[request.merchant.slug]))


def is_away() -> bool:
    """Whether the list of first steps was taken off the home page."""
    return setup_progress().put_away_at is not None
