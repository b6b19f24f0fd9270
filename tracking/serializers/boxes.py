"""The boxes of a parcel on the tracking page: its delay told honestly, and what to do now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from postexp.design import formats
from tracking.enums import Actor, Deed, DelayReason, DelaySource
from tracking.rules import (
    NOT_LATE_ANY_MORE,
    PickupPlace,
    PlacedEvent,
    Sureness,
    carrier_of,
    new_window,
    sureness_of,
)
from tracking.selectors.told import delay_told, pickup_told, proof_told
from tracking.serializers.late_words import CAUSES, DOINGS, SURENESS, TODO, WHAT
from tracking.serializers.notices import NEEDS_SHOPPER, can_cancel, cause_of, change_page
from tracking.serializers.represent import action_required, carrier_page

if TYPE_CHECKING:
    from commerce.models import Merchant
    from tracking.models import Shipment


@dataclass(frozen=True, kw_only=True)
class DelayBox:
    """What the page tells of a delay, in words; "" is not known and not said.

    `contact` is the shop's address for letters, or "".
    """

    what: str
    promised: str
    since: str
    window: str
    sure: str
    cause: str
    doing: str
    next_word: str
    can_wait: bool
    can_cancel: bool
    change_url: str
    contact: str


@dataclass(frozen=True, kw_only=True)
class TodoBox:
    """What the shopper can do now: a title, a sentence, the place and the last day where known.

    `links` are (words, address) pairs; the first is the one that helps most. `hours` are when the
    place is open, in the source's words.
    """

    title: str
    text: str
    place: str
    hours: str
    until: str
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class ProofBox:
    """What shows that a parcel was handed over, in words: only for those who may see the order.

    `links` are (words, address) pairs that lead to the carrier; `kept` says what it keeps and
    shows on its own page.
    """

    received_by: str
    left_at: str
    links: tuple[tuple[str, str], ...]
    kept: str


def delay_box(shipment: Shipment, *, merchant: Merchant, at: datetime) -> DelayBox | None:
    """Return what is told of a delay; None of a parcel that is in time, here, or not coming."""
    delay = delay_told(shipment)
    if not delay.is_delayed or delay.source is None or shipment.status in NOT_LATE_ANY_MORE:
        return None
    today = at.astimezone(merchant.zone).date()
    window = new_window(delay, today=today)
    cause = cause_of(delay.reason)
    again = shipment.write_again_on
    return DelayBox(
        what=str(WHAT[delay.source]),
        promised=formats.day(delay.first_estimate) if delay.first_estimate else "",
        since=formats.day(delay.detected_at) if delay.detected_at else "",
        window=formats.days(window.first, window.last) if window else _("No new day is known yet"),
        sure=_how_sure(
            sureness_of(delay.certainty),
            delay.certainty or 100,
            by_carrier=window.by_carrier if window else None,
        ),
        cause=str(CAUSES[DelayReason(cause)]) if cause else "",
        doing=str(DOINGS[_doing(delay.source, cause, merchant)]),
        next_word=_next_word(again, today),
        can_wait=cause not in NEEDS_SHOPPER,
        can_cancel=can_cancel(shipment),
        change_url=change_page(shipment),
        contact=merchant.support_email,
    )


def todo_box(
    shipment: Shipment, scans: Sequence[PlacedEvent], *, merchant: Merchant, locale: str
) -> TodoBox | None:
    """Return what the shopper must do before the parcel goes on; None where that is nothing.

    `scans` are in reading order; the place is that of the newest scan that brought the status.
    """
    action = action_required(shipment)
    if action is None or action.who is not Actor.SHOPPER:
        return None
    deed = action.what
    if deed is Deed.CORRECT_ADDRESS and not merchant.support_email:
        deed = Deed.CONTACT_CARRIER
    title, text = TODO[deed]
    carrier = carrier_of(shipment.carrier)
    redelivery = carrier.redelivery_url(shipment.tracking_number)
    page = carrier_page(shipment)
    links: list[tuple[str, str]] = []
    if deed is Deed.CORRECT_ADDRESS:
        links.append((_("Write to us"), f"mailto:{merchant.support_email}"))
    elif redelivery and deed in (Deed.ARRANGE_REDELIVERY, Deed.COLLECT):
        asked = _("Ask %(carrier)s for another delivery") % {"carrier": carrier.name_in(locale)}
        links.append((asked, redelivery))
    elif page:
        links.append((_("Go to the carrier’s page"), page))
    if carrier.places and deed is Deed.COLLECT:
        found = _("Find places of %(carrier)s and their hours")
        links.append((found % {"carrier": carrier.name_in(locale)}, carrier.places))
    pickup = pickup_told(shipment) if deed is Deed.COLLECT else PickupPlace()
    return TodoBox(
        title=str(title),
        text=str(text),
        place=pickup.name or (_place(shipment, scans) if deed is Deed.COLLECT else ""),
        hours=pickup.hours,
        until=formats.day(action.until) if action.until else "",
        links=tuple(links),
    )


def proof_box(shipment: Shipment) -> ProofBox | None:
    """Return what shows that a parcel was handed over; None where nobody tells, or it was not."""
    proof = proof_told(shipment)
    if not proof:
        return None
    links = (
        (_("Photo of the delivery"), proof.photo_url),
        (_("Signature"), proof.signature_url),
        (_("Proof of delivery"), proof.document_url),
    )
    return ProofBox(
        received_by=proof.received_by,
        left_at=proof.left_at,
        links=tuple((words, address) for words, address in links if address),
        kept=_kept(
            photo=proof.has_photo and not proof.photo_url,
            signature=proof.has_signature and not proof.signature_url,
        ),
    )


def _kept(*, photo: bool, signature: bool) -> str:
    if photo and signature:
        return _("The carrier keeps a photo and a signature.")
    if photo:
        return _("The carrier keeps a photo.")
    return _("The carrier keeps a signature.") if signature else ""


def _how_sure(sureness: Sureness, certainty: int, *, by_carrier: bool | None) -> str:
    late = str(SURENESS[sureness]) % {"certainty": certainty}
    if by_carrier is None:
        return late
    if by_carrier:
        window = _("The new day is the carrier’s own; it can still change.")
    else:
        window = _("The new days are our estimate: about 85 of 100 such parcels arrive by then.")
    return (late if formats.language() == "ja" else f"{late} ").lstrip() + window


def _doing(source: DelaySource, cause: str | None, merchant: Merchant) -> str:
    if cause == DelayReason.ADDRESS_INCORRECT and merchant.support_email:
        return "address"
    looked_into = source in (DelaySource.STALLED, DelaySource.PROMISE_PASSED)
    return "looking_into" if looked_into else "following"


def _next_word(again: date | None, today: date) -> str:
    if again is None or again < today:
        return ""
    return _("by %(day)s, or earlier when it is out for delivery") % {"day": formats.day(again)}


def _place(shipment: Shipment, scans: Sequence[PlacedEvent]) -> str:
    for scan in reversed(scans):
        if scan.event.status == shipment.status and scan.event.location:
            return scan.event.location
    return ""
