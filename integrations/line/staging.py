"""What a recorded request takes for granted, made in the throw-away shop it is played on."""

from __future__ import annotations

from datetime import datetime

from commerce.ports import CustomerFacts
from commerce.selectors import get_merchant
from commerce.services.customers import take_in_customer
from integrations.line.inbound import reply_key
from integrations.line.parse import PROVIDER
from integrations.payload import Payload
from notifications.enums import Medium
from notifications.services import link_account, offer_link, take_in_reply

LINE = Medium.LINE


def set_stage(body: bytes, *, at: datetime) -> None:
    """Make what the events of a request are about.

    The number of a linking is offered to a customer, who blocks the shop has linked their account,
    and the message that is taken back was written. Raises Unreadable.
    """
    for event in Payload.read(body, PROVIDER).rows("events"):
        user = event.child("source").text("userId")
        match event.text("type"):
            case "accountLink":
                _offer(event.child("link").text("nonce"), at)
            case "unfollow":
                nonce = f"staged for {event.text('webhookEventId')}"
                _offer(nonce, at)
                link_account(channel=LINE, nonce=nonce, address=user, at=at)
            case "unsend":
                message_id = event.child("unsend").text("messageId")
                take_in_reply(
                    channel=LINE,
                    address=user,
                    provider_id=reply_key("text", message_id),
                    text="…",
                    at=at,
                )


def _offer(nonce: str, at: datetime) -> None:
    shopper = CustomerFacts(external_id="replayed", family_name="Replay")
    customer = take_in_customer(shopper, merchant=get_merchant(), at=at)
    offer_link(channel=LINE, customer_id=customer.public_id, nonce=nonce, at=at)
