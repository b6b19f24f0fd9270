"""Run as a process beside the measured site: measure, print, and fail where a limit is not kept."""

import os
import sys

import django


def main() -> int:
    """Measure the site at the address that is named; return the status."""
    django.setup()
    from benchmarks import intake
    from benchmarks.rounds import ROUNDS, compare

    address = sys.argv[1]
    comparisons = intake.comparisons(address)
    print(f"{len(comparisons)} comparisons in {ROUNDS} rounds, on {os.cpu_count()} processors.")
    results = compare(comparisons)
    for result in results:
        print(result.line())
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
