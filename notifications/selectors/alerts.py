"""Reads of what members of staff are told."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404

from commerce.selectors import get_merchant
from notifications.enums import AlertMail
from notifications.models import (
    AlertChoice,
    StaffAlert,
)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a person wants to hear of one kind of alert; unasked, they find it in the dashboard."""

    dashboard: bool = True
    mail: str = AlertMail.OFF

    @property
    def wants_any(self) -> bool:
        """Whether they want to hear of it at all."""
        return self.dashboard or self.mail != AlertMail.OFF


def choices_by_person(kind: str) -> dict[int, Choice]:
    """Return what those who chose want to hear of one kind of alert, by the id of the person."""
    return {
        row.user_id: Choice(dashboard=row.dashboard, mail=row.mail)
        for row in AlertChoice.objects.filter(kind=kind)
    }


def choices_of(user_id: int) -> dict[str, Choice]:
    """Return what a person chose, by kind of alert."""
    return {
        row.kind: Choice(dashboard=row.dashboard, mail=row.mail)
        for row in AlertChoice.objects.filter(user_id=user_id)
    }


def alert_locale(user_id: int) -> str:
    """Return the language a person reads alerts in: that of their choices, else the shop's."""
    chosen = AlertChoice.objects.filter(user_id=user_id).order_by("-id").first()
    return chosen.locale if chosen else get_merchant().default_locale


def get_staff_alert(public_id: str) -> StaffAlert:
    """Return an alert; raises StaffAlert.DoesNotExist."""
    found: StaffAlert = StaffAlert.objects.get(public_id=public_id)
    return found


def access_alert(public_id: str, user_id: int) -> StaffAlert:
    """Return an alert of the person for a page; raises Http404."""
    found: StaffAlert | None = StaffAlert.objects.filter(
        public_id=public_id, user_id=user_id
    ).first()
    if found is None:
        raise Http404
    return found


def list_staff_alerts(user_id: int) -> QuerySet[StaffAlert]:
    """Return what a person asked to find in the dashboard."""
    return StaffAlert.objects.filter(user_id=user_id)


def list_unread_alerts(user_id: int) -> QuerySet[StaffAlert]:
    """Return the alerts of a person that are unread."""
    return list_staff_alerts(user_id).filter(read_at=None)


def list_due_digest(user_id: int, day: str) -> list[StaffAlert]:
    """Return the alerts of a person's digest of one day of the shop (ISO 8601), oldest first."""
    return list(StaffAlert.objects.filter(user_id=user_id, digest_on=day).order_by("id"))


def merchants_awaiting_digests() -> list[int]:
    """Return the ids of the shops where an alert waits for a digest, of all shops there are."""
    waiting = StaffAlert.every_merchant.filter(mail=AlertMail.DAILY, mailed_at=None)
    return list(waiting.order_by("merchant_id").values_list("merchant_id", flat=True).distinct())
