"""The conditions a shop sets on a kind of message, and whether they hold. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

NUMBERS = ("is_at_least", "is_at_most")
CHOICES = ("is", "is_not")
LISTS = ("has", "has_not")

FACTS: dict[str, tuple[str, ...]] = {
    "first_order": ("is",),
    "order_total": NUMBERS,
    "country": CHOICES,
    "locale": CHOICES,
    "customer_tags": LISTS,
    "order_tags": LISTS,
    "product_tags": LISTS,
}
"""What a condition can ask of, and how. `order_total` is in minor units of the shop's currency; an
order in another currency has none."""

LONGEST = 60
"""Characters of a tag, a language or a country at most."""


def is_well_formed(condition: Mapping[str, Any]) -> bool:
    """Whether a condition asks of a known fact, as that can be asked, for a value of its type."""
    fact, asked, value = (condition.get(part) for part in ("fact", "is", "value"))
    if fact not in FACTS or asked not in FACTS[fact] or len(condition) != 3:
        return False
    if fact == "first_order":
        return isinstance(value, bool)
    if fact == "order_total":
        return type(value) is int and value >= 0
    return isinstance(value, str) and 0 < len(value.strip()) <= LONGEST


def first_unmet(conditions: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]) -> str:
    """Return the fact of the first condition that does not hold, or "".

    What is not known holds nothing: a message about no order has no order's facts.
    """
    for condition in conditions:
        if not _holds(condition, facts.get(condition["fact"])):
            return str(condition["fact"])
    return ""


def _holds(condition: Mapping[str, Any], known: Any) -> bool:
    if known is None:
        return False
    value, asked = condition["value"], condition["is"]
    if asked in LISTS:
        listed = str(value).casefold() in {str(one).casefold() for one in known}
        return listed is (asked == "has")
    if asked == "is_at_least":
        return bool(known >= value)
    if asked == "is_at_most":
        return bool(known <= value)
    return bool(known == value) is (asked == "is")
