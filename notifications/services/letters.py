"""Letters of staff: the same words to the shoppers of several orders, once to each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from notifications.events import LetterWritten
from notifications.models import Letter
from notifications.rules.letters import AboutOrder, addressees
from postexp.kernel.events import append


def write_letter(
    *,
    orders: Iterable[AboutOrder],
    words: Mapping[str, Mapping[str, str]],
    key: str,
    at: datetime,
    actor: str,
) -> int:
    """Write `{"subject", "text"}`, by language, to the shoppers of orders; return to how many.

    A key that was used before writes nothing again, and answers as it did then. `words` hold the
    shop's own language at least. Publishes LetterWritten for each order; each shopper's message
    then passes the gates of its own.
    """
    people = addressees(orders)
    with transaction.atomic():
        letter, is_new = Letter.objects.get_or_create(
            key=key,
            defaults={
                "words": {locale: dict(written) for locale, written in words.items()},
                "shoppers": len(people),
                "made_at": at,
            },
        )
        for turn, person in enumerate(people if is_new else (), start=1):
            for order in person.orders:
                append(
                    LetterWritten(
                        letter_id=letter.public_id,
                        order_id=order.order_id,
                        turn=turn,
                        order_numbers=[one.number for one in person.orders],
                    ),
                    at=at,
                    actor=actor,
                )
    count: int = letter.shoppers
    return count
