"""A demo shop says on every page that it is one, and how fast its clock goes."""

from collections.abc import Iterator

import pytest
from django.test import Client

from commerce import links
from commerce.models import Merchant, Order, User
from integrations.simulator.pace import end_pace, note_pace, pace_of
from tests.shops import log_in
from tracking.services.pages import outdate_pages

MADE_UP = "Demo shop: its orders, shoppers and parcels are made up."


@pytest.fixture
def demo(scope: Merchant) -> Iterator[Merchant]:
    Merchant.objects.filter(pk=scope.pk).update(is_demo=True, locales=["en", "ja"])
    yield scope
    end_pace(scope.pk)


def page_of(order: Order) -> str:
    return f"/s/komorebi/t/{links.order_token(order.public_id)}/"


def text(client: Client, url: str) -> str:
    return " ".join(client.get(url).content.decode().split())


def test_every_face_says_so(demo: Merchant, owner: User, order: Order, client: Client) -> None:
    log_in(client, owner)
    page = page_of(order)
    faces = [f"/d/{demo.slug}/", f"/s/{demo.slug}/?lang=en", f"{page}?lang=en"]
    for face in faces:
        assert MADE_UP in text(client, face)

    note_pace(demo.pk, 60)
    outdate_pages()
    for face in faces:
        assert "One minute here is 60 minutes of the shop." in text(client, face)

    note_pace(demo.pk, 1)
    assert "One minute here is 1 minute of the shop." in text(client, faces[0])
    end_pace(demo.pk)
    assert pace_of(demo.pk) is None
    assert MADE_UP in text(client, faces[0])


def test_a_real_shop_says_nothing(
    scope: Merchant, owner: User, order: Order, client: Client
) -> None:
    log_in(client, owner)
    note_pace(scope.pk, 60)
    for face in (f"/d/{scope.slug}/", f"/s/{scope.slug}/?lang=en", page_of(order)):
        assert "Demo shop" not in text(client, face)
        assert "デモショップ" not in text(client, face)
    end_pace(scope.pk)
