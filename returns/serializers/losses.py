"""Parcels lost on their way back, in words and as programs read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from commerce.serializers import instant
from postexp.design import formats
from returns.enums.losses import Bearer, LossGround, SendingProof
from returns.models import ReturnLoss
from returns.rules.losses import Trace
from returns.selectors.losses import Outlook
from tracking.enums import substatus_label
from tracking.rules import carrier_of


def represent_loss(loss: ReturnLoss) -> dict[str, Any]:
    """Return what was decided of a loss. `proof` is empty where nothing shows that it was sent."""
    return {
        "id": loss.public_id,
        "bearer": loss.bearer,
        "ground": loss.ground,
        "proof": loss.proof,
        "units": loss.units,
        "text": loss.text,
        "parcels": loss.traces,
        "decided_at": instant(loss.at),
        "decided_by": loss.actor,
        "end": loss.end,
        "ended_at": instant(loss.ended_at),
    }


def represent_outlook(outlook: Outlook, losses: Sequence[ReturnLoss]) -> dict[str, Any]:
    """Return what there is to decide of a return's units, and what was decided so far."""
    return {
        "units": outlook.units,
        "offered_ground": outlook.ground.value if outlook.ground else None,
        "proof": outlook.proof.value,
        "usual_bearer": outlook.usual.value,
        "bearer_by_law": Bearer.SHOP.value if outlook.by_law else None,
        "paid_ahead": outlook.paid_ahead,
        "parcels": [one.to_json() for one in outlook.traces],
        "data": [represent_loss(one) for one in losses],
    }


def loss_words(loss: ReturnLoss, locale: str) -> str:
    """Return why nothing is paid for what was lost, as its shopper reads it."""
    with override(locale):
        return loss.text or _(
            "Nothing shows that it was handed to a carrier, so that we cannot pay for it. Send us"
            " the receipt of the carrier, and we will look at it again."
        )


def tell_trace(trace: Trace, at: datetime) -> dict[str, str]:
    """Return what is known of a parcel as staff read it: its name, and what it says of itself."""
    return {
        "number": trace.number or trace.parcel,
        "carrier": carrier_of(trace.carrier).name_in(formats.language()) if trace.carrier else "",
        "text": _sign_words(trace, at),
        "status": _status(trace),
        "label": _("Your label") if trace.by_shop else _("Sent at the shopper’s own cost"),
    }


def _status(trace: Trace) -> str:
    if not trace.status:
        return ""
    return substatus_label(trace.status, trace.substatus, formats.language())


def _sign_words(trace: Trace, at: datetime) -> str:
    if trace.arrived_at:
        return _("It has arrived.")
    if trace.scanned_at is None:
        return _("No carrier has scanned it.")
    days = trace.days_still(at)
    if days is None:
        return ""
    return ngettext(
        "Nothing was heard of it for %(count)s day.",
        "Nothing was heard of it for %(count)s days.",
        days,
    ) % {"count": formats.number(days)}


def tell_outlook(outlook: Outlook, at: datetime) -> dict[str, Any]:
    """Return what the return's page says of units that have not arrived."""
    return {
        "units": outlook.units,
        "ground": outlook.ground.label if outlook.ground else "",
        "seems": _seems(outlook, at),
        "proof": outlook.proof.label,
        "traces": [tell_trace(one, at) for one in outlook.traces],
        "by_law": outlook.by_law,
        "undoes": outlook.undoes,
        "paid_ahead": outlook.paid_ahead,
        "is_proved": outlook.proof is not SendingProof.NONE,
    }


def _seems(outlook: Outlook, at: datetime) -> str:
    """Return the sentence that says why a return seems lost, "" where it does not."""
    if outlook.ground is LossGround.CARRIER_SAYS:
        return _("The carrier says that its parcel is lost.")
    if outlook.ground is LossGround.NO_SCAN:
        still = [
            days
            for one in outlook.traces
            if one.sign and (days := one.days_still(at)) is not None and not one.arrived_at
        ]
        days = max(still, default=0)
        return ngettext(
            "No carrier has scanned its parcel for %(count)s day.",
            "No carrier has scanned its parcel for %(count)s days.",
            days,
        ) % {"count": formats.number(days)}
    return ""
