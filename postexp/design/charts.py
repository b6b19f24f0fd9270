"""Charts as SVG drawn on the server: no script, no style attribute, a data table behind each.

A chart is a frozen value with `svg()` and `rows()`; `{% chart %}` prints it in its frame. Its title
says the finding ("Most parcels arrive on Tuesday"), not the axis. Every text is escaped here.
"""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

WIDTH = 640
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
        low, high = self.height - 28, 16
        spots = _spots(self.points, top, left=0, right=WIDTH - 12, low=low, high=high)
        parts = [_grid(top, low, high)]
        if self.before:
            past = _spots(self.before, top, left=0, right=WIDTH - 12, low=low, high=high)
            parts.append(f'<path class="chart-line chart-line-2" d="{_path(past)}"/>')
        if spots:
            (first, _), (last, height) = spots[0], spots[-1]
            area = f"{_path(spots)}L{_n(last)} {low}L{_n(first)} {low}Z"
            label = _escape(self.points[-1].read)
            parts += [
                f'<path class="chart-area" d="{area}"/>',
                f'<path class="chart-line" d="{_path(spots)}"/>',
                f'<circle class="chart-dot" cx="{_n(last)}" cy="{_n(height)}" r="4"/>',
                f'<text class="chart-value" x="{WIDTH}" y="{_n(max(12, height - 10))}" '
                f'text-anchor="end">{label}</text>',
                _ends(self.points, self.height - 8),
            ]
        return _picture(self.title, WIDTH, self.height, "".join(parts))

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
    """Amounts to compare, longest reading first if the caller sorts them so."""

    title: str
    head: Sequence[str]
    points: Sequence[Point]

    def svg(self) -> str:
        """Return horizontal bars with name and value written on each line."""
        top = max((point.value for point in self.points), default=0) or 1
        parts = []
        for at, point in enumerate(self.points):
            y = at * 40
            long = max(2.0, WIDTH * max(0.0, point.value) / top) if point.value else 0.0
            parts.append(
                f'<text x="0" y="{y + 14}">{_escape(point.name)}</text>'
                f'<text class="chart-value" x="{WIDTH}" y="{y + 14}" text-anchor="end">'
                f"{_escape(point.read)}</text>"
                f'<rect class="chart-track" x="0" y="{y + 22}" width="{WIDTH}" height="8" rx="4"/>'
                f'<rect class="chart-{point.tone}" x="0" y="{y + 22}" width="{_n(long)}" '
                'height="8" rx="4"/>'
            )
        return _picture(self.title, WIDTH, max(40, len(self.points) * 40), "".join(parts))

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
        low, high = self.height - 28, 16
        slot = WIDTH / max(1, len(self.points))
        wide = min(36.0, slot * 0.68)
        parts = [_grid(top, low, high)]
        for at, point in enumerate(self.points):
            tall = (low - high) * max(0.0, point.value) / top
            x = slot * at + (slot - wide) / 2
            parts.append(
                f'<rect class="chart-{point.tone}" x="{_n(x)}" y="{_n(low - tall)}" '
                f'width="{_n(wide)}" height="{_n(tall)}" rx="2">'
                f"<title>{_escape(point.name)}: {_escape(point.read)}</title></rect>"
            )
        parts.append(_ends(self.points, self.height - 8))
        return _picture(self.title, WIDTH, self.height, "".join(parts))

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
            y = at * 48
            long = max(2.0, WIDTH * min(1.0, point.value / first)) if first else 2.0
            parts.append(
                f'<text x="0" y="{y + 14}">{_escape(point.name)}</text>'
                f'<text class="chart-value" x="{WIDTH}" y="{y + 14}" text-anchor="end">'
                f"{_escape(point.read)} · {share}</text>"
                f'<rect class="chart-{point.tone}" x="{_n((WIDTH - long) / 2)}" y="{y + 22}" '
                f'width="{_n(long)}" height="16" rx="3"/>'
            )
        return _picture(self.title, WIDTH, max(48, len(self.points) * 48), "".join(parts))

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
    """Counts by two things, such as weekday and hour: `cells[row][column]`."""

    title: str
    head: Sequence[str]
    names: Sequence[str]
    cells: Sequence[Sequence[int]]

    def svg(self) -> str:
        """Return one square per cell, darker for more; the column names stand on top."""
        top = max((value for line in self.cells for value in line), default=0) or 1
        left, high = 72, 22
        wide = (WIDTH - left) / max(1, len(self.head) - 1)
        every = math.ceil(len(self.head) / 13)
        parts = [
            f'<text x="{_n(left + wide * (at + 0.5))}" y="12" text-anchor="middle">'
            f"{_escape(name)}</text>"
            for at, name in enumerate(self.head[1:])
            if at % every == 0
        ]
        for row, (name, line) in enumerate(zip(self.names, self.cells, strict=True)):
            y = high + row * 26
            parts.append(f'<text x="0" y="{y + 16}">{_escape(name)}</text>')
            parts += [
                f'<rect class="chart-heat" x="{_n(left + wide * at + 1)}" y="{y}" '
                f'width="{_n(wide - 2)}" height="24" rx="3" '
                f'fill-opacity="{0.06 + 0.94 * value / top:.2f}">'
                f"<title>{_escape(name)}, {_escape(self.head[at + 1])}: {value}</title></rect>"
                for at, value in enumerate(line)
            ]
        return _picture(self.title, WIDTH, high + max(1, len(self.names)) * 26, "".join(parts))

    def rows(self) -> list[list[str]]:
        """Return one row per name with its counts."""
        return [
            [name, *(f"{value:,}" for value in line)]
            for name, line in zip(self.names, self.cells, strict=True)
        ]


