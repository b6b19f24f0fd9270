"""Reading plain JSON to the last field: each reader returns a value or names the field."""

import re
from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any, TypeVar

from postexp.kernel.money import MoneyError, decimals
from returns.errors import InvalidPolicy

LANGUAGES = ("en", "ja")
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_MONEY = 10**15

Choice = TypeVar("Choice", bound=Enum)


def an_object(value: object, path: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Return an object with exactly these names."""
    if not isinstance(value, dict) or value.keys() != set(names):
        raise InvalidPolicy(f"{path}: an object with {', '.join(names)}")
    return value


def some_of(value: object, path: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Return an object with at least one of these names, and no other."""
    if not isinstance(value, dict) or not value or not value.keys() <= set(names):
        raise InvalidPolicy(f"{path}: an object with some of {', '.join(names)}")
    return value


def rows(value: object, path: str, unique: str) -> list[Any]:
    """Return a list with at least one entry, whose `unique` fields differ."""
    if not isinstance(value, list) or not value:
        raise InvalidPolicy(f"{path}: a list with at least one entry")
    each_once(value, path, unique)
    return value


def each_once(entries: list[Any], path: str, unique: str) -> None:
    """Raise InvalidPolicy where two entries have the same `unique` field."""
    keys = [str(row.get(unique)) for row in entries if isinstance(row, dict)]
    if len(set(keys)) != len(keys):
        raise InvalidPolicy(f"{path}: each {unique} once")


def whole(value: object, path: str, least: int, most: int) -> int:
    """Return a whole number within limits."""
    if type(value) is not int or not least <= value <= most:
        raise InvalidPolicy(f"{path}: a whole number from {least} to {most}")
    return value


def flag(value: object, path: str) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise InvalidPolicy(f"{path}: true or false")
    return value


def code(value: object, path: str) -> str:
    """Return a name for machines."""
    if not isinstance(value, str) or not CODE.fullmatch(value):
        raise InvalidPolicy(f"{path}: 1 to 40 small letters, digits and underscores")
    return value


def text(value: object, path: str) -> str:
    """Return a line of 1 to 200 printable characters."""
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise InvalidPolicy(f"{path}: a text of 1 to 200 characters")
    if not value.isprintable():
        raise InvalidPolicy(f"{path}: one line without control characters")
    return value


def words(value: object, path: str, longest: int) -> str:
    """Return a text that may be empty and may have several lines."""
    if not isinstance(value, str) or len(value) > longest or "\x00" in value:
        raise InvalidPolicy(f"{path}: a text of at most {longest} characters")
    return value


def in_languages(value: object, path: str, longest: int) -> dict[str, str]:
    """Return a text in every language; each may be empty."""
    return {
        language: words(one, f"{path}.{language}", longest)
        for language, one in an_object(value, path, LANGUAGES).items()
    }


def choice(choices: type[Choice], value: object, path: str) -> Choice:
    """Return one of the choices."""
    try:
        return choices(value)
    except ValueError:
        names = ", ".join(str(one.value) for one in choices)
        raise InvalidPolicy(f"{path}: one of {names}") from None


def choices_of(choices: type[Choice], value: object, path: str) -> tuple[Choice, ...]:
    """Return a list of different choices, at least one, in the order of the vocabulary."""
    if not isinstance(value, list) or not value:
        raise InvalidPolicy(f"{path}: a list with at least one entry")
    found = {choice(choices, one, f"{path}[{index}]") for index, one in enumerate(value)}
    if len(found) < len(value):
        raise InvalidPolicy(f"{path}: each once")
    return tuple(one for one in choices if one in found)


def texts(value: object, path: str, most: int = 200) -> tuple[str, ...]:
    """Return a list of different lines, at least one."""
    if not isinstance(value, list) or not 0 < len(value) <= most:
        raise InvalidPolicy(f"{path}: a list of 1 to {most} texts")
    found = tuple(text(one, f"{path}[{index}]") for index, one in enumerate(value))
    if len(set(found)) < len(found):
        raise InvalidPolicy(f"{path}: each once")
    return found


def lines(value: object, path: str) -> tuple[str, ...]:
    """Return the lines of an address, at most 8, perhaps none."""
    if not isinstance(value, list) or len(value) > 8:
        raise InvalidPolicy(f"{path}: a list of at most 8 lines")
    return tuple(text(line, f"{path}[{index}]") for index, line in enumerate(value))


def day(value: object, path: str) -> str:
    """Return a day of the shop's calendar as it is written, YYYY-MM-DD."""
    try:
        if isinstance(value, str) and date.fromisoformat(value).isoformat() == value:
            return value
    except ValueError:
        pass
    raise InvalidPolicy(f"{path}: a day as YYYY-MM-DD")


def by_currency(value: object, path: str, most: int = 10**9) -> dict[str, int]:
    """Return amounts in minor units by currency, none below zero."""
    require_currencies(value, path)
    assert isinstance(value, dict)
    return {
        currency: whole(amount, f"{path}.{currency}", 0, most) for currency, amount in value.items()
    }


def require_currencies(value: object, path: str) -> Mapping[str, Any]:
    """Return an object whose every name is a currency."""
    if not isinstance(value, dict):
        raise InvalidPolicy(f"{path}: an object of minor units by currency")
    for currency in value:
        try:
            decimals(currency)
        except MoneyError as error:
            raise InvalidPolicy(f"{path}: {error}") from None
    return value
