"""A shop with an account at a made-up carrier on loopback, and parcels there."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import override_settings

from commerce.models import Merchant, User
from commerce.ports import FulfilmentFacts
from commerce.services.orders import take_in_order
from integrations.fake_carriers.dhl import FakeDhl
from integrations.fake_carriers.fedex import FakeFedEx
from integrations.fake_carriers.parcels import FakeParcel, FakeScan, Step
from integrations.fake_carriers.server import FakeCarrier
from integrations.fake_carriers.ups import FakeUps
from integrations.polling.accounts import connect_account
from integrations.polling.asking import run_slice
from integrations.polling.models import AskedNumber, CarrierAccount
from tests.facts import order_facts
from tests.shops import drain_all
from tracking.models import Shipment
from tracking.services import take_in_shipment

FAST = {"per_second": 500.0, "per_day": 1_000_000}


class Clock:
    """A clock that a test turns on."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


class Desk:
    """One shop's account at one made-up carrier."""

    def __init__(self, carrier: str, fake: FakeCarrier, merchant: Merchant, by: User, clock: Clock):
        self.carrier, self.fake, self.merchant, self.by = carrier, fake, merchant, by
        self.clock = clock
        self.account = self.connect()
        CarrierAccount.objects.filter(pk=self.account.pk).update(**FAST)

    def connect(self) -> CarrierAccount:
        """Connect the shop, or change the credentials."""
        return connect_account(
            merchant=self.merchant,
            carrier=self.carrier,
            client_id=self.fake.client_id,
            client_secret=self.fake.client_secret,
            by=self.by,
            at=self.clock(),
        )

    def send(
        self,
        number: str,
        *,
        known: bool = True,
        source: str = "shopify",
        carrier_name: str | None = None,
    ) -> Shipment:
        """Send an order's parcel, of which the carrier knows where `known`."""
        if known:
            self.tell(number, Step.PICKED_UP)
        (shipment,) = self._send((number,), source=source, carrier_name=carrier_name)
        return shipment

    def send_all(self, numbers: Sequence[str]) -> None:
        """Send many parcels of one order, which takes far less time than one each of many."""
        for number in numbers:
            self.tell(number, Step.PICKED_UP)
        self._send(tuple(numbers), source="shopify", carrier_name=None)

    def _send(
        self, numbers: tuple[str, ...], *, source: str, carrier_name: str | None
    ) -> list[Shipment]:
        order = take_in_order(
            order_facts(external_id=f"o{numbers[0]}", number=f"#{numbers[0]}"),
            merchant=self.merchant,
            at=self.clock(),
        ).order
        type(order).objects.filter(pk=order.pk).update(source=source)
        facts = FulfilmentFacts(
            external_id=f"f{numbers[0]}",
            order_external_id=order.external_id,
            created_at=self.clock() - timedelta(days=1),
            carrier_name=self.carrier if carrier_name is None else carrier_name,
            tracking_numbers=numbers,
            lines=(),
        )
        shipments = take_in_shipment(facts, at=self.clock())
        drain_all()
        return shipments

    def tell(self, number: str, *steps: Step) -> None:
        """Let the carrier know of scans, each at this moment."""
        known = self.fake.parcels.setdefault(number, FakeParcel(number=number))
        place = {"city": "DENVER", "region": "CO", "postcode": "80202"}
        known.scans += [FakeScan(step=step, at=self.clock(), **place) for step in steps]

    def all_due(self) -> None:
        """Let every number be due now."""
        AskedNumber.objects.update(poll_at=self.clock())

    def ask(self, *, answer_seconds: float = 5.0) -> int:
        """Ask about everything that is due; the clock stands still."""
        until = self.clock() + timedelta(seconds=1)
        return run_slice(
            self.account.pk, until=until, now=self.clock, answer_seconds=answer_seconds
        )

    def asked(self) -> list[str]:
        """The requests about parcels that the carrier got so far."""
        login = f"POST {self.fake.login_path}"
        return [request for request in self.fake.requests if request != login]

    def standing(self) -> CarrierAccount:
        """The account as it is now."""
        return CarrierAccount.objects.select_related("connection").get(pk=self.account.pk)

    def row(self, number: str) -> AskedNumber:
        """What is planned for a number."""
        return AskedNumber.objects.get(number=number)


@pytest.fixture
def clock(at: datetime) -> Clock:
    return Clock(at)


@pytest.fixture
def fedex(scope: Merchant, owner: User, clock: Clock) -> Iterator[Desk]:
    """FedEx, which answers about thirty numbers at once."""
    yield from _desk("fedex", FakeFedEx(now=clock), scope, owner, clock)


@pytest.fixture
def ups(scope: Merchant, owner: User, clock: Clock) -> Iterator[Desk]:
    """UPS, which answers about one."""
    yield from _desk("ups", FakeUps(now=clock), scope, owner, clock)


@pytest.fixture
def dhl(scope: Merchant, owner: User, clock: Clock) -> Iterator[Desk]:
    """DHL, which answers about one, for several of its companies."""
    yield from _desk("dhl", FakeDhl(now=clock), scope, owner, clock)


def _desk(
    carrier: str, fake: FakeCarrier, merchant: Merchant, owner: User, clock: Clock
) -> Iterator[Desk]:
    urls = {**settings.CARRIER_URLS, carrier: fake.url}
    with fake, override_settings(ALLOW_PRIVATE_ADDRESSES=True, CARRIER_URLS=urls):
        yield Desk(carrier, fake, merchant, owner, clock)
