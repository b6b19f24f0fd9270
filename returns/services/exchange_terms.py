"""How a shop carries out exchanges."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.selectors import get_merchant
from postexp.kernel.events import append
from returns.events import ExchangeTermsChanged
from returns.selectors.exchanges import exchange_terms


def set_exchange_terms(
    *,
    ship_on: str,
    instant: bool,
    instant_cap: int | None,
    return_days: int,
    shop_now: bool,
    at: datetime,
    actor: str,
) -> None:
    """Say how exchanges are carried out. Publishes ExchangeTermsChanged where that is news."""
    values = {
        "ship_on": ship_on,
        "instant": instant,
        "instant_cap": instant_cap,
        "return_days": return_days,
        "shop_now": shop_now,
    }
    with transaction.atomic():
        terms = exchange_terms()
        if all(getattr(terms, name) == value for name, value in values.items()):
            return
        for name, value in values.items():
            setattr(terms, name, value)
        terms.save()
        append(
            ExchangeTermsChanged(
                merchant_public_id=get_merchant().public_id,
                detail=" ".join(f"{name}={value}" for name, value in values.items()),
            ),
            at=at,
            actor=actor,
        )
