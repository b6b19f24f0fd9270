"""A person's alerts: the list behind the bell, and what they want to hear of."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from notifications import services
from notifications.enums import AlertMail
from notifications.models import StaffAlert
from notifications.ports import get_alert, list_alerts
from notifications.selectors import (
    Choice,
    access_alert,
    choices_of,
    list_staff_alerts,
    list_unread_alerts,
)
from postexp.kernel import clock, htmx
from postexp.kernel.paging import cut


@staff_view(Right.PERSONAL)
@require_GET
def alert_list(request: StaffRequest) -> HttpResponse:
    """The person's alerts, newest first."""
    page = cut(list_staff_alerts(request.user.pk), request.GET)
    context = {
        "rows": [_row(alert) for alert in page.rows],
        "page": page,
        "unread": list_unread_alerts(request.user.pk).count(),
    }
    return render(request, "notifications/alerts/list.html", context)


@staff_view(Right.PERSONAL)
@require_POST
def alerts_read(request: StaffRequest) -> HttpResponse:
    """Mark every alert of the person as read."""
    services.mark_read(user_id=request.user.pk, at=clock.now())
    return htmx.redirect(request, reverse("dashboard:alert_list", args=[request.merchant.slug]))


@staff_view(Right.PERSONAL)
@require_POST
def alert_open(request: StaffRequest, alert_id: str) -> HttpResponse:
    """Mark one alert as read, and go to what it is about."""
    alert = access_alert(alert_id, request.user.pk)
    services.mark_read(user_id=request.user.pk, at=clock.now(), alert_id=alert.public_id)
    home = reverse("dashboard:home", args=[request.merchant.slug])
    return HttpResponseRedirect(f"{home}{alert.path}")


@staff_view(Right.PERSONAL)
@require_http_methods(["GET", "POST"])
def alert_choices(request: StaffRequest) -> HttpResponse:
    """What the person wants to hear of: in the dashboard, and by e-mail at once or once a day."""
    if request.method == "POST":
        services.choose_alerts(
            user_id=request.user.pk,
            choices={
                kind.name: Choice(
                    dashboard=request.POST.get(f"dashboard:{kind.name}") == "on",
                    mail=_mail(request.POST.get(f"mail:{kind.name}", "")),
                )
                for kind in list_alerts()
            },
            locale=get_language() or "en",
        )
        notices.success(request, _("Saved."))
        here = reverse("dashboard:alert_choices", args=[request.merchant.slug])
        return htmx.redirect(request, here)
    chosen = choices_of(request.user.pk)
    context = {
        "kinds": [(kind, chosen.get(kind.name, Choice())) for kind in list_alerts()],
        "mails": AlertMail.choices,
        "email": request.user.email,
    }
    return render(request, "notifications/alerts/choices.html", context)


def _mail(value: str) -> str:
    return value if value in AlertMail else AlertMail.OFF


def _row(alert: StaffAlert) -> dict[str, Any]:
    kind = get_alert(alert.kind)
    return {
        "alert": alert,
        "title": kind.title if kind else alert.kind,
        "icon": kind.icon if kind else "bell",
        "tone": kind.tone if kind else "neutral",
    }
