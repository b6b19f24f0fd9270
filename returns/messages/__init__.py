"""What returns tells shoppers by message, one subject a module; each registers its own kinds."""

from returns.messages import (
    cancellations,
    cases,
    endings,
    evidence,
    exchanges,
    gifts,
    losses,
    orders,
    pickups,
    refused,
    sending,
    withdrawals,
)

__all__ = (
    "cancellations",
    "cases",
    "endings",
    "evidence",
    "exchanges",
    "gifts",
    "losses",
    "orders",
    "pickups",
    "refused",
    "sending",
    "withdrawals",
)
