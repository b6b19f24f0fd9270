"""Promo codes on the wire, in messages and in files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commerce.models import PromoCode
from commerce.selectors import get_merchant
from commerce.serializers.represent import instant, money
from postexp.kernel.spreadsheets import Cell

MOMENT = timedelta(microseconds=1)


def percent_words(basis_points: int) -> str:
    """Return basis points as per cent: `10`, `7.5`."""
    return f"{(Decimal(basis_points) / 100).normalize():f}"


def last_day(promo: PromoCode) -> date:
    """Return the last day a code is good on, by the clock of the shop."""
    return (promo.valid_until - MOMENT).astimezone(get_merchant().zone).date()


def represent_promo(promo: PromoCode) -> dict[str, Any]:
    """Return a promo code; either `percent` or `amount` is what it takes off, the other null."""
    return {
        "id": promo.public_id,
        "code": promo.code,
        "purpose": promo.purpose,
        "percent": percent_words(promo.percent) if promo.percent else None,
        "amount": money(promo.amount, promo.currency) if promo.amount else None,
        "minimum": money(promo.minimum, promo.currency) if promo.minimum else None,
        "valid_from": instant(promo.valid_from),
        "valid_until": instant(promo.valid_until),
        "last_day": last_day(promo).isoformat(),
        "state": promo.state,
        "made_at": instant(promo.made_at),
        "used_at": instant(promo.used_at),
        "used_on": promo.used_on.public_id if promo.used_on else None,
    }


def promo_header() -> list[Cell]:
    """Return the heads of a file of codes."""
    return [
        pgettext("column", "Code"),
        pgettext("column", "Percent off"),
        pgettext("column", "Amount off"),
        pgettext("column", "Minimum"),
        pgettext("column", "Currency"),
        _("Good until"),
        _("Uses"),
        pgettext("column", "State"),
        _("Needed by"),
        _("Used on order"),
    ]


def promo_cells(promos: Iterable[PromoCode]) -> Iterator[list[Cell]]:
    """Return a row for each code, with what to type into a shop system; who it is for is left
    out.
    """
    for promo in promos:
        yield [
            promo.code,
            percent_words(promo.percent) if promo.percent else "",
            money(promo.amount, promo.currency)["amount"] if promo.amount else "",
            money(promo.minimum, promo.currency)["amount"] if promo.minimum else "",
            promo.currency,
            last_day(promo).isoformat(),
            1,
            promo.get_state_display(),
            instant(promo.needed_by) or "",
            promo.used_on.number if promo.used_on else "",
        ]
