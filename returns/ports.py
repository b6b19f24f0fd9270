"""What other rooms can do for returns: pay money back, and give store credit where it is spent.

A provider registers itself when the app starts. The first registered one that takes a payment
carries it out; what none takes is paid by hand and confirmed by staff. Store credit that no
provider takes stands in our own books alone.
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


@dataclass(frozen=True, kw_only=True)
class Credit:
    """Store credit for the customer of an order, bonus included.

    `key` is the idempotency key, the same for every attempt. `amount` is in minor units, above
    zero. `source` is where the order came from; `customer_external_id` is the customer's id there,
    or "" where none is known.
    """

    key: str
    amount: int
    currency: str
    source: str
    customer_external_id: str


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


class CreditProvider(Protocol):
    """Gives store credit where it is spent. The same key never gives twice, however often asked."""

    name: str

    def takes(self, credit: Credit) -> bool:
        """Whether this provider can give this."""

    def give(self, credit: Credit) -> str:
        """Give, and return the provider's reference.

        Raises PaymentRefused or PaymentUnclear, with words for staff.
        """


_providers: dict[str, RefundProvider] = {}
_credit_providers: dict[str, CreditProvider] = {}


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


def register_credit_provider(provider: CreditProvider) -> None:
    """Make a giver of store credit usable; the last one registered under a name wins."""
    _credit_providers[provider.name] = provider


def credit_provider_for(credit: Credit) -> CreditProvider | None:
    """Return the provider that gives this, or None where it stands in our books alone."""
    return next((one for one in _credit_providers.values() if one.takes(credit)), None)


def get_credit_provider(name: str) -> CreditProvider:
    """Return a giver of store credit by name; raises KeyError."""
    return _credit_providers[name]