def spark(values: Sequence[float], label: str) -> str:
    """Return a small line without axes for a stat card; the label says what it shows."""
    points = [Point(name="", value=value) for value in values]
    spots = _spots(points, _ceiling(values), left=2, right=118, low=30, high=2)
    area = f"{_path(spots)}L118 32L2 32Z" if spots else ""
    return (
        f'<svg class="chart-spark" role="img" aria-label="{_escape(label)}" viewBox="0 0 120 32" '
        f'preserveAspectRatio="none"><path class="chart-area" d="{area}"/>'
        f'<path class="chart-line" vector-effect="non-scaling-stroke" d="{_path(spots)}"/></svg>'
    )


def _escape(text: str) -> str:
    return html.escape(str(text))


def _n(value: float) -> str:
    """Write a coordinate short: at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def _ceiling(values: Sequence[float]) -> float:
    """Return the round number at or above the largest value: 1, 2, 2.5 or 5 times a power of 10."""
    largest = max(values, default=0)
    if largest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(largest))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= largest * 0.999999)


def _spots(
    points: Sequence[Point], top: float, *, left: float, right: float, low: float, high: float
) -> list[tuple[float, float]]:
    between = (right - left) / max(1, len(points) - 1)
    return [
        (left + between * at, low - (low - high) * max(0.0, point.value) / top)
        for at, point in enumerate(points)
    ]


def _path(spots: Sequence[tuple[float, float]]) -> str:
    return "".join(f"{'L' if at else 'M'}{_n(x)} {_n(y)}" for at, (x, y) in enumerate(spots))


def _grid(top: float, low: float, high: float) -> str:
    return "".join(
        f'<path class="chart-grid" d="M0 {_n(y)}H{WIDTH}"/>'
        + (f'<text x="0" y="{_n(y - 4)}">{top * share:,g}</text>' if share else "")
        for share in (0, 0.5, 1)
        for y in (low - (low - high) * share,)
    )


def _ends(points: Sequence[Point], y: float) -> str:
    if not points:
        return ""
    return (
        f'<text x="0" y="{_n(y)}">{_escape(points[0].name)}</text>'
        f'<text x="{WIDTH}" y="{_n(y)}" text-anchor="end">{_escape(points[-1].name)}</text>'
    )


def _picture(title: str, width: int, height: int, inside: str) -> str:
    return (
        f'<svg role="img" aria-label="{_escape(title)}" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">{inside}</svg>'
    )
