"""Named locks that live as long as the transaction, for objects that have no row yet."""

import hashlib
from collections.abc import Iterable

from django.db import connection

from postexp.kernel.tenancy import current_merchant_id


def _number(name: str) -> int:
    digest = hashlib.sha256(f"{current_merchant_id()}:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def lock(name: str) -> None:
    """Wait for the merchant's lock of that name, and hold it until the transaction ends."""
    lock_all([name])


def lock_all(names: Iterable[str]) -> None:
    """Take several of the merchant's locks, one after the other in the order of `names`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(number) FROM unnest(%s::bigint[]) AS number",
            [[_number(name) for name in names]],
        )


def try_lock(name: str) -> bool:
    """Take the merchant's lock of that name; False where another transaction holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_number(name)])
        return bool(cursor.fetchone()[0])
