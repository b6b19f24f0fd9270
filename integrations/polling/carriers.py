"""The carriers that can be asked: their client, their usual limits, where an account comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from integrations.carriers import CarrierClient
from integrations.dhl.client import DhlClient
from integrations.fedex.client import FedExClient
from integrations.models import Service
from integrations.tokens import ConnectionAccount, Token, TypedAccount
from integrations.ups.client import UpsClient
from integrations.usps.client import UspsClient


@dataclass(frozen=True, kw_only=True)
class PolledCarrier:
    """A carrier with a client of ours.

    `slugs` are the carriers whose parcels it can be asked about, as parcels name them. `per_second`
    and `per_day` are the calls it grants a new account, or fewer where it names no figure;
    `console` is where an application is registered.
    """

    client: type[CarrierClient]
    slugs: tuple[str, ...]
    per_second: float
    per_day: int
    console: str


CARRIERS: dict[str, PolledCarrier] = {
    # 1,400 calls in ten seconds; 100,000 a day for tracking, until midnight UTC.
    Service.FEDEX: PolledCarrier(
        client=FedExClient,
        slugs=("fedex",),
        per_second=20,
        per_day=100_000,
        console="https://developer.fedex.com",
    ),
    # UPS publishes no figures.
    Service.UPS: PolledCarrier(
        client=UpsClient,
        slugs=("ups",),
        per_second=5,
        per_day=50_000,
        console="https://developer.ups.com",
    ),
    # 60 calls an hour, with those for tokens.
    Service.USPS: PolledCarrier(
        client=UspsClient,
        slugs=("usps",),
        per_second=0.016,
        per_day=1_400,
        console="https://developers.usps.com",
    ),
    # One call in five seconds, and 250 a day.
    Service.DHL: PolledCarrier(
        client=DhlClient,
        # Its answers tell parcels of DHL Paket in Germany from the others.
        slugs=("dhl", "dhl_parcel_de"),
        per_second=0.2,
        per_day=250,
        console="https://developer.dhl.com",
    ),
}


class AskingAccount(ConnectionAccount):
    """The account of a connection, as clients that ask in several threads log in with it.

    A new token is held until `save_token`: only the thread that opened the connection writes.
    """

    def keep(self, token: Token) -> None:
        """Hold a new token."""
        self.held = token


def address_of(carrier: str) -> str:
    """Return the address a carrier is asked at where it is not its own, else ""."""
    return settings.CARRIER_URLS.get(carrier, "")


def try_credentials(
    carrier: str, *, client_id: str, client_secret: str, at: datetime
) -> Token | None:
    """Log in with what was typed; return the token, where the carrier gives any.

    Raises CarrierError.
    """
    typed = TypedAccount(client_id, client_secret, base_url=address_of(carrier))
    with CARRIERS[carrier].client(typed, now=lambda: at) as client:
        client.check()
    return typed.kept
