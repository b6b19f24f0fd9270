"""Comparisons in interleaved rounds: two figures of one machine at one time, as a ratio.

A single figure swings with the machine; the ratio of two that were measured side by side does
not. The verdict is passed on the worse end of the ratio's interval, with a fifth of slack.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROUNDS = 5
SLACK = 0.2
RESAMPLES = 2_000

Measure = Callable[[], float]
Row = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Comparison:
    """One figure beside another of the same kind: how many times as much it has to be at least.

    Without a limit it is printed for who reads it; `more` says what else the rounds told.
    """

    name: str
    unit: str
    subject: Measure
    beside: str
    reference: Measure
    at_least: float | None = None
    more: Callable[[], str] = str


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
        at_least = self.comparison.at_least
        return at_least is None or self.interval()[0] >= at_least * (1 - SLACK)

    def row(self) -> Row:
        """The result as it is printed."""
        c = self.comparison
        low, high = self.interval()
        subject, reference = statistics.median(self.subjects), statistics.median(self.references)
        return (
            c.name,
            f"{subject:,.0f} {c.unit}{c.more()}",
            f"{self.ratio:.2f}x ({low:.2f} to {high:.2f}) of {c.beside}, {reference:,.0f}",
            "" if c.at_least is None else f">= {c.at_least:.2f}x",
            verdict(self.holds),
        )


@dataclass(frozen=True)
class Figure:
    """A figure that has a limit of its own, as a number of queries or a wait has."""

    name: str
    value: float
    unit: str
    at_most: float
    more: str = ""

    @property
    def holds(self) -> bool:
        """Whether the limit is kept."""
        return self.value <= self.at_most

    def row(self) -> Row:
        """The figure as it is printed."""
        limit = f"<= {self.at_most:,.0f} {self.unit}"
        return (
            self.name,
            f"{self.value:,.0f} {self.unit}{self.more}",
            "",
            limit,
            verdict(self.holds),
        )


def verdict(holds: bool) -> str:
    """Say whether a limit is kept."""
    return "ok" if holds else "over"


def table(results: Sequence[Result | Figure]) -> str:
    """Return the results in columns."""
    rows: list[Row] = [("name", "figure", "ratio", "limit", ""), *(r.row() for r in results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
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
