"""A taker of payments that keeps its books in memory, and lets shoppers pay on its pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from returns.ports import (
    Due,
    Hold,
    PageWanted,
    PaymentPage,
    PaymentRefused,
    register_payment_provider,
    register_provider,
    unregister_payment_provider,
    unregister_provider,
)
from returns.ports import Payment as PaymentBack
from returns.services import exchanges, payments_told
from tests.kept import keeps, take_part

AUTHORISED_FOR = timedelta(days=7)


@dataclass
class Taker:
    """Takes and holds money once per key, pays it back, and refuses what it is told to refuse."""

    name: str = "taker"
    honours_keys: bool = True
    pages: dict[str, PageWanted] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    back: dict[str, tuple[str, int]] = field(default_factory=dict)
    done: dict[str, str] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    now: datetime | None = None

    def takes(self, due: Due | PaymentBack) -> bool:
        return isinstance(due, Due) or due.gateway == self.name

    def _page(self, wanted: PageWanted) -> PaymentPage:
        self.pages.setdefault(wanted.key, wanted)
        reference = f"cs_{wanted.key}"
        return PaymentPage(
            url=f"https://pay.example/{wanted.key}",
            reference=reference,
            expires_at=wanted.closes_at,
        )

    def open_page(self, wanted: PageWanted) -> PaymentPage:
        return self._page(wanted)

    def hold_page(self, wanted: PageWanted) -> PaymentPage:
        return self._page(wanted)

    def close_page(self, reference: str) -> bool:
        self.closed.add(reference)
        return reference.replace("cs_", "pi_") not in self.taken

    @keeps
    def pay_on_page(self, at: datetime) -> str:
        """The shopper pays what the newest page asks for; the provider tells of it."""
        key, wanted = list(self.pages.items())[-1]
        reference = f"cs_{key}"
        self.taken[f"pi_{key}"] = wanted.due.amount
        self.tell_paid(reference, wanted.due.amount, at)
        return reference

    def tell_paid(self, reference: str, amount: int, at: datetime) -> None:
        payments_told.note_paid(reference, amount, at, paid_as=reference.replace("cs_", "pi_"))

    @keeps
    def hold_on_page(self, at: datetime) -> str:
        key, wanted = list(self.pages.items())[-1]
        hold = Hold(reference=f"pi_{key}", expires_at=at + AUTHORISED_FOR)
        self.held[hold.reference] = wanted.due.amount
        self.now = at
        for _again in range(2):
            exchanges.note_held(
                f"cs_{key}", wanted.due.amount, hold.expires_at, at, held_as=hold.reference
            )
        return hold.reference

    def renew(self, reference: str, key: str) -> Hold:
        if "renew" in self.refuses:
            raise PaymentRefused("card_declined")
        assert self.now is not None
        if key not in self.done:
            self.held[key] = self.held.pop(reference)
            self.done[key] = "renewed"
            self.now += timedelta(days=6)
        return Hold(reference=key, expires_at=self.now + AUTHORISED_FOR)

    def capture(self, reference: str, amount: int, key: str) -> str:
        if "capture" in self.refuses:
            raise PaymentRefused("expired_card")
        if key not in self.done:
            self.done[key] = "captured"
            self.taken[f"ch_{key}"] = min(amount, self.held.pop(reference))
        return f"ch_{key}"

    def release(self, reference: str, key: str) -> None:
        self.held.pop(reference, None)

    def pay(self, payment: PaymentBack) -> str:
        self.back.setdefault(payment.key, (payment.tender_external_id, payment.amount))
        return f"re_{len(self.back)}"


@contextmanager
def taking_payments() -> Iterator[Taker]:
    """Let somebody take the shop's payments, and pay them back."""
    one = Taker()
    take_part(one)
    register_payment_provider(one)
    register_provider(one)
    yield one
    unregister_payment_provider(one.name)
    unregister_provider(one.name)
