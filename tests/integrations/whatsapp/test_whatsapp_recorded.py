"""Every recorded request of WhatsApp ends as its file says."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from commerce.models import Merchant
from integrations.recorded import Recording, Stage, prepare
from integrations.whatsapp.models import Template
from notifications.models import Receipt, Reply, Suppression
from postexp.kernel.models import InboxMessage
from tests.samples import recordings

WHATSAPP = recordings("whatsapp")
# What each topic leads to where its file says nothing else.
EFFECTS = {
    "messages": "reply",
    "statuses": "message_receipt",
    "message_template_status_update": "template",
    "user_preferences": "consent",
}


def send(client: Client, recording: Recording, stage: Stage) -> Any:
    delivery = prepare(recording, stage)
    return client.post(
        delivery.path,
        data=recording.body,
        content_type=recording.content_type,
        headers=dict(delivery.headers),
    )


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Receipt, Reply, Suppression, Template))


@pytest.mark.parametrize("path", WHATSAPP, ids=lambda path: path.stem)
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
    assert message.effect_kind == recording.expect.get("effect", EFFECTS[recording.topic])
    detail = message.effect_detail
    for name in ("asks", "receipt", "state"):
        assert detail.get(name) == recording.expect.get(name, detail.get(name))
    assert Suppression.objects.exists() is (recording.expect.get("asks") == "stop")
    if message.effect_kind == "reply":
        assert Reply.objects.get().text

    before = rows()
    again = send(client, recording, stage)
    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    drain()
    assert InboxMessage.objects.count() == 1
    assert rows() == before


def test_there_are_recordings() -> None:
    assert len(WHATSAPP) >= 12


def test_what_both_texts_said_under_one_id_is_kept_once(
    client: Client, scope: Merchant, drain: Callable[[], None]
) -> None:
    stage = Stage.set_up(at=datetime.now(UTC))
    for path in WHATSAPP:
        if path.stem in ("text", "image"):
            send(client, Recording.read(path), stage)
    drain()
    assert Reply.objects.count() == 1
