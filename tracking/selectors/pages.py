"""Reads of prepared pages."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from postexp.kernel.statements import fetch_kept

# By hand: building this query took longer than all the rest of answering the page.
PREPARED = """
SELECT slug, locale, etag, CASE WHEN strpos(%s, '"' || etag || '"') = 0 THEN body END,
  made = wanted, recipe, valid_until FROM tracking_preparedpage
WHERE order_ref = %s AND (locale = %s OR %s AND is_default)
"""


class Prepared(NamedTuple):
    """A body as it was made; `is_current` while no change of its facts is newer.

    Without the body where the reader said to have it.
    """

    slug: str
    locale: str
    etag: str
    body: str | None
    is_current: bool
    recipe: str
    valid_until: datetime | None


def find_prepared(order_id: str, locale: str, *, known: str = "") -> Prepared | None:
    """Return the page of an order in a language, or with "" in its own: one query by a unique key.

    `known` are the quoted ETags of bodies the reader has, as in If-None-Match.
    Read outside a scope: the caller holds a signed link to the order and checks the shop's slug.
    """
    row = fetch_kept(PREPARED, [known, order_id, locale, not locale])
    return Prepared._make(row) if row else None
