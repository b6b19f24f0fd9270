"""Asking Stripe what its webhooks leave out."""

from __future__ import annotations

from integrations.events import HoldTaken
from integrations.stripe.pages import tell_held
from postexp.kernel.events import DeliveryContext, subscribe_outside


@subscribe_outside(HoldTaken, name="stripe.read_hold", provider_honours_keys=True)
def read_hold(event: HoldTaken, delivery: DeliveryContext) -> None:
    """Ask until when money is held that a shopper let be held, and tell it on."""
    tell_held(event.page, event.payment)
