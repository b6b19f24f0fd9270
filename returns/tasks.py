"""Celery entries of returns."""

from celery import shared_task

from postexp.celery import app
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from returns.selectors import list_overdue
from returns.services import end_overdue


@shared_task(name="returns.end_overdue")
def end_overdue_returns() -> int:
    """Close the returns of every shop whose time to be sent is over; return how many were seen."""
    at = clock.now()
    overdue = list_overdue(at=at)
    for merchant_id, return_id in overdue:
        with merchant_scope(merchant_id):
            end_overdue(return_id=return_id, at=at)
    return len(overdue)


app.conf.beat_schedule |= {
    "returns.end_overdue": {"task": "returns.end_overdue", "schedule": 15 * 60.0}
}
