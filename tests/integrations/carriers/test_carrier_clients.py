"""The clients of FedEx, UPS and USPS speak with made-up carriers over real connections."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils import translation

from integrations.carriers import (
    Busy,
    CarrierClient,
    CarrierError,
    QuestionRefused,
    Refused,
    TokenRequest,
    Unanswered,
)
from integrations.errors import describe
from integrations.fake_carriers.fedex import FakeFedEx
from integrations.fake_carriers.parcels import FakeParcel, FakeScan, Step
from integrations.fake_carriers.server import FakeCarrier, Fault
from integrations.fake_carriers.ups import FakeUps
from integrations.fake_carriers.usps import FakeUsps
from integrations.fedex.client import FedExClient
from integrations.readout import read_out
from integrations.sources import SOURCES
from integrations.tokens import Account, Token, TypedAccount
from integrations.ups.client import UpsClient
from integrations.usps.client import UspsClient

CARRIERS: dict[str, tuple[type[FakeCarrier], type[CarrierClient]]] = {
    "fedex": (FakeFedEx, FedExClient),
    "ups": (FakeUps, UpsClient),
    "usps": (FakeUsps, UspsClient),
}
MOUNTAIN = datetime.fromisoformat("2026-01-07T17:32:00-07:00")


class Clock:
    """A clock that a test turns on."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 8, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


class Desk:
    """One made-up carrier, an account at it, and the client that asks it."""

    def __init__(self, carrier: str, fake: FakeCarrier, account: TypedAccount, clock: Clock):
        self.carrier, self.fake, self.account, self.clock = carrier, fake, account, clock

    def client(self, **options: Any) -> CarrierClient:
        account: Account = self.account
        return CARRIERS[self.carrier][1](account, now=self.clock, **options)

    def ask(self, *numbers: str, **options: Any) -> list[dict[str, Any]]:
        """Return what the carrier tells of numbers, as we read it."""
        with self.client(**options) as client:
            return [
                read_out(shipment)
                for answer in client.fetch(numbers)
                for shipment in SOURCES[self.carrier](answer)
            ]

    def logins(self) -> int:
        """Return how often a token was asked for."""
        return self.fake.requests.count(f"POST {self.fake.login_path}")


