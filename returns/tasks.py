"""Celery entries of returns."""

import logging
from datetime import timedelta

from celery import shared_task
from celery.schedules import crontab

from postexp.celery import app
from postexp.kernel import clock
from postexp.kernel.tasks import begin
from postexp.kernel.tenancy import merchant_scope
from returns.rules.months import MONTHS_KEPT
from returns.selectors import list_overdue
from returns.selectors.cancellations import list_due_cancellations
from returns.selectors.evidence import list_forgotten_evidence
from returns.selectors.receiving import list_unanswered, list_unused_photos
from returns.selectors.refused import list_fees_to_remind
from returns.selectors.reminders import list_to_remind
from returns.selectors.simulations import list_stalled
from returns.services import end_overdue, evidence, simulations
from returns.services.cancelling import carry_out_cancellation
from returns.services.exchange_sweeps import sweep_exchanges
from returns.services.photos import forget_photo
from returns.services.refused import answer_by_default
from returns.services.refused_fees import remind_of_fee
from returns.services.reminders import remind_to_send
from returns.services.rollups import count_marked, mark_shops

logger = logging.getLogger(__name__)

STEP = timedelta(seconds=20)


@shared_task(name="returns.end_overdue")
def end_overdue_returns() -> int:
    """Close the returns of every shop whose time to be sent is over; return how many were seen.

    One that fails is logged and comes again with the next run; the others go on.
    """
    at = clock.now()
    overdue = list_overdue(at=at)
    for merchant_id, return_id in overdue:
        with merchant_scope(merchant_id):
            try:
                end_overdue(return_id=return_id, at=at)
            except Exception:
                logger.exception("return %s was not ended", return_id)
    return len(overdue)


@shared_task(name="returns.carry_out_cancellations")
def carry_out_cancellations() -> int:
    """Carry out the cancellations of every shop whose undo time is over; return how many were due.

    What is due stands in the table, and each is carried out once under its order's lock: a run that
    was cut off loses nothing, and two at a time do nothing twice. One that fails is logged and
    comes again with the next run; the others go on.
    """
    at = clock.now()
    due = list_due_cancellations(at=at)
    for merchant_id, cancellation_id in due:
        with merchant_scope(merchant_id):
            try:
                carry_out_cancellation(cancellation_id=cancellation_id, at=at)
            except Exception:
                logger.exception("cancellation %s was not carried out", cancellation_id)
    return len(due)


@shared_task(name="returns.answer_refused")
def answer_refused_units() -> int:
    """Do with refused units of every shop what is usual where nobody answered, or paid, in time.

    Return how many were due. One that fails, such as for a chargeback, is logged and comes again.
    """
    at = clock.now()
    due = list_unanswered(at=at)
    for merchant_id, refused_id in due:
        with merchant_scope(merchant_id):
            try:
                answer_by_default(refused_id=refused_id, at=at)
            except Exception:
                logger.exception("refused units %s were not answered by default", refused_id)
    return len(due)


@shared_task(name="returns.remind_of_fees")
def remind_of_fees() -> int:
    """Remind the shoppers of every shop who have a day left to pay for what they want sent back.

    Return how many were due; each is reminded once. One that fails is logged and comes again.
    """
    at = clock.now()
    due = list_fees_to_remind(at=at)
    for merchant_id, refused_id in due:
        with merchant_scope(merchant_id):
            try:
                remind_of_fee(refused_id, at=at)
            except Exception:
                logger.exception("nobody was reminded of the fee of %s", refused_id)
    return len(due)


@shared_task(name="returns.remind_to_send")
def remind_to_send_back() -> int:
    """Remind the shoppers of every shop whose approved return is due soon, and was not sent.

    Return how many were looked at; each is reminded once a reminder. One that fails is logged and
    comes again.
    """
    at = clock.now()
    due = list_to_remind(at=at)
    for merchant_id, return_id in due:
        with merchant_scope(merchant_id):
            try:
                remind_to_send(return_id=return_id, at=at)
            except Exception:
                logger.exception("nobody was reminded of return %s", return_id)
    return len(due)


@shared_task(name="returns.forget_evidence")
def forget_evidence() -> int:
    """Throw away the photos of every shop whose return was never asked for, and those taken at
    receiving that nothing names; return how many.
    """
    at = clock.now()
    forgotten, unused = list_forgotten_evidence(at=at), list_unused_photos(at=at)
    for merchant_id, evidence_id in forgotten:
        with merchant_scope(merchant_id):
            evidence.forget_evidence(evidence_id=evidence_id)
    for merchant_id, photo_id in unused:
        with merchant_scope(merchant_id):
            forget_photo(photo_id=photo_id)
    return len(forgotten) + len(unused)


@shared_task(name="returns.work_on_simulation")
def work_on_simulation(merchant_id: int, simulation_id: str) -> bool:
    """Go on with the simulation of a policy for twenty seconds, then hand the rest on."""
    with merchant_scope(merchant_id):
        more = simulations.work_on(simulation_id, until=clock.now() + STEP, now=clock.now)
    if more:
        begin(work_on_simulation, merchant_id, simulation_id)
    return more


@shared_task(name="returns.go_on_with_simulations")
def go_on_with_simulations() -> int:
    """Hand the simulations nobody works on to a worker; return how many."""
    stalled = list_stalled(at=clock.now())
    for merchant_id, simulation_id in stalled:
        begin(work_on_simulation, merchant_id, simulation_id)
    return len(stalled)


@shared_task(name="returns.mark_reports")
def mark_reports(months: int) -> int:
    """Let the last months of every shop with returns be added up anew; return how many shops."""
    return mark_shops(at=clock.now(), months=months)


@shared_task(name="returns.count_reports")
def count_reports() -> int:
    """Add up the months of which something changed; return how many."""
    return count_marked()


@shared_task(name="returns.sweep_exchanges")
def sweep_exchanges_of_all() -> int:
    """Renew holds, end times to pay, remind of originals and find what sold out, in every shop.

    Each is done once however often this runs; returns how many were done. One that fails is logged
    and comes again with the next run.
    """
    return sweep_exchanges(at=clock.now())


app.conf.beat_schedule |= {
    "returns.answer_refused": {"task": "returns.answer_refused", "schedule": 15 * 60.0},
    "returns.remind_of_fees": {"task": "returns.remind_of_fees", "schedule": 15 * 60.0},
    "returns.remind_to_send": {"task": "returns.remind_to_send", "schedule": 15 * 60.0},
    # What is sold changes without any return: lately by the hour, all of it every night.
    "returns.mark_reports": {
        "task": "returns.mark_reports",
        "schedule": 3600.0,
        "args": (2,),
    },
    "returns.mark_all_reports": {
        "task": "returns.mark_reports",
        "schedule": crontab(hour=3, minute=40),
        "args": (MONTHS_KEPT,),
    },
    "returns.count_reports": {"task": "returns.count_reports", "schedule": 120.0},
    "returns.forget_evidence": {"task": "returns.forget_evidence", "schedule": 3600.0},
    "returns.sweep_exchanges": {"task": "returns.sweep_exchanges", "schedule": 5 * 60.0},
    "returns.end_overdue": {"task": "returns.end_overdue", "schedule": 15 * 60.0},
    "returns.go_on_with_simulations": {
        "task": "returns.go_on_with_simulations",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "returns.carry_out_cancellations": {
        "task": "returns.carry_out_cancellations",
        "schedule": 20.0,
    },
}
