"""What other rooms can do for returns: pay money back, take what an exchange costs more, hold the
worth of what is sent ahead, give store credit where it is spent, and tell an order's platform what
not to send.

A provider registers itself when the app starts. The first registered one that takes a payment
carries it out; what none takes is paid by hand and confirmed by staff. Store credit that no
provider takes stands in our own books alone. What was given for goods beside them (points, rewards)
is undone by the parts of their settlement.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, kw_only=True)
class SettledGoods:
    """Goods of an order that a settlement gave back, for what else was given for them.

    `goods` is their paid value in minor units, tax inside where prices include it; `goods_before`
    is that of all earlier settlements of the order, so that parts can be counted cumulatively.
    """

    order_id: str
    settlement_id: str
    currency: str
    goods: int
    goods_before: int


@dataclass(frozen=True, kw_only=True)
class Due:
    """Money a shopper owes, or lets us hold. `amount` is in minor units, above zero.

    `source` is where the order came from, `order_id` our public id of it.
    """

    order_id: str
    source: str
    amount: int
    currency: str


@dataclass(frozen=True, kw_only=True)
class PageWanted:
    """A page on which a shopper pays what is due, or lets it be held.

    `key` is the idempotency key, the same for every attempt at opening this page; another page
    needs another one. `closes_at` is when nobody may pay there any more. `words` tell the shopper,
    in `locale`, what it is for. `return_url` is where the browser goes after paying, `cancel_url`
    without it. `email` may be empty.
    """

    key: str
    due: Due
    words: str
    locale: str
    email: str
    return_url: str
    cancel_url: str
    closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentPage:
    """An open page of a provider; `reference` names it in whatever is told of it later.

    `expires_at` may be earlier than it was wanted to close: until then another page is opened,
    under another key, once this one is closed.
    """

    url: str
    reference: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Money held on a shopper's card. The provider lets go of it by itself at `expires_at`."""

    reference: str
    expires_at: datetime


class PaymentRefused(Exception):
    """The provider said no and paid nothing. The text says why, for staff."""


class PaymentUnclear(Exception):
    """The provider may or may not have paid."""


