"""Going live: who would get what in the next 24 hours, and the switch."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.services.sandboxes import is_sandbox
from notifications import services
from notifications.errors import TestShopStaysDry
from notifications.selectors import (
    count_dry_runs,
    is_live,
    list_due_messages,
    list_likely_messages,
)
from notifications.serializers import kind_title, represent_messages
from postexp.kernel import clock, htmx

DAY = timedelta(hours=24)
SHOWN = 50


@staff_view(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def go_live(request: StaffRequest) -> HttpResponse:
    """Show who would get what, and let messages go."""
    at = clock.now()
    if request.method == "POST":
        try:
            services.go_live(at=at, actor=request.user.actor)
        except TestShopStaysDry:
            notices.error(request, _("A test shop writes to nobody. Go live in the shop itself."))
        else:
            notices.success(request, _("Messages are live. Shoppers hear from you from now on."))
        return htmx.redirect(request, _here(request))
    written = sorted(count_dry_runs(since=at - DAY).items(), key=lambda item: -item[1])
    context = {
        "live": is_live(),
        "for_tests": is_sandbox(request.merchant),
        "due": represent_messages(list_due_messages(until=at + DAY, limit=SHOWN)),
        "likely": [(kind_title(one.kind), one) for one in list_likely_messages(limit=SHOWN)],
        "written": [(kind_title(kind), count) for kind, count in written],
    }
    return render(request, "notifications/go_live.html", context)


@staff_view(Right.CONFIGURE)
@require_POST
def stop(request: StaffRequest) -> HttpResponse:
    """Put the messages back into dry run."""
    services.stop_messages(at=clock.now(), actor=request.user.actor)
    notices.success(request, _("Back in dry run. No message leaves the shop."))
    return htmx.redirect(request, _here(request))


def _here(request: StaffRequest) -> str:
    return reverse("dashboard:go_live", args=[request.merchant.slug])
