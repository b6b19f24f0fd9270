"""The first page: what needs doing now, and how the shop is doing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from commerce import selectors
from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.panels import setup_list
from commerce.reports import SPAN, Course, course_of_orders
from commerce.selectors.setup import may_open_shops
from postexp.design import formats
from postexp.design.charts import Columns, Point
from postexp.kernel import clock, slots
from postexp.kernel.history import count_failures
from postexp.kernel.money import Money

NEWEST = 5


@require_GET
def root(request: HttpRequest) -> HttpResponseRedirect:
    """Send people to their first shop; those without one to opening it, or to the back office."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    shop = selectors.first_shop(request.user)
    if shop is not None:
        return redirect("dashboard:home", shop.slug)
    if may_open_shops(request.user):
        return redirect("setup")
    return redirect("admin:index") if request.user.is_staff else redirect("account_logout")


@staff_view()
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """What needs doing now, the course of two weeks, and the newest orders."""
    at = clock.now()
    course = course_of_orders(request.merchant, at=at)
    orders = list(selectors.list_orders()[:NEWEST])
    context: dict[str, Any] = {"locale": get_language()}
    return render(
        request,
        "commerce/home/home.html",
        {
            "setup": setup_list(request),
            "todo": _todo(request, at, context),
            "stats": _stats(request, course),
            "more_stats": slots.collect("dashboard_stats", request, context),
            "chart": _chart(course) if course.orders else None,
            "orders": [(order, Money(order.total, order.currency)) for order in orders],
            "first_step": reverse("dashboard:settings", args=[request.merchant.slug])
            if request.membership.may(Right.CONFIGURE)
            else "",
        },
    )


def _todo(request: StaffRequest, at: datetime, context: dict[str, Any]) -> list[str]:
    """Return what each room asks staff to do; commerce's own comes last."""
    parts = slots.collect("dashboard_home", request, context)
    failures = count_failures()
    if failures.total:
        parts.append(
            render_to_string("commerce/home/_failures.html", {"failures": failures}, request)
        )
    requests = selectors.list_open_privacy_requests()
    if requests:
        parts.append(
            render_to_string(
                "commerce/home/_privacy.html", {"requests": requests, "at": at}, request
            )
        )
    return parts


def _stats(request: StaffRequest, course: Course) -> list[dict[str, Any]]:
    currency = request.merchant.currency
    yesterday = course.days[-2].orders
    return [
        {
            "label": _("Orders today"),
            "value": formats.number(course.today.orders),
            "note": _("%(count)s yesterday") % {"count": formats.number(yesterday)},
        },
        {
            "label": _("Sales in %(days)s days") % {"days": SPAN},
            "value": formats.money(Money(course.captured, currency)),
            "trend": [day.captured for day in course.days],
        },
        {
            "label": _("Given back of it"),
            "value": formats.money(Money(course.given_back, currency)),
            "note": _("%(share)s of the sales in %(days)s days")
            % {"share": _share(course), "days": SPAN},
        },
    ]


def _share(course: Course) -> str:
    return f"{course.given_back / course.captured:.1%}" if course.captured else "–"


def _chart(course: Course) -> Columns:
    """Draw the orders of two weeks under a sentence that says how they compare."""
    return Columns(
        title=_finding(course),
        head=(_("Day"), _("Orders")),
        points=[Point(name=formats.day(day.on), value=day.orders) for day in course.days],
    )


def _finding(course: Course) -> str:
    change = course.orders - course.orders_before
    values = {"count": formats.number(course.orders), "days": SPAN}
    said = ngettext(
        "%(count)s order in %(days)s days", "%(count)s orders in %(days)s days", course.orders
    )
    if not course.orders_before:
        return said % values
    compared = (
        _("as many as in the %(days)s days before")
        if not change
        else _("%(more)s more than in the %(days)s days before")
        if change > 0
        else _("%(fewer)s fewer than in the %(days)s days before")
    )
    values |= {"more": formats.number(change), "fewer": formats.number(-change)}
    return _("%(said)s, %(compared)s") % {"said": said % values, "compared": compared % values}
