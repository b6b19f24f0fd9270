"""Celery entries of the kernel."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from kombu.exceptions import OperationalError

from commerce.models import Merchant
from postexp.celery import app
from postexp.kernel import clock, idempotency, inbox, outbox, tasks
from postexp.kernel.models import Heartbeat, IdempotencyRecord, InboxMessage, InboxState
from postexp.kernel.scheduler import BeatingScheduler


def test_a_worker_runs_the_delivery_it_was_handed(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[int, str]] = []

    def run(delivery_id: int, claim: str, *, now: Any) -> str:
        assert now is clock.now
        ran.append((delivery_id, claim))
        return "done"

    monkeypatch.setattr(outbox, "run_outside", run)
    assert tasks.run_outside(7, "claim") == "done"
    assert ran == [(7, "claim")]


def test_handing_over_fails_at_once_where_the_broker_is_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[tuple[tuple[int, str], dict[str, Any]]] = []
    monkeypatch.setattr(
        tasks.run_outside, "apply_async", lambda args, **options: sent.append((args, options))
    )
    tasks.hand_over(7, "claim")
    assert sent == [((7, "claim"), {"retry": False})]


def test_a_broker_that_is_down_is_noticed_without_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("kombu.utils.functional.sleep", slept.append)
    nowhere = app.connection_for_write(f"redis+socket://{tmp_path}/none.sock")
    with nowhere, pytest.raises(OperationalError):
        tasks.run_outside.apply_async((7, "claim"), retry=False, connection=nowhere)
    assert slept == [], "Celery's own patience is four seconds"


def test_workers_and_scheduler_each_say_that_they_are_alive(db: None, tmp_path: Path) -> None:
    tasks.worker_beat()
    assert {beat.part for beat in Heartbeat.objects.all()} == {"worker"}
    assert str(Heartbeat.objects.get()).startswith("worker at ")
    scheduler = BeatingScheduler(app=app, schedule_filename=str(tmp_path / "schedule"))
    scheduler.tick()
    scheduler.tick()
    assert {beat.part for beat in Heartbeat.objects.all()} == {"worker", "scheduler"}


def test_old_requests_and_keys_are_purged(scope: Merchant) -> None:
    now = clock.now()
    for age in (settings.INBOX_KEEP, timedelta(0)):
        stored = inbox.store(
            source="test",
            topic="t",
            provider_key=f"{age}",
            merchant_id=scope.pk,
            headers={},
            body=b"",
            at=now - age - timedelta(seconds=1),
        )
        InboxMessage.objects.filter(id=stored.id).update(state=InboxState.PROCESSED)
    answer = idempotency.Answer(status=200, body=b"", content_type="text/plain")
    for age in (idempotency.KEEP, timedelta(0)):
        idempotency.once(
            key=f"{age}",
            operation="test",
            body=b"",
            at=now - age - timedelta(seconds=1),
            carry_out=lambda: answer,
        )
    assert tasks.purge() == 1
    assert InboxMessage.objects.count() == 1
    assert [str(record) for record in IdempotencyRecord.objects.all()] == ["test 0:00:00"]


def test_the_schedule_names_tasks_that_exist() -> None:
    schedule = tasks.app.conf.beat_schedule
    assert {"kernel.worker_beat", "kernel.purge"} <= set(schedule)
    for entry in schedule.values():
        assert entry["task"] in tasks.app.tasks
