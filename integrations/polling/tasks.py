"""Celery entries of the asking: slices of some seconds, and what may be forgotten."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task

from integrations.polling.accounts import list_due_accounts
from integrations.polling.asking import run_slice
from integrations.polling.forgetting import forget
from postexp.celery import app
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope

logger = logging.getLogger(__name__)

SLICE = timedelta(seconds=5)


@shared_task(name="integrations.ask_carriers")
def ask_carriers() -> int:
    """Hand every account with something to ask to a worker; return how many.

    What no worker took before the next run is left to that run.
    """
    accounts = list_due_accounts(at=clock.now())
    for merchant_id, account_id in accounts:
        try:
            ask_carrier.apply_async(
                (merchant_id, account_id), retry=False, expires=SLICE.total_seconds()
            )
        except ask_carrier.OperationalError as error:
            logger.warning("carriers wait for the broker: %s", type(error).__name__)
    return len(accounts)


@shared_task(name="integrations.ask_carrier")
def ask_carrier(merchant_id: int, account_id: int) -> int:
    """Ask one carrier for five seconds about what is due; return about how many numbers."""
    with merchant_scope(merchant_id):
        return run_slice(account_id, until=clock.now() + SLICE, now=clock.now)


@shared_task(name="integrations.forget_asking")
def forget_asking() -> int:
    """Forget the numbers of ended accounts, and the calls of days long past; return how many."""
    return forget(at=clock.now())


app.conf.beat_schedule |= {
    "integrations.ask_carriers": {
        "task": "integrations.ask_carriers",
        "schedule": SLICE,
        "options": {"expires": SLICE.total_seconds()},
    },
    "integrations.forget_asking": {
        "task": "integrations.forget_asking",
        "schedule": 3600.0,
    },
}
