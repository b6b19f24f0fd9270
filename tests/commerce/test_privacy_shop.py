"""Everything a shop has is taken out whole, and nothing of an erased shop is left anywhere."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import Client

from commerce.enums import ExportState, Role
from commerce.errors import WrongSlug
from commerce.events import ShopOpened
from commerce.models import DataExport, Merchant, Order, Product, ShopErasure, User
from commerce.selectors.data import list_waiting_erasures, list_waiting_exports
from commerce.services import privacy
from commerce.services.merchants import add_member
from commerce.services.orders import take_in_order
from integrations.models import Connection
from integrations.outgoing.models import Endpoint
from notifications.enums import WAITING
from notifications.models import Message
from postexp.kernel import clock
from postexp.kernel.erasing import children_first, merchant_tables
from postexp.kernel.events import append
from postexp.kernel.files import private_files
from postexp.kernel.models import Delivery, EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.facts import order_facts
from tests.standing import db, full_shop, merchant, other_merchant, owner, standing

__all__ = ("db", "full_shop", "merchant", "other_merchant", "owner", "standing")


def counts(merchant_id: int) -> dict[str, int]:
    """Return how many rows each table has of a merchant."""
    found = {}
    with connection.cursor() as cursor:
        for table in merchant_tables():
            cursor.execute(
                f"SELECT count(*) FROM {table.name} WHERE merchant_id = %s", [merchant_id]
            )
            found[table.name] = cursor.fetchone()[0]
    return found


def make(merchant: Merchant, owner: User) -> DataExport:
    with merchant_scope(merchant.pk):
        made = privacy.ask_for_shop_export(merchant=merchant, by=owner, at=clock.now())
        assert privacy.make_shop_export(merchant=merchant, export_id=made.public_id, now=clock.now)
        made.refresh_from_db()
    return made


def opened(made: DataExport) -> zipfile.ZipFile:
    with private_files().open(made.path) as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def test_the_zip_holds_every_row_and_no_secret(full_shop: Merchant, owner: User) -> None:
    with merchant_scope(full_shop.pk):
        Product.objects.get(external_id="p1").image.save("mug.png", ContentFile(b"picture"))
    made = make(full_shop, owner)
    archive = opened(made)
    assert made.state == ExportState.DONE
    expected = counts(full_shop.pk)
    lines = {
        name: archive.read(name).decode().splitlines()
        for name in archive.namelist()
        if name.startswith("tables/")
    }
    assert len(lines["tables/commerce.order.jsonl"]) == expected["commerce_order"]
    assert len(lines["tables/kernel.eventrecord.jsonl"]) >= expected["kernel_event"] - 2
    assert len(lines["tables/tracking.shipmentevent.jsonl"]) == sum(
        count for name, count in expected.items() if name.startswith("tracking_shipmentevent")
    )
    [order] = [json.loads(line) for line in lines["tables/commerce.order.jsonl"]]
    assert (order["number"], order["total"]) == ("#1001", 7500)
    everything = "\n".join(line for part in lines.values() for line in part)
    assert "key_hash" not in everything
    assert '"secret"' not in everything
    assert [name for name in archive.namelist() if name.startswith("files/products/")]


def test_a_zip_that_was_interrupted_is_made_anew_once(full_shop: Merchant, owner: User) -> None:
    with merchant_scope(full_shop.pk):
        made = privacy.ask_for_shop_export(merchant=full_shop, by=owner, at=clock.now())
        again = privacy.ask_for_shop_export(merchant=full_shop, by=owner, at=clock.now())
        assert again.pk == made.pk
        DataExport.objects.filter(pk=made.pk).update(beat_at=clock.now())
        assert not privacy.make_shop_export(
            merchant=full_shop, export_id=made.public_id, now=clock.now
        )
        assert list_waiting_exports(at=clock.now()) == []
        late = clock.now() - timedelta(minutes=9)
        DataExport.objects.filter(pk=made.pk).update(beat_at=late)
        assert list_waiting_exports(at=clock.now()) == [(full_shop.pk, made.public_id)]
        assert privacy.make_shop_export(merchant=full_shop, export_id=made.public_id, now=clock.now)


def test_files_are_forgotten_after_thirty_days(full_shop: Merchant, owner: User) -> None:
    made = make(full_shop, owner)
    assert privacy.forget_old_exports(at=clock.now() + timedelta(days=29)) == 0
    assert privacy.forget_old_exports(at=clock.now() + timedelta(days=31)) == 2
    assert not private_files().exists(made.path)


def test_nothing_of_an_erased_shop_is_left_and_others_keep_all(
    full_shop: Merchant,
    other_merchant: Merchant,
    owner: User,
    at: datetime,
    drain: Callable[[], None],
) -> None:
    rival = User.objects.get(email="rival@example.com")
    with merchant_scope(other_merchant.pk):
        take_in_order(order_facts(), merchant=other_merchant, at=at)
    drain()
    hand = User.objects.create_user("hand@example.com", "correct horse battery")
    both = User.objects.create_user("both@example.com", "correct horse battery")
    for shop, user in ((full_shop, hand), (full_shop, both), (other_merchant, both)):
        with merchant_scope(shop.pk):
            add_member(merchant=shop, user=user, role=Role.AGENT, by=owner, at=at)
    made = make(full_shop, owner)
    before = counts(other_merchant.pk)
    assert counts(full_shop.pk)["returns_ledgerentry"]
    with merchant_scope(full_shop.pk):
        privacy.order_erasure(merchant=full_shop, typed="komorebi", by=owner, at=at)
        assert list_waiting_erasures(at=clock.now()) == [full_shop.pk]
        steps = 0
        while not privacy.erase_shop(
            merchant=full_shop, until=clock.now() - timedelta(1), now=clock.now
        ):
            steps += 1
            assert steps < 200
    assert {name: count for name, count in counts(full_shop.pk).items() if count} == {}
    assert not Merchant.objects.filter(pk=full_shop.pk).exists()
    assert counts(other_merchant.pk) == before
    assert not private_files().exists(made.path)
    assert steps > 5
    assert not User.objects.filter(pk=hand.pk).exists()
    assert User.objects.filter(pk__in=[owner.pk, both.pk, rival.pk]).count() == 3
    assert ShopErasure.every_merchant.count() == 0


def test_an_erasure_closes_the_shop_at_once(
    full_shop: Merchant, owner: User, client: Client, at: datetime
) -> None:
    client.force_login(owner)
    with merchant_scope(full_shop.pk):
        privacy.order_erasure(merchant=full_shop, typed=" komorebi ", by=owner, at=at)
    assert client.get("/d/komorebi/").status_code == 404
    assert client.get("/s/komorebi/").status_code == 404


def test_a_closed_shop_does_nothing_any_more(
    full_shop: Merchant, owner: User, at: datetime
) -> None:
    with merchant_scope(full_shop.pk):
        connection = Connection.objects.exclude(ended_at__isnull=False).first()
        assert connection is not None
        Endpoint.objects.create(url="https://e.example/", secret="s", created_at=at)
        with transaction.atomic():
            append(ShopOpened(merchant_public_id=full_shop.public_id), at=at)
        Delivery.objects.create(
            event=EventRecord.objects.latest("id"),
            handler="test.never",
            subject="shop",
            outside=True,
            next_at=at,
        )
        privacy.order_erasure(merchant=full_shop, typed="komorebi", by=owner, at=at)
        assert not Connection.objects.filter(ended_at=None).exists()
        assert set(Endpoint.objects.values_list("state", flat=True)) == {"disabled"}
        assert not Delivery.objects.filter(state__in=("pending", "claimed", "dead")).exists()
        assert not Message.objects.filter(state__in=WAITING).exists()


def test_a_row_that_comes_late_does_not_stop_the_erasure(
    full_shop: Merchant, owner: User, at: datetime
) -> None:
    with merchant_scope(full_shop.pk), connection.cursor() as cursor:
        privacy.order_erasure(merchant=full_shop, typed="komorebi", by=owner, at=at)
        # As at a commit, which the one transaction of a test never comes to.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # As if all before the customers had been gone through already, orders among it.
        ShopErasure.objects.update(table="commerce_customer", position=0)
        late = clock.now() + timedelta(hours=1)
        assert not privacy.erase_shop(merchant=full_shop, until=late, now=clock.now)
        assert privacy.erase_shop(merchant=full_shop, until=late, now=clock.now)
    assert {name: count for name, count in counts(full_shop.pk).items() if count} == {}


def test_the_log_goes_last(db: None) -> None:
    names = [table.name for table in children_first()]
    assert names[-1] == "kernel_event"
    assert names.index("commerce_orderline") < names.index("commerce_order")


def test_the_wrong_name_erases_nothing(full_shop: Merchant, owner: User, at: datetime) -> None:
    with merchant_scope(full_shop.pk), pytest.raises(WrongSlug):
        privacy.order_erasure(merchant=full_shop, typed="komorebj", by=owner, at=at)
    assert ShopErasure.every_merchant.count() == 0
    assert Order.every_merchant.filter(merchant_id=full_shop.pk).exists()


def test_append_only_tables_stay_so_otherwise(
    full_shop: Merchant, owner: User, drain: Callable[[], None]
) -> None:
    from django.db import DatabaseError, transaction

    from postexp.kernel.models import EventRecord

    with (
        merchant_scope(full_shop.pk),
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
    ):
        EventRecord.objects.update(actor="x")
