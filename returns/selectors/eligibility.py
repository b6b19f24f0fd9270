"""Reads that decide: what of an order can come back, for what, and until when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import F, Sum, Value
from django.db.models.functions import Greatest, Least

from commerce.selectors import get_merchant, list_lines, list_same_product
from returns.enums import Outcome, ReplacementState, ReturnChannel, ReturnMethod
from returns.models import PolicyVersion, Replacement, Return, ReturnLine, ShownDeadline
from returns.rules.commands import Wish
from returns.rules.eligibility import Decision, decide_for_reasons
from returns.rules.paid import PaidOrder
from returns.rules.policy import Decision as WholeDecision
from returns.rules.policy import Engine, Facts, Line, Policy
from returns.rules.states import OPEN
from returns.selectors.exemptions import exempt_marks
from returns.selectors.extensions import extended_until
from returns.selectors.facts import Asked, facts_of_line, facts_of_wishes, gather_facts
from returns.selectors.holds import held_units
from returns.selectors.journeys import Journey, whole_journeys
from returns.selectors.money import paid_order, settled_units
from returns.selectors.platform_returns import units_on_platform
from returns.selectors.policies import engine_of, version_of

if TYPE_CHECKING:
    from commerce.models import Order, OrderLine, Variant


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A line of an order, what is known of it, and what the policy says."""

    line: OrderLine
    facts: Line
    decision: Decision


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the policy in force when an order was placed says about its lines at an instant.

    `method` is how the goods would be sent, which rules may ask about.
    """

    order: Order
    version: PolicyVersion
    policy: Policy
    at: datetime
    engine: Engine
    facts: Facts
    lines: tuple[Judged, ...]
    method: ReturnMethod = ReturnMethod.OWN

    def decide(self, wishes: Sequence[Wish], outcome: Outcome) -> tuple[Facts, WholeDecision]:
        """Return what is known once a shopper has chosen, and what the policy says then.

        Its first lines are those of the wishes, in their order; the order's other lines follow.
        """
        values = {
            one.line.public_id: one.line.goods_paid // one.line.quantity
            for one in self.lines
            if one.line.quantity
        }
        facts = facts_of_wishes(self.facts, wishes, outcome, values=values, method=self.method)
        return facts, self.engine.decide(facts)

    def line(self, public_id: str) -> Judged | None:
        """Return a line by its public id, or None for a line of another order."""
        return next((one for one in self.lines if one.line.public_id == public_id), None)

    @cached_property
    def paid(self) -> PaidOrder:
        """What the order was paid and what went back of it, read once."""
        return paid_order(self.order)

    @property
    def open(self) -> bool:
        """Whether anything can come back."""
        return any(one.decision.returnable for one in self.lines)


def judge(
    order: Order,
    *,
    at: datetime,
    apart_from: Return | None = None,
    channel: ReturnChannel = ReturnChannel.PORTAL,
) -> Judgement:
    """Return what can come back of an order; `apart_from` leaves one return's claims out.

    `channel` is where it is asked, which rules may ask about.
    """
    version = version_of(order)
    engine = engine_of(version)
    lines = list_lines(order)
    asked = Asked(
        order=order,
        engine=engine,
        at=at,
        zone=get_merchant().zone,
        channel=channel,
        apart_from=apart_from,
    )
    facts = gather_facts(asked, _facts(order, lines, apart_from))
    decisions = decide_for_reasons(engine, facts) if lines else ()
    return Judgement(
        order=order,
        version=version,
        policy=engine.policy,
        at=at,
        engine=engine,
        facts=facts,
        lines=tuple(
            Judged(line=line, facts=known, decision=decision)
            for line, known, decision in zip(lines, facts.lines, decisions, strict=True)
        ),
    )


def _facts(order: Order, lines: Sequence[OrderLine], apart_from: Return | None) -> list[Line]:
    settled, travelled = settled_units(order), whole_journeys(order)
    reserved, refused = _claimed(order, apart_from)
    marks = exempt_marks()
    promised: dict[int, dict[Outcome, datetime]] = {}
    for shown in ShownDeadline.objects.filter(order_line__order=order):
        promised.setdefault(shown.order_line_id, {})[Outcome(shown.outcome)] = shown.until
    for line_id, until in extended_until(order).items():
        kept = promised.get(line_id, {})
        promised[line_id] = {one: max(until, kept.get(one, until)) for one in Outcome}
    is_gift = gift_before(order) is not None
    facts = []
    for line in lines:
        journey: Journey | None = travelled.get(line.pk)
        facts.append(
            Line(
                line=line.public_id,
                quantity=line.quantity,
                settled=settled.get(line.pk, 0),
                reserved=reserved.get(line.pk, 0),
                refused=refused.get(line.pk, 0),
                goods=line.requires_shipping,
                shipped=journey.shipped if journey else None,
                delivered=journey.delivered if journey else None,
                promised=promised.get(line.pk, {}),
                barred=_barred(order, line, is_gift=is_gift),
                known=facts_of_line(line, marks),
            )
        )
    return facts


def _claimed(order: Order, apart_from: Return | None) -> tuple[dict[int, int], dict[int, int]]:
    """Return, per line, the units open returns hold on to, and those refused after inspection."""
    claims = ReturnLine.objects.filter(order_line__order=order).order_by()
    if apart_from is not None:
        claims = claims.exclude(case=apart_from)
    # What was paid before it was refused is settled, and counts there alone.
    ahead = Greatest(Value(0), F("settled") - F("accepted") - F("kept") - F("lost"))
    unpaid = F("refused") - Least(F("refused"), ahead)
    reserved = Counter(
        dict(
            claims.filter(case__state__in=OPEN)
            .values_list("order_line_id")
            .annotate(units=Sum(F("quantity") - F("settled") - unpaid))
        )
    )
    # What is being cancelled will not come back, and is not settled yet.
    reserved.update(held_units(order))
    # Nor will what comes back on the platform come back here.
    reserved.update(units_on_platform(order))
    refused = claims.values_list("order_line_id").annotate(units=Sum(unpaid))
    return dict(reserved), dict(refused)


def gift_before(order: Order) -> Return | None:
    """Return the return of a gift that an order's goods came instead of; None for other orders."""
    if order.sale_id is None:
        return None
    given = Return.objects.filter(exchange__order=order, gift__isnull=False)
    found: Return | None = given.select_related("gift", "recipient").first()
    return found


