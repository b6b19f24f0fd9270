"""How long it takes to say whose a tracking number is."""

from __future__ import annotations

import statistics
import time

from benchmarks.rounds import Figure
from tracking.rules.detection import detect_carriers
from tracking.rules.detection.formats import couriers

TURNS = 20
AT_MOST = 1_000
"""Microseconds for one number."""


def figures() -> list[Figure]:
    """Return what naming the carrier costs, over every number the courier data lists as valid."""
    numbers = [
        number
        for courier in couriers()
        for told in courier["tracking_numbers"]
        for number in told["test_numbers"]["valid"]
    ]
    # The slowest number counts, at its usual speed: the first turn compiles the formats.
    usual = [statistics.median(_microseconds(number) for _ in range(TURNS)) for number in numbers]
    return [
        Figure(
            "carrier of a number",
            max(usual),
            "µs",
            AT_MOST,
            f", {statistics.median(usual):,.0f} in the middle of {len(numbers)} numbers",
        )
    ]


def _microseconds(number: str) -> float:
    begun = time.perf_counter()
    detect_carriers(number, country="JP")
    return (time.perf_counter() - begun) * 1e6
