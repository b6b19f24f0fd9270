"""From the bytes of an Australia Post tracking answer to normalised shipments. Pure.

Events come without codes: their sentences are all there is.
"""

from __future__ import annotations

from collections.abc import Iterator

from integrations.payload import Payload
from integrations.reading.english import ENGLISH
from integrations.reading.listing import homeward, in_order
from integrations.reading.meanings import UNMAPPED, Phrases, summary_of
from integrations.reading.moments import read_moment
from integrations.reading.scans import scan
from postexp.kernel.zones import zone_of
from tracking.enums import Status
from tracking.rules import NormalisedEvent, NormalisedShipment, Summary

SOURCE = "australiapost"

_WORDS = Phrases(
    (r"customer enquiry lodged|safe ?drop|updated by (sender|receiver)", "information_only"),
    (r"contact sender", "returned/returned_to_sender"),
    (r"arrived in (?!australia\b)[A-Z]", "in_transit/arrived_destination_country"),
    (r"arrived in australia", "in_transit/arrived_destination_country"),
    (r"redirect", "in_transit/rerouted"),
    (r"^we've got it|^picked up", "in_transit/accepted"),
    (r"awaiting collection.*locker", "available_for_pickup/locker"),
    (
        r"awaiting collection at|available at (post office|lpo)",
        "available_for_pickup/at_post_office",
    ),
    (r"delivered - (collected|by collection)|collected at", "delivered/pickup_point_collected"),
)
_SUMMARIES = Phrases(
    (r"^(unsuccessful|attempted) delivery|carded", "delivery_attempted/other"),
    (r"^(return|returning)", "returning/other"),
    (r"^delivered", "delivered/delivered"),
    (r"^awaiting collection", "available_for_pickup/at_post_office"),
    (r"^possible delay", "in_transit/carrier_delay"),
    (r"^(in transit|despatched|in progress)", "in_transit/in_transit"),
    (r"^(initiated|created|lodged|sealed)", "info_received/label_created"),
    (r"^cannot be delivered", "exception/general"),
    (r"^cancelled", "cancelled/by_sender"),
)
# Article is not (yet) known; it travels by a service that is not tracked.
_UNKNOWN_NUMBER, _NOT_TRACKED = "ESB-10001", "ESB-10002"


def parse(body: bytes) -> tuple[NormalisedShipment, ...]:
    """Read every article of an answer, one shipment each; raises Unreadable for anything else."""
    message = Payload.read(body, "Australia Post")
    if "tracking_results" not in message:
        message.refuse("tracking_results", "is missing: this is no answer about an article")
    return tuple(
        shipment for result in message.children("tracking_results") for shipment in _result(result)
    )


def _result(result: Payload) -> Iterator[NormalisedShipment]:
    articles = [
        article
        for item in result.rows("trackable_items")
        for article in ([item] if "article_id" in item else item.rows("items"))
    ]
    for article in articles:
        yield _article(article, article.identity("article_id"))
    if not articles:
        yield _article(result, result.identity("tracking_id"))


def _article(article: Payload, number: str) -> NormalisedShipment:
    return NormalisedShipment(
        source=SOURCE,
        tracking_number=number,
        carrier="australia_post",
        service=article.text("product_type"),
        summary=_over_all(article),
        events=homeward(in_order(_events(article), newest_first=True)),
    )


def _over_all(article: Payload) -> Summary | None:
    for error in article.rows("errors"):
        if error.text("code") == _UNKNOWN_NUMBER:
            return Summary(status=Status.PENDING, substatus="not_found")
        if error.text("code") == _NOT_TRACKED:
            return Summary(status=Status.PENDING, substatus="awaiting_carrier")
    return summary_of(_SUMMARIES.meant_by(article.text("status")))


def _events(article: Payload) -> Iterator[NormalisedEvent]:
    for row in article.rows("events"):
        words, location = row.text("description"), row.text("location")
        zone = zone_of("AU", location.rpartition(" ")[2])
        when = read_moment(row.text("date"), zone)
        means = _WORDS.meant_by(words) or ENGLISH.meant_by(words) or UNMAPPED
        yield scan(
            SOURCE,
            when,
            means,
            location=location,
            raw_description=words,
        )
