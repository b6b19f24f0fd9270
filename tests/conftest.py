"""What every test stands on: shops to work in, and the events they lead to."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from commerce.enums import Role
from commerce.models import Merchant, Order, User
from commerce.services.merchants import add_member, open_shop
from commerce.services.orders import take_in_order
from postexp.kernel import clock, inbox, outbox
from postexp.kernel.tenancy import merchant_scope
from tests.chromium import browser
from tests.facts import order_facts
from tests.full_shop import full_shop

__all__ = ("browser", "full_shop", "order_facts")

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session", autouse=True)
def words() -> None:
    """Compile the Japanese words, which pages and messages are written with."""
    call_command("compile_catalogue", verbosity=0)


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Password hashing is slow on purpose; tests make many people."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Begin each test in English and UTC, whatever a request before it spoke."""
    with translation.override("en"), timezone.override(UTC):
        yield


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any) -> None:
    """Name static files as they are in the repository; nothing was collected."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def at() -> datetime:
    """An instant for services that need one."""
    return datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def owner(db: None) -> User:
    """A person who owns the shops."""
    return User.objects.create_user("owner@example.com", PASSWORD, name="Aiko Owner")


@pytest.fixture
def merchant(owner: User, at: datetime) -> Merchant:
    """A Japanese shop in yen."""
    return open_shop(
        owner=owner,
        at=at,
        slug="komorebi",
        name_en="Komorebi Goods",
        name_ja="こもれび雑貨店",
        default_locale="ja",
        time_zone="Asia/Tokyo",
        currency="JPY",
        country="JP",
        support_email="help@komorebi.example",
    )


@pytest.fixture
def other_merchant(at: datetime, db: None) -> Merchant:
    """Another person's shop, in dollars."""
    rival = User.objects.create_user("rival@example.com", PASSWORD)
    return open_shop(
        owner=rival,
        at=at,
        slug="harbor",
        name_en="Harbor & Pine",
        default_locale="en",
        time_zone="America/New_York",
        currency="USD",
        country="US",
        support_email="help@harbor.example",
    )


@pytest.fixture
def scope(merchant: Merchant) -> Iterator[Merchant]:
    """The scope of the Japanese shop."""
    with merchant_scope(merchant.pk):
        yield merchant


@pytest.fixture
def warehouse_worker(merchant: Merchant, owner: User, at: datetime) -> User:
    """A person of the Japanese shop who may receive goods but not decide or pay."""
    user = User.objects.create_user("hands@example.com", PASSWORD)
    with merchant_scope(merchant.pk):
        add_member(merchant=merchant, user=user, role=Role.WAREHOUSE, by=owner, at=at)
    return user


@pytest.fixture
def order(scope: Merchant, at: datetime) -> Order:
    """An order in the Japanese shop, inside its scope."""
    return take_in_order(order_facts(), merchant=scope, at=at).order


@pytest.fixture
def drain() -> Callable[[], None]:
    """Do everything that is due by now: inbox, reactions, and outside effects in this process."""

    def hand_over(delivery_id: int, claim: str) -> None:
        outbox.run_outside(delivery_id, claim, now=clock.now)

    def run() -> None:
        while True:
            now = clock.now()
            done = (
                inbox.drain(at=now)
                + outbox.drain_database(at=now)
                + outbox.claim_outside(at=now, hand_over=hand_over)
            )
            if not done:
                return

    return run
