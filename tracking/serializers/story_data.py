"""The tracking page's words as JSON, for a page of the shop's own."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tracking.serializers.boxes import DelayBox, TodoBox
from tracking.serializers.represent import represent_shipment
from tracking.serializers.stories import OrderStory, Parcel
from tracking.serializers.words import advice, sentence


def represent_story(story: OrderStory, *, locale: str) -> dict[str, Any]:
    """Return what the page says of an order, in words of one language, beside the plain facts.

    `parcels[].shipment` is the shipment of the REST API and the webhooks. No name and no address.
    `delay` is the box about units that leave later than planned, or None; `parcels[].delay` and
    `parcels[].to_do` are the boxes of a parcel, or None.
    """
    return {
        "language": locale,
        "order": {"id": story.order.public_id, "number": story.order.number},
        "headline": sentence(story.headline),
        "advice": advice(story.headline),
        "delay": asdict(story.delay) if story.delay else None,
        "parcels": [_parcel(parcel, locale) for parcel in story.parcels],
        "unsent": [
            {key: item[key] for key in ("title", "variant_title", "quantity", "image_url")}
            for item in story.unsent
        ],
    }


def _parcel(parcel: Parcel, locale: str) -> dict[str, Any]:
    return {
        "headline": sentence(parcel.headline),
        "steps": parcel.steps,
        "delay": _delay(parcel.delay),
        "to_do": _to_do(parcel.todo),
        "timeline": [
            {"title": entry["title"], "place": entry["text"], "when": entry["when"]}
            for entry in parcel.timeline
        ],
        "shipment": represent_shipment(parcel.shipment, locale=locale),
    }


def _delay(box: DelayBox | None) -> dict[str, Any] | None:
    return asdict(box) if box else None


def _to_do(box: TodoBox | None) -> dict[str, Any] | None:
    if box is None:
        return None
    return asdict(box) | {"links": [{"text": text, "url": url} for text, url in box.links]}
