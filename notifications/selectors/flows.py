"""Reads of how a shop sends: its flow of each kind, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from commerce.selectors import count_orders_before, get_merchant, get_order, list_lines
from notifications.enums import Class, Medium, Quiet
from notifications.models import Flow, Message, SendingTerms
from notifications.ports import MessageKind, get_kind, list_kinds
from notifications.rules.quiet import QuietHours
from notifications.selectors.wordings import list_advertising

E_MAIL_ALONE = (Medium.EMAIL,)

Place = tuple[int, datetime]
"""A message of marketing, by its key, and when it took its place under the cap."""


@dataclass(frozen=True, kw_only=True)
class FlowTerms:
    """How a kind is sent; unasked, at once by e-mail. `delay` and `fallback` are minutes."""

    enabled: bool = True
    delay: int = 0
    chain: tuple[Medium, ...] = E_MAIL_ALONE
    fallback: int = 0
    quiet: str = Quiet.USUAL
    conditions: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What holds for all messages of a shop; see `models.SendingTerms`."""

    quiet_hours: QuietHours | None = None
    cap: int = 2
    cap_days: int = 7
    priority: tuple[str, ...] = ()
    gather: int = 10
    double_opt_in: bool = False
    prices: Mapping[str, int] = field(default_factory=dict)


def find_flow(kind: str) -> Flow | None:
    """Return what the shop set for a kind, or None."""
    found: Flow | None = Flow.objects.filter(kind=kind).first()
    return found


def get_flow(kind: str) -> FlowTerms:
    """Return how the scope's shop sends a kind."""
    found = find_flow(kind)
    return unset_terms(kind) if found is None else flow_terms(found)


def is_wanted(kind: MessageKind[Any]) -> bool:
    """Whether messages of a kind are planned at all: one that a shop has to ask for, and never
    did, leaves no rows.
    """
    return kind.default_on or find_flow(kind.name) is not None


def unset_terms(kind: str) -> FlowTerms:
    """Return how a kind is sent by a shop that set nothing for it."""
    declared = get_kind(kind)
    if declared is None:
        return FlowTerms()
    delay = declared.default_delay // timedelta(minutes=1)
    return FlowTerms(enabled=declared.default_on, delay=delay)


def list_sent_kinds() -> list[MessageKind[Any]]:
    """Return the kinds that the scope's shop sends."""
    flows = flows_by_kind()
    return [kind for kind in list_kinds() if flows[kind.name].enabled]


def flows_by_kind() -> dict[str, FlowTerms]:
    """Return how the shop sends each kind."""
    unset = {kind.name: unset_terms(kind.name) for kind in list_kinds()}
    return unset | {flow.kind: flow_terms(flow) for flow in Flow.objects.all()}


def flow_terms(flow: Flow) -> FlowTerms:
    """Return what a row says."""
    return FlowTerms(
        enabled=flow.enabled,
        delay=flow.delay,
        chain=tuple(Medium(one) for one in flow.chain) or E_MAIL_ALONE,
        fallback=flow.fallback,
        quiet=flow.quiet,
        conditions=tuple(flow.conditions),
    )


def get_terms() -> Terms:
    """Return what holds for all messages of the scope's shop."""
    found = SendingTerms.objects.first()
    if found is None:
        return Terms()
    hours = None
    if found.quiet_from is not None and found.quiet_until is not None:
        hours = QuietHours(begin=found.quiet_from, end=found.quiet_until)
    return Terms(
        quiet_hours=hours,
        cap=found.cap,
        cap_days=found.cap_days,
        priority=tuple(found.priority),
        gather=found.gather,
        double_opt_in=found.double_opt_in,
        prices=found.prices,
    )


def marketing_kinds(terms: Terms) -> list[MessageKind[Any]]:
    """Return the kinds of marketing, those that matter most to the shop first.

    Some are it by their class, others by what they said, or may say as they are sent now: a promo
    code makes thanks marketing, and an offer in the shop's own words any message.
    """
    said = Message.objects.filter(slot_at__isnull=False).order_by()
    named = {*terms.priority, *said.values_list("kind", flat=True).distinct()}
    offering = {kind for kind, _locale in list_advertising()}
    named |= {kind.name for kind in list_sent_kinds() if kind.name in offering or kind.may_offer()}
    places = {kind: place for place, kind in enumerate(terms.priority)}
    kinds = (kind for kind in list_kinds() if kind.klass == Class.MARKETING or kind.name in named)
    return sorted(kinds, key=lambda kind: places.get(kind.name, len(places)))


def condition_facts(order_id: str) -> dict[str, Any]:
    """Return what conditions ask of, as `rules.conditions.FACTS` has it; nothing without an order.

    Raises Order.DoesNotExist.
    """
    if not order_id:
        return {}
    order = get_order(order_id)
    customer = order.customer
    return {
        "first_order": None if customer is None else count_orders_before(order) == 0,
        "order_total": order.total if order.currency == get_merchant().currency else None,
        "country": order.country or None,
        "locale": order.locale[:2],
        "customer_tags": customer.tags if customer else [],
        "order_tags": order.tags,
        "product_tags": [tag for line in list_lines(order) for tag in line.tags],
    }


def places_of(customer_ids: Collection[str], *, most: int) -> dict[str, list[Place]]:
    """Return when each customer had marketing last, with its message, newest first; of each the
    `most` newest and one more, so that a message can leave itself out.
    """
    taken = Message.objects.filter(customer_id__in=customer_ids, slot_at__isnull=False)
    nth = Window(RowNumber(), partition_by="customer_id", order_by=F("slot_at").desc())
    rows = taken.annotate(nth=nth).filter(nth__lte=most + 1).order_by("-slot_at")
    places: dict[str, list[Place]] = {}
    for message_pk, customer_id, slot_at in rows.values_list("pk", "customer_id", "slot_at"):
        if slot_at is not None:
            places.setdefault(customer_id, []).append((message_pk, slot_at))
    return places


def next_slot(message: Message, terms: Terms, places: Sequence[Place]) -> datetime | None:
    """Return from when on the customer of a message may get one more of marketing; None for now.

    Places are counted from when they were taken. Without a customer there is nobody to count for.
    """
    if not (terms.cap and terms.cap_days and message.customer_id):
        return None
    others = [taken for message_pk, taken in places if message_pk != message.pk]
    if len(others) < terms.cap:
        return None
    return others[terms.cap - 1] + timedelta(days=terms.cap_days)
