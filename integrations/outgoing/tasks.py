"""Celery entries of the outgoing webhooks."""

from celery import shared_task
from django.conf import settings

from integrations.outgoing import services
from postexp.celery import app
from postexp.kernel import clock


@shared_task(name="outgoing.purge")
def purge() -> int:
    """Forget old webhooks and their attempts."""
    return services.purge(before=clock.now() - settings.WEBHOOK_KEEP)


app.conf.beat_schedule |= {
    "outgoing.purge": {"task": "outgoing.purge", "schedule": 6 * 3600.0},
}
