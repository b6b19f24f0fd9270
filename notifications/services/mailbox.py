"""Writes of the development mailbox."""

from __future__ import annotations

from datetime import datetime

from notifications.models import MailboxMail


def purge_mailbox(*, before: datetime) -> int:
    """Forget mails caught before an instant; return how many."""
    count, _ = MailboxMail.objects.filter(at__lt=before).delete()
    return count
