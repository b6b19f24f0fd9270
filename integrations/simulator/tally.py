"""What a simulation has done so far: counts, and how quickly it was answered. Bounded in size."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

FINEST = 0.0001
STEP = 1.05


@dataclass
class Latencies:
    """Durations in seconds, kept by order of size: exact to five in a hundred, whatever number."""

    buckets: Counter[int] = field(default_factory=Counter)
    longest: float = 0.0

    def note(self, seconds: float) -> None:
        """Count one duration."""
        size = math.ceil(math.log(max(seconds, FINEST) / FINEST, STEP))
        self.buckets[size] += 1
        self.longest = max(self.longest, seconds)

    @property
    def total(self) -> int:
        """How many were counted."""
        return self.buckets.total()

    def percentile(self, part: float) -> float:
        """Return the seconds within which this part of them lay; 0 where there are none."""
        wanted, seen = math.ceil(self.total * part), 0
        for size in sorted(self.buckets):
            seen += self.buckets[size]
            if seen >= wanted:
                return min(FINEST * STEP**size, self.longest)
        return 0.0


@dataclass
class Tally:
    """Counts by name, answers by status, and latencies by what was asked for.

    `late` is by how much the simulation itself was behind its plan at worst, in seconds.
    """

    counts: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    latencies: dict[str, Latencies] = field(default_factory=dict)
    late: float = 0.0

    def count(self, name: str) -> None:
        """Count one."""
        self.counts[name] += 1

    def answered(self, kind: str, status: int, seconds: float) -> None:
        """Note an answer to a `webhook` or for a `page`."""
        self.statuses[str(status)] += 1
        self.latencies.setdefault(kind, Latencies()).note(seconds)

    def unanswered(self) -> None:
        """Note that no answer came."""
        self.statuses["no answer"] += 1

    @property
    def answers(self) -> int:
        """How many answers came, well or not."""
        return sum(one.total for one in self.latencies.values())

    @property
    def refused(self) -> int:
        """How many requests were answered with an error, or not at all."""
        return sum(
            number
            for status, number in self.statuses.items()
            if not status.isdecimal() or int(status) >= 400
        )

    def lines(self, seconds: float) -> list[str]:
        """Return the summary, line by line, of what happened in this time."""
        told = [
            f"  {name:<24}{self.counts[name]:>8}" for name in sorted(self.counts) if name != "steps"
        ]
        rate = self.answers / seconds if seconds else 0.0
        pace = [f"  {'requests answered':<24}{self.answers:>8}   {rate:.1f}/s"]
        for kind, latencies in sorted(self.latencies.items()):
            pace.append(f"  {kind + ' latency':<24}{in_words(latencies)}")
        wrong = [
            f"  {'answered ' + status if status.isdecimal() else status:<24}{number:>8}"
            for status, number in sorted(self.statuses.items())
            if not status.isdecimal() or int(status) >= 400
        ]
        return [
            f"Simulated for {seconds:.1f} s:",
            *told,
            *pace,
            *wrong,
            f"  {'refused or unanswered':<24}{self.refused:>8}",
            f"  {'behind its plan':<24}{self.late * 1000:>8.0f} ms at worst",
        ]


def in_words(latencies: Latencies) -> str:
    """Return how quickly answers came, in one line."""
    half, most = latencies.percentile(0.5) * 1000, latencies.percentile(0.99) * 1000
    return f"p50 {half:.1f} ms   p99 {most:.1f} ms   longest {latencies.longest * 1000:.1f} ms"
