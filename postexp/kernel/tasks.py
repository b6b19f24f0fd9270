"""Celery entries of the kernel: outside effects from the outbox, heartbeats, purges."""

import logging
from typing import Any

from celery import Task, shared_task
from django.conf import settings

from postexp.celery import app
from postexp.kernel import clock, idempotency, inbox, outbox
from postexp.kernel.health import beat

logger = logging.getLogger(__name__)


@shared_task(name="kernel.run_outside")
def run_outside(delivery_id: int, claim: str) -> str:
    """Run one claimed outside effect."""
    return outbox.run_outside(delivery_id, claim, now=clock.now)


def hand_over(delivery_id: int, claim: str) -> None:
    """Give a claimed delivery to a worker; raises at once where the broker is down."""
    run_outside.apply_async((delivery_id, claim), retry=False)


def begin(task: Task[..., Any], *arguments: object) -> None:
    """Hand work to a worker now; where the broker is down, a schedule does it later."""
    try:
        task.apply_async(arguments, retry=False)
    except task.OperationalError as error:
        logger.warning("%s waits for the broker: %s", task.name, type(error).__name__)


@shared_task(name="kernel.worker_beat")
def worker_beat() -> None:
    """Say that the workers are alive."""
    beat("worker", at=clock.now())


@shared_task(name="kernel.purge")
def purge() -> int:
    """Forget old raw requests and idempotency keys."""
    at = clock.now()
    idempotency.purge(before=at - idempotency.KEEP)
    return inbox.purge(before=at - settings.INBOX_KEEP)


app.conf.beat_schedule |= {
    # Beats that no worker took in time say nothing; they must not pile up.
    "kernel.worker_beat": {
        "task": "kernel.worker_beat",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "kernel.purge": {"task": "kernel.purge", "schedule": 6 * 3600.0},
}
