"""Schedules of tracking: partitions ahead of time, promises that passed, what may be forgotten."""

from celery import shared_task
from celery.schedules import crontab

from postexp.celery import app
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from tracking import services
from tracking.selectors import list_passed_promises


@shared_task(name="tracking.ensure_partitions")
def ensure_partitions() -> list[str]:
    """Make the monthly tables of scans that are missing."""
    return services.ensure_partitions(at=clock.now())


@shared_task(name="tracking.note_passed_promises")
def note_passed_promises() -> int:
    """Note the parcels whose promised day has ended; return how many there were."""
    at = clock.now()
    passed = list_passed_promises(at=at)
    for merchant_id, shipment_ids in passed.items():
        with merchant_scope(merchant_id):
            services.refold_shipments(shipment_ids, at=at)
    return sum(map(len, passed.values()))


@shared_task(name="tracking.forget_lookups")
def forget_lookups() -> None:
    """Forget tries and codes of the order lookup that no longer count."""
    services.forget_lookups(at=clock.now())


app.conf.beat_schedule |= {
    "tracking.ensure_partitions": {
        "task": "tracking.ensure_partitions",
        "schedule": crontab(minute="17", hour="*/6"),
    },
    "tracking.note_passed_promises": {
        "task": "tracking.note_passed_promises",
        "schedule": crontab(minute="3,33"),
    },
    "tracking.forget_lookups": {
        "task": "tracking.forget_lookups",
        "schedule": crontab(minute="41"),
    },
}
