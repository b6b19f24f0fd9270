"""Every message kind, read with the orders of a full shop, and as a sample."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commerce.models import Merchant, Order, User
from commerce.services.orders import take_in_order
from notifications import services
from notifications.dashboard.kinds import Preview
from notifications.enums import TO_SHOPPERS
from notifications.models import Message
from notifications.ports import LOCALES, get_kind, list_kinds
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from tests.facts import order_facts
from tests.standing import db, full_shop, merchant, other_merchant, owner, standing

__all__ = ("db", "full_shop", "merchant", "other_merchant", "owner", "standing")


@pytest.mark.parametrize("name", [kind.name for kind in list_kinds() if kind.klass in TO_SHOPPERS])
def test_every_kind_can_be_read_with_an_order(
    full_shop: Merchant, owner: User, client: Client, name: str
) -> None:
    client.force_login(owner)
    answer = client.get(reverse("dashboard:message_kind", args=[full_shop.slug, name]))
    sides = answer.context["sides"]
    assert [side["locale"] for side in sides] == ["en", "ja"]
    assert len({side["subject"] for side in sides}) == 2
    for side in sides:
        assert b"<html" in client.get(side["url"]).content


def test_each_kind_is_shown_with_an_order_that_has_it(
    full_shop: Merchant, owner: User, client: Client
) -> None:
    client.force_login(owner)
    with merchant_scope(full_shop.pk):
        # The newest order has neither parcel nor return.
        now = clock.now()
        facts = order_facts(external_id="newest", placed_at=now, updated_at=now)
        newest = take_in_order(facts, merchant=full_shop, at=now).order
    assert order_shown(client, full_shop, "order.thanks") is not None
    told_of = Message.every_merchant.filter(merchant_id=full_shop.pk, kind__startswith="return.")
    assert told_of.exists()
    for kind in set(told_of.values_list("kind", flat=True)):
        assert order_shown(client, full_shop, kind) not in (None, newest)


def order_shown(client: Client, shop: Merchant, kind: str) -> Order | None:
    """Return the order a kind is shown with where none is asked for."""
    return read_kind(client, shop, kind).order


def read_kind(client: Client, shop: Merchant, kind: str) -> Preview:
    answer = client.get(reverse("dashboard:message_kind", args=[shop.slug, kind]))
    preview: Preview = answer.context["preview"]
    return preview


def subjects(client: Client, shop: Merchant, order: str = "") -> dict[str, str]:
    """Return the subject of each kind on the page that lists them."""
    page = reverse("dashboard:message_kinds", args=[shop.slug])
    rows = [
        row
        for group in client.get(page, {"order": order}).context["groups"]
        for row in group["rows"]
    ]
    return {row["preview"].kind.name: row["subject"] for row in rows}


def test_the_list_reads_samples_and_asks_no_order_for_them(
    full_shop: Merchant, owner: User, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(owner)
    with django_assert_max_num_queries(20):
        samples = subjects(client, full_shop)
    assert all(samples.values())
    with merchant_scope(full_shop.pk):
        told = Message.objects.filter(kind="order.thanks").latest("id")
    told_of = subjects(client, full_shop, told.order_number)
    assert told.order_number in told_of["order.thanks"]
    assert told.order_number not in samples["order.thanks"]


@pytest.mark.parametrize("name", [kind.name for kind in list_kinds() if kind.klass in TO_SHOPPERS])
def test_a_sample_tells_nothing_that_an_order_would_not(
    full_shop: Merchant, owner: User, client: Client, name: str
) -> None:
    kind = get_kind(name)
    assert kind is not None
    client.force_login(owner)
    real = read_kind(client, full_shop, name).variables
    assert real is not None
    for locale in LOCALES:
        with merchant_scope(full_shop.pk):
            sample = services.sample_facts(kind, merchant=full_shop, locale=locale)
        assert set(sample) == set(kind.tells) == set(real.facts)
        assert strange(sample, real.facts) == []


def strange(sample: Any, real: Any, at: str = "") -> list[str]:
    """Name the keys of a sample that the real representation does not have."""
    # An address holds what was recorded of it, and nothing for what was not.
    if at.endswith(".address"):
        return []
    if isinstance(sample, dict) and isinstance(real, dict):
        known = [key for key in sample if key in real]
        return [f"{at}.{key}" for key in sample if key not in real] + [
            one for key in known for one in strange(sample[key], real[key], f"{at}.{key}")
        ]
    if isinstance(sample, list) and isinstance(real, list) and sample and real:
        return strange(sample[0], real[0], at)
    return []
