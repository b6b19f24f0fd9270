"""A million histories of orders, carried out by the rules: are the books ever wrong?"""

from __future__ import annotations

import os
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from random import Random

from benchmarks.histories import live

HISTORIES = 1_000_000
AT_ONCE = 1_000
TOLD_EVERY = 100_000


def main() -> int:
    """Live through histories on every core; end with status 1 and their seeds where any is wrong.

    The same seeds give the same histories, whatever the number of cores.
    """
    parser = ArgumentParser(prog="script/bench money", description=__doc__)
    parser.add_argument("histories", type=int, nargs="?", default=HISTORIES)
    parser.add_argument("--first-seed", type=int, default=0)
    asked = parser.parse_args()
    cores = os.cpu_count() or 1
    begun, wrong, done = time.perf_counter(), [], Counter[str]()
    starts = range(asked.first_seed, asked.first_seed + asked.histories, AT_ONCE)
    end = asked.first_seed + asked.histories
    with ProcessPoolExecutor(cores) as pool:
        tasks = pool.map(_live_through, starts, [end] * len(starts))
        for number, (counted, failures) in enumerate(tasks, start=1):
            done.update(counted)
            wrong += failures
            if number * AT_ONCE % TOLD_EVERY == 0:
                print(f"{number * AT_ONCE:>12,} {time.perf_counter() - begun:>8,.0f} s", flush=True)
    seconds = time.perf_counter() - begun
    print(
        f"{asked.histories:,} histories on {cores} cores: {asked.histories / seconds:,.0f} a second"
    )
    print(", ".join(f"{count:,} {name}" for name, count in sorted(done.items())))
    for seed, what in wrong[:20]:
        print(f"seed {seed}: {what}")
    print(f"{len(wrong):,} wrong")
    return 1 if wrong else 0


def _live_through(first: int, end: int) -> tuple[Counter[str], list[tuple[int, str]]]:
    """Live through the histories of some seeds; return what they held, and which were wrong."""
    done: Counter[str] = Counter()
    wrong = []
    for seed in range(first, min(first + AT_ONCE, end)):
        try:
            books = live(Random(seed))
        except Exception as error:
            wrong.append((seed, repr(error)))
        else:
            done.update(books.done)
            done[books.order.currency] += 1
    return done, wrong


if __name__ == "__main__":
    sys.exit(main())
