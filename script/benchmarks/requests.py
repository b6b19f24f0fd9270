"""`script/bench requests`: the tracking page and the intake of webhooks, beside the empty view."""

import os
import sys

import django


def main() -> int:
    """Compare them at the address that is named; return 1 where a limit is not kept.

    A second argument is the number of rounds.
    """
    django.setup()
    from benchmarks import intake, pages
    from benchmarks.rounds import ROUNDS, compare, table
    from benchmarks.shop import open_measured_shop

    address = sys.argv[1]
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    shop = open_measured_shop()
    comparisons = [*pages.prepared(address, shop), *intake.comparisons(address)]
    print(f"{rounds} rounds, with a load of {os.getloadavg()[0]:.1f} before.", flush=True)
    results = compare(comparisons, rounds=rounds)
    print(table(results))
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
