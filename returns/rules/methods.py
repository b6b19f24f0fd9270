"""How goods may come back: what the shop offers, what the policy leaves open, what a scan says."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from returns.enums import ReturnMethod

LABELLED = frozenset({ReturnMethod.LABEL, ReturnMethod.QR})
"""Ways of sending for which the shop makes a label."""

USUAL: tuple[ReturnMethod, ...] = (ReturnMethod.OWN,)
"""What a shop offers that said nothing."""

SOON = timedelta(minutes=10)
"""How long after its approval a label is still the one that was announced with it."""

_ON_ITS_WAY = frozenset(
    {
        "in_transit",
        "out_for_delivery",
        "available_for_pickup",
        "delivery_attempted",
        "delivered",
        "returning",
    }
)


def open_methods(
    offered: Sequence[ReturnMethod], allowed: Sequence[Collection[str]]
) -> tuple[ReturnMethod, ...]:
    """Return the ways the shop offers that are open for every line, in the shop's order.

    `allowed` is what the policy allows for each line. Empty: staff say how it is sent.
    """
    return tuple(one for one in offered if all(one.value in line for line in allowed))


def comes_later(method: str, *, decided_at: datetime, ready_at: datetime) -> bool:
    """Whether a label is none that was announced with the approval: within minutes, or at all."""
    return method not in LABELLED or ready_at - decided_at > SOON


def is_on_its_way(status: str) -> bool:
    """Whether a status of tracking means that a carrier has, or had, the parcel in hand."""
    return status in _ON_ITS_WAY


def has_arrived(status: str) -> bool:
    """Whether a status of tracking means that the parcel was handed over."""
    return status == "delivered"