@pytest.fixture(params=sorted(CARRIERS))
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Each carrier in turn, on loopback, with one parcel on its way."""
    clock = Clock()
    with (
        CARRIERS[request.param][0](now=clock) as fake,
        override_settings(ALLOW_PRIVATE_ADDRESSES=True),
    ):
        fake.put(parcel("7946000000011"))
        yield Desk(
            request.param,
            fake,
            TypedAccount(fake.client_id, fake.client_secret, base_url=fake.url),
            clock,
        )


def parcel(number: str) -> FakeParcel:
    """A parcel that was tried to be delivered after midnight UTC."""
    place = {"city": "DENVER", "region": "CO", "postcode": "80202"}
    return FakeParcel(
        number=number,
        scans=[
            FakeScan(step=Step.LABEL, at=MOUNTAIN - timedelta(days=2)),
            FakeScan(step=Step.PICKED_UP, at=MOUNTAIN - timedelta(days=1), **place),
            FakeScan(step=Step.OUT, at=MOUNTAIN - timedelta(hours=8), **place),
            FakeScan(step=Step.ATTEMPTED, at=MOUNTAIN, **place),
        ],
        due=MOUNTAIN.date(),
    )


def test_a_parcel_is_asked_for_and_read(desk: Desk) -> None:
    (told,) = desk.ask("7946000000011")
    assert told["carrier"] == desk.carrier
    assert (told["status"], told["substatus"]) == ("delivery_attempted", "recipient_absent")
    assert told["estimated_delivery"] == {"date": "2026-01-07"}
    assert [event["timestamp_utc"] for event in told["events"]] == [
        "2026-01-06T00:32:00Z",
        "2026-01-07T00:32:00Z",
        "2026-01-07T16:32:00Z",
        "2026-01-08T00:32:00Z",
    ]


@pytest.mark.parametrize("step", list(Step))
def test_every_step_of_a_made_up_parcel_has_a_meaning(desk: Desk, step: Step) -> None:
    desk.fake.put(FakeParcel(number="7946000000099", scans=[FakeScan(step=step, at=MOUNTAIN)]))
    (told,) = desk.ask("7946000000099")
    assert told["status"] != "pending"
    assert told["events"][0]["status"] == told["status"]


def test_an_unknown_number_is_pending(desk: Desk) -> None:
    (told,) = desk.ask("7946000000088")
    assert told["tracking_number"] == "7946000000088"
    assert (told["status"], told["substatus"]) == ("pending", "not_found")


def test_thirty_numbers_of_fedex_go_into_one_request_and_one_of_others(desk: Desk) -> None:
    numbers = [f"79460000001{number:02}" for number in range(31)]
    told = desk.ask(*numbers)
    assert [one["tracking_number"] for one in told] == numbers
    assert len(desk.fake.requests) - desk.logins() == (2 if desk.carrier == "fedex" else 31)


def test_a_token_serves_until_it_lapses(desk: Desk) -> None:
    for _ in range(3):
        desk.ask("7946000000011")
    assert desk.logins() == 1
    desk.clock.at += timedelta(seconds=desk.fake.token_seconds - 60)
    assert desk.ask("7946000000011")
    assert desk.logins() == 2


def test_a_token_the_carrier_forgot_is_renewed_once(desk: Desk) -> None:
    desk.ask("7946000000011")
    desk.fake.faults.append(Fault.TOKENS_LOST)
    assert desk.ask("7946000000011")
    assert desk.logins() == 2
    desk.fake.faults.extend([Fault.TOKENS_LOST, Fault.TOKENS_LOST])
    with pytest.raises(Refused, match="expired"):
        desk.ask("7946000000011")
    assert desk.logins() == 3


def test_a_wrong_secret_is_refused(desk: Desk) -> None:
    desk.account.client_secret = "another"
    with pytest.raises(Refused, match="not valid") as refused, desk.client() as client:
        client.check()
    assert describe(CarrierError, refused.value.kind, refused.value.detail) == str(refused.value)
    with pytest.raises(Refused):
        desk.ask("7946000000011")
    assert desk.account.kept is None


def test_a_right_secret_is_accepted(desk: Desk) -> None:
    with desk.client() as client:
        client.check()
    assert desk.account.kept is not None
    assert desk.account.kept.value in desk.fake.tokens


@pytest.mark.parametrize(
    ("written", "wait"),
    [
        ("30", timedelta(seconds=30)),
        ("Thu, 08 Jan 2026 09:02:00 GMT", timedelta(minutes=2)),
        ("Thu, 08 Jan 2026 08:00:00 GMT", timedelta(seconds=1)),
        ("99999999999", timedelta(days=1)),
        ("soon", timedelta(minutes=1)),
    ],
)
def test_a_busy_carrier_says_how_long(desk: Desk, written: str, wait: timedelta) -> None:
    desk.fake.retry_after = written
    desk.fake.faults.append(Fault.BUSY)
    with pytest.raises(Busy) as busy:
        desk.ask("7946000000011")
    assert busy.value.wait == wait


FAULTS = [Fault.BROKEN, Fault.NOT_JSON, Fault.CUT_OFF, Fault.HANG_UP, Fault.SILENT]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_carrier_that_fails_leaves_us_without_an_answer(desk: Desk, fault: Fault) -> None:
    desk.ask("7946000000011")
    desk.fake.faults.append(fault)
    with pytest.raises(Unanswered):
        desk.ask("7946000000011", answer_seconds=0.5)
    assert desk.ask("7946000000011")


@pytest.mark.parametrize("status", [400, 422])
def test_a_question_that_is_refused_is_not_the_account(desk: Desk, status: int) -> None:
    complaint = desk.fake.complaint(status, "ODD", "We cannot stand this.")
    desk.fake.answer = lambda *_: (status, complaint)  # type: ignore[method-assign]
    with pytest.raises(QuestionRefused, match="cannot stand"):
        desk.ask("7946000000011")


def test_every_request_is_counted(desk: Desk) -> None:
    with desk.client() as client:
        client.check()
        list(client.fetch(["7946000000011"]))
        desk.fake.faults.append(Fault.TOKENS_LOST)
        list(client.fetch(["7946000000011"]))
        assert client.calls == len(desk.fake.requests) == 5


def test_what_came_before_a_failure_stands(desk: Desk) -> None:
    with desk.client() as client:
        numbers = [f"79460000001{number:02}" for number in range(client.batch_size + 1)]
        answers = client.fetch(numbers)
        assert next(answers)
        desk.fake.faults.append(Fault.BUSY)
        with pytest.raises(Busy):
            next(answers)


def test_ups_refuses_a_number_and_the_others_are_answered() -> None:
    with FakeUps() as fake, override_settings(ALLOW_PRIVATE_ADDRESSES=True):
        account = TypedAccount(fake.client_id, fake.client_secret, base_url=fake.url)
        told = Desk("ups", fake, account, Clock()).ask("1Z/..?", "7946000000012")
    assert [(one["tracking_number"], one["substatus"]) for one in told] == [
        ("1Z/..?", "invalid_number"),
        ("7946000000012", "not_found"),
    ]


def test_private_addresses_are_not_asked(desk: Desk) -> None:
    with (
        override_settings(ALLOW_PRIVATE_ADDRESSES=False),
        pytest.raises(Unanswered, match="not public, or not https"),
    ):
        desk.ask("7946000000011")
    assert desk.fake.requests == []


def test_the_secret_stands_in_no_words_about_an_account() -> None:
    assert "hidden" not in repr(TypedAccount("id", "hidden"))
    assert "hidden" not in repr(Token("hidden", MOUNTAIN))
    assert "hidden" not in repr(TokenRequest("/token", {"data": {"client_secret": "hidden"}}))


@pytest.mark.parametrize(
    "error", [Refused("no"), QuestionRefused("no"), Busy(timedelta(0)), Unanswered("no")]
)
def test_errors_have_words_in_both_languages(error: CarrierError) -> None:
    with translation.override("en"):
        assert describe(CarrierError, error.kind, error.detail) == str(error) != ""
    assert describe(CarrierError, "", "") == ""
