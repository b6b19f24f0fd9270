"""Incidents as people read them, as rows of a file, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from rest_framework import serializers

from commerce.serializers import instant
from postexp.kernel.money import Money
from postexp.kernel.spreadsheets import Cell
from tracking.enums import (
    DelayReason,
    IncidentEnd,
    IncidentKind,
    Remedy,
    delay_reason_label,
    substatus_label,
    vocabulary,
)
from tracking.models import Incident
from tracking.rules import carrier_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from tracking.selectors.incidents import KindCount

CHUNK = 500

KINDS: dict[str, StrOrPromise] = {
    IncidentKind.INVALID_NUMBER: pgettext_lazy("incident", "Invalid number"),
    IncidentKind.LABEL_NOT_SCANNED: pgettext_lazy("incident", "Label never scanned"),
    IncidentKind.STALLED: pgettext_lazy("incident", "Stalled"),
    IncidentKind.LOST_SUSPECTED: pgettext_lazy("incident", "Possibly lost"),
    IncidentKind.MISROUTED: pgettext_lazy("incident", "Misrouted"),
    IncidentKind.DAMAGED: pgettext_lazy("incident", "Damaged"),
    IncidentKind.FAILED_ATTEMPT: pgettext_lazy("incident", "Failed attempt"),
    IncidentKind.ADDRESS_PROBLEM: pgettext_lazy("incident", "Address problem"),
    IncidentKind.PAYMENT_DUE: pgettext_lazy("incident", "Payment due"),
    IncidentKind.CUSTOMS_HOLD: pgettext_lazy("incident", "Held by customs"),
    IncidentKind.UNCLAIMED: pgettext_lazy("incident", "Not collected"),
    IncidentKind.RETURNING: pgettext_lazy("incident", "On its way back"),
    IncidentKind.OTHER_PROBLEM: pgettext_lazy("incident", "Other problem"),
    IncidentKind.PREDICTED_LATE: pgettext_lazy("incident", "Likely late"),
    IncidentKind.CARRIER_DELAY: pgettext_lazy("incident", "Delay announced"),
    IncidentKind.PROMISE_PASSED: pgettext_lazy("incident", "Promised day passed"),
}
TONES: dict[str, str] = {
    **dict.fromkeys(IncidentKind, "attention"),
    IncidentKind.LOST_SUSPECTED: "problem",
    IncidentKind.DAMAGED: "problem",
    IncidentKind.ADDRESS_PROBLEM: "problem",
    IncidentKind.CUSTOMS_HOLD: "problem",
    IncidentKind.INVALID_NUMBER: "problem",
    IncidentKind.OTHER_PROBLEM: "problem",
}
REMEDIES: dict[str, StrOrPromise] = {
    Remedy.CHECK_NUMBER: gettext_lazy("Check the tracking number"),
    Remedy.HAND_OVER: gettext_lazy("Hand it over, or ask for a pick-up"),
    Remedy.ASK_CARRIER: gettext_lazy("Ask the carrier"),
    Remedy.START_TRACE: gettext_lazy("Start a trace with the carrier"),
    Remedy.REPLACE: gettext_lazy("Send a replacement, and claim"),
    Remedy.ARRANGE_REDELIVERY: gettext_lazy("Arrange a redelivery"),
    Remedy.CORRECT_ADDRESS: gettext_lazy("Correct the address"),
    Remedy.SETTLE_PAYMENT: gettext_lazy("Settle what is due"),
    Remedy.SEND_DOCUMENTS: gettext_lazy("Send customs the papers"),
    Remedy.REMIND_SHOPPER: gettext_lazy("Remind the shopper"),
    Remedy.RESEND_OR_REFUND: gettext_lazy("Send it again, or refund"),
    Remedy.TELL_SHOPPER: gettext_lazy("Tell the shopper"),
}
ENDS: dict[str, StrOrPromise] = {
    IncidentEnd.MOVED_ON: gettext_lazy("The parcel moved on"),
    IncidentEnd.ARRIVED: gettext_lazy("The parcel arrived"),
    IncidentEnd.ENDED: gettext_lazy("The journey ended"),
    IncidentEnd.OUTDATED: gettext_lazy("No news for 90 days"),
    IncidentEnd.BY_STAFF: gettext_lazy("Closed by hand"),
}
_CAUSES = {
    "check_digit": gettext_lazy("The check digit is wrong"),
    "no_scan": gettext_lazy("No scan for a very long time"),
    "moving": gettext_lazy("No scan on the way"),
    "near": gettext_lazy("No scan since it reached the depot"),
    "out": gettext_lazy("No scan since it went out for delivery"),
    "attempted": gettext_lazy("No scan since the attempt"),
    "trouble": gettext_lazy("No scan since the problem"),
}


def cause_words(incident: Incident) -> str:
    """Write what is behind an incident; nothing where the kind says it all."""
    cause, locale = incident.cause, get_language() or "en"
    if cause in _CAUSES:
        return str(_CAUSES[cause])
    if incident.kind in (
        IncidentKind.CARRIER_DELAY,
        IncidentKind.PROMISE_PASSED,
        IncidentKind.PREDICTED_LATE,
    ):
        known = cause in vocabulary()["delay_reasons"] and cause != DelayReason.UNKNOWN
        return delay_reason_label(cause, locale) if known else ""
    for status in (incident.shipment.status, *vocabulary()["statuses"]):
        if cause in vocabulary()["statuses"][status]["substatuses"]:
            return substatus_label(status, cause, locale)
    return ""


def incident_row(incident: Incident) -> dict[str, Any]:
    """Return what pages show of an incident."""
    order = incident.shipment.order
    money = incident.money
    return {
        "incident": incident,
        "kind": KINDS[IncidentKind(incident.kind)],
        "tone": TONES[IncidentKind(incident.kind)],
        "cause": cause_words(incident),
        "remedy": REMEDIES[Remedy(incident.remedy)],
        "money": Money(money, incident.currency) if money is not None else None,
        "carrier": carrier_of(incident.shipment.carrier).name_in(get_language() or "en"),
        "since": incident.since_at or incident.opened_at,
        "order": order,
        "end": ENDS[IncidentEnd(incident.closed_because)] if incident.closed_because else "",
    }


def queue_row(incidents: Sequence[Incident]) -> dict[str, Any]:
    """Return the incidents of one parcel, gravest first, as a row of the queue.

    It reads as the gravest does, with the causes, remedies and people of all, the longest time and
    the next deadline. `ids` names them all in one value of a form.
    """
    rows = [incident_row(incident) for incident in incidents]
    order = incidents[0].shipment.order
    customer = order.customer if order else None
    name = customer.full_name(get_language() or "en") if customer else ""
    deadlines = [incident.deadline for incident in incidents if incident.deadline]
    return rows[0] | {
        "causes": rows,
        "ids": " ".join(incident.public_id for incident in incidents),
        "remedies": list(dict.fromkeys(str(row["remedy"]) for row in rows)),
        "assignees": list(dict.fromkeys(one.assignee for one in incidents if one.assignee)),
        "since": min(row["since"] for row in rows),
        "deadline": min(deadlines, default=None),
        "customer": name or (order.email if order else ""),
    }


def kinds_header() -> list[str]:
    """Return the names of the columns of `kind_cells`."""
    return [_("Incident"), pgettext("incidents", "Opened"), pgettext("incidents", "Open now")]


def kind_cells(counted: Iterable[KindCount]) -> Iterator[list[Cell]]:
    """Return how many incidents of each kind there were as rows of a file."""
    for one in counted:
        yield [str(KINDS[IncidentKind(one.kind)]), one.opened, one.still_open]


def incident_header() -> list[str]:
    """Return the names of the columns of `incident_cells`."""
    return [
        _("Incident"),
        _("Cause"),
        _("Since"),
        _("Deadline"),
        _("Tracking number"),
        _("Carrier"),
        pgettext("column of a file", "Order number"),
        _("At risk"),
        _("Currency"),
        _("Suggested"),
        _("Certainty in percent"),
        _("Assigned to"),
        _("Closed"),
        _("Id"),
    ]


def incident_cells(incidents: QuerySet[Incident]) -> Iterator[list[Cell]]:
    """Return incidents as rows of a file."""
    for incident in incidents.iterator(chunk_size=CHUNK):
        row = incident_row(incident)
        yield [
            str(row["kind"]),
            row["cause"],
            row["since"],
            incident.deadline,
            incident.shipment.tracking_number,
            row["carrier"],
            row["order"].number if row["order"] else "",
            row["money"].to_wire()["amount"] if row["money"] is not None else "",
            incident.currency,
            str(row["remedy"]),
            incident.certainty,
            str(incident.assignee) if incident.assignee else "",
            incident.closed_at,
            incident.public_id,
        ]


def represent_incident(incident: Incident) -> dict[str, Any]:
    """Return an incident as the API and webhooks tell it."""
    money = incident.money
    return {
        "id": incident.public_id,
        "shipment_id": incident.shipment.public_id,
        "order_id": incident.shipment.order_ref,
        "kind": incident.kind,
        "cause": incident.cause,
        "suggested_action": incident.remedy,
        "certainty": incident.certainty,
        "opened_at": instant(incident.opened_at),
        "since": instant(incident.since_at),
        "deadline": str(incident.deadline) if incident.deadline else None,
        "money_at_risk": Money(money, incident.currency).to_wire() if money is not None else None,
        "assignee": incident.assignee.email if incident.assignee else None,
        "snoozed_until": instant(incident.snoozed_until),
        "closed_at": instant(incident.closed_at),
        "closed_because": incident.closed_because or None,
        "closing_word": incident.closing_word,
    }


class AmountAtRiskOut(serializers.Serializer):  # type: ignore[type-arg]
    """What was paid for what is in the parcel."""

    amount = serializers.CharField()
    currency = serializers.CharField()


class IncidentOut(serializers.Serializer):  # type: ignore[type-arg]
    """Something that is wrong with a parcel. It closes itself when the parcel moves on."""

    id = serializers.CharField()
    shipment_id = serializers.CharField()
    order_id = serializers.CharField()
    kind = serializers.ChoiceField(choices=[(one.value, one.value) for one in IncidentKind])
    cause = serializers.CharField()
    suggested_action = serializers.ChoiceField(choices=[(one.value, one.value) for one in Remedy])
    certainty = serializers.IntegerField()
    opened_at = serializers.DateTimeField()
    since = serializers.DateTimeField(allow_null=True)
    deadline = serializers.DateField(allow_null=True)
    money_at_risk = AmountAtRiskOut(allow_null=True)
    assignee = serializers.EmailField(allow_null=True)
    snoozed_until = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    closed_because = serializers.ChoiceField(
        choices=[(one.value, one.value) for one in IncidentEnd], allow_null=True
    )
    closing_word = serializers.CharField()


class IncidentPageOut(serializers.Serializer):  # type: ignore[type-arg]
    """One page of incidents; send `next` as `cursor` for the page after."""

    data = IncidentOut(many=True)  # type: ignore[assignment]  # a key of the wire
    next = serializers.CharField(allow_null=True)
