"""Schedules of tracking: partitions ahead of time, parcels due again, what may be forgotten."""

from collections.abc import Callable

from celery import shared_task
from celery.schedules import crontab

from postexp.celery import app
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from tracking import services
from tracking.selectors.codes import list_waiting_codes

MOST_BATCHES = 50
"""Batches of one run of a task; more wait for its next run."""


@shared_task(name="tracking.ensure_partitions")
def ensure_partitions() -> list[str]:
    """Make the monthly tables of scans that are missing."""
    return services.ensure_partitions(at=clock.now())


@shared_task(name="tracking.look_again")
def look_again() -> int:
    """Judge the parcels of which time alone may have changed something; return how many."""
    return _in_batches(lambda: services.look_again(at=clock.now()))


@shared_task(name="tracking.note_late_orders")
def note_late_orders() -> int:
    """Find the orders that should have left, or were said to leave by a day, and have not; return
    how many shops were looked at for each.
    """
    at = clock.now()
    return services.note_late_orders(at=at) + services.note_passed_days(at=at)


@shared_task(name="tracking.learn_usual_times")
def learn_usual_times() -> int:
    """Learn from the parcels delivered since; return how many."""
    return _in_batches(lambda: services.learn_from_delivered(at=clock.now()))


@shared_task(name="tracking.count_parcels")
def count_parcels() -> int:
    """Count the parcels that ended or changed for the delivery reports; return how many."""
    return _in_batches(lambda: services.count_parcels(at=clock.now()))


@shared_task(name="tracking.forget_removed")
def forget_removed() -> int:
    """Take removed parcels out of the delivery reports; return how many."""
    return _in_batches(services.forget_removed)


def _in_batches(work: Callable[[], int]) -> int:
    """Do one batch after another until none is left, or the next run of the schedule goes on."""
    done = 0
    for _ in range(MOST_BATCHES):
        count = work()
        done += count
        if not count:
            break
    return done


@shared_task(name="tracking.remap_scans")
def remap_scans(merchant_id: int, code_id: str) -> None:
    """Let past scans mean what their code does now; `go_on_remapping` does what is left."""
    _in_batches(lambda: _remap_some(merchant_id, code_id))


@shared_task(name="tracking.go_on_remapping")
def go_on_remapping() -> int:
    """Go on with the codes whose past scans are to be read anew; return how many there were.

    One run does them all, in turns: many codes keep no more than one worker from other work.
    """
    waiting = list_waiting_codes()
    _in_batches(lambda: sum(_remap_some(*code) for code in waiting))
    return len(waiting)


def _remap_some(merchant_id: int, code_id: str) -> bool:
    with merchant_scope(merchant_id):
        return services.remap_scans(code_id, at=clock.now())


@shared_task(name="tracking.forget_lookups")
def forget_lookups() -> None:
    """Forget tries and codes of the order lookup that no longer count."""
    services.forget_lookups(at=clock.now())


app.conf.beat_schedule |= {
    "tracking.ensure_partitions": {
        "task": "tracking.ensure_partitions",
        "schedule": crontab(minute="17", hour="*/6"),
    },
    "tracking.look_again": {
        "task": "tracking.look_again",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "tracking.note_late_orders": {
        "task": "tracking.note_late_orders",
        "schedule": crontab(minute="4,34"),
        "options": {"expires": 1800},
    },
    "tracking.learn_usual_times": {
        "task": "tracking.learn_usual_times",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "tracking.count_parcels": {
        "task": "tracking.count_parcels",
        "schedule": crontab(minute="*/5"),
        "options": {"expires": 300},
    },
    "tracking.forget_removed": {
        "task": "tracking.forget_removed",
        "schedule": crontab(minute="26"),
    },
    "tracking.go_on_remapping": {
        "task": "tracking.go_on_remapping",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "tracking.forget_lookups": {
        "task": "tracking.forget_lookups",
        "schedule": crontab(minute="41"),
    },
}
