"""What the server sent for all its shops, before anybody's scope can be entered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from commerce.selectors.everywhere import list_shops
from notifications.enums import Medium, SendingState
from notifications.models import Message, Sending


def owners_of_mails(
    *, message_ids: Collection[str], provider_ids: Collection[str]
) -> dict[str, set[int]]:
    """Return the shops of mails, by our ids and by their provider's; nothing of unknown ones."""
    owners: dict[str, set[int]] = {}
    ours = Message.every_merchant.filter(public_id__in=message_ids)
    # With the shops named, the look goes by the index of each.
    theirs = Sending.every_merchant.filter(
        merchant_id__in=list_shops(), channel=Medium.EMAIL, provider_id__in=provider_ids
    )
    for known in (
        ours.values_list("public_id", "merchant_id"),
        theirs.values_list("provider_id", "merchant_id"),
    ):
        for name, merchant_id in known:
            owners.setdefault(name, set()).add(merchant_id)
    return owners


def shops_handing_over_to(address: str) -> set[int]:
    """Return the shops whose mail to an address is being handed over, and is not named yet by its
    provider.
    """
    unnamed = Sending.every_merchant.filter(
        merchant_id__in=list_shops(),
        channel=Medium.EMAIL,
        address__in={address, address.lower()},
        state=SendingState.SENDING,
        provider_id="",
    )
    return set(unnamed.values_list("merchant_id", flat=True))


def has_sent_mail(*, before: datetime) -> bool:
    """Whether any shop's mail was taken by the mail server before an instant."""
    taken = Sending.every_merchant.filter(channel=Medium.EMAIL, state=SendingState.ACCEPTED)
    return bool(taken.filter(began_at__lt=before).exists())
