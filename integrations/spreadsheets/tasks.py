"""Celery entries of imports: steps of work, and files that are forgotten."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task

from integrations.spreadsheets import services, steps
from integrations.spreadsheets.selectors import list_old, list_waiting
from postexp.celery import app
from postexp.kernel import clock
from postexp.kernel.tasks import begin
from postexp.kernel.tenancy import merchant_scope

STEP = timedelta(seconds=20)


@shared_task(name="integrations.work_on_import")
def work_on_import(merchant_id: int, import_id: str) -> bool:
    """Go on with an import for twenty seconds, then hand the rest on."""
    with merchant_scope(merchant_id):
        more = steps.work(import_id, until=clock.now() + STEP, now=clock.now)
    if more:
        begin(work_on_import, merchant_id, import_id)
    return more


@shared_task(name="integrations.go_on_with_imports")
def go_on_with_imports() -> int:
    """Hand the imports nobody works on to a worker; return how many."""
    waiting = list_waiting(at=clock.now())
    for merchant_id, import_id in waiting:
        begin(work_on_import, merchant_id, import_id)
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
