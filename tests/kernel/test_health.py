"""`/health/`: 200 only when every part works, and the part that does not is named."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from postexp.kernel import health
from postexp.kernel.models import Heartbeat

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def everyone_beats(db: None) -> None:
    """All processes were seen a moment ago."""
    for part in health.PROCESSES:
        health.beat(part, at=AT - timedelta(seconds=2))


def test_a_heartbeat_is_one_row_per_part(db: None) -> None:
    health.beat("worker", at=AT)
    health.beat("worker", at=AT + timedelta(seconds=5))
    assert Heartbeat.objects.get().beat_at == AT + timedelta(seconds=5)


@pytest.mark.usefixtures("everyone_beats")
def test_every_part_is_well() -> None:
    parts = health.check_parts(at=AT)
    assert list(parts) == ["database", "valkey", "drainer", "sender", "worker", "scheduler"]
    assert all(part["ok"] for part in parts.values())
    assert parts["drainer"]["seen_at"] == "2026-11-21T02:59:58+00:00"


@pytest.mark.usefixtures("everyone_beats")
def test_a_process_is_unwell_once_it_was_silent_for_too_long() -> None:
    at_the_edge = AT - timedelta(seconds=2) + health.FRESH
    assert health.check_parts(at=at_the_edge)["worker"]["ok"] is True
    later = health.check_parts(at=at_the_edge + timedelta(seconds=1))["worker"]
    assert later["ok"] is False
    assert later["reason"] == "silent for 31 s"


def test_a_process_that_never_came_is_named(client: Client, db: None) -> None:
    answer = client.get("/health/")
    assert answer.status_code == 503
    assert answer.json()["status"] == "unwell"
    assert answer.json()["parts"]["database"] == {"ok": True}
    assert answer.json()["parts"]["drainer"] == {"ok": False, "reason": "never seen"}


@pytest.mark.usefixtures("everyone_beats")
def test_answers_200_when_all_is_well(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("postexp.kernel.clock.now", lambda: AT)
    answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.usefixtures("everyone_beats")
def test_valkey_out_of_reach_is_named(settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"
    parts = health.check_parts(at=AT)
    assert parts["valkey"] == {"ok": False, "reason": "valkey does not answer"}
    assert parts["worker"]["ok"] is True


def test_without_the_database_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise OperationalError("connection refused to 10.1.2.3")

    monkeypatch.setattr(Heartbeat.objects, "filter", refuse)
    parts = health.check_parts(at=AT)
    assert {name for name, part in parts.items() if not part["ok"]} == {
        "database",
        *health.PROCESSES,
    }
    assert parts["worker"]["reason"] == "the database does not answer"


def test_a_web_process_tells_that_it_lives(client: Client) -> None:
    answer = client.get("/health/live/")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert client.post("/health/live/").status_code == 405
