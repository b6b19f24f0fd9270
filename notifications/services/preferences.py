"""Which notices a shopper wants."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.selectors.consents import has_declined_notices
from commerce.services.consents import note_notices
from notifications.events import NoticesChosen
from postexp.kernel.events import append

if TYPE_CHECKING:
    from commerce.models import Customer, Order

SOURCE = "tracking page"


def choose_notices(*, order: Order, customer: Customer, optional: bool, at: datetime) -> None:
    """Keep whether the customer of an order wants the optional notices, of all their orders.

    Saying again what was said keeps nothing. Publishes NoticesChosen.
    """
    if has_declined_notices(customer.public_id) is not optional:
        return
    with transaction.atomic():
        note_notices(customer, granted=optional, source=SOURCE, at=at)
        append(
            NoticesChosen(
                order_id=order.public_id, customer_id=customer.public_id, optional=optional
            ),
            at=at,
            actor="shopper",
        )
