"""What the gates ask of the readers of some messages, read at once for all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from commerce.selectors import get_merchant
from commerce.selectors.consents import Said, consents_of
from notifications.enums import Class, Medium
from notifications.models import Message
from notifications.ports import find_channel
from notifications.selectors.flows import (
    E_MAIL_ALONE,
    Place,
    Terms,
    get_terms,
    next_slot,
    places_of,
)
from notifications.selectors.people import CONSENT_OF, accounts_of, causes_of, purpose_of

if TYPE_CHECKING:
    from commerce.models import Merchant


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of the readers of some messages, of the shop's channels and of its terms."""

    merchant: Merchant
    terms: Terms
    ready: Collection[Medium]
    said: Mapping[str, Said]
    causes: Mapping[tuple[Medium, str], str]
    accounts: Mapping[str, str]
    places: Mapping[str, list[Place]]

    def consented(self, message: Message, medium: Medium) -> bool | None:
        """Return what the reader last said to such messages on a channel; None for nothing."""
        said = self.said.get(message.customer_id, {})
        return said.get((CONSENT_OF.get(medium, medium), purpose_of(message.klass)))

    def address_on(self, medium: Medium, message: Message) -> str:
        """Return where the reader is reached on a channel; "" where that is not known."""
        return _address(medium, message, self.accounts)

    def next_slot(self, message: Message) -> datetime | None:
        """Return from when on the reader may get this one of marketing; None for now, and for what
        is no marketing or has its place.
        """
        if message.klass != Class.MARKETING or message.slot_at is not None:
            return None
        return next_slot(message, self.terms, self.places.get(message.customer_id, ()))


def get_known(messages: Collection[Message]) -> Known:
    """Return what is known for some messages, by the channels they have yet to try."""
    terms = get_terms()
    media = {medium for message in messages for medium in chain_of(message)}
    readers = {message.customer_id for message in messages if message.customer_id}
    accounts = accounts_of(readers, Medium.LINE) if Medium.LINE in media and readers else {}
    return Known(
        merchant=get_merchant(),
        terms=terms,
        ready=ready_media(media),
        said=consents_of(readers),
        causes=causes_of(
            {(one, _address(one, message, accounts)) for message in messages for one in media}
        ),
        accounts=accounts,
        places=_places(messages, terms),
    )


def chain_of(message: Message) -> tuple[Medium, ...]:
    """Return the channels a message has yet to try, in order."""
    return tuple(Medium(one) for one in message.chain[message.step :]) or E_MAIL_ALONE


def ready_media(media: Iterable[Medium]) -> frozenset[Medium]:
    """Return by which of some channels the shop can send now."""
    channels = ((medium, find_channel(medium)) for medium in media)
    return frozenset(medium for medium, one in channels if one is not None and one.is_ready())


def _address(medium: Medium, message: Message, accounts: Mapping[str, str]) -> str:
    if medium == Medium.LINE:
        return accounts.get(message.customer_id, "")
    shared = Medium.SMS if medium == Medium.WHATSAPP else medium
    return str(message.addresses.get(shared, ""))


def _places(messages: Collection[Message], terms: Terms) -> dict[str, list[Place]]:
    counted = {
        message.customer_id
        for message in messages
        if message.klass == Class.MARKETING and message.slot_at is None and message.customer_id
    }
    return places_of(counted, most=terms.cap) if counted and terms.cap else {}
