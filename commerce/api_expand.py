"""`expand=`: what else the answer of an order or a customer can hold, offered by who knows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from commerce.api_access import Problem
from commerce.models import Customer, Order

M = TypeVar("M", bound=Model)
# Reads one thing of several objects at once, by their rows.
Read = Callable[[Sequence[M]], dict[int, Any]]


class Expansions(Generic[M]):
    """What one kind of object can be expanded by: each a read of several objects at once."""

    def __init__(self) -> None:
        self._offered: dict[str, Read[M]] = {}

    def offer(self, name: str) -> Callable[[Read[M]], Read[M]]:
        """Offer an expansion, whose read answers by the objects' rows; rooms do in `api.py`."""

        def decorate(read: Read[M]) -> Read[M]:
            self._offered[name] = read
            return read

        return decorate

    def read(self, text: str) -> list[str]:
        """Return what `?expand=shipments,returns` asks for; raises Problem for others."""
        names = [name for name in text.split(",") if name]
        if unknown := [name for name in names if name not in self._offered]:
            offered = ", ".join(sorted(self._offered))
            raise Problem(
                422,
                "invalid_expand",
                _("%(name)s cannot be expanded. Choose from: %(offered)s.")
                % {"name": unknown[0][:40], "offered": offered},
            )
        return sorted(set(names))

    def expand(self, rows: Sequence[M], names: Sequence[str]) -> dict[int, dict[str, Any]]:
        """Return what was asked for of each object, by its row; one read for each name."""
        found: dict[int, dict[str, Any]] = {row.pk: {} for row in rows}
        for name in names:
            values = self._offered[name](rows)
            for row in rows:
                found[row.pk][name] = values.get(row.pk, [])
        return found


of_orders: Expansions[Order] = Expansions()
of_customers: Expansions[Customer] = Expansions()
