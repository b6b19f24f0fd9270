"""A year of a shop, as `script/bench delays` plays it: its parcels, their scans, and the truth."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator

from benchmarks.year import DAYS, PARCELS_A_DAY, Parcel, play_year

_HEADS = ("parcels", "scans", "late", "never arrive")


def lines(parcels: Iterable[Parcel]) -> Iterator[str]:
    """Yield a table of what became of parcels, by carrier and by cause."""
    tables: dict[str, dict[str, Counter[str]]] = {"carrier": {}, "cause": {}}
    total = Counter[str]()
    for parcel in parcels:
        counted = Counter(
            {
                "parcels": 1,
                "scans": len(parcel.scans),
                "late": int(parcel.is_late),
                "never arrive": int(parcel.arrives_at is None),
            }
        )
        total += counted
        for name, group in (("carrier", parcel.lane.carrier), ("cause", parcel.cause or "plain")):
            tables[name].setdefault(group, Counter()).update(counted)
    for name, groups in tables.items():
        yield f"{name:<14}" + "".join(f"{head:>14}" for head in _HEADS)
        for group, counts in sorted(groups.items(), key=lambda one: -one[1]["parcels"]):
            yield _row(group, counts)
        yield _row("all", total)
        yield ""


def _row(name: str, counts: Counter[str]) -> str:
    return f"{name:<14}" + "".join(f"{counts[head]:>14,}" for head in _HEADS)


def main() -> int:
    """Print one year; the same seed gives the same year."""
    parser = ArgumentParser(prog="script/simulate", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--parcels-a-day", type=int, default=PARCELS_A_DAY)
    asked = parser.parse_args()
    year = play_year(asked.seed, a_day=asked.parcels_a_day, days=asked.days)
    print("\n".join(lines(year)), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
