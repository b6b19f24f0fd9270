"""Kept connections: alive without a question, and found out when they are not."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from postexp.kernel.postgres import CHECK, KeptConnection


@pytest.fixture
def kept(db: None) -> Iterator[KeptConnection]:
    """A connection of its own to the database of the tests."""
    wanted = ("host", "port", "dbname", "user", "password")
    parameters = connection.get_connection_params()
    given = {name: parameters[name] for name in wanted if name in parameters}
    made = KeptConnection.connect(**given, autocommit=True)
    yield made
    made.close()


def test_a_quiet_line_is_not_asked(kept: KeptConnection) -> None:
    before = kept.execute("SELECT query_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")
    assert before.fetchone()
    with connection.cursor() as other:
        look = "SELECT query_start FROM pg_stat_activity WHERE pid = %s"
        other.execute(look, [kept.info.backend_pid])
        began = other.fetchone()
        kept.execute(CHECK)
        other.execute("SELECT pg_stat_clear_snapshot()")
        other.execute(look, [kept.info.backend_pid])
        assert other.fetchone() == began


def test_a_connection_the_server_ended_fails_its_check(kept: KeptConnection) -> None:
    with connection.cursor() as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [kept.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        kept.execute(CHECK)
