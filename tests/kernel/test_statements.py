"""Kept statements: where they run, and what becomes of what they write."""

from typing import LiteralString

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from postexp.kernel.statements import fetch_kept

COUNT: LiteralString = "SELECT count(*) FROM kept_statements WHERE key = %s"
WRITE: LiteralString = "INSERT INTO kept_statements VALUES (%s) RETURNING key"
KEPT: LiteralString = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s"
LOOK: LiteralString = "SELECT %s::int, now()"


@pytest.fixture
def table(transactional_db: None) -> None:
    """A table that is gone after the test, and no connection of Django's."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS kept_statements")
        cursor.execute("CREATE TABLE kept_statements (key int PRIMARY KEY)")
    connection.close()


@pytest.mark.usefixtures("table")
def test_a_borrowed_connection_commits_and_goes_back() -> None:
    assert fetch_kept(WRITE, [1]) == (1,)
    assert fetch_kept(COUNT, [1]) == (1,)
    assert connection.connection is None, "Django opened none"
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM kept_statements")
        assert cursor.fetchall() == [(1,)]


@pytest.mark.usefixtures("table")
def test_one_that_was_left_within_a_transaction_commits_all_the_same() -> None:
    connection.set_autocommit(False)
    connection.close()
    assert fetch_kept(WRITE, [1]) == (1,)
    assert fetch_kept(COUNT, [1]) == (1,)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM kept_statements")
        assert cursor.fetchone() == (1,)


@pytest.mark.usefixtures("table")
def test_within_a_transaction_it_belongs_to_it() -> None:
    with transaction.atomic():
        fetch_kept(WRITE, [1])
        assert fetch_kept(COUNT, [1]) == (1,)
        transaction.set_rollback(True)
    assert fetch_kept(COUNT, [1]) == (0,)


@pytest.mark.usefixtures("table")
def test_after_its_transaction_lost_the_connection_it_writes_nothing() -> None:
    with transaction.atomic():
        connection.close()
        with pytest.raises(ProgrammingError):
            fetch_kept(WRITE, [1])
    assert fetch_kept(COUNT, [1]) == (0,)


@pytest.mark.usefixtures("table")
def test_errors_are_djangos_and_spoil_nothing() -> None:
    fetch_kept(WRITE, [1])
    with pytest.raises(IntegrityError):
        fetch_kept(WRITE, [1])
    assert fetch_kept(WRITE, [2]) == (2,)


@pytest.mark.usefixtures("table")
def test_the_server_keeps_what_is_run_often() -> None:
    # More than six for each connection of the largest pool, for they take turns.
    for number in range(100):
        row = fetch_kept(LOOK, [number])
        assert row is not None
        assert row[0] == number
    # The pool may have grown meanwhile: a new one keeps nothing.
    assert (1,) in [fetch_kept(KEPT, ["%::int, now()%"]) for _ in range(10)]
