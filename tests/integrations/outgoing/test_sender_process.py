"""The process that sends webhooks says that it is alive."""

import threading

import pytest

from integrations.outgoing.management.commands.send_webhooks import run
from integrations.outgoing.sender import Sender
from postexp.kernel import clock, health


class AfterOneRound(threading.Event):
    """A word to stop that comes when the first round is over."""

    def is_set(self) -> bool:
        told = super().is_set()
        self.set()
        return told


@pytest.mark.django_db
def test_it_is_seen_alive() -> None:
    assert health.check_parts(at=clock.now())["sender"]["reason"] == "never seen"
    sender = Sender(threads=1)
    run(sender, AfterOneRound())
    sender.close()
    assert health.check_parts(at=clock.now())["sender"]["ok"] is True
