"""Alerts to staff: raised for those who want them, read, chosen, and gathered into digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse

from commerce.selectors import get_merchant, list_members
from commerce.selectors.setup import is_demo_order
from notifications.enums import AlertMail
from notifications.events import StaffAlerted, StaffDigestDue
from notifications.models import AlertChoice, StaffAlert
from notifications.ports import AlertKind
from notifications.selectors import Choice, choices_by_person
from postexp.kernel.events import Event, append

# What happened longer ago is history, told by import or replay, and nobody's alarm.
FRESH = timedelta(days=2)
# When the digest of a day goes out, by the shop's clock.
MORNING = time(8)


def raise_alert(kind: AlertKind[Any], event: Event, *, at: datetime, actor: str) -> None:
    """Alert every member who asked to hear of the kind, but whoever did it themselves.

    Each hears of one object once. What is about demo data stands in the dashboard, and no e-mail
    calls people to it. Publishes StaffAlerted for those who want an e-mail at once.
    """
    if not kind.applies(event):
        return
    name, parts = kind.page(event)
    merchant = get_merchant()
    root = reverse("dashboard:home", args=[merchant.slug])
    path = reverse(f"dashboard:{name}", args=[merchant.slug, *parts]).removeprefix(root)
    wanted = choices_by_person(kind.name)
    is_demo = is_demo_order(getattr(event, "order_id", ""))
    with transaction.atomic():
        for member in list_members():
            choice = wanted.get(member.user_id, Choice())
            if is_demo:
                choice = replace(choice, mail=AlertMail.OFF)
            if member.user.actor != actor and choice.wants_any:
                _alert(member.user_id, kind, event, choice, path, at)


def _alert(
    user_id: int, kind: AlertKind[Any], event: Event, choice: Choice, path: str, at: datetime
) -> None:
    alert, new = StaffAlert.objects.get_or_create(
        user_id=user_id,
        kind=kind.name,
        object_id=kind.object_id(event),
        defaults={
            "detail": kind.detail(event)[:200],
            "path": path,
            "mail": choice.mail,
            "at": at,
            # Who wants e-mail alone has no unread ones in the dashboard.
            "read_at": None if choice.dashboard else at,
            "mailed_at": at if choice.mail == AlertMail.AT_ONCE else None,
        },
    )
    if new and choice.mail == AlertMail.AT_ONCE:
        append(StaffAlerted(user_id=user_id, alert_id=alert.public_id), at=at)


def mark_read(*, user_id: int, at: datetime, alert_id: str = "") -> int:
    """Mark one alert of a person, or all of them, as read; return how many were unread."""
    unread = StaffAlert.objects.filter(user_id=user_id, read_at=None)
    if alert_id:
        unread = unread.filter(public_id=alert_id)
    return unread.update(read_at=at)


def choose_alerts(*, user_id: int, choices: Mapping[str, Choice], locale: str) -> None:
    """Keep what a person wants to hear of, by the names of the kinds, and their language."""
    with transaction.atomic():
        for kind, choice in choices.items():
            AlertChoice.objects.update_or_create(
                user_id=user_id,
                kind=kind,
                defaults={"dashboard": choice.dashboard, "mail": choice.mail, "locale": locale},
            )


def send_due_digests(*, at: datetime) -> int:
    """Gather what waits for this morning's digests of the scope's shop; return how many are due.

    Due is what was raised before eight o'clock of the shop's day, once that is past. Publishes
    StaffDigestDue for each person.
    """
    zone = get_merchant().zone
    local = at.astimezone(zone)
    morning = datetime.combine(local.date(), MORNING, tzinfo=zone)
    if local < morning:
        return 0
    waiting = StaffAlert.objects.filter(mail=AlertMail.DAILY, mailed_at=None, at__lt=morning)
    with transaction.atomic():
        locked = list(waiting.select_for_update(no_key=True).order_by("id"))
        for user_id in sorted({alert.user_id for alert in locked}):
            append(StaffDigestDue(user_id=user_id, day=local.date().isoformat()), at=at)
        StaffAlert.objects.filter(pk__in=[alert.pk for alert in locked]).update(
            mailed_at=at, digest_on=local.date()
        )
    return len({alert.user_id for alert in locked})
