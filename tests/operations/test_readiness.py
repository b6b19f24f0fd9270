"""Readiness, the oldest PostgreSQL, and migrations that hold nobody up."""

import threading
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import NotSupportedError, OperationalError, connection
from django.test import Client

from postexp.kernel import health
from postexp.kernel.postgres import OLDEST, connection_parameters


@pytest.fixture(autouse=True)
def _unknown() -> None:
    health._migrated.clear()


def test_a_migrated_database_makes_ready(client: Client, db: None) -> None:
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/health/ready/").status_code == 405


def test_a_database_of_an_older_version_does_not(client: Client, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app IN ('returns', 'whatsapp')")
    answer = client.get("/health/ready/")
    assert answer.status_code == 503
    assert health.pending_migrations() == ["returns.0001_initial", "whatsapp.0001_templates"]
    missing = "2 migrations are missing, from returns.0001_initial on"
    assert answer.json() == {"status": "not ready", "reason": missing}


def test_a_silent_database_does_not(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OperationalError("connection refused to 10.1.2.3")

    with monkeypatch.context() as patched:
        patched.setattr(connection, "ensure_connection", refuse)
        answer = client.get("/health/ready/")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "reason": "the database does not answer"}


def test_an_older_postgresql_is_refused_with_words(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connection.features.minimum_database_version == (OLDEST,)
    monkeypatch.setattr(connection, "get_database_version", lambda: (15, 4))
    with pytest.raises(NotSupportedError, match=rf"PostgreSQL {OLDEST} or later .*15\.4"):
        connection.check_database_version_supported()


def test_a_migration_gives_up_a_lock_that_others_hold(
    transactional_db: None, settings: Any
) -> None:
    settings.MIGRATION_LOCK_TIMEOUT = 1
    holding, enough = threading.Event(), threading.Event()

    def hold() -> None:
        with psycopg.connect(**connection_parameters()) as other:
            other.execute("LOCK TABLE kernel_heartbeat IN ACCESS SHARE MODE")
            other.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
            holding.set()
            enough.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert holding.wait(60)
        with pytest.raises(CommandError, match="Run it again"):
            call_command("migrate", verbosity=0, interactive=False)
    finally:
        enough.set()
        holder.join()
    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",), "requests of this connection wait as long as they like"
