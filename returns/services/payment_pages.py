"""Pages of providers on which shoppers pay, whatever for: opened once, kept, closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from returns.enums.payments import PaymentPageState
from returns.models.payments import PaymentPageRow
from returns.ports import PageWanted, PaymentPage, get_payment_provider
from returns.selectors.exchanges import due_of

if TYPE_CHECKING:
    from returns.models import Return

PAID = "paid"
"""What the address has behind it to which a provider sends a shopper who has paid."""

Row = TypeVar("Row", bound=PaymentPageRow)


def page_in_use(payments: Iterable[Row], *, at: datetime) -> Row | None:
    """Return the payment whose page is open or is being opened; those before it are closed.

    The caller holds the order's lock.
    """
    for payment in payments:
        if payment.state != PaymentPageState.OPEN:
            continue
        if payment.expires_at is None or payment.expires_at > at:
            return payment
        close(payment, at=at)
    return None


def ask_for_page(
    payment: PaymentPageRow,
    case: Return,
    *,
    words: str,
    home: str,
    closes_at: datetime,
    holds: bool = False,
) -> PaymentPage:
    """Let the provider open the page of a payment: the same one, however often it is asked.

    `home` is where the shopper comes back to, marked with PAID once they have paid. Where the money
    is only to be held, it `holds`. Raises PaymentRefused and PaymentUnclear.
    """
    provider, order = get_payment_provider(payment.provider), case.order
    wanted = PageWanted(
        key=payment.public_id,
        due=due_of(order, payment.amount),
        words=words,
        locale=case.locale,
        # Who returns a gift is not who bought it, and neither learns of the other here.
        email="" if case.gift_id is not None else order.email,
        return_url=f"{home}{'&' if '?' in home else '?'}{PAID}=1",
        cancel_url=home,
        closes_at=closes_at,
    )
    return provider.hold_page(wanted) if holds else provider.open_page(wanted)


def keep_page(payment: PaymentPageRow, page: PaymentPage) -> None:
    """Write down which page was opened, where that is not known yet; the caller holds the lock."""
    if not payment.reference:
        payment.reference, payment.url = page.reference, page.url
        payment.expires_at = page.expires_at
        payment.save()


def close(payment: PaymentPageRow, *, at: datetime) -> None:
    """Note that nobody can pay on a page any more; the caller holds the order's lock."""
    if payment.state == PaymentPageState.OPEN:
        payment.state, payment.finished_at = PaymentPageState.CLOSED, at
        payment.save()
