"""Celery entries of WhatsApp: where the templates of shops stand, in case no webhook came."""

from celery import shared_task

from integrations.whatsapp.access import list_connected
from integrations.whatsapp.services import look_after_templates
from postexp.celery import app
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope


@shared_task(name="whatsapp.look_after_templates")
def look_after_all() -> int:
    """Read the templates of every shop anew, each in a task of its own; return how many shops."""
    found = list_connected()
    for merchant_id in found:
        look_after_shop.delay(merchant_id)
    return len(found)


@shared_task(name="whatsapp.look_after_templates_of")
def look_after_shop(merchant_id: int) -> None:
    """Read the templates of one shop anew."""
    with merchant_scope(merchant_id):
        look_after_templates(at=clock.now())


app.conf.beat_schedule |= {
    "whatsapp.look_after_templates": {
        "task": "whatsapp.look_after_templates",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
}
