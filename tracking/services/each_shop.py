"""Work on parcels of every shop, where one that fails must not stop the others."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction

from postexp.kernel.tenancy import merchant_scope

logger = logging.getLogger(__name__)


def work_on_each_shop(
    parcels: Iterable[tuple[int, int]], work: Callable[[Sequence[int]], None]
) -> list[int]:
    """Do `work` on the parcels (merchant, row id) of each shop at once, in its scope.

    Where it raises, it is done on each parcel of that shop alone, as the outbox does. Returns the
    parcels on which it failed; the caller puts them off, in the transaction that holds their rows.
    """
    by_shop: defaultdict[int, list[int]] = defaultdict(list)
    for merchant_id, row in parcels:
        by_shop[merchant_id].append(row)
    failed: list[int] = []
    for merchant_id in sorted(by_shop):
        with merchant_scope(merchant_id):
            try:
                with transaction.atomic():
                    work(by_shop[merchant_id])
            except Exception:
                failed += [row for row in by_shop[merchant_id] if not _is_done(work, row)]
    return failed


def _is_done(work: Callable[[Sequence[int]], None], row: int) -> bool:
    try:
        with transaction.atomic():
            work([row])
    except Exception as error:
        # Messages of exceptions may quote personal data; the log names the kind only.
        logger.warning("parcel %s is put off: %s", row, type(error).__name__)
        return False
    return True
