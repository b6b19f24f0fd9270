"""Letters of staff to several shoppers: whom one goes to, and how its text is laid out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class AboutOrder:
    """An order that a letter is about, and whom it is written to; without an address to nobody."""

    order_id: str
    number: str
    address: str
    name: str


@dataclass(kw_only=True)
class Addressee:
    """A shopper who gets one letter, however many orders of theirs it is about."""

    address: str
    name: str
    orders: list[AboutOrder] = field(default_factory=list)


def addressees(orders: Iterable[AboutOrder]) -> list[Addressee]:
    """Return the shoppers of some orders, each once, in the order they come in.

    Who has no address is told apart by the order: each is refused for themselves.
    """
    found: dict[str, Addressee] = {}
    for order in dict.fromkeys(orders):
        key = order.address.strip().lower() or order.order_id
        person = found.setdefault(key, Addressee(address=order.address, name=order.name))
        person.orders.append(order)
    return list(found.values())


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of a text, which are parted by empty lines."""
    lines = text.replace("\r\n", "\n").strip()
    return [part.strip() for part in re.split(r"\n\s*\n", lines) if part.strip()]