def _barred(order: Order, line: OrderLine, *, is_gift: bool) -> frozenset[Outcome]:
    """Return outcomes that this line cannot have, whatever the policy says.

    What came instead of a gift is never money, which is the buyer's.
    """
    barred = {Outcome.REFUND} if is_gift else set[Outcome]()
    if order.customer_id is None:
        barred.add(Outcome.STORE_CREDIT)
    if line.variant_id is None:
        barred.add(Outcome.EXCHANGE)
    return frozenset(barred)


def list_replacements(line: OrderLine) -> list[tuple[Variant, int | None]]:
    """Return the variants a line can be exchanged for, each with its free stock.

    None means that nobody counts the stock. Variants that are sold out are left out.
    """
    if line.variant is None:
        return []
    variants = list_same_product(line.variant)
    held = reserved_stock([variant.pk for variant in variants])
    choices = [
        (variant, None if variant.stock is None else variant.stock - held.get(variant.pk, 0))
        for variant in variants
    ]
    return [(variant, free) for variant, free in choices if free is None or free > 0]


def first_replacement(line: OrderLine, quantity: int) -> str:
    """Return the first variant a line can be exchanged for by its public id, "" where none is."""
    return next(
        (
            variant.public_id
            for variant, free in list_replacements(line)
            if free is None or free >= quantity
        ),
        "",
    )


def reserved_stock(variant_ids: Sequence[int]) -> dict[int, int]:
    """Return how many units of each variant are held for exchanges that have not shipped."""
    return dict(
        Replacement.objects.filter(
            variant_id__in=variant_ids,
            state__in=[ReplacementState.RESERVED, ReplacementState.READY],
        )
        .order_by()
        .values_list("variant_id")
        .annotate(units=Sum("quantity"))
    )
