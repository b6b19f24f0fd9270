"""How far the seeding of a demo shop has got, said now and then to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from integrations.demo.journeys import Step, Told

PARTS = 5


def count_orders(steps: Iterable[Step]) -> int:
    """Return how many orders are placed in some steps."""
    return sum(isinstance(step, Told) and step.topic == "orders/create" for step in steps)


@dataclass(kw_only=True)
class Progress:
    """Says how many orders of a shop's past were played, once for each fifth of them."""

    shop: str
    orders: int
    say: Callable[[str], None]
    played: int = 0

    def note(self, stretch: Iterable[Step]) -> None:
        """Count a stretch that is in the database now, and say so where a fifth is full."""
        before = self.played
        self.played += count_orders(stretch)
        if self.played * PARTS // self.orders > before * PARTS // self.orders:
            self.say(f"Seeding {self.shop}: {self.played} of {self.orders} orders.")
