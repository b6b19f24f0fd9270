"""One full shop for all tests of a file: each begins with it as it was, in a savepoint.

A file takes part by importing the fixtures, and by its name in `tests.sharing`. Tests that commit
call `stand` each, on an empty database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection, transaction

from commerce.models import Merchant, User
from tests.emptying import used_tables
from tests.full_shop import fill
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


# The rows by table, and the files by place, that stood when the shops were built in this process.
_rows: dict[str, bytes] = {}
_files: dict[Path, bytes] = {}

COLUMNS = """
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


@transaction.atomic
def stand() -> Standing:
    """Build the shops, or put them back as they were first built in this process.

    A full shop takes seconds to build, and hundredths of one to put back.
    """
    if _rows:
        _put_back()
    else:
        at = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
        owner = make_owner()
        fill(open_komorebi(owner, at), owner)
        open_harbor(at)
        _keep()
    return Standing(
        User.objects.get(email="owner@example.com"),
        Merchant.objects.get(slug="komorebi"),
        Merchant.objects.get(slug="harbor"),
    )


def _keep() -> None:
    kept: dict[str, bytes] = {}
    with connection.cursor() as cursor:
        for table in sorted(used_tables()):
            cursor.execute(COLUMNS, [table])
            columns = cursor.fetchone()[0]
            with cursor.copy(f"COPY (SELECT {columns} FROM {table}) TO STDOUT") as rows:
                kept[f"{table} ({columns})"] = b"".join(rows)
    place = Path(storages["private"].path(""))
    _files.update({path: path.read_bytes() for path in place.rglob("*") if path.is_file()})
    _rows.update(kept)


def _put_back() -> None:
    with connection.cursor() as cursor:
        # No trigger runs: what they would do is among the rows.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, rows in _rows.items():
            with cursor.copy(f"COPY {table} FROM STDIN") as written:
                written.write(rows)
        cursor.execute("SET LOCAL session_replication_role = origin")
    for path, content in _files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[Standing]:
    """The shops, built once: a full one takes longer than a test that looks at it."""
    with django_db_blocker.unblock(), forgotten():
        yield stand()


@pytest.fixture
def db(standing: Standing, django_db_blocker: Any) -> Iterator[None]:
    """The database with the standing shops; what a test changes is taken back after it."""
    with django_db_blocker.unblock(), forgotten():
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
