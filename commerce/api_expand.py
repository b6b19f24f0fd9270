"""`expand=`: what else an order's answer can hold, offered by the rooms that know it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from commerce.api_access import Problem
from commerce.models import Order

# Reads one thing of several orders at once, by their row.
Expansion = Callable[[Sequence[Order]], dict[int, Any]]

_of_orders: dict[str, Expansion] = {}


def expands_orders(name: str) -> Callable[[Expansion], Expansion]:
    """Offer an expansion of orders; rooms call it in their `api.py`."""

    def decorate(expansion: Expansion) -> Expansion:
        _of_orders[name] = expansion
        return expansion

    return decorate


def read_expand(text: str) -> list[str]:
    """Return what `?expand=shipments,returns` asks for; raises Problem for what is not offered."""
    names = [name for name in text.split(",") if name]
    if unknown := [name for name in names if name not in _of_orders]:
        offered = ", ".join(sorted(_of_orders))
        raise Problem(
            422,
            "invalid_expand",
            _("%(name)s cannot be expanded. Choose from: %(offered)s.")
            % {"name": unknown[0][:40], "offered": offered},
        )
    return sorted(set(names))


def expand_orders(orders: Sequence[Order], names: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Return what was asked for of each order, by its row; one read for each name."""
    found: dict[int, dict[str, Any]] = {order.pk: {} for order in orders}
    for name in names:
        values = _of_orders[name](orders)
        for order in orders:
            found[order.pk][name] = values.get(order.pk, [])
    return found
