"""Taking in fulfilments: which units left, with whom, under which numbers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.events import FulfilmentRecorded
from commerce.models import Fulfilment, FulfilmentLine, Order, OrderLine
from commerce.ports import FulfilmentFacts
from commerce.services.awaited import awaited_order
from postexp.kernel.events import append
from postexp.kernel.locks import lock


def take_in_fulfilment(
    facts: FulfilmentFacts, *, at: datetime, actor: str = "system"
) -> Fulfilment:
    """Create or change a fulfilment; an older version, or the same again, changes nothing.

    One that comes before its order is kept, and meets it later. Publishes FulfilmentRecorded.
    """
    told_at = facts.updated_at or facts.created_at
    with transaction.atomic(savepoint=False):
        order = awaited_order(facts.order_external_id)
        lock(f"fulfilment:{facts.external_id}")
        known = Fulfilment.objects.filter(external_id=facts.external_id).first()
        if known is not None and (
            told_at < known.source_updated_at or _says(known) == _facts_say(facts)
        ):
            return known
        fulfilment = known or Fulfilment(external_id=facts.external_id, created_at=facts.created_at)
        fulfilment.order = order or fulfilment.order
        fulfilment.order_external_id = facts.order_external_id
        fulfilment.status, fulfilment.carrier_name = facts.status[:20], facts.carrier_name[:80]
        fulfilment.tracking_numbers = list(facts.tracking_numbers)
        fulfilment.tracking_urls = list(facts.tracking_urls)
        fulfilment.line_facts = [
            {"line_external_id": line.line_external_id, "quantity": line.quantity}
            for line in facts.lines
        ]
        fulfilment.source_updated_at = told_at
        fulfilment.save()
        _lay_lines(fulfilment)
        _publish(fulfilment, at, actor, happened_at=told_at if known else facts.created_at)
    return fulfilment


def _says(fulfilment: Fulfilment) -> tuple[object, ...]:
    return (
        fulfilment.status,
        fulfilment.carrier_name,
        tuple(fulfilment.tracking_numbers),
        tuple(fulfilment.tracking_urls),
        tuple((line["line_external_id"], line["quantity"]) for line in fulfilment.line_facts),
    )


def _facts_say(facts: FulfilmentFacts) -> tuple[object, ...]:
    return (
        facts.status[:20],
        facts.carrier_name[:80],
        facts.tracking_numbers,
        facts.tracking_urls,
        tuple((line.line_external_id, line.quantity) for line in facts.lines),
    )


def link_fulfilments(order: Order, *, at: datetime, actor: str) -> None:
    """Let an order that has just come meet the fulfilments that came before it."""
    for fulfilment in Fulfilment.objects.filter(
        order=None, order_external_id=order.external_id
    ).order_by("id"):
        fulfilment.order = order
        fulfilment.save()
        _lay_lines(fulfilment)
        _publish(fulfilment, at, actor, happened_at=fulfilment.created_at)


def _lay_lines(fulfilment: Fulfilment) -> None:
    """Lay the units on the order's lines; a line the order does not know is left out."""
    if fulfilment.order is None:
        return
    lines = {line.external_id: line for line in OrderLine.objects.filter(order=fulfilment.order)}
    FulfilmentLine.objects.filter(fulfilment=fulfilment).delete()
    quantities: dict[str, int] = {}
    for fact in fulfilment.line_facts:
        name = fact["line_external_id"]
        quantities[name] = quantities.get(name, 0) + fact["quantity"]
    FulfilmentLine.objects.bulk_create(
        FulfilmentLine(fulfilment=fulfilment, order_line=lines[name], quantity=quantity)
        for name, quantity in quantities.items()
        if name in lines
    )


def _publish(fulfilment: Fulfilment, at: datetime, actor: str, *, happened_at: datetime) -> None:
    append(
        FulfilmentRecorded(
            order_id=fulfilment.order.public_id if fulfilment.order else "",
            happened_at=happened_at.isoformat(),
            fulfilment_id=fulfilment.public_id,
        ),
        at=at,
        actor=actor,
    )
