"""Run local stand-ins for the carriers, to try accounts there without having any."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from integrations.fake_carriers.dhl import FakeDhl
from integrations.fake_carriers.fedex import FakeFedEx
from integrations.fake_carriers.parcels import FakeParcel, FakeScan, Step
from integrations.fake_carriers.server import FakeCarrier
from integrations.fake_carriers.ups import FakeUps
from integrations.fake_carriers.usps import FakeUsps
from postexp.kernel import clock

CARRIERS: dict[str, type[FakeCarrier]] = {
    "fedex": FakeFedEx,
    "ups": FakeUps,
    "usps": FakeUsps,
    "dhl": FakeDhl,
}
JOURNEY = (
    Step.LABEL,
    Step.PICKED_UP,
    Step.DEPARTED,
    Step.ARRIVED,
    Step.AT_DEPOT,
    Step.OUT,
    Step.DELIVERED,
)
PLACE = {"city": "DENVER", "region": "CO", "postcode": "80202"}
SECRET = "try-me"  # noqa: S105 (of carriers that live on this machine)


class Command(BaseCommand):
    """Serves FedEx, UPS, USPS and DHL, each on a port of its own."""

    help = (
        "Run made-up carriers on this machine. Start Postexp with the settings it prints, and "
        "connect with its client ID and secret. Numbers that are named travel: one step a minute."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "numbers", nargs="*", help="Tracking numbers every carrier knows and lets travel."
        )
        parser.add_argument(
            "--port", type=int, default=8790, help="The first of four ports to listen on (8790)."
        )
        parser.add_argument(
            "--step", type=float, default=60.0, help="Seconds between two scans (60)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with ExitStack() as stack:
            running = {
                name: stack.enter_context(
                    kind(client_id=name, client_secret=SECRET, port=options["port"] + place)
                )
                for place, (name, kind) in enumerate(CARRIERS.items())
            }
            self._introduce(running)
            try:
                self._travel(list(running.values()), options["numbers"], options["step"])
            except KeyboardInterrupt:
                self.stdout.write("Stopped.")

    def _introduce(self, running: dict[str, FakeCarrier]) -> None:
        for name, fake in running.items():
            self.stdout.write(f"POSTEXP_{name.upper()}_URL={fake.url}")
        self.stdout.write("POSTEXP_ALLOW_PRIVATE_ADDRESSES=1")
        self.stdout.write("Client IDs:     fedex, ups, usps; API key of DHL: dhl")
        self.stdout.write(f"Client secret:  {SECRET}")
        self.stdout.write("Press Ctrl-C to stop.")

    def _travel(self, carriers: list[FakeCarrier], numbers: list[str], seconds: float) -> None:
        """Let every number take one step after another, and then stay as it is."""
        due = (clock.now() + timedelta(days=1)).date()
        for fake in carriers:
            for number in numbers:
                fake.put(FakeParcel(number=number, due=due))
        pause = threading.Event()
        for step in JOURNEY:
            scan = FakeScan(step=step, at=clock.now().replace(microsecond=0), **PLACE)
            for fake in carriers:
                for parcel in fake.parcels.values():
                    parcel.scans.append(scan)
            pause.wait(seconds)
        pause.wait()
