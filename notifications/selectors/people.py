"""Reads of who may be written to, and where."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from commerce.enums import Purpose
from commerce.selectors.consents import latest_consents
from notifications.enums import Class, Medium
from notifications.models import Contact, Message, OptIn, Reply, Sending, Suppression
from postexp.kernel.tenancy import current_merchant_id

CONSENT_OF = {Medium.WEBHOOK: Medium.EMAIL}
"""Whose consents count where a channel has none of its own."""


def address_hash(address: str) -> str:
    """Return what is kept of an address that must not be written to: told apart, not readable."""
    normal = f"{current_merchant_id()}:{address.strip().lower()}"
    return hashlib.sha256(normal.encode()).hexdigest()


def find_suppression(address: str, *, channel: str = Medium.EMAIL) -> Suppression | None:
    """Return why an address must not be written to on a channel, or None when it may."""
    stopped = Suppression.objects.filter(channel=channel, address_hash=address_hash(address))
    found: Suppression | None = stopped.first()
    return found


def causes_of(addresses: Collection[tuple[Medium, str]]) -> dict[tuple[Medium, str], str]:
    """Return the cause for which each address, with its channel, must not be written to; one that
    may be is left out.
    """
    wanted = {(one[0], address_hash(one[1])): one for one in addresses if one[1]}
    if not wanted:
        return {}
    rows = Suppression.objects.filter(address_hash__in={hashed for _, hashed in wanted})
    return {
        wanted[medium, row.address_hash]: row.cause
        for row in rows
        if (medium := Medium(row.channel), row.address_hash) in wanted
    }


def purpose_of(klass: str) -> Purpose:
    """Return what a message of a class needs consent for."""
    return Purpose.MARKETING if klass == Class.MARKETING else Purpose.SERVICE


def accounts_of(customer_ids: Collection[str], channel: Medium) -> dict[str, str]:
    """Return the newest account of each customer on a channel that can be reached."""
    linked = Contact.objects.filter(
        customer_id__in=customer_ids, channel=channel, unreachable_at__isnull=True
    )
    return dict(linked.order_by("linked_at", "id").values_list("customer_id", "address"))


def wants_offers(customer_id: str, chain: Collection[Medium]) -> bool:
    """Whether a customer agreed to marketing on one of some channels."""
    said = latest_consents(customer_id)
    return any(said.get((CONSENT_OF.get(one, one), Purpose.MARKETING)) for one in chain)


def find_contact(customer_id: str, channel: str) -> Contact | None:
    """Return the newest account of a customer on a channel that can be reached, or None."""
    if not customer_id:
        return None
    linked = Contact.objects.filter(
        customer_id=customer_id, channel=channel, unreachable_at__isnull=True
    )
    found: Contact | None = linked.order_by("-linked_at", "-id").first()
    return found


def list_linked(customer_id: str) -> list[Contact]:
    """Return the accounts a customer linked, the newest of each channel."""
    linked = Contact.objects.filter(customer_id=customer_id).order_by("channel", "linked_at", "id")
    return list({contact.channel: contact for contact in linked}.values())


def find_owner(channel: str, address: str) -> str:
    """Return the public id of the customer who linked an account on a channel, or ""."""
    linked = Contact.objects.filter(channel=channel, address=address)
    return str(linked.values_list("customer_id", flat=True).first() or "")


def newest_message_to(channel: str, address: str) -> Message | None:
    """Return the message last handed over to an address on a channel, or None."""
    sent = Sending.objects.filter(channel=channel, address=address).select_related("message")
    newest = sent.order_by("-began_at", "-id").first()
    return newest.message if newest else None


def newest_marketing_to(customer_id: str, channel: str) -> Message | None:
    """Return the marketing last handed over to a customer on a channel, or None."""
    sent = Message.objects.filter(customer_id=customer_id, klass=Class.MARKETING)
    found: Message | None = sent.filter(sendings__channel=channel).order_by("-id").first()
    return found


def find_reply(channel: str, provider_id: str) -> Reply | None:
    """Return what came in on a channel under its provider's id, or None."""
    found: Reply | None = Reply.objects.filter(channel=channel, provider_id=provider_id).first()
    return found


def get_opt_in(public_id: str) -> OptIn:
    """Return a yes that waits for its confirmation; raises OptIn.DoesNotExist."""
    found: OptIn = OptIn.objects.get(public_id=public_id)
    return found
