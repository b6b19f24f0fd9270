"""Workers of imports: one at a time, and none for ever at what leads nowhere."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commerce.models import Customer, Merchant, User
from integrations.spreadsheets import reading, services, steps
from integrations.spreadsheets.enums import State
from integrations.spreadsheets.models import Import, ImportItem
from integrations.spreadsheets.selectors import STALLED
from postexp.kernel import clock
from postexp.kernel.files import private_files
from postexp.kernel.models import EventRecord
from tests.integrations.spreadsheets.conftest import Bring, work_off

HEADER = "Email,First name,Last name\n"
HOUR = timedelta(hours=1)


def customers(count: int) -> str:
    return HEADER + "".join(f"c{n}@example.com,Ann,Lee\n" for n in range(count))


@pytest.fixture
def chosen(upload: Bring) -> Bring:
    """Upload a file and choose its columns; no worker was at it yet."""

    def bring(content: str) -> Import:
        batch = upload("customers", content)
        services.choose_columns(
            batch, columns=batch.columns, date_order=batch.date_order, at=clock.now()
        )
        return batch

    return bring


@pytest.fixture
def started(check: Bring, owner: User) -> Bring:
    """Check a file and let it run; no worker was at it yet."""

    def bring(content: str) -> Import:
        batch = check("customers", content)
        services.start(batch, by=owner, at=clock.now())
        return batch

    return bring


class Hours:
    """A clock of a worker: after the look as it takes the import, each comes forty seconds later,
    in which something may happen.
    """

    def __init__(self, happens: Callable[[datetime], object]) -> None:
        self.at, self.happens, self.began = clock.now(), happens, False

    def __call__(self) -> datetime:
        if self.began:
            self.at += timedelta(seconds=40)
            self.happens(self.at)
        self.began = True
        return self.at


def test_a_long_file_is_read_by_one_worker_alone(
    chosen: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "ALIVE_LINES", 2)
    batch = chosen(customers(10))
    began = clock.now()
    taken: list[bool] = []

    def another_looks(at: datetime) -> None:
        taken.append(steps.work(batch.public_id, until=at + HOUR, now=lambda: at))

    hours = Hours(another_looks)
    steps.work(batch.public_id, until=began + HOUR, now=hours)
    batch.refresh_from_db()
    assert hours.at - began > STALLED * 2
    assert len(taken) > 5
    assert not any(taken)
    assert (batch.state, batch.entries, batch.refused, batch.lines) == (State.CHECKED, 10, 0, 10)
    assert (batch.claim, batch.tries, batch.beat_at) == ("", 0, None)


def test_a_worker_that_slept_while_another_worked_writes_nothing(chosen: Bring) -> None:
    batch = chosen(customers(10))
    first = steps._claim(batch.public_id, clock.now())
    assert first is not None
    late = clock.now() + STALLED * 2
    steps.work(batch.public_id, until=late + HOUR, now=lambda: late)
    _folders, files = private_files().listdir(steps.folder())
    with pytest.raises(steps._Overtaken):
        steps._make_plain(first, clock.now)
    assert private_files().listdir(steps.folder())[1] == files
    first.refresh_from_db(fields=["plain_path"])
    with pytest.raises(steps._Overtaken):
        steps._check(first, clock.now() + HOUR, clock.now)
    batch.refresh_from_db()
    assert (batch.state, batch.entries, batch.refused) == (State.CHECKED, 10, 0)
    assert ImportItem.objects.filter(batch=batch).count() == 10


def dying(*_args: Any) -> None:
    """Die as a worker does that is killed."""
    raise KeyboardInterrupt


def die_until_given_up(batch: Import) -> Import:
    """Let workers die at an import until none takes it any more."""
    for _try in range(steps.MOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            steps.work(batch.public_id, until=clock.now() + HOUR, now=clock.now)
    assert not steps.work(batch.public_id, until=clock.now() + HOUR, now=clock.now)
    batch.refresh_from_db()
    return batch


def test_a_check_that_comes_no_further_fails_with_words(
    chosen: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(steps, "write_plain", lambda *_args, **_kw: dying())
        batch = die_until_given_up(chosen(customers(3)))
    assert batch.state == State.FAILED
    assert "Split it" in batch.problem
    services.choose_columns(
        batch, columns=batch.columns, date_order=batch.date_order, at=clock.now()
    )
    assert work_off(batch).state == State.CHECKED


def test_a_run_that_comes_no_further_ends_with_what_it_did(
    started: Bring, owner: User, scope: Merchant, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "RUN_CHUNK", 2)
    batch = started(customers(6))
    steps.work(batch.public_id, until=clock.now() - HOUR, now=clock.now)
    monkeypatch.setattr(steps, "_run_one", dying)
    batch = die_until_given_up(batch)
    assert (batch.state, batch.created, Customer.objects.count()) == (State.DONE, 2, 2)
    assert EventRecord.objects.filter(type="import.finished").count() == 1
    client.force_login(owner)
    page = client.get(reverse("dashboard:import_detail", args=[scope.slug, batch.public_id]))
    assert "It stopped before its end" in page.content.decode()
    assert batch.problem in page.content.decode()


def test_an_undo_that_comes_no_further_can_be_tried_again(
    run: Bring, undo: Callable[[Import], Import], owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = run("customers", customers(3))
    services.begin_undo(batch, by=owner, at=clock.now())
    with monkeypatch.context() as broken:
        broken.setattr(steps, "_undo_one", dying)
        batch = die_until_given_up(batch)
    assert (batch.state, Customer.objects.count()) == (State.DONE, 3)
    assert "Taking it back" in batch.problem
    batch = undo(batch)
    assert (batch.state, batch.problem, Customer.objects.count()) == (State.UNDONE, "", 0)


def test_who_comes_further_each_time_is_not_given_up(
    started: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "RUN_CHUNK", 1)
    batch = started(customers(6))
    real = steps._run_one
    alive = iter([True, False] * 20)

    def mortal(*args: Any) -> None:
        if not next(alive):
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(steps, "_run_one", mortal)
    for _worker in range(5):
        with pytest.raises(KeyboardInterrupt):
            steps.work(batch.public_id, until=clock.now() + HOUR, now=clock.now)
    steps.work(batch.public_id, until=clock.now() + HOUR, now=clock.now)
    batch.refresh_from_db()
    assert (batch.state, batch.created, batch.problem) == (State.DONE, 6, "")
