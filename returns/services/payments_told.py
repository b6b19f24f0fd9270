"""What providers tell of pages on which shoppers pay, led to what each page is for."""

from __future__ import annotations

from datetime import datetime

from returns.selectors.refused import fee_payment_by_reference
from returns.services import exchanges, refused_fees


def note_paid(reference: str, amount: int, at: datetime, *, paid_as: str = "") -> None:
    """Note that the page `reference` was paid, once however often it is told.

    `amount` is in minor units; `paid_as` is by what the payment goes by from now on, where that is
    not the page's name. A page nobody knows changes nothing. Publishes and gives back as
    `exchanges.note_paid` and `refused_fees.note_fee_paid`.
    """
    fee = fee_payment_by_reference(reference)
    if fee is None:
        exchanges.note_paid(reference, amount, at, paid_as=paid_as)
    else:
        refused_fees.note_fee_paid(fee.public_id, amount, at, paid_as=paid_as or reference)


def note_page_closed(reference: str, at: datetime) -> None:
    """Note that nobody can pay on a page any more; another one is opened where it is wanted."""
    fee = fee_payment_by_reference(reference)
    if fee is None:
        exchanges.note_page_closed(reference, at)
    else:
        refused_fees.note_fee_page_closed(fee.public_id, at=at)
