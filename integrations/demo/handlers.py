"""Demo data that is filled and removed slice by slice, and demo shoppers who read their mails."""

from __future__ import annotations

from integrations.demo import living, reading
from integrations.demo.models import DemoState
from integrations.events import DemoDataChanged
from notifications.events import MessageSent
from postexp.kernel import clock
from postexp.kernel.events import DeliveryContext, RetryLater, subscribe, subscribe_outside


@subscribe_outside(DemoDataChanged, name="integrations.demo_data", provider_honours_keys=True)
def work_on_demo_data(event: DemoDataChanged, delivery: DeliveryContext) -> None:
    """Work on it for one slice, and ask for the next until it is done. Each is whole or not at all,
    so that an interrupted one is simply done again.
    """
    at = clock.now()
    if event.state == DemoState.FILLING:
        finished = living.fill_slice()
    elif event.state == DemoState.REMOVING:
        finished = living.remove_slice(at=at, actor=delivery.actor)
    else:
        return
    if not finished:
        raise RetryLater(0, "More demo data to come or go.")


@subscribe(MessageSent, name="integrations.demo_readers")
def read_in_demo(event: MessageSent, delivery: DeliveryContext) -> None:
    """Let the made-up shopper of a demo shop read a mail."""
    reading.read_mail(event.message_id, at=delivery.occurred_at)
