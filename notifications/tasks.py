"""Celery entries of the message engine."""

from datetime import timedelta

from celery import shared_task

from notifications.services.mailbox import purge_mailbox
from postexp.celery import app
from postexp.kernel import clock

MAILBOX_KEEP = timedelta(days=30)


@shared_task(name="notifications.purge_mailbox")
def purge() -> int:
    """Forget old mails of the development mailbox; answers how many."""
    return purge_mailbox(before=clock.now() - MAILBOX_KEEP)


app.conf.beat_schedule |= {
    "notifications.purge_mailbox": {"task": "notifications.purge_mailbox", "schedule": 24 * 3600.0}
}
