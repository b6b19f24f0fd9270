"""Money: whole minor units of an ISO 4217 currency, and the arithmetic that never loses one.

There are no floats and no decimals here. An amount is an integer number of minor units (yen, cents,
fils); the currency says how many decimals people write. Formatting for people is the design room's.
"""

import functools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from babel.core import get_global

# Decimals of the currencies that do not have two, from ISO 4217 list one (the maintenance agency's
# "current currency & funds code list"). CLDR's own digits are display habits and differ: it writes
# the Iraqi dinar without decimals, ISO keeps accounts in thousandths.
_DECIMALS = {
    **dict.fromkeys(
        (
            *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF"),
            *("UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}

LARGEST = 2**63 - 1
"""The largest number of minor units, either sign: what a PostgreSQL bigint holds."""

# Signs people put before or behind an amount, in the width NFKC gives them.
_SIGNS = {"JPY": "¥円", "USD": "$", "EUR": "€", "GBP": "£", "CNY": "¥元"}
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_WRITTEN = re.compile(r"(-?)(0|[1-9][0-9]{0,18})(?:\.([0-9]{1,18}))?")


class MoneyError(ValueError):
    """An amount or currency that cannot be money. `code` is safe to show to API callers."""

    code: ClassVar[str] = "invalid_money_format"


class CurrencyMismatch(MoneyError):
    """Two currencies met in one calculation."""

    code: ClassVar[str] = "currency_mismatch"


def decimals(currency: str) -> int:
    """Return how many decimals the currency is written with; raise MoneyError if it is unknown."""
    if currency not in get_global("all_currencies"):
        raise MoneyError(f"{currency!r} is not an ISO 4217 currency code")
    return _DECIMALS.get(currency, 2)


def is_currency(code: str) -> bool:
    """Whether a code is that of a currency (ISO 4217)."""
    try:
        decimals(code)
    except MoneyError:
        return False
    return True


@functools.total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units with its currency.

    Raises MoneyError when the currency is unknown, the amount is not an integer, or does not fit
    a bigint. Arithmetic and ordering between two currencies raise CurrencyMismatch.
    """

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int:
            raise MoneyError("an amount is a whole number of minor units")
        if abs(self.amount) > LARGEST:
            raise MoneyError("the amount is too large")
        decimals(self.currency)

    @classmethod
    def parse(cls, text: object, currency: str) -> "Money":
        """Read `"10.00"`: a string, with at most the currency's decimals (fewer are padded).

        Numbers, exponents, signs other than a leading minus, spaces and separators are refused.
        """
        places = decimals(currency)
        written = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
        if written is None:
            raise MoneyError('write amounts as strings, such as "10.00"')
        sign, whole, fraction = written[1], written[2], written[3] or ""
        if len(fraction) > places:
            raise MoneyError(f"{currency} has {places} decimals")
        return cls(int(sign + whole + fraction.ljust(places, "0")), currency)

    @classmethod
    def typed(cls, text: str, currency: str) -> "Money":
        """Read what a person writes: `1,980`, `¥800`, `８００円`, `10.5 USD`.

        Digits of full width, the currency's sign or code and commas between thousands are read;
        a comma elsewhere might mean a decimal point, and is refused with MoneyError.
        """
        plain = unicodedata.normalize("NFKC", text).strip()
        for sign in (currency, *_SIGNS.get(currency, "")):
            plain = plain.removeprefix(sign).removesuffix(sign).strip()
        if _THOUSANDS.fullmatch(plain):
            plain = plain.replace(",", "")
        return cls.parse(plain, currency)

    @classmethod
    def from_wire(cls, data: object) -> "Money":
        """Read `{"amount": "10.00", "currency": "USD"}`, and nothing but these two keys."""
        if not isinstance(data, dict) or data.keys() != {"amount", "currency"}:
            raise MoneyError('write money as {"amount": "10.00", "currency": "USD"}')
        currency = data["currency"]
        if not isinstance(currency, str):
            raise MoneyError("a currency is an ISO 4217 code")
        return cls.parse(data["amount"], currency)

    def to_wire(self) -> dict[str, str]:
        """Return `{"amount": "10.00", "currency": "USD"}` with exactly the currency's decimals."""
        places = decimals(self.currency)
        digits = str(abs(self.amount)).rjust(places + 1, "0")
        if places:
            digits = f"{digits[:-places]}.{digits[-places:]}"
        return {"amount": f"-{digits}" if self.amount < 0 else digits, "currency": self.currency}

    def _beside(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not mix")
        return other.amount

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._beside(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._beside(other), self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.amount * times, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._beside(other)

    def __bool__(self) -> bool:
        return self.amount != 0


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` over `weights` by largest remainder (Hamilton); ties go to the earlier one.

    The parts add up to `total` exactly, and none exceeds its weight while `total` is at most their
    sum. Raises ValueError for a negative total or weight, or when there is no weight to carry it.
    """
    whole = sum(weights)
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("totals and weights are never negative")
    if whole == 0:
        if total:
            raise ValueError("there is no weight to carry the total")
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(
        range(len(weights)), key=lambda index: (-(total * weights[index] % whole), index)
    )
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


def cumulative_share(value: int, quantity: int, settled: int) -> int:
    """Return C(k): the part of `value` that the first `settled` of `quantity` units carry, half up.

    C(quantity) is `value`, so shares taken one unit at a time add up to it. Raises ValueError
    unless 0 <= settled <= quantity, quantity > 0 and value >= 0.
    """
    if not 0 <= settled <= quantity or quantity == 0 or value < 0:
        raise ValueError(f"{settled} of {quantity} units cannot carry {value}")
    return (2 * value * settled + quantity) // (2 * quantity)


def percent_half_up(value: int, basis_points: int) -> int:
    """Return `basis_points` hundredths of a percent of `value`, half up; both at least zero."""
    if value < 0 or basis_points < 0:
        raise ValueError("a percentage is taken of, and by, numbers that are not negative")
    return (value * basis_points + 5_000) // 10_000
