"""One full shop for all tests of a file: each begins with it as it was, in a savepoint.

A file takes part by importing the fixtures, and by its name in `tests.sharing`. Tests that commit
call `stand` each, on an empty database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from commerce.models import Merchant, User
from tests.full_shop import fill
from tests.kept import kept, story
from tests.shops import make_owner, open_harbor, open_komorebi


@dataclass(frozen=True)
class Standing:
    """What every test of a file finds: one shop with everything, and a rival's empty one."""

    owner: User
    merchant: Merchant
    other_merchant: Merchant


@contextmanager
def forgotten() -> Iterator[None]:
    """Forget everything that is written in the block."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def stand() -> Standing:
    """Build the shops, or put them back as they were first built in this process.

    A full shop takes seconds to build, and hundredths of one to put back.
    """
    return kept("standing", _build)


def _build() -> Standing:
    at = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    owner = make_owner()
    merchant = open_komorebi(owner, at)
    fill(merchant, owner)
    return Standing(owner, merchant, open_harbor(at))


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[Standing]:
    """The shops, built once: a full one takes longer than a test that looks at it."""
    with django_db_blocker.unblock(), forgotten(), story():
        yield stand()


@pytest.fixture
def db(
    standing: Standing, django_db_blocker: Any, request: pytest.FixtureRequest
) -> Iterator[None]:
    """The database with the standing shops; what a test changes is taken back after it."""
    with django_db_blocker.unblock(), forgotten(), story(request.path):
        yield


@pytest.fixture
def owner(db: None, standing: Standing) -> User:
    """The person who owns the full shop."""
    return standing.owner


@pytest.fixture
def merchant(db: None, standing: Standing) -> Merchant:
    """The Japanese shop with one of everything."""
    return standing.merchant


@pytest.fixture
def full_shop(merchant: Merchant) -> Merchant:
    """The same, by the name it has elsewhere."""
    return merchant


@pytest.fixture
def other_merchant(db: None, standing: Standing) -> Merchant:
    """The rival's shop."""
    return standing.other_merchant
