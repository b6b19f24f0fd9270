"""What other rooms can do for returns: pay money back.

A provider registers itself when the app starts. The first registered one that takes a payment
carries it out; what none takes is paid by hand and confirmed by staff.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

MANUAL = "manual"


@dataclass(frozen=True, kw_only=True)
class Payment:
    """One payment back to the tender it came from.

    `key` is the idempotency key, the same for every attempt at this payment. `amount` is in minor
    units. `source` is where the order came from, `tender` and `gateway` how that part was paid.
    """

    key: str
    amount: int
    currency: str
    source: str
    order_external_id: str
    tender: str
    gateway: str
    tender_external_id: str


class PaymentRefused(Exception):
    """The provider said no and paid nothing. The text says why, for staff."""


class PaymentUnclear(Exception):
    """The provider may or may not have paid."""


class RefundProvider(Protocol):
    """Pays money back. `honours_keys`: the same key never pays twice, so it may be asked again."""

    name: str
    honours_keys: bool

    def takes(self, payment: Payment) -> bool:
        """Whether this provider can pay this back."""

    def pay(self, payment: Payment) -> str:
        """Pay, and return the provider's reference.

        Raises PaymentRefused or PaymentUnclear. Any other exception counts as unclear, too.
        """


_providers: dict[str, RefundProvider] = {}


def register_provider(provider: RefundProvider) -> None:
    """Make a provider usable; the last one registered under a name wins."""
    _providers[provider.name] = provider


def unregister_provider(name: str) -> None:
    """Take a provider away again (tests plant theirs)."""
    _providers.pop(name, None)


def provider_for(payment: Payment) -> RefundProvider | None:
    """Return the provider that pays this back, or None where staff pay it by hand."""
    return next((one for one in _providers.values() if one.takes(payment)), None)


def get_provider(name: str) -> RefundProvider:
    """Return a provider by name; raises KeyError."""
    return _providers[name]
