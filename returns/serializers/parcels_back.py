"""The parcels of a return as staff see them, and what can be done with each."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from postexp.design import formats
from postexp.kernel import clock
from postexp.kernel.money import Money
from returns.enums import LabelMove, LabelSource, LabelState, ReturnMethod, ReturnMove, ReturnState
from returns.models import Return, ReturnParcel
from returns.rules.methods import LABELLED
from returns.rules.states import LABEL_MOVES, RETURN_MOVES, possible
from returns.selectors.parcels import kinds_of_files, list_parcels_of
from returns.selectors.pickups import pickup_of
from returns.serializers.drop_off import show_point
from returns.serializers.pickups import pickup_words
from tracking.rules import carrier_of

TONES = {
    LabelState.WANTED: "information",
    LabelState.READY: "good",
    LabelState.FAILED: "problem",
    LabelState.VOIDING: "neutral",
    LabelState.VOIDED: "neutral",
    LabelState.SPENT: "attention",
}


def show_parcels(case: Return, *, may_decide: bool) -> dict[str, Any]:
    """Return what the page of a return shows of its parcels, and what may be done with them."""
    parcels = list_parcels_of(case)
    pickup = pickup_of(case) if case.method == ReturnMethod.PICKUP else None
    files = kinds_of_files(parcels)
    awaited = case.state in (ReturnState.APPROVED, ReturnState.IN_TRANSIT)
    unmade = not any(
        one.state in (LabelState.WANTED, LabelState.READY) and one.source != LabelSource.TYPED
        for one in parcels
    )
    return {
        "parcels": [_row(one, files.get(one.pk, [])) for one in parcels],
        "drop_off": show_point(case.drop_off, at=clock.now()) if case.drop_off else None,
        "pickup": pickup_words(pickup) if pickup else "",
        "may_pickup": may_decide
        and case.state == ReturnState.APPROVED
        and case.method == ReturnMethod.PICKUP,
        "may_label": may_decide and awaited,
        "may_make": may_decide and awaited and unmade and case.method in LABELLED,
        "may_number": may_decide
        and ReturnMove.RECEIVE in possible(RETURN_MOVES, ReturnState(case.state)),
    }


def _row(parcel: ReturnParcel, files: list[str]) -> dict[str, Any]:
    moves = possible(LABEL_MOVES, LabelState(parcel.state))
    return {
        **{
            name: getattr(parcel, name)
            for name in (
                *("public_id", "tracking_number", "shipment"),
                *("scanned_at", "arrived_at", "get_method_display", "get_state_display"),
            )
        },
        "cost_money": None if parcel.cost is None else Money(parcel.cost, parcel.currency),
        # Ours in the language of the moment, those of a provider as they are.
        "failure": gettext(parcel.failure) if parcel.failure else "",
        "carrier": carrier_of(parcel.carrier).name_in(formats.language()) if parcel.carrier else "",
        "tone": TONES[LabelState(parcel.state)],
        "file_kinds": files,
        "may_void": parcel.source != LabelSource.TYPED
        and parcel.scanned_at is None
        and (parcel.begun_at is None or parcel.ready_at is not None)
        and bool(moves & {LabelMove.VOID, LabelMove.DROP}),
    }
