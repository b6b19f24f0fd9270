"""Amounts as Stripe writes them: whole numbers, of units that are not always the currency's own.

Stripe counts most currencies in the minor units of ISO 4217. Of the others it says which: some it
still counts in hundredths that are always zero, and thousandths must end in zero.
"""

from integrations.stripe.errors import Unpayable
from postexp.kernel.money import Money, decimals

_DECIMALS = {"ISK": 2, "UGX": 2, "MGA": 0}
_ROUND = {"ISK": 100, "UGX": 100}
_THOUSANDTHS = 3
_TENS = (1, 10, 100, 1_000, 10_000)


def to_stripe(amount: int, currency: str) -> int:
    """Return minor units as Stripe counts them; raises Unpayable where it has no such amount."""
    ours, theirs = decimals(currency), _DECIMALS.get(currency, decimals(currency))
    told, rest = divmod(amount * _TENS[theirs], _TENS[ours])
    step = 10 if ours == _THOUSANDTHS else _ROUND.get(currency, 1)
    if rest or told % step:
        written = Money(amount, currency).to_wire()
        raise Unpayable(f"{written['amount']} {currency}")
    return told


def from_stripe(amount: int, currency: str) -> int:
    """Return what Stripe tells in minor units; raises ValueError for a part of one."""
    told = currency.upper()
    ours, theirs = decimals(told), _DECIMALS.get(told, decimals(told))
    minor, rest = divmod(amount * _TENS[ours], _TENS[theirs])
    if rest:
        raise ValueError(f"{amount} is no whole amount of {told}.")
    return minor
