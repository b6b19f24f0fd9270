"""Whose a request of the server's mail provider is, across all shops.

A mail says it by our id of it, by the one the provider gave it, or by the one in the mail it
answers: nobody guesses those. Else it goes by the address: what is told of a mail may be of one
that is just being handed over, a bounce, a complaint and the wish to be written to no more are
about every shop that knows the customer, and a mail belongs to the one shop that has its answers
sent to that address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from commerce.selectors.everywhere import find_shop, shops_answered_at, shops_with_customer
from integrations.mail.parse import ABOUT_ADDRESS, Heard, Mail, Tracked
from notifications.selectors.owners import owners_of_mails, shops_handing_over_to


class NoSuchShop(Exception):
    """The address names a shop that is not here."""


def find(heard: Sequence[Heard], *, merchant_id: str = "") -> dict[int, list[Heard]]:
    """Return the shops that are told something, by id, and what each is told.

    A shop that the address names by its public id is told all; raises NoSuchShop for an unknown
    one. What is about no shop is told nobody.
    """
    if merchant_id:
        shop = find_shop(merchant_id)
        if shop is None:
            raise NoSuchShop
        return {shop: list(heard)}
    known = _known(heard)
    shops: dict[int, list[Heard]] = {}
    for one in heard:
        for owner in sorted(known[one] or _by_address(one)):
            shops.setdefault(owner, []).append(one)
    return shops


def _known(heard: Sequence[Heard]) -> dict[Heard, set[int]]:
    """Return the shops of the mails that are told of, or answered; none where they are unknown."""
    ours = {one: one.answers if isinstance(one, Mail) else (one.message_id,) for one in heard}
    theirs = {one: one.references if isinstance(one, Mail) else (one.provider_id,) for one in heard}
    owners = owners_of_mails(
        message_ids={name for names in ours.values() for name in names if name},
        provider_ids={name for names in theirs.values() for name in names if name},
    )
    return {one: _first(owners, ours[one]) or _first(owners, theirs[one]) for one in heard}


def _first(owners: Mapping[str, set[int]], names: Iterable[str]) -> set[int]:
    return next((owners[name] for name in names if name in owners), set())


def _by_address(one: Heard) -> Iterable[int]:
    if isinstance(one, Tracked):
        if one.receipt is None or not one.recipient:
            return ()
        # Told that early, a provider's id is in no answer of theirs yet.
        early = set() if one.message_id else shops_handing_over_to(one.recipient)
        known = shops_with_customer(one.recipient) if one.receipt in ABOUT_ADDRESS else ()
        return early.union(known)
    addressed = shops_answered_at(one.recipients)
    if len(addressed) == 1:
        return addressed
    writers = shops_with_customer(one.sender)
    return writers if len(writers) == 1 else ()
