"""Withdrawal from a contract in the EU and the UK: who may, until when, and when money is due.

Directive 2011/83/EU (Article 11a since 2026), Regulation 1182/71 for the last day, and the
Consumer Contracts Regulations 2013 of the UK. A period that is not known to have begun is open.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from returns.enums import BundleDiscount, RefundShipping, ThresholdPromotion
from returns.rules.paid import Terms
from returns.rules.windows import latest_end, local_day

COUNTRIES = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
        *("IS", "LI", "NO", "GB"),
    )
)
"""Where shoppers may withdraw: the EU, the rest of the European Economic Area, and the UK."""
PERIOD_DAYS = 14
REFUND_DAYS = 14
SEND_BACK_DAYS = 14
REASON = "withdrawal"
"""The reason of every unit that comes back by a withdrawal; no policy has to name it."""
MOST_NUMBERS = 3
"""So many words of a statement are tried as an order number."""

_WORD = re.compile(r"[0-9A-Za-z][0-9A-Za-z._/-]*")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_SATURDAY = 5
_GMAIL = frozenset(("gmail.com", "googlemail.com"))


def is_covered(country: str) -> bool:
    """Whether goods sent to a country (ISO 3166, two letters) can be withdrawn from."""
    return country.upper() in COUNTRIES


def period_end(
    arrivals: Sequence[datetime | date | None],
    days_off: Callable[[date], bool],
    zones: Sequence[ZoneInfo],
) -> datetime | None:
    """Return the last second of the period, or None while it is not known to have begun.

    `arrivals` holds one entry for each thing that was sent or is to be, None where it has not
    arrived as far as anyone knows: the last one begins the period. A last day on which nobody works
    moves to the next working day; `days_off` says which days are public holidays. `zones` are the
    shop's and those of where it went: the latest day counts, and is over when it is over in all.
    """
    known = [arrival for arrival in arrivals if arrival is not None]
    if not known or len(known) < len(arrivals):
        return None
    arrived = max(local_day(arrival, zone) for arrival in known for zone in zones)
    last = next_working_day(arrived + timedelta(days=PERIOD_DAYS), days_off)
    return latest_end(last, zones)


def next_working_day(day: date, days_off: Callable[[date], bool]) -> date:
    """Return the day, or the first after it that is no Saturday, Sunday or public holiday."""
    while day.weekday() >= _SATURDAY or days_off(day):
        day += timedelta(days=1)
    return day


def refund_due(received_at: datetime, zone: ZoneInfo) -> date:
    """Return the day by which money must be back: 14 days after the statement came."""
    return received_at.astimezone(zone).date() + timedelta(days=REFUND_DAYS)


def statutory_terms(terms: Terms) -> Terms:
    """Return the money terms of a withdrawal: standard delivery goes back with the whole order,
    nothing is taken off but return postage that was disclosed, and promotions stay as they were.
    """
    return replace(
        terms,
        restocking=0,
        refund_shipping=RefundShipping.FULL_RETURN,
        threshold_promotion=ThresholdPromotion.KEEP,
        bundle_discount=BundleDiscount.AS_ALLOCATED,
        parts={},
    )


def send_back_by(approved_on: date, promised: date) -> date:
    """Return until when withdrawn goods may be sent: 14 days at least, more where promised."""
    return max(promised, approved_on + timedelta(days=SEND_BACK_DAYS))


def numbers_in(contract: str) -> tuple[str, ...]:
    """Return the words of a statement that may be an order number, at most MOST_NUMBERS.

    Those with a digit in them that are no date.
    """
    plain = unicodedata.normalize("NFKC", contract)
    words = [word.rstrip("._/-") for word in _WORD.findall(plain)]
    found = [
        word
        for word in words
        if any(letter.isdigit() for letter in word) and not _DATE.fullmatch(word)
    ]
    return tuple(dict.fromkeys(found))[:MOST_NUMBERS]


def mailbox_of(contact: str) -> str:
    """Return an e-mail address without what a mailbox is called by besides its name.

    That is letter case, what follows a plus sign, and the dots Gmail does not look at.
    """
    name, _at, domain = contact.strip().lower().rpartition("@")
    name = name.partition("+")[0] or name
    if domain in _GMAIL:
        name, domain = name.replace(".", ""), "gmail.com"
    return f"{name}@{domain}"
