"""Reading a provider's JSON with care: exact numbers, and a clear word for everything unexpected.

Numbers never pass through floats: integers stay integers of any size, and decimals stay the text
that was sent. What a provider leaves out or sets to null is empty; a value that must be there, or
has the wrong form where money or identity hang on it, raises Unreadable with its path.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from postexp.kernel.inbox import Unreadable
from postexp.kernel.money import Money, MoneyError, decimals

LARGEST_COUNT = 2**31 - 1
LONGEST_ID = 64
# PostgreSQL stores neither NUL nor half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Payload:
    """One JSON object of a message, and where in the message it stands."""

    data: dict[str, Any]
    provider: str
    path: str = ""

    @classmethod
    def read(cls, body: bytes, provider: str) -> "Payload":
        """Read the bytes of a message; raises Unreadable unless they are one JSON object."""
        try:
            data = json.loads(body, parse_float=str, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise Unreadable(
                f"The body of the {provider} message is not JSON: {error}",
                "Look at the raw request, and have it sent again.",
            ) from error
        if not isinstance(data, dict):
            raise Unreadable(
                f"The body of the {provider} message is not a JSON object.",
                f"Check that only the {provider} webhooks are sent to this address.",
            )
        return cls(data, provider)

    def __contains__(self, name: str) -> bool:
        return self.data.get(name) is not None

    def text(self, name: str) -> str:
        """Return a text, stripped; numbers as written; "" for anything else."""
        value = self.data.get(name)
        if type(value) is int:
            return str(value)
        if not isinstance(value, str):
            return ""
        # What can be printed can be stored, and is told faster than by looking for what cannot.
        return (value if value.isprintable() else _UNSTORABLE.sub("", value)).strip()

    def identity(self, name: str) -> str:
        """Return an id as exact text; raises Unreadable where there is none to rely on."""
        identity = self.text(name)
        if not 0 < len(identity) <= LONGEST_ID:
            self.refuse(name, "is missing, or is no id")
        return identity

    def flag(self, name: str) -> bool:
        """Return whether the value is true; anything else is false."""
        return self.data.get(name) is True

    def count(self, name: str) -> int:
        """Return a whole number from 0 to 2,147,483,647; raises Unreadable for others."""
        value = self.data.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:12])
        if type(value) is not int or not 0 <= value <= LARGEST_COUNT:
            return self.refuse(name, "is not a whole number of things")
        return value

    def moment(self, name: str) -> datetime | None:
        """Return an instant in UTC; None where it is missing or is no time with an offset."""
        try:
            moment = datetime.fromisoformat(self.text(name))
            return moment.astimezone(UTC) if moment.tzinfo else None
        except (ValueError, OverflowError):
            return None

    def required_moment(self, name: str) -> datetime:
        """Return an instant in UTC; raises Unreadable where there is none."""
        return self.moment(name) or self.refuse(name, "is not a time with an offset")

    def money(self, name: str, currency: str) -> int:
        """Return an amount in minor units of `currency`, never negative; 0 where it is missing.

        Zeros beyond the currency's decimals are allowed ("5900.00" yen); other digits are not.
        """
        value = self.data.get(name)
        if value is None or value == "":
            return 0
        written = str(value) if type(value) in (int, str) else ""
        try:
            if "." in written:
                written = _trim(written, decimals(currency))
            amount = Money.parse(written, currency).amount
        except MoneyError as error:
            self.refuse(name, f"is no amount of {currency}: {error}")
        return amount if amount >= 0 else self.refuse(name, "is below zero")

    def millionths(self, name: str) -> int:
        """Return a rate such as 0.08875 in parts per million, half up; raises Unreadable."""
        try:
            rate = Decimal(self.text(name) or "0")
        except InvalidOperation:
            return self.refuse(name, "is not a rate")
        if not rate.is_finite() or not 0 <= rate <= 10:
            return self.refuse(name, "is not a rate from 0 to 10")
        return int(rate * 1_000_000 + Decimal("0.5"))

    def child(self, name: str) -> "Payload":
        """Return an object inside; an empty one where it is missing or is no object."""
        value = self.data.get(name)
        return self._inside(value if isinstance(value, dict) else {}, name)

    def children(self, name: str) -> Iterator["Payload"]:
        """Yield the objects of a list; raises Unreadable where money or identity would be lost."""
        value = self.data.get(name)
        if value is None:
            return
        if not isinstance(value, list):
            self.refuse(name, "is not a list")
        for index, item in enumerate(value):
            if not isinstance(item, dict):
                self.refuse(f"{name}[{index}]", "is not an object")
            yield self._inside(item, f"{name}[{index}]")

    def rows(self, name: str) -> Iterator["Payload"]:
        """Yield the objects of a list, passing over everything else: one bad row spoils none."""
        value = self.data.get(name)
        for index, item in enumerate(value if isinstance(value, list) else ()):
            if isinstance(item, dict):
                yield self._inside(item, f"{name}[{index}]")

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of a list (ids as text), without empty ones and repeats."""
        value = self.data.get(name)
        rows = value if isinstance(value, list) else []
        texts = (Payload({"": row}, self.provider).text("") for row in rows)
        return tuple(dict.fromkeys(text for text in texts if text))

    def refuse(self, name: str, what: str) -> NoReturn:
        """Raise Unreadable about one value of this object."""
        raise Unreadable(
            f"`{self.path}{name}` of the {self.provider} message {what}.",
            f"Compare the raw request with the {self.provider} documentation; when the reading has "
            "been mended, replay the request.",
        )

    def _inside(self, data: dict[str, Any], name: str) -> "Payload":
        return Payload(data, self.provider, f"{self.path}{name}.")


def _trim(written: str, places: int) -> str:
    whole, _, fraction = written.partition(".")
    fraction = fraction[:places] + fraction[places:].rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
