"""Run as a process beside the measured site: measure, print, and fail where a limit is not kept."""

import os
import sys

import django


def main() -> int:
    """Measure the site at the address that is named; return the status."""
    django.setup()
    from benchmarks import (
        api,
        backfill,
        detection,
        imports,
        intake,
        pages,
        reactions,
        visible,
        webhooks,
    )
    from benchmarks.rounds import ROUNDS, compare, table
    from benchmarks.shop import open_measured_shop

    address = sys.argv[1]
    shop = open_measured_shop()
    figures = [
        *visible.figures(address, shop),
        *pages.queries(shop),
        *detection.figures(),
    ]
    comparisons = [
        *pages.comparisons(address, shop),
        *reactions.comparisons(shop),
        *intake.comparisons(address),
        *webhooks.comparisons(shop),
    ]
    print(table(figures), end="\n\n")
    print(
        f"{len(comparisons)} comparisons in {ROUNDS} rounds, on {os.cpu_count()} processors with "
        f"a load of {os.getloadavg()[0]:.1f} before.",
        flush=True,
    )
    results = compare(comparisons)
    print(table(results), end="\n\n", flush=True)
    # Last, for what they bring in changes the pages that are compared above.
    written = [*api.figures(address, shop), *backfill.figures(shop), *imports.figures(shop)]
    print(table(written))
    return 0 if all(result.holds for result in (*figures, *results, *written)) else 1


if __name__ == "__main__":
    sys.exit(main())
