"""Recorded payloads of carriers and aggregators become our words, as their samples expect."""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from integrations.readout import read_out
from integrations.sources import SOURCES
from tests.integrations.mutations import refusals
from tests.samples import folders


def source_of(path: Path) -> str:
    """Return the source of a sample: its folder without the ending, or its own in `japan`."""
    if path.parent.name == "japan":
        return path.name.removesuffix("_parcels.json")
    return path.parent.name.removesuffix("_json").removesuffix("_xml")


def samples() -> list[Path]:
    """Return the payloads of tracking with an answer beside them, ours and those we were given."""
    return sorted(
        path
        for folder in folders()
        for root in (folder / "tracking",)
        for path in root.rglob("*.*")
        if path.with_suffix(".expected.json").exists() and ".expected" not in path.name
    )


def of_each(expected: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the answers of a sample, one a shipment."""
    for name in ("shipments", "trackers", "parcels"):
        if name in expected:
            rows: list[dict[str, Any]] = expected[name]
            return rows
    return [expected]


@pytest.mark.parametrize("path", samples(), ids=lambda path: f"{source_of(path)}-{path.stem}")
def test_a_sample_is_read_as_it_expects(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))["expected"]
    told = [read_out(one) for one in SOURCES[source_of(path)](path.read_bytes())]
    answers = of_each(expected)
    numbers = expected.get("tracking_numbers") or [
        one.get("tracking_number", expected.get("fulfillment_id")) for one in answers
    ]
    assert all(one["tracking_number"] == n for one, n in zip(told, numbers, strict=True) if n)
    for one, answer in zip(told, answers, strict=True):
        compare(one, answer)


def compare(told: dict[str, Any], answer: dict[str, Any]) -> None:
    """Hold what we read of one shipment against everything its answer says."""
    assert told["status"] in (answer["status"], *answer.get("accept_status", ()))
    assert told["substatus"] in answer["substatus_any_of"]
    if answer.get("carrier"):
        assert told["carrier"] == answer["carrier"]
    if "delayed" in answer:
        assert told["delayed"] is answer["delayed"]
    if "delay_reason_any_of" in answer:
        assert told["delay_reason"] in answer["delay_reason_any_of"]
    if "delivered_at_utc" in answer:
        assert told["delivered_at_utc"] == answer["delivered_at_utc"]
    for name, value in (answer.get("estimated_delivery") or {}).items():
        assert told["estimated_delivery"][name] == value, name
    if "estimated_delivery" in answer and answer["estimated_delivery"] is None:
        assert told["estimated_delivery"] is None
    if "failed_attempts" in answer:
        assert attempts(told["events"]) == answer["failed_attempts"]
    if "event_count" in answer:
        assert len(told["events"]) == answer["event_count"]
    if "location" in answer:
        assert told["events"][-1]["location"] == answer["location"]
    compare_events(told["events"], events_of(answer))


def attempts(events: list[dict[str, Any]]) -> int:
    """Return how often a delivery was tried in vain."""
    return sum(event["status"] == "delivery_attempted" for event in events)


def events_of(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the events an answer names, in any order."""
    rows: list[dict[str, Any]] = answer.get("events_oldest_first") or answer.get(
        "events_in_page_order", []
    )
    return rows


def compare_events(told: list[dict[str, Any]], answers: list[dict[str, Any]]) -> None:
    """Hold the events against their answers: a multiset, each with all that its answer says."""
    if not answers:
        return
    assert Counter(map(mark, told)) == Counter(map(mark, answers))
    for answer in answers:
        likes = [event for event in told if mark(event) == mark(answer)]
        assert any(says(event, answer) for event in likes), (answer, likes)


def mark(event: dict[str, Any]) -> tuple[Any, ...]:
    """Return what tells an event from others: instant or local time, and status."""
    moment = event["timestamp_utc"]
    return (instant(moment) if moment else event.get("timestamp_local"), event["status"])


def instant(text: str) -> datetime:
    """Return the instant of a text."""
    return datetime.fromisoformat(text)


def says(event: dict[str, Any], answer: dict[str, Any]) -> bool:
    """Whether an event says all that its answer does."""
    words = answer.get("substatus_any_of", [answer["substatus"]])
    local = answer.get("timestamp_local")
    return (
        event["substatus"] in words
        and event["location"] == answer["location"]
        and event["raw_code"] == answer.get("raw_code", event["raw_code"])
        and event["raw_description"] == answer.get("raw_description", event["raw_description"])
        and (local is None or event["timestamp_local"] == local)
        and event["time_precision"] == answer.get("time_precision", event["time_precision"])
    )


@pytest.mark.parametrize("path", samples(), ids=lambda path: f"{source_of(path)}-{path.stem}")
def test_a_broken_payload_raises_nothing_but_unreadable(path: Path) -> None:
    refusals(SOURCES[source_of(path)], path.read_bytes())
