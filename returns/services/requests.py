"""Asking for a return, and taking that back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.selectors import lock_order
from postexp.kernel.events import append
from returns.enums import Outcome, ReturnMethod, ReturnMove, Verdict
from returns.enums.exchanges import Instead
from returns.errors import (
    InvalidTransition,
    MethodNotOffered,
    NotReturnable,
    OutOfStock,
    QuantityExceedsReturnable,
    QuoteChanged,
    UnitAlreadySettled,
)
from returns.events import ReturnCancelled, ReturnRequested, ReturnSent
from returns.models import GiftCode, PolicyVersion, Return, ReturnLine, ShownDeadline
from returns.models.cases import return_id
from returns.rules.commands import ExchangeWish, Wish
from returns.rules.exchanges import Wanted
from returns.rules.money import quote
from returns.rules.paid import Units
from returns.rules.quotes import Quote
from returns.rules.terms import restocking_of, terms_of
from returns.rules.withdrawals import statutory_terms
from returns.selectors import (
    Judged,
    Judgement,
    find_request,
    judge,
    wanted_instead,
)
from returns.selectors.drop_off import find_taking
from returns.selectors.eligibility import gift_before
from returns.selectors.exchanges import rest_choices, wanted_variant, was_sent_ahead
from returns.selectors.facts import channel_of
from returns.selectors.parcels import Ways, need_of, ways_to_send
from returns.services.decisions import approve_by_policy
from returns.services.drop_off import note_drop_off
from returns.services.evidence import ask_by_policy, attach_evidence, counted_wishes
from returns.services.exchange_cases import open_exchange
from returns.services.locks import lock_return
from returns.services.numbers import next_number
from returns.services.parcels import note_number
from returns.services.policies import keep_decision, saved_version
from returns.services.replacements import release_replacements, reserve_replacements
from returns.services.transitions import move_return

if TYPE_CHECKING:
    from commerce.models import Customer, Order, Variant

LONGEST_NOTE = 2000


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A wish the policy allows, with what it points to."""

    wish: Wish
    judged: Judged
    units: Units
    variant: Variant | None


