"""How much money is at risk while something is wrong with a parcel. Sums are in minor units."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Box:
    """One parcel of an order: the fulfilment it belongs to, and what was paid for what it holds.

    `paid` is None where nobody told what is in it.
    """

    parcel: int
    fulfilment: str
    paid: int | None


def paid_share(paid: int, units: int, of: int) -> int:
    """Return what was paid for some units of a line, rounded down."""
    return paid * min(units, of) // of if of else 0


def money_at_risk(boxes: Sequence[Box], left: int) -> dict[int, int]:
    """Return what is at risk with each parcel of an order of which `left` is paid and not refunded.

    Shops tell what is in a fulfilment, seldom in which of its boxes: they share it evenly. Parcels
    of which nothing is told share what is in none of the others. No parcel risks more than `left`.
    """
    together: defaultdict[str, list[Box]] = defaultdict(list)
    for box in boxes:
        together[box.fulfilment or f"parcel {box.parcel}"].append(box)
    told: dict[str, int] = {}
    for name, group in together.items():
        known = [box.paid for box in group if box.paid is not None]
        if known:
            told[name] = sum(known)
    rest = max(0, left - sum(told.values()))
    shares: dict[int, int] = {}
    for name, group in together.items():
        whole = told[name] if name in told else rest // (len(together) - len(told))
        for box in group:
            shares[box.parcel] = min(left, whole // len(group))
    return shares
