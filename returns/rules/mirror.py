"""Refunds of orders in a foreign currency, as the shop's own books see them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedRate:
    """The rate an order was sold at: its `total` in its own currency and in the shop's.

    Both are minor units; `total` is above zero.
    """

    total: int
    shop_total: int

    def mirror(self, amount: int) -> int:
        """Return `amount` in the shop's minor units, half up."""
        return (2 * amount * self.shop_total + self.total) // (2 * self.total)

    def mirror_of(self, amount: int, *, before: int) -> int:
        """Return what `amount` more is after `before`: parts add up to the mirror of the whole."""
        return self.mirror(before + amount) - self.mirror(before)
