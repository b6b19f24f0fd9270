"""The demo shops: a past that reconciles, because it was played through intake and services."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Sum
from PIL import Image

from commerce.models import Merchant, Order, PlatformRefund, Product, User
from integrations.demo import desk, journeys, pictures, reading, seed
from integrations.demo.journeys import Followed, Told, Wished, plan
from integrations.demo.shops import SHOPS, DemoShop
from integrations.demo.unusual import OF_ALL
from notifications.models import Message, Receipt, Reply
from postexp.kernel.models import Delivery, InboxMessage
from postexp.kernel.tenancy import merchant_scope
from returns.enums.exchanges import ExchangeState
from returns.models import (
    CreditNote,
    Exchange,
    GiftCode,
    LedgerEntry,
    Macro,
    RefusedUnits,
    Return,
    ReturnLoss,
    UnannouncedGoods,
    Withdrawal,
)
from returns.selectors import list_returns, version_in_force
from tracking.models import Shipment

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.slug)
def test_a_plan_is_whole_and_the_same_each_time(shop: DemoShop) -> None:
    steps = plan(shop, now=NOW)
    assert steps == plan(shop, now=NOW)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert steps[-1].at <= NOW
    topics = {step.topic for step in steps if isinstance(step, Told)}
    assert {"orders/create", "orders/cancelled", "fulfillment_events/create"} <= topics
    cancelled = sum(step.topic == "orders/cancelled" for step in steps if isinstance(step, Told))
    refunded = sum(step.topic == "refunds/create" for step in steps if isinstance(step, Told))
    assert 0 < refunded < cancelled, "some cancelled orders still wait for their money"
    ends = {step.ends for step in steps if isinstance(step, Wished)}
    assert {"requested", "settled", "declined"} <= ends


def test_what_the_platform_refunds_is_booked_to_the_last_unit(
    merchant: Merchant, other_merchant: Merchant, owner: User
) -> None:
    """Prices with tax inside, and tax on top; told twice, by itself and with its order."""
    for shop, home in zip(SHOPS, (merchant, other_merchant), strict=True):
        told = [step for step in plan(shop, now=NOW) if isinstance(step, Told)]
        refunded = {step.key.split("-")[0] for step in told if step.topic == "refunds/create"}
        with merchant_scope(home.pk):
            steps = [step for step in told if step.key.split("-")[0] in refunded]
            seed.play(steps, actor=owner.actor)
            assert not InboxMessage.objects.exclude(state="processed").exists()
            orders = list(Order.objects.all())
            assert len(orders) == len(refunded) == PlatformRefund.objects.count()
            for order in orders:
                assert order.payment_state == "refunded"
                assert order.given_back == order.captured == order.total > 0
            components = set(LedgerEntry.objects.values_list("component", flat=True))
            assert components <= {"goods", "tax", "shipping", "shipping_tax"}


@pytest.mark.parametrize("place", [0, 1], ids=["jp", "us"])
def test_some_returns_take_an_unusual_way(
    merchant: Merchant, other_merchant: Merchant, owner: User, place: int
) -> None:
    """Lost and refused ones, and exchanges in every state there is, played through the services."""
    shop, home = SHOPS[place], (merchant, other_merchant)[place]
    steps = plan(shop, now=NOW, unusual=True)
    ways = {step for step in steps if isinstance(step, Wished) and step.parcel}
    asked = {step.order_external_id.encode() for step in ways}
    own = [
        step
        for step in steps
        if (
            isinstance(step, Told)
            and (step.topic == "products/create" or any(name in step.body for name in asked))
        )
        or step in ways
        or (isinstance(step, Followed) and step.of in ways)
    ]
    with merchant_scope(home.pk):
        if place == 0:
            seed.send_early(NOW - seed.PAST, owner.actor)
        seed.play(own, actor=owner.actor)
        seed.settle(NOW)
        assert not Delivery.objects.filter(state__in=["dead", "outcome_unknown"]).exists()
        assert {step.ends for step in ways} >= set(OF_ALL)
        losses = ReturnLoss.objects.values_list("bearer", "case__state").order_by("id")
        assert {("shop", "completed"), ("shopper", "lost")} <= set(losses)
        assert [case.state for case in list_returns(view="lost")] == ["in_transit"]
        states = set(RefusedUnits.objects.values_list("state", flat=True))
        assert {"asked", "part_refunded"} <= states
        if place == 0:
            # None rests in its first state.
            resting = set(ExchangeState) - {ExchangeState.QUOTED}
            assert set(Exchange.objects.values_list("state", flat=True)) == resting
        for order in Order.objects.all():
            booked = LedgerEntry.objects.filter(order=order).exclude(component="bonus")
            assert order.given_back == (booked.aggregate(total=Sum("amount"))["total"] or 0)


SHORT = 24


def quietly(line: str) -> None:
    """Say nothing of how far the seeding has got."""


def test_the_log_in_is_kept_and_found_again(
    db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(seed, "LOGIN_FILE", tmp_path / "var" / "demo-login")
    email, password = seed.login()
    assert User.objects.get(email=email).check_password(password)
    assert seed.LOGIN_FILE.stat().st_mode & 0o077 == 0
    seed.LOGIN_FILE.unlink()
    email, renewed = seed.login()
    assert renewed != password
    assert User.objects.get(email=email).check_password(renewed)


def test_an_interrupted_past_is_carried_on_and_reconciles(
    db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(journeys, "ORDERS", SHORT)
    monkeypatch.setattr(seed, "LOGIN_FILE", tmp_path / "demo-login")
    seed.login()
    shop = SHOPS[1]
    returns = 0
    real = seed.returning.play

    def interrupted(*args: Any, **options: Any) -> None:
        nonlocal returns
        returns += 1
        if returns == 3:
            raise KeyboardInterrupt
        real(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(seed.returning, "play", interrupted)
        with pytest.raises(KeyboardInterrupt):
            seed.seed_shop(shop, now=NOW, say=quietly)
    assert shop in seed.missing_shops()

    said: list[str] = []
    merchant = seed.seed_shop(shop, now=NOW + timedelta(hours=9), say=said.append)
    assert len(said) == 6, "a line for each fifth, and one for the pictures"
    assert said[-2] == f"Seeding Harbor & Pine: {SHORT} of {SHORT} orders."
    assert shop not in seed.missing_shops()
    with merchant_scope(merchant.pk):
        assert Order.objects.count() == SHORT
        told = [step for step in plan(shop, now=NOW) if isinstance(step, Told)]
        assert InboxMessage.objects.count() == len(told), "the plan of the first start was kept"
        cases = list(Return.objects.values_list("lines__order_line", flat=True))
        assert len(cases) == len(set(cases)) > 2
        waits_on_the_desk(NOW)
        desk.lay_out(now=NOW + timedelta(days=1), actor="demo")
        waits_on_the_desk(NOW)
    reconciles(merchant)


def waits_on_the_desk(now: datetime) -> None:
    """Assert that each queue beside the returns has something in it, put there once."""
    assert Macro.objects.count() == len(desk.TEXTS)
    assert Withdrawal.objects.get().order is None
    assert UnannouncedGoods.objects.get().received_at < now
    used = Return.objects.exclude(gift=None).get()
    assert (used.outcome, used.requested_at < now) == ("store_credit", True)
    assert GiftCode.objects.exclude(pk=used.gift_id).get().made_at < now


def reconciles(merchant: Merchant) -> None:
    """Assert that ledger, events, messages and pictures of a seeded shop agree with each other."""
    with merchant_scope(merchant.pk):
        assert Order.objects.count() == SHORT
        assert not InboxMessage.objects.exclude(state="processed").exists()
        assert not Delivery.objects.filter(state__in=["dead", "outcome_unknown"]).exists()
        assert not Delivery.objects.filter(state="pending", next_at__lte=NOW).exists()
        for order in Order.objects.all():
            booked = (
                LedgerEntry.objects.filter(order=order)
                .exclude(component="bonus")
                .aggregate(total=Sum("amount"))["total"]
            )
            assert order.given_back == (booked or 0)
        assert len({shipment.status for shipment in Shipment.objects.all()}) >= 3
        assert Return.objects.exists()
        kinds = list(Message.objects.values_list("kind", "object_id"))
        assert len(kinds) == len(set(kinds))
        assert {"order.thanks", "shipment.delivered"} <= {kind for kind, _ in kinds}
        assert version_in_force(NOW).policy.address == SHOPS[1].return_address
        for product in Product.objects.all():
            with Image.open(product.image) as picture:
                assert picture.size == (pictures.SIZE, pictures.SIZE)
        issued = list(CreditNote.objects.order_by("number").values_list("issued_at", flat=True))
        assert len(issued) >= 2
        assert issued == sorted(issued), "credit notes are numbered in the order of their dates"
        latest = Order.objects.order_by("-placed_at").first()
        assert latest is not None
        assert NOW - latest.placed_at < timedelta(days=3)


def test_the_command_seeds_what_is_missing_and_prints_the_log_in(
    db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(seed, "LOGIN_FILE", tmp_path / "demo-login")
    asked: list[datetime] = []
    monkeypatch.setattr(seed, "seed", lambda *, now: asked.append(now))
    out = StringIO()
    call_command("seed_demo", print_login=True, stdout=out, stderr=StringIO())
    assert len(asked) == 1
    assert f"as {seed.EMAIL} with the password {seed.login()[1]}" in out.getvalue()


@pytest.mark.parametrize("is_demo", [True, False])
def test_only_shoppers_of_demo_shops_read_their_mails(
    order: Order, merchant: Merchant, is_demo: bool
) -> None:
    merchant.is_demo = is_demo
    merchant.save()
    with merchant_scope(merchant.pk):
        for number in range(40):
            message = Message.objects.create(
                kind="shipment.delayed",
                klass="transactional",
                object_id=f"shp_{number}",
                order_id=order.public_id,
                locale="ja",
                channel="email",
                address="hanako@example.jp",
                state="sent",
                planned_at=NOW,
                event_id=1,
                send_at=NOW,
                expires_at=NOW,
            )
            message.sendings.create(
                channel="email",
                address=message.address,
                step=0,
                units=1,
                key=str(number),
                state="accepted",
                began_at=NOW,
            )
            for _twice in range(2):
                reading.read_mail(message.public_id, at=NOW)
        told = Counter(Receipt.objects.values_list("kind", flat=True))
        replies = Reply.objects.count()
    if not is_demo:
        assert (told, replies) == (Counter(), 0)
    else:
        assert told["delivered"] == 40 > told["opened"] > told["clicked"] > 0
        assert 0 < replies < told["opened"]
