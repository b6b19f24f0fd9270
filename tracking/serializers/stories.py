"""What the pages tell of an order's parcels, put together from rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from commerce import selectors as commerce
from commerce.selectors.picks import line_progress
from tracking.enums import Status, TimePrecision, delay_reason_label, substatus_label
from tracking.models import Shipment
from tracking.rules import (
    Estimate,
    Headline,
    NormalisedEvent,
    ParcelFacts,
    PlacedEvent,
    Step,
    carrier_of,
    headline,
    in_reading_order,
    leading,
    steps,
    wall_clock,
)
from tracking.rules.correction import STAFF
from tracking.rules.order import SHOP
from tracking.rules.same import told_once
from tracking.selectors.corrections import word_of
from tracking.selectors.dispatch import find_standing, units_left
from tracking.selectors.scans import scans_of
from tracking.selectors.shipments import list_shipments_of_order
from tracking.selectors.told import delay_told
from tracking.serializers.boxes import (
    DelayBox,
    ProofBox,
    TodoBox,
    delay_box,
    proof_box,
    todo_box,
)
from tracking.serializers.dispatch import DispatchBox, dispatch_box
from tracking.serializers.represent import carrier_page, represent_item
from tracking.serializers.words import STEPS, TONES, advice, brief, when_of

if TYPE_CHECKING:
    from commerce.models import Merchant, Order

STEP_STATES = {"done": "done", "current": "now", "ahead": "next"}
STEP_TONES = {"normal": "", "late": "attention", "attention": "attention", "problem": "problem"}


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One parcel as a page shows it: `headline` is for the shopper, `now` for staff.

    `proof` may name people: it is not for pages that a tracking number alone opens.
    """

    shipment: Shipment
    headline: Headline
    now: str
    steps: list[dict[str, str]]
    tone: str
    carrier_name: str
    carrier_url: str
    items: list[dict[str, Any]]
    timeline: list[dict[str, str]]
    raw: list[dict[str, str]]
    delay: DelayBox | None
    todo: TodoBox | None
    proof: ProofBox | None


@dataclass(frozen=True, kw_only=True)
class OrderStory:
    """What the tracking page shows. Where it `ages`, its words are true until `midnight`.

    `delay` is what the shop says of units that leave later than planned.
    """

    order: Order
    headline: Headline
    parcels: list[Parcel]
    delivered: int
    unsent: list[dict[str, Any]]
    delay: DispatchBox | None
    ages: bool
    midnight: datetime

    @property
    def advice(self) -> str:
        """What to do now, or ""; a box beside the one parcel says it better."""
        if len(self.parcels) == 1 and (self.parcels[0].delay or self.parcels[0].todo):
            return ""
        return advice(self.headline)


def tell_order(order: Order, *, locale: str, at: datetime) -> OrderStory:
    """Return the story of an order's parcels in the language and for the day of a page."""
    merchant = commerce.get_merchant()
    shipments = list_shipments_of_order(order)
    shown = [one for one in shipments if one.status != Status.CANCELLED] or shipments
    parcels = tell_parcels(shown, merchant=merchant, locale=locale, at=at)
    headlines = [parcel.headline for parcel in parcels]
    unsent = _unsent(order, shown)
    # What was cancelled whole, and has all its money back, is waited for no longer.
    is_off = order.cancelled_at or (not unsent and order.given_back >= order.captured > 0)
    delay = None
    if unsent and not is_off and (standing := find_standing(order)):
        delay = dispatch_box(standing, units_left(order), at=at)
    not_sent = "leaves_late" if delay and not delay.items else "not_sent"
    main = Headline(code="order_cancelled" if is_off else not_sent)
    if parcels:
        main = headlines[leading([facts_of(parcel.shipment) for parcel in parcels])]
    return OrderStory(
        order=order,
        headline=main,
        parcels=parcels,
        delivered=sum(parcel.shipment.status == Status.DELIVERED for parcel in parcels),
        unsent=unsent,
        delay=delay,
        # A new day that has passed is no new day any more.
        ages=any(one.ages for one in headlines) or any(one.delay for one in parcels) or bool(delay),
        midnight=_next_midnight(merchant, at),
    )


def tell_parcels(
    shipments: Sequence[Shipment], *, merchant: Merchant, locale: str, at: datetime
) -> list[Parcel]:
    """Return parcels as pages show them; the scans of all come in one query."""
    scans = scans_of(shipment.pk for shipment in shipments)
    return [
        _parcel(shipment, scans.get(shipment.pk, []), merchant, locale, at)
        for shipment in shipments
    ]


def parcel_rows(
    shipments: Iterable[Shipment], *, merchant: Merchant, locale: str, at: datetime
) -> list[dict[str, Any]]:
    """Return what a list shows of each parcel: the row, its carrier's name, how it stands."""
    return [
        {
            "shipment": shipment,
            "carrier": carrier_of(shipment.carrier).name_in(locale),
            "now": brief(_headline(shipment, merchant, at), shipment.status, shipment.substatus),
        }
        for shipment in shipments
    ]


def _headline(shipment: Shipment, merchant: Merchant, at: datetime) -> Headline:
    today = at.astimezone(merchant.zone).date()
    return headline(facts_of(shipment), today=today, zone=merchant.time_zone)


