"""Reads of prepared pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from postexp.kernel.statements import fetch_kept

# By hand: building this query took longer than all the rest of answering the page.
PREPARED = """
SELECT slug, locale, etag, body, made = wanted, recipe, valid_until FROM tracking_preparedpage
WHERE order_ref = %s AND (locale = %s OR %s AND is_default)
"""


@dataclass(frozen=True)
class Prepared:
    """A body as it was made; `is_current` while no change of its facts is newer."""

    slug: str
    locale: str
    etag: str
    body: str
    is_current: bool
    recipe: str
    valid_until: datetime | None


def find_prepared(order_id: str, locale: str) -> Prepared | None:
    """Return the page of an order in a language, or with "" in its own: one query by a unique key.

    Read outside a scope: the caller holds a signed link to the order and checks the shop's slug.
    """
    row = fetch_kept(PREPARED, [order_id, locale, not locale])
    return Prepared(*row) if row else None
