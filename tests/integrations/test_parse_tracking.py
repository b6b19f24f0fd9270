"""The command that shows how a payload is read."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

EVENT = {
    "tracking_number": "1032-6136-7661",
    "carrier": "ヤマト運輸",
    "occurred_at": "2026-11-20T08:12:00+09:00",
    "status": "out_for_delivery",
}
PAGE = {
    "number": "1032-6136-7661",
    "inquiry_date": "2026-11-21",
    "rows_in_page_order": [{"state": "荷物受付", "date": "11/19", "time": "18:47"}],
}


def read(source: str, payload: Any, folder: Path) -> Any:
    file, out = folder / "payload.json", StringIO()
    file.write_text(json.dumps(payload))
    call_command("parse_tracking", source, str(file), stdout=out)
    return json.loads(out.getvalue())


def test_what_any_system_sends_can_be_tried(tmp_path: Path) -> None:
    wrong = {**EVENT, "occurred_at": "yesterday"}
    told = read("generic", {"events": [EVENT, wrong]}, tmp_path)
    (shipment,) = told["shipments"]
    assert (shipment["carrier"], shipment["status"]) == ("yamato", "out_for_delivery")
    assert [(row["index"], row["code"]) for row in told["refused"]] == [(1, "invalid_time")]


def test_an_answer_in_a_carriers_format_can_be_tried(tmp_path: Path) -> None:
    (shipment,) = read("generic", {"format": "yamato", "parcels": [PAGE]}, tmp_path)["shipments"]
    assert (shipment["carrier"], shipment["substatus"]) == ("yamato", "accepted")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("generic", "`events` of the sender’s message is no list"),
        ("fedex", "`output.completeTrackResults` of the FedEx message is missing"),
    ],
)
def test_another_payload_is_refused_in_one_line(source: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=words):
        read(source, {"trackResponse": {}}, tmp_path)