def facts_of(shipment: Shipment) -> ParcelFacts:
    """Return what the rules tell the story of a shipment from, without reading its scans."""
    since = None
    if shipment.since_precision:
        since = NormalisedEvent(
            source=shipment.source,
            occurred_at=shipment.since_at,
            local_time=shipment.since_local,
            time_precision=TimePrecision(shipment.since_precision),
            zone=shipment.since_zone,
        )
    estimate = None
    if shipment.eta_day:
        estimate = Estimate(
            day=shipment.eta_day, starts_at=shipment.eta_starts_at, ends_at=shipment.eta_ends_at
        )
    return ParcelFacts(
        status=Status(shipment.status),
        substatus=shipment.substatus,
        estimate=estimate,
        delay=delay_told(shipment),
        since=since,
    )


def _parcel(
    shipment: Shipment, scans: list[PlacedEvent], merchant: Merchant, locale: str, at: datetime
) -> Parcel:
    bar = steps(facts_of(shipment))
    told = _headline(shipment, merchant, at)
    tones = [step.tone for step in bar if step.progress == "current"]
    word = word_of(shipment, merchant.time_zone)
    oldest_first = in_reading_order([*scans, word]) if word else scans
    told_newest_first, newest_first = told_once(oldest_first)[::-1], oldest_first[::-1]
    return Parcel(
        shipment=shipment,
        headline=told,
        now=brief(told, shipment.status, shipment.substatus),
        steps=[_step(step) for step in bar],
        tone=STEP_TONES[tones[0]] if tones else "good" if shipment.status == "delivered" else "",
        carrier_name=carrier_of(shipment.carrier).name_in(locale),
        carrier_url=carrier_page(shipment),
        items=[represent_item(item) for item in shipment.items.all()],
        timeline=[
            _entry(scan, merchant, locale, place) for place, scan in enumerate(told_newest_first)
        ],
        raw=[
            {
                "when": scan.event.local_time or "–",
                # A source without codes is read by its words: they are told once.
                "text": " · ".join(
                    dict.fromkeys(
                        part
                        for part in (
                            scan.event.raw_code,
                            scan.event.raw_description,
                            scan.event.location,
                        )
                        if part
                    )
                ),
            }
            for scan in newest_first
            if scan.event.source not in _OURS
        ],
        delay=delay_box(shipment, merchant=merchant, at=at),
        todo=todo_box(shipment, oldest_first, merchant=merchant, locale=locale),
        proof=proof_box(shipment),
    )


def _step(step: Step) -> dict[str, str]:
    return {"label": str(STEPS[step.code]), "state": STEP_STATES[step.progress]}


def _entry(scan: PlacedEvent, merchant: Merchant, locale: str, place: int) -> dict[str, str]:
    event = scan.event
    text = _("Set by the shop") if event.source == STAFF else event.location
    if event.status:
        title = substatus_label(event.status, event.substatus, locale)
    elif event.delay_reason:
        title = delay_reason_label(event.delay_reason, locale)
    else:
        # In whatever language the carrier wrote: the title says whose words they are.
        title = _("Note from the carrier")
        text = " · ".join(filter(None, (event.raw_description, event.location)))
    return {
        # A note's words are the carrier's own, and may name people.
        "kind": "scan" if event.status or event.delay_reason else "note",
        "title": title,
        "text": text,
        "when": when_of(*wall_clock(event, merchant.time_zone)),
        "tone": _tone(event.status) if place == 0 else "neutral",
        "icon": _ICONS.get(event.status, "circle") if event.status else "info",
    }


def _tone(status: Status | None) -> str:
    tone = TONES[status] if status else "neutral"
    return "accent" if tone == "neutral" else tone


# Sources whose rows are not a carrier's own words.
_OURS = (SHOP, STAFF)
_ICONS = {
    Status.INFO_RECEIVED: "package",
    Status.IN_TRANSIT: "truck",
    Status.OUT_FOR_DELIVERY: "truck",
    Status.AVAILABLE_FOR_PICKUP: "store",
    Status.DELIVERY_ATTEMPTED: "triangle-alert",
    Status.DELIVERED: "package-check",
    Status.EXCEPTION: "octagon-alert",
    Status.RETURNING: "undo-2",
    Status.RETURNED: "undo-2",
    Status.CANCELLED: "ban",
}


def _unsent(order: Order, shipments: Iterable[Shipment]) -> list[dict[str, Any]]:
    """Return the units that no parcel holds yet and that are to be sent, line by line."""
    if order.cancelled_at:
        return []
    sent: dict[int, int] = {}
    for shipment in shipments:
        for item in shipment.items.all():
            sent[item.order_line_id] = sent.get(item.order_line_id, 0) + item.quantity
    progress = line_progress(order)
    return [
        {
            "title": line.title,
            "variant_title": line.variant_title,
            "quantity": quantity,
            "image_url": line.product.image.url if line.product and line.product.image else "",
        }
        for line in commerce.list_lines(order)
        if line.requires_shipping
        and (quantity := progress[line.pk].pickable - sent.get(line.pk, 0)) > 0
    ]


def _next_midnight(merchant: Merchant, at: datetime) -> datetime:
    tomorrow = at.astimezone(merchant.zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, tzinfo=merchant.zone)
