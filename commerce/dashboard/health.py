"""The shop's health page: green, or what to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from commerce.access import StaffRequest, staff_view
from commerce.enums import Right
from commerce.models import Merchant
from commerce.selectors.sending import sending_identity
from postexp.kernel import clock, doctor, health, metrics
from postexp.kernel.history import count_failures

TONES = {
    doctor.GOOD: ("good", "circle-check"),
    doctor.WARNING: ("attention", "triangle-alert"),
    doctor.WRONG: ("problem", "octagon-alert"),
}


@staff_view(Right.READ)
@require_safe
def health_page(request: StaffRequest) -> HttpResponse:
    """How the shop's mail, webhooks, queue and schedules are."""
    findings = doctor.examine_shop(request.merchant, at=clock.now())
    rows: list[dict[str, Any]] = []
    for finding in findings:
        tone, icon = TONES[finding.state]
        label = _("In order") if finding.state == doctor.GOOD else _("To do")
        url = reverse(finding.page, args=[request.merchant.slug]) if finding.page else ""
        rows.append({"finding": finding, "tone": tone, "icon": icon, "label": label, "url": url})
    ill = sum(finding.state != doctor.GOOD for finding in findings)
    return render(request, "commerce/settings/health.html", {"rows": rows, "ill": ill})


def check_at_work(merchant: Merchant, at: datetime) -> doctor.Finding:
    """Drainer, worker and scheduler are alive."""
    about = _("Work in the background")
    parts = health.check_parts(at=at)
    if all(part["ok"] for part in parts.values()):
        return doctor.good(about, _("Messages, webhooks and schedules are being worked on."))
    return doctor.wrong(
        about,
        _("A part of the server stands still, so messages and webhooks wait. Nothing is lost."),
        _("Tell whoever runs this server to run “manage.py doctor”."),
    )


def check_queue(merchant: Merchant, at: datetime) -> doctor.Finding:
    """What is due is done soon."""
    about = _("Queue")
    _count, oldest = metrics.waiting_requests(at)
    longest = max(oldest, *metrics.queue_ages(at).values())
    if longest <= doctor.QUEUE_AGE.total_seconds():
        return doctor.good(about, _("What comes in is dealt with at once."))
    minutes = int(longest // 60)
    return doctor.wrong(
        about,
        ngettext(
            "The oldest has waited for %(minutes)s minute.",
            "The oldest has waited for %(minutes)s minutes.",
            minutes,
        )
        % {"minutes": minutes},
        _("Tell whoever runs this server: it needs more workers."),
    )


def check_failures(merchant: Merchant, at: datetime) -> doctor.Finding:
    """Nothing waits for a person."""
    about = _("Failures")
    total = count_failures().total
    if not total:
        return doctor.good(about, _("Nothing failed."))
    found = ngettext(
        "%(total)s thing failed and waits for you.",
        "%(total)s things failed and wait for you.",
        total,
    )
    return doctor.wrong(
        about,
        found % {"total": total},
        _("Look at each one: it says why it failed, and can be run again or given up."),
        page="dashboard:failure_list",
    )


def check_mail(merchant: Merchant, at: datetime) -> doctor.Finding:
    """Mail reaches people."""
    about = _("Mail")
    if "Mailbox" in settings.EMAIL_BACKEND:
        return doctor.warning(
            about,
            _("This server keeps every mail in its mailbox, and sends none."),
            _("That is right for trying things out. To send, whoever runs it sets up a provider."),
        )
    return doctor.good(about, _("This server sends mail."))


def check_sender(merchant: Merchant, at: datetime) -> doctor.Finding:
    """The shop's mail comes from its own address."""
    about = _("Sender")
    identity = sending_identity()
    if identity is None or not identity.domain:
        return doctor.good(about, _("Mail comes from the server’s address, in your shop’s name."))
    if identity.usable:
        return doctor.good(
            about, _("Mail comes from %(address)s.") % {"address": identity.from_address}
        )
    return doctor.warning(
        about,
        _("%(domain)s is not ready, so mail still comes from the server’s address.")
        % {"domain": identity.domain},
        _("Set the records that the page shows."),
        page="dashboard:sending",
    )


for order, check in enumerate(
    (check_at_work, check_queue, check_failures, check_mail, check_sender), 1
):
    doctor.register_shop_check(check, order=order * 10)
