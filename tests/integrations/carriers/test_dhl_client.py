"""The client of DHL speaks with a made-up DHL over real connections."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import override_settings

from integrations.carriers import Busy, CarrierClient, QuestionRefused, Refused, Unanswered
from integrations.dhl.client import DhlClient
from integrations.fake_carriers.dhl import FakeDhl
from integrations.fake_carriers.parcels import FakeParcel, FakeScan, Step
from integrations.fake_carriers.server import Fault
from integrations.http import AddressRefused
from integrations.readout import read_out
from integrations.sources import SOURCES
from integrations.tokens import Account, TypedAccount

NOW = datetime(2026, 1, 8, 9, 0, tzinfo=UTC)
MOUNTAIN = datetime.fromisoformat("2026-01-07T17:32:00-07:00")
DENVER = {"city": "DENVER", "region": "CO"}


@pytest.fixture
def fake() -> Iterator[FakeDhl]:
    """A made-up DHL on loopback that knows one parcel, tried to be delivered after midnight UTC."""
    carrier = FakeDhl(client_id="a-key", now=lambda: NOW)
    with carrier, override_settings(ALLOW_PRIVATE_ADDRESSES=True):
        scans = [
            FakeScan(step=Step.LABEL, at=MOUNTAIN - timedelta(days=2)),
            FakeScan(step=Step.OUT, at=MOUNTAIN - timedelta(hours=8), **DENVER),
            FakeScan(step=Step.ATTEMPTED, at=MOUNTAIN, **DENVER),
        ]
        carrier.put(FakeParcel(number="4400000014", scans=scans, due=MOUNTAIN.date()))
        yield carrier


def client(fake: FakeDhl, key: str = "a-key", **options: Any) -> CarrierClient:
    account: Account = TypedAccount(key, "", base_url=fake.url)
    return DhlClient(account, now=lambda: NOW, **options)


def ask(fake: FakeDhl, *numbers: str, **options: Any) -> list[dict[str, Any]]:
    with client(fake, **options) as asking:
        return [
            read_out(shipment)
            for answer in asking.fetch(numbers)
            for shipment in SOURCES["dhl"](answer)
        ]


def test_each_number_is_one_request(fake: FakeDhl) -> None:
    known, unknown = ask(fake, "4400000014", "4400000099")
    assert (known["status"], known["substatus"]) == ("delivery_attempted", "recipient_absent")
    assert [event["timestamp_utc"] for event in known["events"]] == [
        "2026-01-06T00:32:00Z",
        "2026-01-07T16:32:00Z",
        "2026-01-08T00:32:00Z",
    ]
    assert known["estimated_delivery"] == {"date": "2026-01-07"}
    assert unknown["tracking_number"] == "4400000099"
    assert (unknown["status"], unknown["substatus"]) == ("pending", "not_found")
    assert unknown["events"] == []
    assert fake.requests == ["GET /track/shipments"] * 2


@pytest.mark.parametrize("step", list(Step))
def test_every_step_of_a_made_up_parcel_has_a_meaning(fake: FakeDhl, step: Step) -> None:
    fake.put(FakeParcel(number="4400000025", scans=[FakeScan(step=step, at=MOUNTAIN, **DENVER)]))
    (told,) = ask(fake, "4400000025")
    assert told["status"] != "pending"
    assert told["events"][0]["status"] == told["status"]


def test_a_key_that_is_not_accepted(fake: FakeDhl) -> None:
    with client(fake) as asking:
        asking.check()
    with client(fake, key="another") as asking, pytest.raises(Refused) as refused:
        asking.check()
    assert "Access token expired." in refused.value.detail


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        ("30", timedelta(seconds=30)),
        ("Thu, 08 Jan 2026 09:05:00 GMT", timedelta(minutes=5)),
        ("soon", timedelta(minutes=1)),
    ],
)
def test_a_limit_says_how_long_to_stay_away(
    fake: FakeDhl, retry_after: str, wait: timedelta
) -> None:
    fake.retry_after = retry_after
    fake.faults.append(Fault.BUSY)
    with pytest.raises(Busy) as busy:
        ask(fake, "4400000014")
    assert busy.value.wait == wait
    assert ask(fake, "4400000014")


@pytest.mark.parametrize(
    "fault", [Fault.BROKEN, Fault.NOT_JSON, Fault.CUT_OFF, Fault.HANG_UP, Fault.SILENT]
)
def test_no_answer_is_none(fake: FakeDhl, fault: Fault) -> None:
    fake.faults.append(fault)
    with pytest.raises(Unanswered):
        ask(fake, "4400000014", answer_seconds=0.5)


@pytest.mark.parametrize(
    ("status", "title"), [(400, "Bad Request"), (404, "No such route"), (422, "Unprocessable")]
)
def test_a_complaint_is_not_a_parcel_that_dhl_does_not_know(
    fake: FakeDhl, status: int, title: str
) -> None:
    complaint = fake.complaint(status, title, "Look at the documentation.")
    fake.answer = lambda *_: (status, complaint)  # type: ignore[method-assign]
    with pytest.raises(QuestionRefused, match=title):
        ask(fake, "4400000014")
    with client(fake) as asking, pytest.raises(Refused, match=title):
        asking.check()


def test_what_came_before_a_failure_stands(fake: FakeDhl) -> None:
    with client(fake) as asking:
        answers = asking.fetch(["4400000014", "4400000014"])
        assert next(answers)
        fake.faults.append(Fault.BROKEN)
        with pytest.raises(Unanswered):
            next(answers)


def test_a_private_address_is_not_asked() -> None:
    account: Account = TypedAccount("a-key", "", base_url="http://127.0.0.1:9")
    with DhlClient(account, now=lambda: NOW) as asking, pytest.raises(Unanswered) as unanswered:
        asking.check()
    assert isinstance(unanswered.value.__cause__, AddressRefused)
