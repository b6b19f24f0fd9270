"""What every test stands on: shops to work in, and the events they lead to."""

import gc
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from http.cookies import Morsel
from typing import Any

import hypothesis
import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client, TransactionTestCase, override_settings
from django.utils import timezone, translation

from commerce.enums import Role
from commerce.models import Merchant, Order, User
from commerce.services.merchants import add_member
from commerce.services.orders import take_in_order
from postexp.kernel.tenancy import merchant_scope
from tests.chromium import browser, own_loop
from tests.emptying import empty_tables
from tests.facts import order_facts
from tests.full_shop import full_shop
from tests.kept import TODAY, kept, story
from tests.sharing import (
    MIGRATED,
    WORKER,
    pytest_addoption,
    pytest_runtestloop,
    pytest_sessionstart,
)
from tests.shops import PASSWORD, drain_all, make_owner, open_harbor, open_komorebi

# No test is timed: a machine that is slow for a moment is no fault of the code. And every run
# tries the same examples, so that none fails by the luck of the draw; `searching` draws others.
hypothesis.settings.register_profile(
    "same",
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "searching", hypothesis.settings.get_profile("same"), derandomize=False, max_examples=1_000
)
hypothesis.settings.load_profile("same")

# Most of what a test makes is gone by its end without a collector, which need not look often.
GARBAGE = (100_000, 20, 20)

__all__ = (
    "browser",
    "full_shop",
    "own_loop",
    "pytest_addoption",
    "pytest_runtestloop",
    "pytest_sessionstart",
)


def pytest_configure(config: pytest.Config) -> None:
    """Let every run begin on one day, close after what the facts of tests tell of.

    Messages expire and windows close: what passes on a day must not fail some days later. That day
    has begun before the modules of tests are imported, of which some keep the moment.
    """
    travel = time_machine.travel(TODAY)
    travel.start()
    config.add_cleanup(travel.stop)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, Any, Any]:
    """Collect no garbage among the tests themselves: they stay for good, and are many."""
    gc.disable()
    done = yield
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    gc.enable()
    return done


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """Name the database of this process and which one is copied for it, where one is.

    Its threads may wait long for connections.
    """
    database = connection.settings_dict
    database["OPTIONS"]["pool"]["timeout"] = 60
    stash = request.config.stash
    if worker := stash.get(WORKER, None):
        database["TEST"] |= {
            "NAME": f"test_{database['NAME']}_{worker}",
            "TEMPLATE": stash[MIGRATED].name,
        }


@pytest.fixture(scope="session", autouse=True)
def words() -> None:
    """Compile the Japanese words, which pages and messages are written with."""
    call_command("compile_catalogue", verbosity=0)


@pytest.fixture(scope="session", autouse=True)
def _settings_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hash passwords quickly, and take static files as they are in the repository.

    An empty STATIC_ROOT spares every test client the search through what a server gathered there.
    """
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    private = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path_factory.mktemp("private")},
    }
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={**settings.STORAGES, "staticfiles": plain, "private": private},
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying() -> Iterator[None]:
    """Let tests that commit leave an empty database behind without Django's slow `flush`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty_tables())
        yield


@pytest.fixture(scope="session", autouse=True)
def _kept_sessions() -> Iterator[None]:
    """Keep the sessions of people who are logged in without a form."""
    log_in, name = Client.force_login, settings.SESSION_COOKIE_NAME

    def force_login(browser: Client, user: User, backend: str | None = None) -> None:
        def session() -> Morsel[str]:
            log_in(browser, user, backend)
            return browser.cookies[name]

        before = str(browser.cookies)
        browser.cookies[name] = kept(("session", user.pk, backend, before), session)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "force_login", force_login)
        yield


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Begin each test in English and UTC, whatever a request before it spoke."""
    with translation.override("en"), timezone.override(UTC):
        yield


@pytest.fixture(autouse=True)
def _story() -> Iterator[None]:
    """Begin each test with nothing kept."""
    with story():
        yield


@pytest.fixture
def at() -> datetime:
    """An instant for services that need one."""
    return datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def owner(db: None) -> User:
    """A person who owns the shops."""
    return kept("owner", make_owner)


@pytest.fixture
def merchant(owner: User, at: datetime) -> Merchant:
    """A Japanese shop in yen."""
    return kept(("komorebi", owner.pk, at), lambda: open_komorebi(owner, at))


@pytest.fixture
def other_merchant(at: datetime, db: None) -> Merchant:
    """Another person's shop, in dollars."""
    return kept(("harbor", at), lambda: open_harbor(at))


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
    return kept(
        ("order", scope.pk, at),
        lambda: take_in_order(order_facts(), merchant=scope, at=at).order,
    )


@pytest.fixture
def drain() -> Callable[[], None]:
    """Do everything that is due by now: inbox, reactions, and outside effects in this process."""
    return drain_all
