"""What returns shows on pages it does not own, one subject a module; each registers its own."""

from returns.panels import (
    cancellations,
    cases,
    desk,
    exchanges,
    gifts,
    money,
    opening,
    parcels,
    pickups,
    platform,
    policies,
    receiving,
    withdrawals,
)

__all__ = (
    "cancellations",
    "cases",
    "desk",
    "exchanges",
    "gifts",
    "money",
    "opening",
    "parcels",
    "pickups",
    "platform",
    "policies",
    "receiving",
    "withdrawals",
)
