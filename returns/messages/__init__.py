"""What returns tells shoppers by message, one subject a module; each registers its own kinds."""

from returns.messages import (
    cancellations,
    cases,
    evidence,
    exchanges,
    gifts,
    losses,
    pickups,
    refused,
    withdrawals,
)

__all__ = (
    "cancellations",
    "cases",
    "evidence",
    "exchanges",
    "gifts",
    "losses",
    "pickups",
    "refused",
    "withdrawals",
)
