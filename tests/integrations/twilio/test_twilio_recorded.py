"""Every recorded request of Twilio ends as its file says."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from commerce.models import Merchant
from integrations.recorded import Recording, Stage, prepare
from notifications.models import Receipt, Reply, Suppression
from postexp.kernel.models import InboxMessage
from tests.samples import recordings

TWILIO = recordings("twilio")


def send(client: Client, recording: Recording, stage: Stage) -> Any:
    delivery = prepare(recording, stage)
    return client.post(
        delivery.path,
        data=recording.body,
        content_type=recording.content_type,
        headers=dict(delivery.headers),
    )


@pytest.mark.parametrize("path", TWILIO, ids=lambda path: path.stem)
def test_a_recorded_request_ends_as_it_should(
    path: Path, client: Client, scope: Merchant, drain: Callable[[], None]
) -> None:
    recording, stage = Recording.read(path), Stage.set_up(at=datetime.now(UTC))
    answer = send(client, recording, stage)
    assert answer.status_code == recording.expect["http"]
    if answer.status_code != 200:
        assert InboxMessage.objects.count() == 0
        return
    drain()
    message = InboxMessage.objects.get()
    assert (message.state, message.cause) == ("processed", "")
    expected = "message_receipt" if recording.topic == "status" else "reply"
    assert message.effect_kind == expected
    if recording.topic == "status":
        kind = recording.expect.get("receipt", "failed")
        assert Receipt.objects.get().kind == kind
        assert Suppression.objects.exists() is (kind == "bounced")
    else:
        assert Reply.objects.get().text
        assert message.effect_detail.get("asks") == recording.expect.get("asks")
        told = "".join(ElementTree.fromstring(answer.content).itertext())
        assert bool(told) is recording.expect.get("answered", False)
        assert Suppression.objects.exists() is (recording.expect.get("asks") == "stop")

    rows = (Receipt.objects.count(), Reply.objects.count(), Suppression.objects.count())
    again = send(client, recording, stage)
    assert (again.status_code, again.content) == (200, answer.content)
    drain()
    assert InboxMessage.objects.count() == 1
    assert rows == (Receipt.objects.count(), Reply.objects.count(), Suppression.objects.count())


def test_there_are_recordings() -> None:
    assert len(TWILIO) >= 9
