"""From the bytes of a Hermes Germany answer to normalised shipments. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from integrations.hermes.codes import MEANINGS
from integrations.payload import Payload
from integrations.reading.english import ENGLISH
from integrations.reading.listing import in_order
from integrations.reading.meanings import UNMAPPED
from integrations.reading.moments import read_day, read_estimate, read_moment
from integrations.reading.scans import scan
from tracking.rules import Estimate, NormalisedEvent, NormalisedShipment, place_name

SOURCE = "hermes"
_ZONE = "Europe/Berlin"


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read the shipments of an answer; raises Unreadable for anything else."""
    message = Payload.read(body, "Hermes")
    if "shipmentinfo" not in message:
        message.refuse("shipmentinfo", "is missing: this is no answer about a shipment")
    return tuple(_shipment(one) for one in message.children("shipmentinfo"))


def _shipment(told: Payload) -> NormalisedShipment:
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=told.identity("shipmentID"),
        carrier="hermes_de",
        tracking_url=told.text("trackingLink"),
        estimate=_estimate(told.child("deliveryForecast")),
        events=in_order(_events(told)),
    )


def _events(told: Payload) -> Iterator[NormalisedEvent]:
    for row in told.rows("status"):
        unit = row.child("scanningUnit")
        code, words = row.text("code"), row.text("description")
        when = read_moment(row.text("timestamp"), _ZONE)
        means = MEANINGS.get(code) or ENGLISH.meant_by(words) or UNMAPPED
        yield scan(
            SOURCE,
            when,
            means,
            location=place_name(
                city=unit.text("city"), region="", postcode="", country=unit.text("countryCode")
            ),
            raw_code=code,
            raw_description=words,
        )


def _estimate(forecast: Payload) -> Estimate | None:
    day = forecast.text("date")
    if read_day(day) is None:
        return None
    slot = forecast.child("timeSlot")
    return read_estimate(day, starts=slot.text("from"), ends=slot.text("to"), zone=_ZONE)
