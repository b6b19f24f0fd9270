"""Which shops of the server something is about, before anybody's scope can be entered."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from commerce.models import Customer, Merchant, SenderIdentity


def find_shop(public_id: str) -> int | None:
    """Return a shop by its public id, or None."""
    return Merchant.objects.filter(public_id=public_id).values_list("id", flat=True).first()


def list_shops() -> list[int]:
    """Return every shop of the server."""
    return list(Merchant.objects.order_by("id").values_list("id", flat=True))


def shops_with_customer(email: str) -> list[int]:
    """Return the shops that know a customer by an e-mail address."""
    # Shop by shop, so that each look goes by the index of a shop's addresses.
    known = Customer.every_merchant.filter(merchant_id=OuterRef("pk"), email=email.strip().lower())
    return list(Merchant.objects.filter(Exists(known)).order_by("id").values_list("id", flat=True))


def shops_answered_at(addresses: Collection[str]) -> list[int]:
    """Return the shops whose mail is answered to, or sent from, one of some addresses.

    A shop that proved the address to be its own goes before those that only claim it.
    """
    wanted = {address.strip().lower() for address in addresses}
    identities = SenderIdentity.every_merchant.filter(
        Q(from_address__in=wanted) | Q(reply_to__in=wanted)
    )
    proven = identities.filter(usable=True, from_address__in=wanted)
    if owners := sorted(set(proven.values_list("merchant_id", flat=True))):
        return owners
    claimed = set(identities.values_list("merchant_id", flat=True))
    supported = Merchant.objects.filter(support_email__in=wanted)
    return sorted(claimed | set(supported.values_list("id", flat=True)))
