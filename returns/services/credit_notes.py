"""Credit notes: written with the settlement they are about, numbered without gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from commerce.selectors import get_merchant, list_lines, list_shipping_lines
from postexp.kernel.events import append
from postexp.kernel.locks import lock
from returns.enums import RowCode
from returns.errors import InvalidRegistrationNumber
from returns.events import CreditNoteIssuerChanged
from returns.models import CreditNote, CreditNoteIssuer, Settlement
from returns.rules.credit_notes import (
    Note,
    Part,
    Rate,
    is_required,
    money_back,
    note_of,
    reads_as_registration_number,
)
from returns.rules.paid import worth
from returns.rules.quotes import Quote
from returns.selectors.credit_notes import issuer_of_notes

if TYPE_CHECKING:
    from commerce.models import Merchant, OrderLine, ShippingLine

PREFIX = "CN-"
"""What numbers begin with where the shop has said nothing else."""


def issue_credit_note(settlement: Settlement, quoted: Quote) -> CreditNote | None:
    """Write the credit note of a settlement that gives money back, else none.

    The caller is in the settlement's transaction: the number is taken back with it, so that there
    are no gaps. Test orders and exchanges without a rest get none.
    """
    order = settlement.order
    back = money_back(quoted)
    if not back or order.test:
        return None
    lines = list_lines(order)
    note = note_of(
        quoted,
        {line.public_id: _sold(line, order.tax_included) for line in lines},
        [_sold_shipping(line, order.tax_included) for line in list_shipping_lines(order)],
    )
    if note.total != back:
        raise ValueError(f"a credit note over {note.total} for {back}")
    merchant = get_merchant()
    # Writers stand in line here until the commit: a number that is not kept is given again.
    lock("credit_notes")
    issuer = issuer_of_notes()
    number = (CreditNote.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    qualified = merchant.country == "JP" and bool(issuer.registration_number)
    titles = {line.public_id: _title(line) for line in lines}
    written: CreditNote = CreditNote.objects.create(
        number=number,
        code=f"{issuer.prefix or PREFIX}{number:06d}",
        settlement=settlement,
        order=order,
        issued_at=settlement.at,
        sold_at=order.placed_at,
        currency=settlement.currency,
        total=note.total,
        tax=note.tax,
        qualified=qualified,
        required=qualified and is_required(merchant.country, *_in_shop_money(settlement, back)),
        issuer=_issuer(issuer, merchant),
        rows=list(_rows(note, titles)),
        rates=[{"rate": one.rate, "amount": one.amount, "tax": one.tax} for one in note.rates],
    )
    return written


def _rate_of(taxes: Sequence[dict[str, Any]], tax: int) -> Rate:
    """Return the rates of a line together: what is taxed twice is taxed at their sum."""
    if taxes:
        return sum(int(one["rate"]) for one in taxes)
    return None if tax else 0


def _sold(line: OrderLine, tax_included: bool) -> Part:
    return Part(
        code=RowCode.GOODS,
        line=line.public_id,
        amount=worth(line.goods_paid, line.tax_paid, tax_included),
        tax=line.tax_paid,
        rate=_rate_of(line.taxes, line.tax_paid),
    )


def _sold_shipping(line: ShippingLine, tax_included: bool) -> Part:
    return Part(
        code=RowCode.SHIPPING,
        amount=worth(line.paid, line.tax_paid, tax_included),
        tax=line.tax_paid,
        rate=_rate_of(line.taxes, line.tax_paid),
    )


def _rows(note: Note, titles: dict[str, str]) -> Iterator[dict[str, Any]]:
    for part in note.parts:
        yield {
            "code": part.code,
            "line": part.line,
            "title": titles.get(part.line, ""),
            "quantity": part.quantity,
            "percent": 0,
            "rate": part.rate,
            "amount": part.amount,
            "tax": part.tax,
        }
    for one in note.adjustments:
        yield {
            "code": one.code,
            "line": "",
            "title": "",
            "quantity": 0,
            "percent": one.percent,
            "rate": None,
            "amount": one.amount,
            "tax": 0,
        }


def _title(line: OrderLine) -> str:
    return f"{line.title} {line.variant_title}".strip()


def _in_shop_money(settlement: Settlement, back: int) -> tuple[str, int]:
    """Return the currency of the shop's books, and what goes back in it."""
    if settlement.shop_amount is not None and back == settlement.total:
        return settlement.shop_currency, settlement.shop_amount
    return settlement.currency, back


def _issuer(issuer: CreditNoteIssuer, merchant: Merchant) -> dict[str, str]:
    return {
        "name": issuer.name or merchant.name_in(merchant.default_locale),
        "address": issuer.address,
        "registration_number": issuer.registration_number,
    }


def change_issuer(
    *,
    name: str,
    address: str,
    registration_number: str,
    prefix: str,
    at: datetime,
    actor: str,
) -> CreditNoteIssuer:
    """Say who credit notes are from, from the next one on. Publishes CreditNoteIssuerChanged.

    Raises InvalidRegistrationNumber for one whose check digit is wrong.
    """
    if registration_number and not reads_as_registration_number(registration_number):
        raise InvalidRegistrationNumber
    with transaction.atomic():
        lock("credit_notes")
        issuer = issuer_of_notes()
        issuer.name, issuer.address = name, address
        issuer.registration_number, issuer.prefix = registration_number, prefix
        issuer.save()
        append(CreditNoteIssuerChanged(registration_number=registration_number), at=at, actor=actor)
    return issuer
