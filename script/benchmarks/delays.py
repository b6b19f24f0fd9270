"""How many late parcels are told of before their promised day ends, and how many in time are too.

Plays years of `year` through the rules by which the product judges a parcel and finds its words,
scan by scan and look by look, as intake and sweep do, with what is usual learnt from the parcels
that arrived. The truth is read only to count, once everything was said.
"""

from __future__ import annotations

import heapq
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from benchmarks.year import DAYS, FIRST_DAY, Parcel, play_year
from tracking.enums import DelayReason, DelaySource
from tracking.rules import (
    NOT_LATE_ANY_MORE,
    Delay,
    Journey,
    NormalisedEvent,
    PlacedEvent,
    Said,
    Times,
    Usual,
    Word,
    WorkCalendar,
    fold,
    judge_journey,
    next_word,
    place,
    times_of,
    word_due_at,
)

SEEDS = (1, 2, 3)
A_DAY = 12
RECALL, FALSE_ALARMS = 0.90, 0.05
# Parcels of the first weeks teach what is usual, and are not counted.
LEARNING = timedelta(days=45)
LET_COME = timedelta(hours=6)
A_DAY_LONG = timedelta(hours=24)

Level = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A word that went out to a shopper, with what called the parcel late and why."""

    at: datetime
    word: Word
    source: DelaySource | None
    reason: DelayReason | None


@dataclass(kw_only=True)
class Watched:
    """A parcel as the product knows it: what was told of it, and what its shopper was told.

    `looks_at` is when it is looked at again; `words` are what went out.
    """

    parcel: Parcel
    events: list[NormalisedEvent] = field(default_factory=list)
    rows: list[PlacedEvent] = field(default_factory=list)
    delay: Delay = field(default_factory=Delay)
    looks_at: datetime | None = None
    has_taught: bool = False
    said: Said = field(default_factory=Said)
    words: list[Notice] = field(default_factory=list)

    @property
    def notices(self) -> list[Notice]:
        """Those that told a cause: further words and good news are none."""
        return [one for one in self.words if one.word is Word.LATE]

    @property
    def calendar(self) -> WorkCalendar:
        """The business days of its journey."""
        lane = self.parcel.lane
        return WorkCalendar(
            carrier=lane.carrier,
            origin=lane.origin[:2],
            destination=lane.destination[:2],
            zone=lane.zone,
        )

    @property
    def levels(self) -> tuple[Level, Level, Level]:
        """Its lane, service and carrier, the nearest first."""
        lane = self.parcel.lane
        return (
            (lane.carrier, lane.service, lane.destination),
            (lane.carrier, lane.service, ""),
            (lane.carrier, "", ""),
        )


class Desk:
    """Takes in scans as they are told, and looks again when time alone may change something."""

    def __init__(self) -> None:
        self.learnt: defaultdict[Level, Times] = defaultdict(Times)
        self.queue: list[tuple[datetime, int, str, Watched, NormalisedEvent | None]] = []
        self.ticket = 0

    def watch(self, parcels: Iterable[Parcel]) -> list[Watched]:
        """Play all parcels, and return what was said of each."""
        watched = [Watched(parcel=parcel) for parcel in parcels]
        for one in watched:
            for told_at, scan in one.parcel.scans:
                self.plan(told_at, "scan", one, scan)
        while self.queue:
            at, _ticket, what, one, event = heapq.heappop(self.queue)
            if what == "learn":
                if not one.has_taught:
                    self.learn(one)
                continue
            if event is not None:
                one.events.append(event)
                one.rows = place(one.events)
            elif at != one.looks_at:
                continue  # A scan came in between, and planned a look of its own.
            self.judge(one, at)
        return watched

    def plan(
        self, at: datetime, what: str, one: Watched, event: NormalisedEvent | None = None
    ) -> None:
        """Put something on the list of what is to come."""
        self.ticket += 1
        heapq.heappush(self.queue, (at, self.ticket, what, one, event))

    def learn(self, one: Watched) -> None:
        """Add a parcel that arrived to what is usual."""
        one.has_taught = True
        told = times_of(one.rows, one.calendar)
        for level in one.levels if told.arrivals else ():
            self.learnt[level] = self.learnt[level].merged(told)

    def judge(self, one: Watched, at: datetime) -> None:
        """Say what is to be said of a parcel now, as the product does in a scan's transaction."""
        state = fold(one.rows)
        usual = Usual(levels=[self.learnt[level] for level in one.levels])
        journey = Journey(
            state=state,
            scans=one.rows,
            calendar=one.calendar,
            usual=usual,
            handed_over_at=one.parcel.scans[0][0],
        )
        verdict = judge_journey(
            journey,
            first_estimate=one.parcel.promised,
            latest_estimate=one.parcel.promised,
            estimate_changed_at=None,
            at=at,
            before=one.delay,
        )
        one.delay = verdict.delay
        zone, is_coming = one.calendar.zone, state.status not in NOT_LATE_ANY_MORE
        word, one.said = next_word(one.said, one.delay, is_coming=is_coming, zone=zone, at=at)
        if word:
            one.words.append(
                Notice(at=at, word=word, source=one.delay.source, reason=one.delay.reason)
            )
        again_on = one.said.again_on
        looks = (
            verdict.look_again_at,
            one.said.turns_at(one.delay) if is_coming else None,
            word_due_at(again_on, zone) if again_on else None,
        )
        one.looks_at = min((moment for moment in looks if moment), default=None)
        if one.looks_at is not None:
            self.plan(one.looks_at, "look", one)
        if state.status.is_final and len(one.events) == len(one.parcel.scans):
            self.plan(at + LET_COME, "learn", one)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of the parcels of one year."""

    late: int
    in_time: int
    warned: Counter[str]
    late_by_cause: Counter[str]
    hours: dict[str, list[float]]
    alarms: int
    said: Counter[tuple[str, str]]
    words: dict[str, Counter[Word]]
    told_of: Counter[str]
    most_for_a_cause: int
    flips: int

    @property
    def recall(self) -> float:
        """The share of late parcels told of before the promised day ended."""
        return self.warned.total() / self.late

    @property
    def false_alarms(self) -> float:
        """The share of parcels in time that were ever called late."""
        return self.alarms / self.in_time


def measure(seed: int) -> Outcome:
    """Play one year and count."""
    begin = FIRST_DAY + LEARNING
    counted = [
        one
        for one in Desk().watch(play_year(seed, a_day=A_DAY, days=DAYS))
        if one.parcel.ordered_at.date() >= begin
    ]
    late = [one for one in counted if one.parcel.is_late]
    in_time = [one for one in counted if not one.parcel.is_late]
    warned, hours = Counter[str](), defaultdict[str, list[float]](list)
    said = Counter[tuple[str, str]]()
    words, told_of = defaultdict[str, Counter[Word]](Counter), Counter[str]()
    for one in late:
        cause = one.parcel.cause or "plain"
        before = [notice.at for notice in one.notices if notice.at < one.parcel.promise_ends_at]
        if before:
            warned[cause] += 1
            hours[cause].append((one.parcel.promise_ends_at - before[0]).total_seconds() / 3600)
    for one in counted:
        truth = (one.parcel.cause or "plain") if one.parcel.is_late else "in time"
        source = one.notices[0].source if one.notices else None
        said[truth, source.value if source else "nothing"] += 1
        told_of[truth] += bool(one.notices)
        words[truth].update(notice.word for notice in one.words)
    return Outcome(
        late=len(late),
        in_time=len(in_time),
        warned=warned,
        late_by_cause=Counter(one.parcel.cause or "plain" for one in late),
        hours=dict(hours),
        alarms=sum(bool(one.notices) for one in in_time),
        said=said,
        words=dict(words),
        told_of=told_of,
        most_for_a_cause=max(most_for_a_cause(one.words) for one in counted),
        flips=sum(count_flips(one.words) for one in counted),
    )


def most_for_a_cause(words: Iterable[Notice]) -> int:
    """Return how many notices the cause told most often had between two pieces of good news."""
    most, told = 0, Counter[DelayReason | None]()
    for one in words:
        if one.word is Word.IN_TIME:
            told.clear()
        elif one.word is Word.LATE:
            told[one.reason] += 1
            most = max(most, told[one.reason])
    return most


def count_flips(words: Sequence[Notice]) -> int:
    """Return how often the opposite was said within 24 hours."""
    return sum(
        (one.word is Word.IN_TIME) is not (other.word is Word.IN_TIME)
        and other.at - one.at < A_DAY_LONG
        for one, other in pairwise(words)
    )


def lines(seed: int, outcome: Outcome) -> Iterator[str]:
    """Yield what a year shows, line by line."""
    yield (
        f"Year {seed}: {outcome.late} late, {outcome.in_time} in time. "
        f"Told before the promised day ended: {outcome.recall:.1%} (limit {RECALL:.0%}); "
        f"false alarms {outcome.false_alarms:.1%} (limit {FALSE_ALARMS:.0%}); "
        f"at most {outcome.most_for_a_cause} notice for a cause (limit 1); "
        f"{outcome.flips} opposite words within a day (limit 0)."
    )
    yield f"  {'cause':<12}{'late':>6}{'told':>7}{'hours of warning, median':>27}"
    for cause, count in outcome.late_by_cause.most_common():
        told = outcome.hours.get(cause, [])
        warning = f"{statistics.median(told):.0f}" if told else "–"
        yield f"  {cause:<12}{count:>6}{outcome.warned[cause] / count:>7.0%}{warning:>27}"
    yield f"  {'words sent':<12}{'told':>6}" + "".join(f"{word.value:>14}" for word in Word)
    for truth, count in sorted(outcome.told_of.items()):
        if count:
            each = (outcome.words[truth][word] / count for word in Word)
            yield f"  {truth:<12}{count:>6}" + "".join(f"{share:>14.2f}" for share in each)
    kinds = sorted({kind for _, kind in outcome.said})
    yield "  " + f"{'truth / said':<16}" + "".join(f"{kind:>16}" for kind in kinds)
    for truth in sorted({truth for truth, _ in outcome.said}):
        row = "".join(f"{outcome.said[truth, kind]:>16}" for kind in kinds)
        yield f"  {truth:<16}{row}"


def main() -> int:
    """Print each year; return 1 where one misses a limit."""
    holds = True
    for seed in SEEDS:
        outcome = measure(seed)
        print("\n".join(lines(seed, outcome)), end="\n\n", flush=True)
        holds &= outcome.recall >= RECALL and outcome.false_alarms <= FALSE_ALARMS
        holds &= outcome.most_for_a_cause <= 1 and not outcome.flips
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
