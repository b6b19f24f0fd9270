"""Which means of payment money goes back to, and how much to each."""

from collections.abc import Sequence

from postexp.kernel.money import allocate
from returns.enums import TenderOrder
from returns.errors import RefundExceedsBalance
from returns.rules.paid import Tender
from returns.rules.quotes import TenderShare


def split_over_tenders(
    tenders: Sequence[Tender], amount: int, sequence: TenderOrder
) -> list[TenderShare]:
    """Return how much of `amount` goes back to each tender, leaving out those that get nothing.

    Raises RefundExceedsBalance when the tenders hold less than `amount`.
    """
    if amount > sum(tender.left for tender in tenders):
        raise RefundExceedsBalance
    # One that gave back what another took, before that was known, has nothing left.
    room = [max(0, tender.left) for tender in tenders]
    if sequence is TenderOrder.PROPORTIONAL:
        parts = _in_proportion(tenders, room, amount)
    else:
        first = sequence is TenderOrder.STORE_VALUE_FIRST
        parts = [0] * len(tenders)
        by_turn = sorted(
            range(len(tenders)), key=lambda index: tenders[index].store_value is not first
        )
        for index in by_turn:
            parts[index] = min(amount - sum(parts), room[index])
    return [
        TenderShare(tender=tender.id, amount=part)
        for tender, part in zip(tenders, parts, strict=True)
        if part
    ]


def _in_proportion(tenders: Sequence[Tender], room: Sequence[int], amount: int) -> list[int]:
    """Split over what was captured, limited to what is left; the excess goes round again."""
    parts = [0] * len(tenders)
    while missing := amount - sum(parts):
        weights = [
            tender.captured if part < most else 0
            for tender, part, most in zip(tenders, parts, room, strict=True)
        ]
        for index, more in enumerate(allocate(missing, weights)):
            parts[index] = min(parts[index] + more, room[index])
    return parts
