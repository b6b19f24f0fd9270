"""`replay_request` plays recorded requests on a running instance and says what they led to."""

import json
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from integrations.management.commands import replay_request
from postexp.kernel import clock, inbox
from tests.samples import OURS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reader() -> Iterator[None]:
    """Read the inbox as the drainer does."""
    stop = threading.Event()

    def work() -> None:
        try:
            while not stop.wait(0.02):
                inbox.drain(at=clock.now())
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


def replay(url: str, *files: Path) -> list[dict[str, Any]]:
    out = StringIO()
    try:
        call_command("replay_request", *map(str, files), base_url=url, stdout=out)
    finally:
        lines = [json.loads(line) for line in out.getvalue().splitlines()]
    return lines


def test_each_file_gets_its_line(live_server: Any, reader: None) -> None:
    shopify = OURS / "shopify"
    order, again, forged, erase = replay(
        live_server.url,
        shopify / "made_orders_create.jpy.json",
        shopify / "made_orders_create.jpy.json",
        shopify / "neg.orders_create.tampered_body.json",
        shopify / "customers_redact.json",
    )
    assert (order["status"], order["stored"], order["duplicate"]) == (200, True, False)
    assert order["effect"]["kind"] == "order"
    assert order["effect"]["total"]["currency"] == "JPY"
    assert (again["status"], again["stored"], again["duplicate"]) == (200, False, True)
    assert (forged["status"], forged["stored"], forged["effect"]) == (401, False, None)
    assert erase["effect"]["asks"] == "erase_customer"
    assert order["merchant"] == erase["merchant"]


def test_a_provider_that_is_answered_in_its_own_form(live_server: Any, reader: None) -> None:
    twilio = OURS / "twilio"
    reply, again, forged, report = replay(
        live_server.url,
        twilio / "sms_incoming.empty_fields.json",
        twilio / "sms_incoming.empty_fields.json",
        twilio / "neg.sms_tampered.json",
        twilio / "status_undelivered.json",
    )
    assert (reply["status"], reply["stored"], reply["duplicate"]) == (200, True, False)
    assert reply["effect"]["kind"] == "reply"
    assert (again["status"], again["stored"], again["duplicate"]) == (200, False, True)
    assert (forged["status"], forged["stored"], forged["duplicate"]) == (403, False, False)
    assert report["effect"]["receipt"] == "failed"


def test_messages_of_one_number_go_to_the_throw_away_shop(live_server: Any, reader: None) -> None:
    whatsapp = OURS / "whatsapp"
    reply, again, forged, report, approved = replay(
        live_server.url,
        whatsapp / "text.json",
        whatsapp / "text.json",
        whatsapp / "neg.made_text_other_secret.json",
        whatsapp / "status_failed.json",
        whatsapp / "template_status_approved.json",
    )
    assert (reply["status"], reply["effect"]["kind"]) == (200, "reply")
    assert (again["status"], again["stored"], again["duplicate"]) == (200, False, True)
    assert (forged["status"], forged["stored"]) == (401, False)
    assert report["effect"]["receipt"] == "failed"
    assert approved["effect"]["state"] == "approved"


def test_what_cannot_be_replayed_is_said(live_server: Any, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{}")
    out = StringIO()
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("replay_request", str(bad), base_url=live_server.url, stdout=out)
    assert "no recorded request" in json.loads(out.getvalue())["error"]


def test_an_instance_without_a_drainer_is_told_of(
    live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_request, "PATIENCE", 0.1)
    [line] = replay(live_server.url, OURS / "shopify" / "shop_redact.json")
    assert line["effect"]["kind"] == "waiting"
    assert "run_events" in line["effect"]["next_step"]


def test_an_unreadable_request_says_why(live_server: Any, reader: None, tmp_path: Path) -> None:
    recording = json.loads((OURS / "shopify" / "shop_redact.json").read_text("utf-8"))
    recording["request"]["headers"]["X-Shopify-Topic"] = "orders/create"
    path = tmp_path / "odd.json"
    path.write_text(json.dumps(recording))
    [line] = replay(live_server.url, path)
    assert line["effect"]["kind"] == "failed"
    assert line["effect"]["next_step"]


def test_line_is_played_with_what_it_takes_for_granted(live_server: Any, reader: None) -> None:
    files = sorted((OURS / "line").glob("*.json"))
    lines = replay(live_server.url, *files)
    told = {
        path.stem: (line["status"], line["effect"]) for path, line in zip(files, lines, strict=True)
    }
    assert told["neg.text_tampered"] == (401, None)
    assert told["verify_empty_events"][1]["kind"] == "verified"
    assert told["account_link"][1]["state"] == "linked"
    assert told["unfollow"][1]["state"] == "unreachable"
    assert told["unsend"][1]["state"] == "taken back"
    assert told["batch_text_sticker"][1]["kind"] == told["image"][1]["kind"] == "reply"
    assert {status for status, _ in told.values()} == {200, 401}
