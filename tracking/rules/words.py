"""Which word of a delay the shopper hears next: late, still late, in time again, or none for now.

While a parcel is late each cause is told once. Two opposite words never come within `STANDS_FOR`
of each other, so a parcel that is late one hour and in time the next is told of when a day has
passed: as it stands then.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from tracking.enums import DelayReason
from tracking.rules.delay import STANDS_FOR, Delay
from tracking.rules.notice import next_word_on, word_due_at

# What a carrier says when it names no cause; after a cause it is no news.
_NO_CAUSE = frozenset(
    {
        *(DelayReason.UNKNOWN, DelayReason.CARRIER, DelayReason.CARRIER_PROCESSING),
        DelayReason.EXTERNAL,
    }
)


class Word(StrEnum):
    """What a shopper is told of a delay."""

    LATE = "late"
    STILL_LATE = "still_late"
    IN_TIME = "in_time"


@dataclass(frozen=True, kw_only=True)
class Said:
    """What was said of one parcel's delay so far.

    `late` counts the notices that it is late, `still_late` the further words; `in_time` is the
    number of the notice that good news ended last. `causes` are those told since that good news,
    `at` is when the last word of all was said, `again_on` the day by which the next is promised.
    """

    late: int = 0
    still_late: int = 0
    in_time: int = 0
    causes: tuple[DelayReason, ...] = ()
    at: datetime | None = None
    again_on: date | None = None

    @property
    def is_late(self) -> bool:
        """Say whether the shopper believes that the parcel is late."""
        return self.late > self.in_time

    def turns_at(self, delay: Delay) -> datetime | None:
        """Return from when the opposite may be said; None where what was said is still so."""
        if self.at is None or delay.is_held or delay.is_delayed is self.is_late:
            return None
        return self.at + STANDS_FOR


def next_word(
    said: Said, delay: Delay, *, is_coming: bool, zone: str, at: datetime
) -> tuple[Word | None, Said]:
    """Return the word that is due at the instant `at`, and what was said with it.

    Nothing is said of a parcel that has arrived or is not coming, nor that it is late while its
    delay only stands. None is the answer, too, while a word still has to wait: `Said.turns_at` and
    `word_due_at` say how long.
    """
    if not is_coming:
        return None, replace(said, again_on=None)
    turns_at = said.turns_at(delay)
    may_turn = turns_at is None or turns_at <= at
    if not delay.is_delayed:
        quiet = replace(said, again_on=None)
        if not said.is_late or not may_turn:
            return None, quiet
        return Word.IN_TIME, replace(quiet, in_time=said.late, causes=(), at=at)
    is_due = said.again_on is not None and word_due_at(said.again_on, zone) <= at
    if delay.is_held:
        return None, replace(said, again_on=None if is_due else said.again_on)
    if not may_turn:
        return None, said
    cause = delay.reason or DelayReason.UNKNOWN
    if said.is_late and not said.causes:
        # An earlier version kept no causes: what it said stands for this one.
        said = replace(said, causes=(cause,))
    again_on = next_word_on(delay, zone=zone, at=at)
    if not said.is_late or _is_news(cause, said.causes):
        causes = (*said.causes, cause) if said.is_late else (cause,)
        return Word.LATE, replace(said, late=said.late + 1, causes=causes, at=at, again_on=again_on)
    if not is_due:
        # Late again before good news was told: the promise to write again stands again.
        return None, replace(said, again_on=said.again_on or again_on)
    return Word.STILL_LATE, replace(said, still_late=said.still_late + 1, at=at, again_on=again_on)


def _is_news(cause: DelayReason, causes: tuple[DelayReason, ...]) -> bool:
    return cause not in causes and cause not in _NO_CAUSE
