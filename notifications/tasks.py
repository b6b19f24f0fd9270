"""Celery entries of the message engine."""

from datetime import timedelta

from celery import shared_task

from notifications.selectors import merchants_awaiting_digests
from notifications.services.alerts import send_due_digests
from notifications.services.mailbox import purge_mailbox
from postexp.celery import app
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope

MAILBOX_KEEP = timedelta(days=30)


@shared_task(name="notifications.purge_mailbox")
def purge() -> int:
    """Forget old mails of the development mailbox; answers how many."""
    return purge_mailbox(before=clock.now() - MAILBOX_KEEP)


@shared_task(name="notifications.send_digests")
def send_digests() -> int:
    """Ask for the digests of alerts that are due in every shop; answers how many."""
    due = 0
    for merchant_id in merchants_awaiting_digests():
        with merchant_scope(merchant_id):
            due += send_due_digests(at=clock.now())
    return due


app.conf.beat_schedule |= {
    "notifications.send_digests": {"task": "notifications.send_digests", "schedule": 900.0},
    "notifications.purge_mailbox": {"task": "notifications.purge_mailbox", "schedule": 24 * 3600.0},
}
