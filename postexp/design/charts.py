"""Charts as SVG drawn on the server: no script, no style attribute, a data table behind each.

A chart is a frozen value with `svg()` and `rows()`; `{% chart %}` prints it in its frame. Its title
says the finding ("Most parcels arrive on Tuesday"), not the axis. Every text is escaped here.

Pictures are as wide as their place and fixed in height: across in percent, downwards in pixels. So
words keep their size on a phone, and the page never moves when a picture appears.
"""

import html
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

TONES = frozenset({"bar", "good", "attention", "problem", "information", "neutral"})


class Chart(Protocol):
    """What `{% chart %}` can print."""

    @property
    def title(self) -> str:
        """The finding, one sentence."""

    @property
    def head(self) -> Sequence[str]:
        """The headings of the data table."""

    def svg(self) -> str:
        """Return the picture as SVG markup."""

    def rows(self) -> list[list[str]]:
        """Return the table behind the picture, as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value with its name; `text` is how people read it (`¥1,980`), else the number."""

    name: str
    value: float
    text: str = ""
    tone: str = "bar"

    def __post_init__(self) -> None:
        if self.tone not in TONES:
            raise ValueError(f"tone must be one of {sorted(TONES)}, not {self.tone!r}")

    @property
    def read(self) -> str:
        """The value as people read it."""
        return self.text or f"{self.value:,g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A course over time; `before` is the period to compare with, drawn dashed."""

    title: str
    head: Sequence[str]
    points: Sequence[Point]
    before: Sequence[Point] = ()
    height: int = 200

    def svg(self) -> str:
        """Return the line, its area, three grid lines and direct labels of its last value."""
        top = _ceiling([point.value for point in (*self.points, *self.before)])
        low, high = self.height - _FOOT, _HEAD
        parts = [_grid(top, low, high)]
        paths = []
        if self.before:
            past = _path(_spots([point.value for point in self.before], top))
            paths.append(f'<path class="chart-line chart-line-2" {_STEADY} d="{past}"/>')
        if self.points:
            course = _path(_spots([point.value for point in self.points], top))
            last = low - (low - high) * max(0.0, self.points[-1].value) / top
            paths += [
                f'<path class="chart-area" d="{course}L100 100L0 100Z"/>',
                f'<path class="chart-line" {_STEADY} d="{course}"/>',
            ]
            parts += [
                f'<circle class="chart-dot" cx="100%" cy="{_n(last)}" r="4"/>',
                f'<text class="chart-value" x="100%" y="{_n(max(12, last - 10))}" '
                f'text-anchor="end">{_escape(self.points[-1].read)}</text>',
                _ends(self.points, self.height - 8),
            ]
        stretched = (
            f'<svg y="{high}" width="100%" height="{low - high}" viewBox="0 0 100 100" '
            f'preserveAspectRatio="none">{"".join(paths)}</svg>'
        )
        return _picture(self.title, self.height, parts[0] + stretched + "".join(parts[1:]))

    def rows(self) -> list[list[str]]:
        """Return one row per point, with the earlier period beside it."""
        past = [point.read for point in self.before]
        past += [""] * (len(self.points) - len(past))
        with_past = bool(self.before)
        return [
            [point.name, point.read, *([past[at]] if with_past else [])]
            for at, point in enumerate(self.points)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Amounts to compare, in the order given."""

    title: str
    head: Sequence[str]
    points: Sequence[Point]

    def svg(self) -> str:
        """Return horizontal bars with name and value written above each."""
        top = max((point.value for point in self.points), default=0)
        parts = []
        for at, point in enumerate(self.points):
            y = at * 40
            parts.append(
                f'<text x="0" y="{y + 14}">{_escape(point.name)}</text>'
                f'<text class="chart-value" x="100%" y="{y + 14}" text-anchor="end">'
                f"{_escape(point.read)}</text>"
                f'<rect class="chart-track" x="0" y="{y + 22}" width="100%" height="8" rx="4"/>'
                f'<rect class="chart-{point.tone}" x="0" y="{y + 22}" '
                f'width="{_n(_share(point.value, top))}%" height="8" rx="4"/>'
            )
        return _picture(self.title, max(40, len(self.points) * 40), "".join(parts))

    def rows(self) -> list[list[str]]:
        """Return name and value of each bar."""
        return [[point.name, point.read] for point in self.points]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Counts per day or week, side by side."""

    title: str
    head: Sequence[str]
    points: Sequence[Point]
    height: int = 180

    def svg(self) -> str:
        """Return upright bars over three grid lines, first and last named."""
        top = _ceiling([point.value for point in self.points])
        low, high = self.height - _FOOT, _HEAD
        slot = 100 / max(1, len(self.points))
        parts = [_grid(top, low, high, middle=False)]
        for at, point in enumerate(self.points):
            tall = (low - high) * max(0.0, point.value) / top
            parts.append(
                f'<rect class="chart-{point.tone}" x="{_n(slot * (at + 0.16))}%" '
                f'y="{_n(low - tall)}" width="{_n(slot * 0.68)}%" height="{_n(tall)}" rx="3">'
                f"<title>{_escape(point.name)}: {_escape(point.read)}</title></rect>"
            )
        parts.append(_ends(self.points, self.height - 8))
        return _picture(self.title, self.height, "".join(parts))

    def rows(self) -> list[list[str]]:
        """Return name and value of each column."""
        return [[point.name, point.read] for point in self.points]


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """How many remain after each step."""

    title: str
    head: Sequence[str]
    points: Sequence[Point]

    def svg(self) -> str:
        """Return centred bars, each with its share of the first."""
        first = self.points[0].value if self.points else 0
        parts = []
        for at, (point, share) in enumerate(zip(self.points, self._shares(), strict=True)):
            y, wide = at * 48, _share(point.value, first)
            parts.append(
                f'<text x="0" y="{y + 14}">{_escape(point.name)}</text>'
                f'<text class="chart-value" x="100%" y="{y + 14}" text-anchor="end">'
                f"{_escape(point.read)} · {share}</text>"
                f'<rect class="chart-{point.tone}" x="{_n((100 - wide) / 2)}%" y="{y + 22}" '
                f'width="{_n(wide)}%" height="16" rx="4"/>'
            )
        return _picture(self.title, max(48, len(self.points) * 48), "".join(parts))

    def rows(self) -> list[list[str]]:
        """Return name, value and share of the first step."""
        return [
            [point.name, point.read, share]
            for point, share in zip(self.points, self._shares(), strict=True)
        ]

    def _shares(self) -> list[str]:
        first = self.points[0].value if self.points else 0
        return [f"{point.value / first:.0%}" if first else "–" for point in self.points]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """Counts by two things, such as weekday and hour: `cells[row][column]`.

    `head` names the rows' subject first, then each column; `names` names the rows.
    """

    title: str
    head: Sequence[str]
    names: Sequence[str]
    cells: Sequence[Sequence[int]]

    def svg(self) -> str:
        """Return one square per cell, stronger for more; the column names stand on top."""
        top = max((value for line in self.cells for value in line), default=0) or 1
        left, columns = 12.0, self.head[1:]
        wide = (100 - left) / max(1, len(columns))
        every = math.ceil(len(columns) / 12) or 1
        parts = [
            f'<text x="{_n(left + wide * (at + 0.5))}%" y="12" text-anchor="middle">'
            f"{_escape(name)}</text>"
            for at, name in enumerate(columns)
            if at % every == 0
        ]
        for row, (name, line) in enumerate(zip(self.names, self.cells, strict=True)):
            y = 22 + row * 26
            parts.append(f'<text x="0" y="{y + 16}">{_escape(name)}</text>')
            parts += [
                f'<rect class="chart-heat" x="{_n(left + wide * at)}%" y="{y}" '
                f'width="{_n(wide * 0.96)}%" height="24" rx="3" '
                f'fill-opacity="{0.06 + 0.94 * value / top:.2f}">'
                f"<title>{_escape(name)}, {_escape(columns[at])}: {value}</title></rect>"
                for at, value in enumerate(line)
            ]
        return _picture(self.title, 22 + max(1, len(self.names)) * 26, "".join(parts))

    def rows(self) -> list[list[str]]:
        """Return one row per name with its counts."""
        return [
            [name, *(f"{value:,}" for value in line)]
            for name, line in zip(self.names, self.cells, strict=True)
        ]


def spark(values: Sequence[float], label: str) -> str:
    """Return a small line without axes for a stat card; the label says what it shows."""
    course = _path(_spots(values, _ceiling(values)))
    area = f"{course}L100 100L0 100Z" if course else ""
    return (
        f'<svg class="chart-spark" role="img" aria-label="{_escape(label)}" width="100%" '
        'height="32" viewBox="0 0 100 100" preserveAspectRatio="none">'
        f'<path class="chart-area" d="{area}"/>'
        f'<path class="chart-line" {_STEADY} d="{course}"/></svg>'
    )


_HEAD, _FOOT = 16, 28
_STEADY = 'vector-effect="non-scaling-stroke"'


def _escape(text: str) -> str:
    return html.escape(str(text))


def _n(value: float) -> str:
    """Write a coordinate short: at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _share(value: float, whole: float) -> float:
    """Return the percentage to draw: never below zero or above 100, and visible if not nothing."""
    if whole <= 0 or value <= 0:
        return 0.0
    return min(100.0, max(0.5, 100 * value / whole))


def _ceiling(values: Sequence[float]) -> float:
    """Return the round number at or above the largest value: 1, 2, 2.5 or 5 times a power of 10."""
    largest = max(values, default=0)
    # What is smaller than this has no power of 10 that can be told from nothing.
    if largest < sys.float_info.min:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= largest * 0.999999)


def _spots(values: Sequence[float], top: float) -> list[tuple[float, float]]:
    """Lay values out from left to right over a field of 100 by 100, zero at the bottom.

    One value alone is a level: it has no course that could rise or fall.
    """
    laid = [*values, *values] if len(values) == 1 else values
    between = 100 / max(1, len(laid) - 1)
    return [(between * at, 100 - 100 * max(0.0, value) / top) for at, value in enumerate(laid)]


def _path(spots: Sequence[tuple[float, float]]) -> str:
    return "".join(f"{'L' if at else 'M'}{_n(x)} {_n(y)}" for at, (x, y) in enumerate(spots))


def _grid(top: float, low: int, high: int, *, middle: bool = True) -> str:
    """Draw three lines; the middle one stays without its number where bars would cover it."""
    lines = []
    for share in (0, 0.5, 1):
        y = _n(low - (low - high) * share)
        lines.append(f'<line class="chart-grid" x1="0" x2="100%" y1="{y}" y2="{y}"/>')
        if share == 1 or (share and middle):
            lines.append(f'<text x="0" y="{_n(float(y) - 4)}">{top * share:,g}</text>')
    return "".join(lines)


def _ends(points: Sequence[Point], y: int) -> str:
    if not points:
        return ""
    last = f'<text x="100%" y="{y}" text-anchor="end">{_escape(points[-1].name)}</text>'
    if len(points) == 1:
        return last
    return f'<text x="0" y="{y}">{_escape(points[0].name)}</text>{last}'


def _picture(title: str, height: int, inside: str) -> str:
    return (
        f'<svg class="chart-picture" role="img" aria-label="{_escape(title)}" width="100%" '
        f'height="{height}">{inside}</svg>'
    )