@dataclass(frozen=True, kw_only=True)
class Request:
    """A return as it is asked for; each field as `request_return` takes it."""

    wishes: Sequence[Wish]
    outcome: Outcome
    actor: str
    key: str
    note: str = ""
    locale: str = ""
    shown_payout: int | None = None
    method: str = ""
    drop_off: str = ""
    exchange: ExchangeWish | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a return that may be asked for would be sent, what of, and what it comes to."""

    ways: Ways
    checked: Sequence[Checked]
    quoted: Quote


def check_wishes(judgement: Judgement, wishes: Sequence[Wish], outcome: Outcome) -> list[Checked]:
    """Return the wishes with what they point to.

    Raises UnitAlreadySettled for a line of which every unit was given back before,
    QuantityExceedsReturnable for more units of one than can come back, NotReturnable for
    nothing at all, a strange line, or an outcome or reason that is not open for one, and OutOfStock
    for a replacement that is not there.
    """
    if not wishes:
        raise NotReturnable
    _facts, decided = judgement.decide(wishes, outcome)
    asked: dict[str, int] = {}
    checked = []
    for position, wish in enumerate(wishes):
        judged = judgement.line(wish.line)
        if judged is None:
            raise NotReturnable
        if judged.facts.settled >= judged.facts.quantity:
            raise UnitAlreadySettled
        asked[wish.line] = asked.get(wish.line, 0) + wish.quantity
        if wish.quantity < 1 or asked[wish.line] > judged.decision.returnable:
            raise QuantityExceedsReturnable
        reason = next((one for one in judged.decision.reasons if one.code == wish.reason), None)
        if reason is None or decided.lines[position].offer(outcome) is None:
            raise NotReturnable
        checked.append(
            Checked(
                wish=wish,
                judged=judged,
                units=Units(line=wish.line, quantity=wish.quantity, fault=reason.fault),
                variant=_variant(judged, wish) if outcome is Outcome.EXCHANGE else None,
            )
        )
    return checked


def _variant(judged: Judged, wish: Wish) -> Variant:
    found = wanted_variant(judged.line, wish.variant)
    if found is None or (found[1] is not None and found[1] < wish.quantity):
        raise OutOfStock
    return found[0]


def quote_wishes(
    judgement: Judgement,
    checked: Sequence[Checked],
    outcome: Outcome,
    *,
    withdrawn: bool = False,
    rest_to: Outcome = Outcome.REFUND,
) -> Quote:
    """Return the exact sum the shopper gets if everything arrives as described.

    Units of returns that are already open count as settled before these. `withdrawn`: under the
    law's terms, whatever the policy says. `rest_to` is where the rest of an exchange goes.
    """
    order = judgement.paid
    reserved = {one.line.public_id: one.facts.reserved for one in judgement.lines}
    order = replace(
        order,
        lines=tuple(
            replace(line, settled=line.settled + reserved[line.id]) for line in order.lines
        ),
    )
    _facts, decided = judgement.decide([one.wish for one in checked], outcome)
    lines = [
        (line.to_json(), one.units.fault) for line, one in zip(decided.lines, checked, strict=False)
    ]
    terms = terms_of(judgement.policy, lines, outcome, order.currency)
    units = [one.units for one in checked]
    if withdrawn:
        terms = statutory_terms(terms)
    else:
        units = [
            replace(one, restocking=restocking_of(judgement.policy, line))
            for one, (line, _fault) in zip(units, lines, strict=True)
        ]
    try:
        wanted = _wanted(judgement.order, checked)
        return quote(order, units, terms, outcome, wanted=wanted, rest_to=rest_to)
    except UnitAlreadySettled as error:
        raise QuantityExceedsReturnable from error


def _wanted(order: Order, checked: Sequence[Checked]) -> list[Wanted]:
    return [
        wanted_instead(order, one.judged.line, one.variant, one.wish.quantity)
        for one in checked
        if one.variant is not None
    ]


def request_return(
    *,
    order_id: str,
    wishes: Sequence[Wish],
    outcome: Outcome,
    at: datetime,
    actor: str,
    note: str = "",
    locale: str = "",
    shown_payout: int | None = None,
    key: str = "",
    method: str = "",
    drop_off: str = "",
    exchange: ExchangeWish | None = None,
) -> Return:
    """Ask for a return: the decision and the sum are kept as shown, and the units are held.

    `method` is how it is sent, the first way that is open unless given, and `drop_off` the point
    (by public id) where it is handed in; one that takes no such parcel is left out. `shown_payout`
    is the sum the shopper saw. The same `key` again, as a second press of the same button sends it,
    gives the first return. The photos that are here come with it. Publishes
    ReturnRequested, ReturnApproved where the policy asks for no review, and EvidenceAsked where it
    asks for more photos. `exchange` says how an exchange is wanted. Raises what `check_wishes`
    raises, NotReturnable for a rest that cannot go where it is wanted, MethodNotOffered for a
    `method` that is not open, and QuoteChanged where the sum is another one by now.
    """
    asked = Request(
        wishes=wishes,
        outcome=outcome,
        actor=actor,
        note=note,
        locale=locale,
        shown_payout=shown_payout,
        key=key or return_id(),
        method=method,
        drop_off=drop_off,
        exchange=exchange,
    )
    try:
        with transaction.atomic():
            order = lock_order(order_id)
            first = find_request(order, asked.key)
            if first is not None:
                return first
            version = saved_version(order, at=at)
            judgement = judge(order, at=at, channel=channel_of(actor))
            return carry_out(asked, judgement, version=version, at=at)
    except NotReturnable:
        keep_refusal(order_id=order_id, wishes=wishes, outcome=outcome, at=at, actor=actor)
        raise


def carry_out(
    asked: Request,
    judgement: Judgement,
    *,
    version: PolicyVersion,
    at: datetime,
    gift: GiftCode | None = None,
    recipient: Customer | None = None,
    address: Mapping[str, str] | None = None,
    replaces: Return | None = None,
) -> Return:
    """Decide of what is asked for and write it down; the caller holds the order's lock.

    `gift`, `recipient` and `address` as on Return; `replaces` is the return that is changed into
    this one. What came instead of a gift is returned as the gift was, whoever asks: its recipient
    is told no sum. Publishes and raises as `request_return`, and NotReturnable where who was given
    something would have to pay on top.
    """
    before = gift_before(judgement.order) if gift is None else None
    if before is not None:
        gift, recipient, address = before.gift, before.recipient, before.recipient_address
        asked = replace(asked, exchange=ExchangeWish(instead=Instead.STORE_CREDIT))
    counted = (
        counted_wishes(judgement.order, asked.wishes, replaces)
        if gift is None
        else [replace(wish, photos=0) for wish in asked.wishes]
    )
    plan = plan_return(asked, judgement, counted, is_gift=gift is not None)
    if asked.shown_payout is not None and asked.shown_payout != plan.quoted.payout:
        raise QuoteChanged
    case = open_return(
        plan.ways.judgement,
        plan.checked,
        plan.quoted,
        method=plan.ways.chosen,
        version=version,
        key=asked.key,
        at=at,
        actor=asked.actor,
        note=asked.note,
        locale=asked.locale,
        exchange=asked.exchange,
        # The photos that wait for a return of this order are the buyer's.
        takes_photos=gift is None,
    )
    case.gift, case.recipient, case.replaces = gift, recipient, replaces
    case.recipient_address = dict(address or {})
    case.save()
    if gift is not None and case.quote["due"]:
        # Asking for the difference would tell what the present cost.
        raise NotReturnable
    if asked.drop_off:
        # Withdrawn while the shopper read the sum: another one is chosen on the return's page.
        point = find_taking(asked.drop_off, need_of(case))
        note_drop_off(case, point, at=at, actor=asked.actor)
    if case.policy_decision.verdict != Verdict.OPEN:
        move_return(case, ReturnMove.FLAG, at=at, actor="policy")
        case.save()
        if case.policy_decision.verdict == Verdict.EVIDENCE_NEEDED:
            ask_by_policy(case, at=at)
    else:
        approve_by_policy(case, at=at)
    return case


def plan_return(
    asked: Request, judgement: Judgement, counted: Sequence[Wish], *, is_gift: bool = False
) -> Plan:
    """Return how what is asked for would be written down; nothing is changed.

    `counted` are its wishes with the photos that are here, `is_gift` whether its rest is the
    recipient's. Raises what `check_wishes` raises, MethodNotOffered, and NotReturnable for a rest
    that cannot go where it is wanted.
    """
    ways = ways_to_send(judgement, counted, asked.outcome, asked=asked.method)
    checked = check_wishes(ways.judgement, counted, asked.outcome)
    if asked.method and asked.method != ways.chosen:
        raise MethodNotOffered
    rest_to = Outcome.STORE_CREDIT if is_gift else _rest_to(ways.judgement, asked)
    quoted = quote_wishes(ways.judgement, checked, asked.outcome, rest_to=rest_to)
    return Plan(ways=ways, checked=checked, quoted=quoted)


def _rest_to(judgement: Judgement, asked: Request) -> Outcome:
    """Return where what an exchange leaves goes: where its shopper chose, of what is open."""
    if asked.outcome is not Outcome.EXCHANGE:
        return Outcome.REFUND
    choices = rest_choices(judgement, asked.wishes)
    chosen = asked.exchange.rest_to if asked.exchange is not None else ""
    if chosen and chosen not in choices:
        raise NotReturnable
    return Outcome(chosen) if chosen else choices[0]


def open_return(
    judgement: Judgement,
    checked: Sequence[Checked],
    quoted: Quote,
    *,
    version: PolicyVersion,
    key: str,
    at: datetime,
    actor: str,
    note: str = "",
    locale: str = "",
    method: ReturnMethod | None = ReturnMethod.OWN,
    exchange: ExchangeWish | None = None,
    takes_photos: bool = True,
) -> Return:
    """Write down a return that may be asked for; the caller holds the order's lock and decides.

    No `method`: staff say how it is sent. It `takes_photos` that wait for its lines. Publishes
    ReturnRequested. Raises OutOfStock.
    """
    order = judgement.order
    case: Return = Return.objects.create(
        number=next_number("R", Return, order),
        request_key=key,
        order=order,
        outcome=quoted.outcome,
        method=method or "",
        policy_version=version,
        decision={"policy_hash": version.hash, "at": at.isoformat()},
        quote=quoted.to_json(),
        note=note[:LONGEST_NOTE],
        locale=locale or order.locale,
        requested_at=at,
        requested_by=actor,
    )
    lines = ReturnLine.objects.bulk_create(
        ReturnLine(
            case=case,
            order_line=one.judged.line,
            position=position,
            quantity=one.wish.quantity,
            reason=one.wish.reason,
            fault=one.units.fault,
            variant=one.variant,
        )
        for position, one in enumerate(checked)
    )
    wishes = [one.wish for one in checked]
    keep_decision(judgement, wishes, quoted.outcome, version=version, case=case, at=at, actor=actor)
    reserve_replacements(lines)
    if takes_photos:
        attach_evidence(case, lines)
    if case.outcome == Outcome.EXCHANGE:
        open_exchange(case, quoted, exchange or ExchangeWish(), at=at, actor=actor)
    append(ReturnRequested(order_id=order.public_id, return_id=case.public_id), at=at, actor=actor)
    return case


def keep_refusal(
    *, order_id: str, wishes: Sequence[Wish], outcome: Outcome, at: datetime, actor: str
) -> None:
    """Keep what was decided of a request that was refused: another reason may follow.

    `request_return` does so itself; who calls it in a transaction that a refusal rolls back keeps
    it after that.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        judgement = judge(order, at=at, channel=channel_of(actor))
        if any(judgement.line(wish.line) for wish in wishes):
            version = saved_version(order, at=at)
            counted = counted_wishes(order, wishes)
            keep_decision(judgement, counted, outcome, version=version, at=at, actor=actor)


