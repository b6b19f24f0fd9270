"""The drainer: woken by a commit, patient with a database that goes away, ended by a signal."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections, transaction

from commerce.models import Merchant
from postexp.kernel.events import Subscription, append, registry
from postexp.kernel.management.commands import run_events
from postexp.kernel.models import Heartbeat
from tests.kernel.conftest import Ping

Planted = list[Subscription[Ping]]


def wait_for(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.01)
    return False


@pytest.fixture
def ends() -> Iterator[None]:
    """Put the answers to signals back."""
    kept = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    yield
    for name, answer in kept.items():
        signal.signal(name, answer)


@pytest.mark.django_db(transaction=True)
def test_a_commit_wakes_the_drainer_at_once(
    scope: Merchant, at: datetime, subscriptions: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_events, "IDLE_SECONDS", 3600.0)
    seen = threading.Event()
    one = Subscription(name="test.seen", event=Ping, handler=lambda event, _: seen.set())
    registry.add(one)
    subscriptions.append(one)
    stop = threading.Event()
    rounds: list[int] = []
    real_work = run_events.work

    def work() -> int:
        rounds.append(real_work())
        return rounds[-1]

    monkeypatch.setattr(run_events, "work", work)

    def drain() -> None:
        run_events.run(stop)
        connections.close_all()

    drainer = threading.Thread(target=drain)
    drainer.start()
    try:
        assert wait_for(lambda: rounds[-1:] == [0]), "it goes to sleep once nothing is due"
        with transaction.atomic():
            append(Ping(thing="a"), at=at)
            assert not seen.wait(0.2), "nothing happens before the commit"
        assert seen.wait(60), "only a notification can wake it within the hour"
        assert Heartbeat.objects.filter(part="drainer").exists()
    finally:
        stop.set()
        with transaction.atomic():
            append(Ping(thing="b"), at=at)
        drainer.join(60)
    assert not drainer.is_alive()


def test_a_database_that_goes_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            pauses.append(timeout or 0)
            if len(pauses) == 6:
                self.set()
            return self.is_set()

    def connect(**parameters: Any) -> None:
        assert not {"pool", "cursor_factory"} & parameters.keys()
        raise psycopg.OperationalError("the server is starting up")

    monkeypatch.setattr(psycopg, "connect", connect)
    monkeypatch.setattr(run_events, "connection_parameters", dict)
    monkeypatch.setattr(run_events.connections, "close_all", lambda: None)
    run_events.run(Stop())
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0]


def test_it_can_stop_when_nothing_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    due = [3, 1, 0, 7]
    monkeypatch.setattr(run_events, "work", lambda: due.pop(0))
    call_command("run_events", until_empty=True)
    assert due == [7]


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_after_its_round(
    ends: None, monkeypatch: pytest.MonkeyPatch, name: signal.Signals
) -> None:
    def run(stop: threading.Event) -> None:
        os.kill(os.getpid(), name)
        assert stop.wait(10)

    monkeypatch.setattr(run_events, "run", run)
    call_command("run_events")


def test_the_listening_connection_is_djangos_without_its_pool(db: None) -> None:
    parameters = run_events.connection_parameters()
    assert parameters["dbname"] == connections["default"].settings_dict["NAME"]
    assert not {"pool", "cursor_factory", "context"} & parameters.keys()
