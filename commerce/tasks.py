"""Celery entries of commerce: files of data are made, and shops erased, step by step."""

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings

from commerce.selectors import get_merchant
from commerce.selectors.data import list_waiting_erasures, list_waiting_exports
from commerce.services import api_log, privacy
from commerce.services.domains import check_all_domains
from commerce.services.sending import check_all_sending
from postexp.celery import app
from postexp.kernel import clock
from postexp.kernel.tasks import begin
from postexp.kernel.tenancy import merchant_scope

logger = logging.getLogger(__name__)

STEP = timedelta(seconds=45)


@shared_task(name="commerce.make_shop_export", time_limit=3600)
def make_shop_export(merchant_id: int, export_id: str) -> bool:
    """Make the zip of everything a shop has."""
    with merchant_scope(merchant_id):
        return privacy.make_shop_export(merchant=get_merchant(), export_id=export_id, now=clock.now)


@shared_task(name="commerce.erase_shop")
def erase_shop(merchant_id: int) -> bool:
    """Erase a shop for a while; the schedule goes on with what is left."""
    with merchant_scope(merchant_id):
        return privacy.erase_shop(merchant=get_merchant(), until=clock.now() + STEP, now=clock.now)


@shared_task(name="commerce.go_on_with_data")
def go_on_with_data() -> int:
    """Hand exports and erasures nobody works on to a worker; return how many."""
    at = clock.now()
    exports, erasures = list_waiting_exports(at=at), list_waiting_erasures(at=at)
    for merchant_id, export_id in exports:
        begin(make_shop_export, merchant_id, export_id)
    for merchant_id in erasures:
        begin(erase_shop, merchant_id)
    return len(exports) + len(erasures)


@shared_task(name="commerce.purge_api_log")
def purge_api_log() -> int:
    """Forget old requests to the API; return how many."""
    return api_log.purge(before=clock.now() - settings.API_LOG_KEEP)


@shared_task(name="commerce.forget_old_exports")
def forget_old_exports() -> int:
    """Delete the files of data whose time is over; return how many."""
    return privacy.forget_old_exports(at=clock.now())


@shared_task(name="commerce.check_sending", time_limit=3600)
def check_sending() -> int:
    """Look at the sender domain of every shop again; return how many were looked at."""
    return check_all_sending(at=clock.now())


@shared_task(name="commerce.check_domains", time_limit=3600)
def check_domains() -> int:
    """Look at the own domain of every shop again; return how many were looked at."""
    return check_all_domains(at=clock.now())


app.conf.beat_schedule |= {
    "commerce.purge_api_log": {"task": "commerce.purge_api_log", "schedule": 6 * 3600.0},
    "commerce.check_domains": {"task": "commerce.check_domains", "schedule": 24 * 3600.0},
    "commerce.check_sending": {"task": "commerce.check_sending", "schedule": 24 * 3600.0},
    "commerce.go_on_with_data": {
        "task": "commerce.go_on_with_data",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "commerce.forget_old_exports": {"task": "commerce.forget_old_exports", "schedule": 3600.0},
}
