"""Putting a message through its gates: what is known of it now, and what follows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from notifications.enums import Class, Hold, Medium, Quiet, State
from notifications.models import Message
from notifications.ports import MessageKind, find_channel
from notifications.rules.conditions import first_unmet
from notifications.rules.gates import Candidate, Decision, Route, decide
from notifications.selectors.flows import FlowTerms, condition_facts, get_flow
from notifications.selectors.known import Known, chain_of, get_known

UNTOUCHED = FlowTerms()


def flow_of(kind: MessageKind[Any]) -> FlowTerms:
    """Return how the shop sends a kind; by e-mail and at once, where it has no say in that."""
    return get_flow(kind.name) if kind.has_flow else UNTOUCHED


def judge(
    message: Message,
    kind: MessageKind[Any],
    *,
    at: datetime,
    flow: FlowTerms | None = None,
    known: Known | None = None,
    too_late: str = "",
    is_forecast: bool = False,
) -> Decision:
    """Put a message through the gates as of now, by the channels of its chain from its step on.

    Call it with the customer's places locked where a place is then taken. A forecast, of what no
    event has caused yet, asks nothing of what the message would be about.
    """
    flow = flow_of(kind) if flow is None else flow
    known = get_known([message]) if known is None else known
    return decide(
        Candidate(
            klass=message.klass,
            send_at=message.send_at,
            expires_at=message.expires_at,
            routes=_routes(message, kind, known),
            not_true="" if is_forecast else _why_untrue(message, kind),
            too_late=too_late,
            switched_off=not flow.enabled,
            unmet=_first_unmet(message, flow),
            optional=kind.optional,
            waits_for=Hold(message.holding or Hold.UNDO),
            quiet=Quiet.NEVER if kind.secret or message.klass == Class.STAFF else flow.quiet,
            quiet_hours=known.terms.quiet_hours,
            zones=tuple(message.zones) or (known.merchant.zone.key,),
            slot_at=known.next_slot(message),
        ),
        at=at,
    )


def _routes(message: Message, kind: MessageKind[Any], known: Known) -> list[Route]:
    routes = []
    for medium in dict.fromkeys(chain_of(message)):
        address = known.address_on(medium, message)
        channel = find_channel(medium) if medium in known.ready else None
        routes.append(
            Route(
                medium=medium,
                address=address,
                address_valid=_is_valid(medium, address),
                consented=known.consented(message, medium),
                suppression=known.causes.get((medium, address), ""),
                ready=channel is not None,
                why_not=channel.why_not(kind.name, message.locale) if channel else "",
            )
        )
    return routes


def _first_unmet(message: Message, flow: FlowTerms) -> str:
    if not flow.conditions:
        return ""
    try:
        return first_unmet(flow.conditions, condition_facts(message.order_id))
    except ObjectDoesNotExist:
        # Of an order that is no more, another gate speaks.
        return ""


def _why_untrue(message: Message, kind: MessageKind[Any]) -> str:
    """Return why nothing that a message says is true any more, or ""."""
    why = why_not_true(kind, message.object_id)
    if why and any(not why_not_true(kind, one.object_id) for one in list_carried(message)):
        return ""
    return why


def list_carried(message: Message) -> list[Message]:
    """Return the messages of its kind that a message says instead, oldest first."""
    if not message.merge_key or message.pk is None:
        return []
    carried = Message.objects.filter(
        kind=message.kind,
        order_id=message.order_id,
        state=State.MERGED,
        merged_into=message.public_id,
    )
    return list(carried.order_by("id"))


def why_not_true(kind: MessageKind[Any], object_id: str) -> str:
    """Return why what a kind says of an object is not true any more, or ""."""
    try:
        return kind.still_true(object_id)
    except ObjectDoesNotExist:
        return gettext_noop("What it was about is no more.")


def _is_valid(medium: Medium, address: str) -> bool:
    if medium != Medium.EMAIL:
        return True
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def follow(message: Message, decision: Decision) -> None:
    """Set on a message how it goes out, without saving it.

    Raises ValueError for a decision by which it does not.
    """
    if decision.route is None or decision.until is None:
        raise ValueError(decision)
    message.step += len(decision.passed_over)
    note_passed(message, decision)
    message.channel, message.address = decision.route.medium, decision.route.address
    message.state = State.HELD if decision.holding else State.PLANNED
    message.holding, message.send_at = decision.holding or "", decision.until


def note_passed(message: Message, decision: Decision) -> None:
    """Set on a message why it did not go by each channel, as last decided, without saving it."""
    told = {
        one.medium: {"channel": one.medium, "reason": one.reason, "detail": one.detail}
        for one in decision.passed_over
    }
    kept = [row for row in message.passed_over if row["channel"] not in told]
    message.passed_over = [*kept, *told.values()]