class PaymentUnderWay(Exception):
    """The provider took a payment on, and tells later how it ended: it must not be asked again."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


class RefundProvider(Protocol):
    """Pays money back. `honours_keys`: the same key never pays twice, so it may be asked again."""

    name: str
    honours_keys: bool

    def takes(self, payment: Payment) -> bool:
        """Whether this provider can pay this back."""

    def pay(self, payment: Payment) -> str:
        """Pay, and return the provider's reference.

        Raises PaymentRefused, PaymentUnclear or PaymentUnderWay. Any other exception counts as
        unclear, too.
        """


class PaymentProvider(Protocol):
    """Takes money from shoppers: on a page of its own, or by holds on their cards.

    Every call may be made again with the same key or reference: it has its effect once. Each raises
    PaymentRefused where the provider said no and nothing was done, and PaymentUnclear where it may
    have been done: make the same call again. What happens on a page, and to a hold, is told
    afterwards, more than once perhaps, to `services.payments_told` (pages that are paid or closed)
    and `services.exchanges` (holds), which ask it outside of transactions. A payment has a
    reference, too: the `tender_external_id` by which it is paid back, with the provider's name as
    `gateway`.
    """

    name: str

    def takes(self, due: Due) -> bool:
        """Whether this provider can take or hold this."""

    def open_page(self, wanted: PageWanted) -> PaymentPage:
        """Open a page on which what is due is paid at once."""

    def hold_page(self, wanted: PageWanted) -> PaymentPage:
        """Open a page on which what is due is held, and may be held again later without asking."""

    def close_page(self, reference: str) -> bool:
        """Close a page; return False where it was paid, or the money held, before."""

    def renew(self, reference: str, key: str) -> Hold:
        """Hold the same amount anew, and let go of the hold so far: of both, for a moment."""

    def capture(self, reference: str, amount: int, key: str) -> str:
        """Take money that is held, in minor units, and let go of the rest.

        Returns the payment's reference.
        """

    def release(self, reference: str, key: str) -> None:
        """Let go of a hold. One that has lapsed is let go of already."""


class CreditProvider(Protocol):
    """Gives store credit where it is spent. The same key never gives twice, however often asked."""

    name: str

    def takes(self, credit: Credit) -> bool:
        """Whether this provider can give this."""

    def give(self, credit: Credit) -> str:
        """Give, and return the provider's reference.

        Raises PaymentRefused or PaymentUnclear, with words for staff.
        """


@dataclass(frozen=True, kw_only=True)
class StoppedUnits:
    """Units of an order that are not to be sent, for the platform it lives on.

    `key` is the idempotency key, the same for every attempt. `number` names the cancellation for
    people. `currency` is what the order was paid in. `lines` are units by the line's id there, each
    above zero. `by_shopper`: whose wish.
    """

    key: str
    number: str
    source: str
    order_external_id: str
    currency: str
    lines: Mapping[str, int]
    by_shopper: bool


class StopRefused(Exception):
    """The platform said no, and may send the units. The text says why, for staff."""


class StopUnclear(Exception):
    """The platform did not answer, or is busy: it has to be told again."""


class StopProvider(Protocol):
    """Tells a platform what not to send. No money moves there: that goes by RefundProvider."""

    name: str

    def takes(self, source: str) -> bool:
        """Whether this provider can tell the platform that orders of this source live on."""

    def stop(self, units: StoppedUnits) -> None:
        """Tell it, once per key. Raises StopRefused or StopUnclear."""


class SettlementPart(Protocol):
    """Undoes what another room gave for goods: points, or a reward for bringing a friend."""

    name: str

    def settle(self, settled: SettledGoods, *, at: datetime, actor: str) -> None:
        """Undo it, in the transaction of the settlement: both happen, or neither."""


@dataclass(frozen=True, kw_only=True)
class LabelAddress:
    """A postal address as carriers need it; `country` is ISO 3166 alpha-2."""

    name: str
    company: str
    address1: str
    address2: str
    city: str
    province: str
    postcode: str
    country: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class LabelRequest:
    """A label for a parcel from a shopper to the shop.

    `key` names the parcel and `reference` the return, for people. `weight` is in grams, the sides
    in millimetres, 0 where they are not known. `wants_qr`: the shopper has no printer.
    """

    key: str
    reference: str
    sender: LabelAddress
    recipient: LabelAddress
    weight: int
    length: int
    width: int
    height: int
    wants_qr: bool


@dataclass(frozen=True, kw_only=True)
class PaperFile:
    """A file as it is handed out: a PDF or a picture."""

    content_type: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Label:
    """A label that was bought. `cost` is in minor units of `currency`.

    `source` and `tracker` are by what name, and as what, its provider tells of its scans.
    """

    carrier: str
    service: str
    tracking_number: str
    cost: int
    currency: str
    source: str
    tracker: str
    file: PaperFile
    qr: PaperFile | None = None


class LabelRefused(Exception):
    """The provider said no, and sold or took back nothing. The text says why, for staff."""


class LabelUnclear(Exception):
    """The provider did not answer, or is busy: it has to be asked again."""


class LabelProvider(Protocol):
    """Sells labels. What was prepared is bought once, however often it is asked for."""

    name: str

    def takes(self, request: LabelRequest) -> bool:
        """Whether this provider can make this label for the scope's shop."""

    def prepare(self, request: LabelRequest) -> str:
        """Prepare a label, which costs nothing, and return the provider's id of it.

        Raises LabelRefused or LabelUnclear.
        """

    def buy(self, reference: str, *, wants_qr: bool) -> Label:
        """Buy what was prepared, or return what was bought before.

        Raises LabelRefused or LabelUnclear.
        """

    def void(self, reference: str) -> bool:
        """Give an unused label back; False where the provider will say later.

        Raises LabelRefused or LabelUnclear.
        """


