"""Comparisons in interleaved rounds: two figures of one machine at one time, as a ratio.

A single figure swings with the machine; the ratio of two that were measured side by side does
not. The verdict is passed on the worse end of the ratio's interval, with a fifth of slack.
"""

import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROUNDS = 5
SLACK = 0.2
RESAMPLES = 2_000

Measure = Callable[[], float]


@dataclass(frozen=True)
class Comparison:
    """One figure beside another of the same kind: how many times as much it has to be at least."""

    name: str
    unit: str
    subject: Measure
    beside: str
    reference: Measure
    at_least: float


@dataclass(frozen=True)
class Result:
    """The figures of all rounds."""

    comparison: Comparison
    subjects: list[float]
    references: list[float]

    @property
    def ratios(self) -> list[float]:
        """The ratio of each round."""
        return [s / r for s, r in zip(self.subjects, self.references, strict=True)]

    @property
    def ratio(self) -> float:
        """The median ratio."""
        return statistics.median(self.ratios)

    def interval(self) -> tuple[float, float]:
        """The bootstrap interval of the median that holds 90 % of the resamples."""
        chance = random.Random(1)
        medians = sorted(
            statistics.median(chance.choices(self.ratios, k=len(self.ratios)))
            for _ in range(RESAMPLES)
        )
        return medians[RESAMPLES // 20], medians[-RESAMPLES // 20]

    @property
    def holds(self) -> bool:
        """Whether the limit is kept."""
        return self.interval()[0] >= self.comparison.at_least * (1 - SLACK)

    def line(self) -> str:
        """The result in one line."""
        c = self.comparison
        low, high = self.interval()
        subject, reference = statistics.median(self.subjects), statistics.median(self.references)
        return (
            f"{'ok' if self.holds else 'FAILED':6} {c.name:34} {subject:>9,.0f} {c.unit:8} "
            f"{self.ratio:6.2f}x ({low:.2f} to {high:.2f}) of {c.beside}, {reference:,.0f}; "
            f"limit {c.at_least:g}x"
        )


def compare(comparisons: Sequence[Comparison], *, rounds: int = ROUNDS) -> list[Result]:
    """Measure everything once to warm up, then in rounds: subject and reference take turns."""
    results: list[Result] = [Result(c, [], []) for c in comparisons]
    for number in range(-1, rounds):
        for result in results:
            c = result.comparison
            # Who goes first changes, so that neither always meets the warmer machine.
            if number % 2:
                subject, reference = c.subject(), c.reference()
            else:
                reference, subject = c.reference(), c.subject()
            if number >= 0:
                result.subjects.append(subject)
                result.references.append(reference)
    return results
