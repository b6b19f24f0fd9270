"""Accounts on channels that customers link to who they are at the shop."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from notifications.enums import Medium
from notifications.events import ContactLinked, ContactUnlinked
from notifications.models import Contact, LinkOffer
from postexp.kernel.events import append

GOOD_FOR = timedelta(minutes=30)


def offer_link(*, channel: Medium, customer_id: str, at: datetime, nonce: str = "") -> str:
    """Return a number, good once and for half an hour, by which a channel names the customer.

    It is a new one, unless one is given; one that was offered before stays as it is.
    """
    nonce = nonce or secrets.token_urlsafe(32)
    LinkOffer.objects.get_or_create(
        channel=channel, nonce=nonce, defaults={"customer_id": customer_id, "made_at": at}
    )
    return nonce


def link_account(*, channel: Medium, nonce: str, address: str, at: datetime) -> Contact | None:
    """Link an account to the customer whom an offer was made to; None for one used or too old.

    An account is one customer's: linked anew, it leaves the other. Publishes ContactLinked.
    """
    with transaction.atomic():
        offers = LinkOffer.objects.select_for_update(no_key=True)
        offer = offers.filter(channel=channel, nonce=nonce, used_at__isnull=True).first()
        if offer is None or at - offer.made_at > GOOD_FOR:
            return None
        offer.used_at = at
        offer.save(update_fields=["used_at"])
        contact, _new = Contact.objects.update_or_create(
            channel=channel,
            address=address,
            defaults={"customer_id": offer.customer_id, "linked_at": at, "unreachable_at": None},
        )
        linked = ContactLinked(
            customer_id=offer.customer_id, channel=channel, linked_at=at.isoformat()
        )
        append(linked, at=at, actor="shopper")
    found: Contact = contact
    return found


def unlink_accounts(*, channel: Medium, customer_id: str, at: datetime) -> bool:
    """Forget the accounts of a customer on a channel; whether there was one. Publishes
    ContactUnlinked.
    """
    with transaction.atomic():
        count, _rows = Contact.objects.filter(channel=channel, customer_id=customer_id).delete()
        if count:
            unlinked = ContactUnlinked(customer_id=customer_id, channel=channel)
            append(unlinked, at=at, actor="shopper")
    return bool(count)


def mark_unreachable(*, channel: Medium, address: str, at: datetime) -> bool:
    """Note that an account cannot be written to, as after its owner blocked the shop."""
    reachable = Contact.objects.filter(
        channel=channel, address=address, unreachable_at__isnull=True
    )
    return bool(reachable.update(unreachable_at=at))


def mark_reachable(*, channel: Medium, address: str) -> bool:
    """Note that an account can be written to again."""
    silent = Contact.objects.filter(channel=channel, address=address, unreachable_at__isnull=False)
    return bool(silent.update(unreachable_at=None))
