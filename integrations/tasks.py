"""Celery entries of the integrations."""

from celery import shared_task

from integrations.connections import get_connection
from integrations.shopify import backfill, subscriptions
from integrations.stripe import waiting
from postexp.celery import app
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope


@shared_task(name="integrations.look_after_shopify")
def look_after_shopify() -> int:
    """Check the connections to Shopify that are due, each in a task of its own; return how many."""
    found = subscriptions.list_due(at=clock.now())
    for merchant_id, connection_id in found:
        look_after_connection.delay(merchant_id, connection_id)
    return len(found)


@shared_task(name="integrations.look_after_connection")
def look_after_connection(merchant_id: int, connection_id: int) -> None:
    """Check what we may do at one shop, and that we are told of every topic."""
    with merchant_scope(merchant_id):
        subscriptions.look_after(get_connection(connection_id), at=clock.now())


@shared_task(name="integrations.leave_connection")
def leave_connection(merchant_id: int, connection_id: int) -> None:
    """Take our webhook subscriptions back from a shop that was disconnected."""
    with merchant_scope(merchant_id):
        subscriptions.unsubscribe(get_connection(connection_id))


@shared_task(name="integrations.back_fill")
def back_fill(merchant_id: int, connection_id: int) -> None:
    """Bring in some of what a shop had before, and hand the rest on."""
    with merchant_scope(merchant_id):
        more = backfill.run_slice(get_connection(connection_id), now=clock.now)
    if more:
        back_fill.delay(merchant_id, connection_id)


@shared_task(name="integrations.stop_bulk")
def stop_bulk(merchant_id: int, connection_id: int) -> None:
    """Cancel at Shopify what a cancelled back-fill had asked for."""
    with merchant_scope(merchant_id):
        backfill.stop_bulk(get_connection(connection_id))


@shared_task(name="integrations.continue_back_fills")
def continue_back_fills() -> int:
    """Go on with every back-fill whose worker is gone, or that had to wait; return how many.

    What cancelled ones still have under way at Shopify is cancelled there.
    """
    for merchant_id, connection_id in backfill.list_to_stop():
        stop_bulk.delay(merchant_id, connection_id)
    waiting = backfill.list_waiting(at=clock.now())
    for merchant_id, connection_id in waiting:
        back_fill.delay(merchant_id, connection_id)
    return len(waiting)


@shared_task(name="integrations.look_after_refunds")
def look_after_refunds() -> int:
    """Look after the refunds under way at Stripe, each shop's in a task of its own."""
    found = waiting.list_connected()
    for merchant_id in found:
        follow_refunds.delay(merchant_id)
    return len(found)


@shared_task(name="integrations.follow_refunds")
def follow_refunds(merchant_id: int) -> None:
    """Ask Stripe how a shop's refunds ended that it took on, in case no webhook came."""
    with merchant_scope(merchant_id):
        waiting.follow_refunds(at=clock.now())


app.conf.beat_schedule |= {
    "integrations.look_after_refunds": {
        "task": "integrations.look_after_refunds",
        "schedule": 3600.0,
    },
    "integrations.look_after_shopify": {
        "task": "integrations.look_after_shopify",
        "schedule": 3600.0,
    },
    "integrations.continue_back_fills": {
        "task": "integrations.continue_back_fills",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
}
