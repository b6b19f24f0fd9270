"""One at a time."""

import os
from pathlib import Path

import pytest

from launcher.lock import Lock, refuse_second_start
from launcher.terminal import CannotGoOn


def test_only_one_can_hold_it(tmp_path: Path) -> None:
    first, second = Lock(tmp_path / "lock"), Lock(tmp_path / "lock")
    assert first.take()
    assert not second.take()
    assert second.holder() == {"pid": os.getpid()}
    first.release()
    assert second.take()


def test_the_second_is_told_where_the_first_is(tmp_path: Path) -> None:
    first = Lock(tmp_path / "lock")
    refuse_second_start(first)
    first.tell({"pid": 123, "address": "http://127.0.0.1:8000"})
    with pytest.raises(CannotGoOn, match=r"at http://127\.0\.0\.1:8000, as process 123"):
        refuse_second_start(Lock(tmp_path / "lock"))


def test_a_shorter_note_replaces_a_longer_one(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "lock")
    lock.tell({"pid": 1, "address": "http://127.0.0.1:8000"})
    lock.tell({"pid": 2})
    assert lock.holder() == {"pid": 2}


def test_in_the_instant_before_the_note_nothing_is_known(tmp_path: Path) -> None:
    assert Lock(tmp_path / "lock").holder() == {}
