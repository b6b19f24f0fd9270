"""In whose name a shop's mail goes out."""

from __future__ import annotations

from dataclasses import dataclass

from commerce.models import SenderIdentity


@dataclass(frozen=True, kw_only=True)
class Sender:
    """The addresses of the shop's mail; `address` is empty where the server's own is used."""

    address: str
    reply_to: str


def sending_identity() -> SenderIdentity | None:
    """Return what the scope's shop said of its sender, or None where it never did."""
    return SenderIdentity.objects.first()


def sender_of(support_email: str) -> Sender:
    """Return the sender of the scope's shop: its own address once its domain was proven."""
    identity = sending_identity()
    if identity is None:
        return Sender(address="", reply_to=support_email)
    return Sender(
        address=identity.from_address if identity.usable else "",
        reply_to=identity.reply_to or support_email,
    )
