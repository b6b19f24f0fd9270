"""Living demo data in a shop of one's own: filled and removed in slices, in the background."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from django.core.files.storage import default_storage
from django.db import transaction

from commerce.models import Customer, Order, Product
from commerce.selectors import get_merchant
from commerce.selectors.setup import DEMO, demo_order_ids
from integrations.demo import people, removal
from integrations.demo.journeys import Step, plan
from integrations.demo.models import DemoData, DemoState
from integrations.demo.seed import draw_pictures, play_once, stretches
from integrations.demo.shops import SHOPS, DemoShop
from integrations.events import DemoDataChanged
from integrations.outgoing.services import forget_events
from postexp.kernel.events import append
from returns.selectors import version_for_trials
from returns.services.rollups import count_anew

if TYPE_CHECKING:
    from commerce.models import Merchant

ORDERS, DAYS = 40, 16
SECONDS = 20.0
"""How long one slice of filling works, well inside the lease of its delivery."""
BATCH = 8
"""Orders removed in one slice."""


def find_demo_data() -> DemoData | None:
    """Return how the shop's demo data stands, or None where it has none."""
    return DemoData.objects.first()


def ask_to_fill(*, merchant: Merchant, at: datetime, actor: str) -> None:
    """Begin to fill the shop with demo data. Publishes DemoDataChanged; once."""
    with transaction.atomic():
        _row, begun = DemoData.objects.get_or_create(
            defaults={"state": DemoState.FILLING, "planned_for": at, "actor": actor}
        )
        if begun:
            _publish(merchant, DemoState.FILLING, at, actor)


def ask_to_remove(*, merchant: Merchant, at: datetime, actor: str) -> None:
    """Begin to remove all demo data, also half-filled. Publishes DemoDataChanged; once."""
    with transaction.atomic():
        row = DemoData.objects.select_for_update(no_key=True).first()
        if row is None or row.state == DemoState.REMOVING:
            return
        row.state, row.done = DemoState.REMOVING, 0
        row.total = len(demo_order_ids())
        row.save()
        _publish(merchant, DemoState.REMOVING, at, actor)


def fill_slice() -> bool:
    """Play the next part of the past; return whether it is all there, or no longer wanted."""
    row = DemoData.objects.filter(state=DemoState.FILLING).first()
    if row is None:
        return True
    shop = demo_shop(get_merchant())
    parts = _parts(shop, row.planned_for)
    until = time.monotonic() + SECONDS
    while row.done < len(parts) and time.monotonic() < until:
        with transaction.atomic():
            # A removal asked for meanwhile waits for this stretch, and then ends the filling.
            if not _still_filling():
                return True
            play_once(parts[row.done], source=DEMO, actor=row.actor)
            row.done, row.total = row.done + 1, len(parts)
            row.save()
    if row.done < len(parts):
        return False
    with transaction.atomic():
        # A removal asked for meanwhile waits, so that no picture brings a removed product back.
        if _still_filling():
            draw_pictures(shop)
            DemoData.objects.update(state=DemoState.READY)
    return True


def remove_slice(*, at: datetime, actor: str) -> bool:
    """Remove a few demo orders with all that hangs on them; return whether none is left.

    The last slice removes the customers and products only they had, and the default policy that
    their returns alone were judged by. Publishes DemoDataChanged: that the shop had demo data, and
    who wanted it, stays in the log.
    """
    row = DemoData.objects.filter(state=DemoState.REMOVING).first()
    if row is None:
        return True
    with transaction.atomic():
        found = list(
            # The last first: what follows from a sale goes before it.
            Order.objects.filter(public_id__in=demo_order_ids())
            .order_by("-id")
            .values_list("id", "public_id")[:BATCH]
        )
        if found:
            _remove_orders(found)
            row.done += len(found)
            row.save()
            return False
        _remove_people_and_goods()
        _remove_promise()
        removal.remove_requests(DEMO)
        count_anew()
        row.delete()
        append(
            DemoDataChanged(merchant_public_id=get_merchant().public_id, state="removed"),
            at=at,
            actor=actor,
        )
    return True


def demo_shop(merchant: Merchant) -> DemoShop:
    """Return the pretended business of a shop: in its language and currency."""
    base = SHOPS[0] if merchant.default_locale == "ja" else SHOPS[1]
    own = {"currency": merchant.currency, "default_locale": merchant.default_locale}
    return replace(base, settings={**base.settings, **own})


def _still_filling() -> bool:
    row = DemoData.objects.select_for_update(no_key=True).first()
    return row is not None and row.state == DemoState.FILLING


@lru_cache(maxsize=1)
def _planned(base: int, currency: str, locale: str, now: datetime) -> tuple[tuple[Step, ...], ...]:
    """Return the stretches of a past; planning it anew for every slice would take seconds."""
    own = {"currency": currency, "default_locale": locale}
    shop = replace(SHOPS[base], settings={**SHOPS[base].settings, **own})
    steps = plan(shop, now=now, orders=ORDERS, days=DAYS)
    return tuple(tuple(stretch) for stretch in stretches(steps))


def _parts(shop: DemoShop, now: datetime) -> tuple[tuple[Step, ...], ...]:
    base = 0 if shop.domain == SHOPS[0].domain else 1
    return _planned(base, shop.currency, str(shop.settings["default_locale"]), now)


def _remove_orders(found: list[tuple[int, str]]) -> None:
    public_ids = [public_id for _, public_id in found]
    orders = [f"order:{public_id}" for public_id in public_ids]
    removal.remove_messages(public_ids)
    _forget_events(order_ids=public_ids, subjects=orders)
    removal.remove_rows("commerce_order", [pk for pk, _ in found])


def _remove_people_and_goods() -> None:
    """Remove whom and what the demo brought and nothing real refers to."""
    shoppers = Customer.objects.filter(orders=None, external_id__startswith=people.OURS)
    subjects = [f"customer:{one}" for one in shoppers.values_list("public_id", flat=True)]
    _forget_events(order_ids=[], subjects=subjects)
    removal.remove_rows("commerce_customer", list(shoppers.values_list("id", flat=True)))
    goods = {str(product.external_id) for shop in SHOPS for product in shop.products}
    for product in Product.objects.filter(external_id__in=goods):
        if Order.objects.filter(lines__product=product).exists():
            continue
        picture = product.image.name
        removal.remove_rows("commerce_product", [product.pk])
        if picture:
            transaction.on_commit(partial(default_storage.delete, picture))


def _remove_promise() -> None:
    """Remove the default policy that only the demo's returns were judged by."""
    version = version_for_trials(DEMO)
    if version is not None:
        removal.remove_rows("returns_policyversion", [version.pk])


def _forget_events(*, order_ids: list[str], subjects: list[str]) -> None:
    """Remove events with the webhooks that told of them, as a shop filled long ago may have."""
    forget_events(removal.remove_events(order_ids=order_ids, subjects=subjects))


def _publish(merchant: Merchant, state: str, at: datetime, actor: str) -> None:
    append(DemoDataChanged(merchant_public_id=merchant.public_id, state=state), at=at, actor=actor)