def cancel_return(*, return_id: str, at: datetime, actor: str) -> Return:
    """Cancel a return before anything was sent; its units are free again.

    Publishes ReturnCancelled. Raises InvalidTransition.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        end_return(case, at=at, actor=actor)
    return case


def end_return(case: Return, *, at: datetime, actor: str) -> None:
    """Cancel a return as `cancel_return`; the caller holds its order's lock."""
    if was_sent_ahead(case):
        # The shopper has the replacement already: the original is awaited.
        raise InvalidTransition
    move_return(case, ReturnMove.CANCEL, at=at, actor=actor)
    case.closed_at = at
    case.save()
    release_replacements(case)
    append(
        ReturnCancelled(order_id=case.order.public_id, return_id=case.public_id),
        at=at,
        actor=actor,
    )


def mark_sent(*, return_id: str, tracking_number: str, at: datetime, actor: str) -> Return:
    """Note that the shopper has sent the parcel, which is followed from now on by its number.

    Publishes ReturnSent, and what `note_number` publishes. Raises InvalidTransition, and
    NumberTaken for a number that is another parcel's.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        move_return(case, ReturnMove.FIRST_SCAN, at=at, actor=actor)
        if tracking_number:
            note_number(case, tracking_number, at=at, actor=actor)
        case.save()
        append(
            ReturnSent(order_id=case.order.public_id, return_id=case.public_id), at=at, actor=actor
        )
    return case


def remember_deadlines(judgement: Judgement) -> None:
    """Keep the dates a shopper is being shown: data that arrives later never shortens them."""
    known = {
        (shown.order_line_id, shown.outcome): shown
        for shown in ShownDeadline.objects.filter(order_line__order=judgement.order)
    }
    for one in judgement.lines:
        for offer in one.decision.promises:
            shown = known.get((one.line.pk, offer.outcome))
            if shown is None or shown.until < offer.until:
                kept, is_new = ShownDeadline.objects.get_or_create(
                    order_line=one.line, outcome=offer.outcome, defaults={"until": offer.until}
                )
                if not is_new:
                    # Shown a later one at the same moment: that one stands.
                    earlier = ShownDeadline.objects.filter(pk=kept.pk, until__lt=offer.until)
                    earlier.update(until=offer.until)
