"""Celery entries of imports: steps of work, and files that are forgotten."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task

from integrations.spreadsheets import services
from integrations.spreadsheets.selectors import list_old, list_waiting
from postexp.celery import app
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope

logger = logging.getLogger(__name__)

STEP = timedelta(seconds=20)


@shared_task(name="integrations.work_on_import")
def work_on_import(merchant_id: int, import_id: str) -> bool:
    """Go on with an import for twenty seconds, then hand the rest on."""
    with merchant_scope(merchant_id):
        more = services.work(import_id, until=clock.now() + STEP, now=clock.now)
    if more:
        hand_over(merchant_id, import_id)
    return more


def hand_over(merchant_id: int, import_id: str) -> None:
    """Give an import to a worker; where the broker is down, the schedule does it later."""
    try:
        work_on_import.apply_async((merchant_id, import_id), retry=False)
    except work_on_import.OperationalError as error:
        logger.warning("import %s waits for the broker: %s", import_id, type(error).__name__)


@shared_task(name="integrations.go_on_with_imports")
def go_on_with_imports() -> int:
    """Hand the imports nobody works on to a worker; return how many."""
    waiting = list_waiting(at=clock.now())
    for merchant_id, import_id in waiting:
        hand_over(merchant_id, import_id)
    return len(waiting)


@shared_task(name="integrations.forget_import_files")
def forget_import_files() -> int:
    """Delete the uploaded files that are a month old; return how many."""
    at = clock.now()
    forgotten = 0
    for merchant_id in list_old(at=at):
        with merchant_scope(merchant_id):
            forgotten += services.forget_old_files(at=at)
    return forgotten


app.conf.beat_schedule |= {
    "integrations.go_on_with_imports": {
        "task": "integrations.go_on_with_imports",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "integrations.forget_import_files": {
        "task": "integrations.forget_import_files",
        "schedule": 6 * 3600.0,
    },
}