_providers: dict[str, RefundProvider] = {}
_payment_providers: dict[str, PaymentProvider] = {}
_credit_providers: dict[str, CreditProvider] = {}
_stop_providers: dict[str, StopProvider] = {}
_parts: dict[str, SettlementPart] = {}


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


def register_payment_provider(provider: PaymentProvider) -> None:
    """Make a taker of payments usable; the last one registered under a name wins."""
    _payment_providers[provider.name] = provider


def unregister_payment_provider(name: str) -> None:
    """Take a taker of payments away again (tests plant theirs)."""
    _payment_providers.pop(name, None)


def payment_provider_for(due: Due) -> PaymentProvider | None:
    """Return the provider that takes this, or None where staff take it by hand."""
    return next((one for one in _payment_providers.values() if one.takes(due)), None)


def get_payment_provider(name: str) -> PaymentProvider:
    """Return a taker of payments by name; raises KeyError."""
    return _payment_providers[name]


def register_credit_provider(provider: CreditProvider) -> None:
    """Make a giver of store credit usable; the last one registered under a name wins."""
    _credit_providers[provider.name] = provider


def credit_provider_for(credit: Credit) -> CreditProvider | None:
    """Return the provider that gives this, or None where it stands in our books alone."""
    return next((one for one in _credit_providers.values() if one.takes(credit)), None)


def get_credit_provider(name: str) -> CreditProvider:
    """Return a giver of store credit by name; raises KeyError."""
    return _credit_providers[name]


def register_stop_provider(provider: StopProvider) -> None:
    """Make a teller of platforms usable; the last one registered under a name wins."""
    _stop_providers[provider.name] = provider


def stop_provider_for(source: str) -> StopProvider | None:
    """Return the provider that tells this platform, or None where staff do."""
    return next((one for one in _stop_providers.values() if one.takes(source)), None)


def get_stop_provider(name: str) -> StopProvider:
    """Return a teller of platforms by name; raises KeyError."""
    return _stop_providers[name]


def register_part(part: SettlementPart) -> None:
    """Let a room take part in settlements; the last one registered under a name wins."""
    _parts[part.name] = part


def unregister_part(name: str) -> None:
    """Take a part away again (tests plant theirs)."""
    _parts.pop(name, None)


def settlement_parts() -> Collection[SettlementPart]:
    """Return those that take part in settlements."""
    return _parts.values()


_label_providers: dict[str, LabelProvider] = {}


def register_label_provider(provider: LabelProvider) -> None:
    """Make a seller of labels usable; the last one registered under a name wins."""
    _label_providers[provider.name] = provider


def unregister_label_provider(name: str) -> None:
    """Take a seller of labels away again (tests plant theirs)."""
    _label_providers.pop(name, None)


def label_provider_for(request: LabelRequest) -> LabelProvider | None:
    """Return the provider that makes this label, or None where staff upload one."""
    return next((one for one in _label_providers.values() if one.takes(request)), None)


def get_label_provider(name: str) -> LabelProvider:
    """Return a seller of labels by name; raises KeyError."""
    return _label_providers[name]


def is_label_provider(name: str) -> bool:
    """Whether labels of this name were bought of a provider."""
    return name in _label_providers


@dataclass(frozen=True, kw_only=True)
class PlatformReturnUnits:
    """Units of a line in a return on the platform: how many arrived, and were paid back, there."""

    line_external_id: str
    quantity: int
    arrived: int
    refunded: int


@dataclass(frozen=True, kw_only=True)
class PlatformReturnFacts:
    """A return as the platform of its order tells of it, whole.

    `state` is a PlatformReturnState value, `number` what it is called there.
    """

    external_id: str
    order_external_id: str
    number: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    units: tuple[PlatformReturnUnits, ...]
