"""How goods of a return are sent, in words: the ways, the labels and where their parcels are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from commerce import links
from commerce.selectors import get_merchant
from commerce.serializers import instant, money
from postexp.kernel import clock
from returns.enums import LabelSource, LabelState, ReturnMethod, ReturnMove, ReturnState
from returns.models import Return, ReturnAddress, ReturnParcel, SendingSettings
from returns.models.parcels import ADDRESS_PARTS
from returns.rules.methods import LABELLED
from returns.rules.states import RETURN_MOVES, possible
from returns.selectors.gifts import return_token
from returns.selectors.parcels import (
    destinations_of,
    kinds_of_files,
    list_parcels_of,
    sending_settings,
)
from returns.selectors.pickups import pickup_of
from returns.serializers.drop_off import lines_of, map_of
from returns.serializers.pickups import pickup_sentence
from tracking.enums import status_label
from tracking.rules import carrier_of

METHOD_NAMES: Mapping[ReturnMethod, Promise] = {
    ReturnMethod.OWN: pgettext_lazy("way of sending", "Send it yourself"),
    ReturnMethod.LABEL: pgettext_lazy("way of sending", "Print a label"),
    ReturnMethod.QR: pgettext_lazy("way of sending", "Show a QR code"),
    ReturnMethod.DROP_OFF: pgettext_lazy("way of sending", "Hand it in at a counter"),
    ReturnMethod.PICKUP: pgettext_lazy("way of sending", "Have it picked up"),
    ReturnMethod.IN_STORE: pgettext_lazy("way of sending", "Bring it to our shop"),
}
"""What each way is called to shoppers."""

METHOD_WORDS: Mapping[ReturnMethod, Promise] = {
    ReturnMethod.OWN: _("With a carrier of your choice. Keep the receipt."),
    ReturnMethod.LABEL: _("Print it, stick it on the parcel and give the parcel to the carrier."),
    ReturnMethod.QR: _("You need no printer: the carrier prints the label at the counter."),
    ReturnMethod.DROP_OFF: _("Take the parcel to a counter of the carrier."),
    ReturnMethod.PICKUP: _("The carrier fetches the parcel from you. We will write to you when."),
    ReturnMethod.IN_STORE: _("Bring the items with the number of your return."),
}
"""What a shop says about each way that wrote nothing itself."""


def represent_address(address: ReturnAddress) -> dict[str, Any]:
    """Return a place returns are sent to, with the `revision` a change of it names."""
    return {
        "id": address.public_id,
        **{name: getattr(address, name) for name in ADDRESS_PARTS},
        "is_usual": address.is_usual,
        "revision": address.revision,
    }


SENT = frozenset(
    {
        *(ReturnState.IN_TRANSIT, ReturnState.RECEIVED),
        *(ReturnState.RESOLVING, ReturnState.COMPLETED, ReturnState.LOST),
    }
)
"""States in which how to send a return is no question any more."""


@dataclass(frozen=True, kw_only=True)
class ParcelStory:
    """A parcel as its shopper sees it; `files` are the kinds there are of it."""

    parcel: ReturnParcel
    files: tuple[str, ...]
    carrier: str
    status: str
    carrier_url: str


@dataclass(frozen=True, kw_only=True)
class SendingStory:
    """How a return is sent. `places` are lines of addresses, for those who write one themselves.

    `is_sent`: its parcel is on its way, has come or was lost. `waits`: a label is being made.
    `may_ask`: one can be asked for, or for again.
    """

    name: str
    words: str
    is_open: bool
    is_sent: bool
    is_labelled: bool
    waits: bool
    may_ask: bool
    parcels: tuple[ParcelStory, ...]
    places: tuple[tuple[str, ...], ...]


def method_words(
    method: ReturnMethod, locale: str, kept: SendingSettings | None = None
) -> tuple[str, str]:
    """Return what a way is called and what is said about it, in the language in force."""
    own = (kept or sending_settings()).words.get(method.value, {}).get(locale, "")
    return str(METHOD_NAMES[method]), own or str(METHOD_WORDS[method])


def tell_sending(case: Return, *, locale: str) -> SendingStory:
    """Return what a shopper is told of how to send a return, in the language in force."""
    method = ReturnMethod(case.method) if case.method else None
    name, words = method_words(method, locale) if method else ("", "")
    if method is ReturnMethod.PICKUP and (pickup := pickup_of(case)):
        words = pickup_sentence(pickup)
    state = ReturnState(case.state)
    parcels = list_parcels_of(case)
    shown = [one for one in parcels if one.state == LabelState.READY]
    labels = [one for one in parcels if one.source != LabelSource.TYPED]
    is_labelled = method in LABELLED
    living = [one for one in labels if one.state in (LabelState.WANTED, LabelState.READY)]
    files = kinds_of_files(shown)
    return SendingStory(
        name=name,
        words=words,
        is_open=state == ReturnState.APPROVED,
        is_sent=state in SENT,
        is_labelled=is_labelled,
        waits=any(one.state == LabelState.WANTED for one in living),
        may_ask=is_labelled and state == ReturnState.APPROVED and not living,
        parcels=tuple(_parcel(one, files.get(one.pk, ()), locale) for one in shown),
        places=tuple(place.lines for place in destinations_of(case, at=clock.now()))
        if ReturnMove.RECEIVE in possible(RETURN_MOVES, state) and not is_labelled
        else (),
    )


def _parcel(parcel: ReturnParcel, files: Sequence[str], locale: str) -> ParcelStory:
    shipment = parcel.shipment
    return ParcelStory(
        parcel=parcel,
        files=tuple(files),
        carrier=carrier_of(parcel.carrier).name_in(locale) if parcel.carrier else "",
        status=status_label(shipment.status, locale) if shipment and parcel.scanned_at else "",
        carrier_url=shipment.carrier_url if shipment else "",
    )


def represent_sending(case: Return) -> dict[str, Any]:
    """Return how a return is sent, as the message that approves it tells.

    `words` are in the shopper's language, `url` leads to the page with the label. `labelled`: the
    shop makes a label, or a code to show. `drop_off` is where its shopper hands it in, or None.
    """
    locale = case.locale[:2]
    with override(locale):
        name, words = method_words(ReturnMethod(case.method), locale) if case.method else ("", "")
    token = return_token(case)
    return {
        "method": case.method,
        "name": name,
        "words": words,
        "labelled": case.method in LABELLED,
        "drop_off": _represent_drop_off(case, locale),
        "url": links.site_url(get_merchant(), "site:return_status", locale, token, case.public_id),
    }


def _represent_drop_off(case: Return, locale: str) -> dict[str, Any] | None:
    point = case.drop_off
    if point is None:
        return None
    return {
        "name": point.name,
        "address_lines": list(lines_of(point, locale)),
        "map_url": map_of(point),
    }


def represent_parcel(parcel: ReturnParcel) -> dict[str, Any]:
    """Return a parcel on its way back, as the API, webhooks and messages show it."""
    return {
        "id": parcel.public_id,
        "return_ids": [case.public_id for case in parcel.cases.order_by("pk")],
        "method": parcel.method,
        "source": parcel.source,
        "state": parcel.state,
        "carrier": parcel.carrier,
        "service": parcel.service,
        "tracking_number": parcel.tracking_number,
        "cost": None if parcel.cost is None else money(parcel.cost, parcel.currency),
        "files": kinds_of_files([parcel]).get(parcel.pk, []),
        "shipment_id": parcel.shipment.public_id if parcel.shipment else None,
        "failure": parcel.failure,
        "asked_at": instant(parcel.asked_at),
        "scanned_at": instant(parcel.scanned_at),
        "arrived_at": instant(parcel.arrived_at),
    }
