"""Asking for a return, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from commerce.selectors import lock_order
from postexp.kernel.events import append
from returns.enums import Outcome, ReturnMove
from returns.errors import (
    NotReturnable,
    OutOfStock,
    QuantityExceedsReturnable,
    QuoteChanged,
    UnitAlreadySettled,
)
from returns.events import ReturnCancelled, ReturnRequested, ReturnSent
from returns.models import Return, ReturnLine, ShownDeadline
from returns.models.cases import return_id
from returns.rules.commands import Wish
from returns.rules.eligibility import Decision
from returns.rules.money import quote
from returns.rules.paid import Units
from returns.rules.quotes import Quote
from returns.selectors import Judged, Judgement, judge, list_replacements, paid_order
from returns.services.decisions import approve_by_policy
from returns.services.exchanges import release_replacements, reserve_replacements
from returns.services.locks import lock_return
from returns.services.policies import saved_version
from returns.services.transitions import move_return

if TYPE_CHECKING:
    from commerce.models import Order, Variant

LONGEST_NOTE = 2000


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A wish the policy allows, with what it points to."""

    wish: Wish
    judged: Judged
    units: Units
    variant: Variant | None


def check_wishes(judgement: Judgement, wishes: Sequence[Wish], outcome: Outcome) -> list[Checked]:
    """Return the wishes with what they point to.

    Raises QuantityExceedsReturnable for more units of a line than can come back, NotReturnable for
    nothing at all, a strange line, or an outcome or reason that is not open for one, and OutOfStock
    for a replacement that is not there.
    """
    if not wishes:
        raise NotReturnable
    asked: dict[str, int] = {}
    checked = []
    for wish in wishes:
        judged = judgement.line(wish.line)
        if judged is None:
            raise NotReturnable
        asked[wish.line] = asked.get(wish.line, 0) + wish.quantity
        if wish.quantity < 1 or asked[wish.line] > judged.decision.returnable:
            raise QuantityExceedsReturnable
        reason = next((one for one in judged.decision.reasons if one.code == wish.reason), None)
        if reason is None or judged.decision.offer(outcome) is None:
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
    for variant, free in list_replacements(judged.line):
        if variant.public_id == wish.variant and (free is None or free >= wish.quantity):
            return variant
    raise OutOfStock


def quote_wishes(judgement: Judgement, checked: Sequence[Checked], outcome: Outcome) -> Quote:
    """Return the exact sum the shopper gets if everything arrives as described.

    Units of returns that are already open count as settled before these.
    """
    order = paid_order(judgement.order)
    reserved = {one.line.public_id: one.facts.reserved for one in judgement.lines}
    order = replace(
        order,
        lines=tuple(
            replace(line, settled=line.settled + reserved[line.id]) for line in order.lines
        ),
    )
    terms = judgement.policy.terms(outcome, order.currency)
    try:
        return quote(order, [one.units for one in checked], terms, outcome)
    except UnitAlreadySettled as error:
        raise QuantityExceedsReturnable from error


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
) -> Return:
    """Ask for a return: the decision and the sum are kept as shown, and the units are held.

    `shown_payout` is the sum the shopper saw. The same `key` again, as a second press of the same
    button sends it, gives the first return. Publishes ReturnRequested, and ReturnApproved where
    the policy asks for no review. Raises what `check_wishes` raises, and QuoteChanged where the sum
    is another one by now.
    """
    with transaction.atomic():
        order = lock_order(order_id)
        key = key or return_id()
        first: Return | None = Return.objects.filter(order=order, request_key=key).first()
        if first is not None:
            return first
        version = saved_version(order.placed_at, at=at)
        judgement = judge(order, at=at)
        checked = check_wishes(judgement, wishes, outcome)
        quoted = quote_wishes(judgement, checked, outcome)
        if shown_payout is not None and shown_payout != quoted.payout:
            raise QuoteChanged
        case: Return = Return.objects.create(
            number=_number(order),
            request_key=key,
            order=order,
            outcome=outcome,
            policy_version=version,
            decision=_snapshot(judgement, version.hash),
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
        reserve_replacements(lines)
        append(
            ReturnRequested(order_id=order.public_id, return_id=case.public_id), at=at, actor=actor
        )
        if judgement.policy.review:
            move_return(case, ReturnMove.FLAG, at=at, actor="policy")
            case.save()
        else:
            approve_by_policy(case, at=at)
    return case


def _number(order: Order) -> str:
    """Return the next return number of an order, such as R-1042-1."""
    return f"R-{order.number_key}-{Return.objects.filter(order=order).count() + 1}"


def _snapshot(judgement: Judgement, policy_hash: str) -> dict[str, Any]:
    """Return what was known and decided, as plain JSON, so that it can be judged again."""
    return {
        "policy_hash": policy_hash,
        "at": judgement.at.isoformat(),
        "lines": [
            {"facts": _plain(asdict(one.facts)), "decision": _outline(one.decision)}
            for one in judgement.lines
        ],
    }


def _outline(decision: Decision) -> dict[str, Any]:
    start = decision.start
    return {
        "returnable": decision.returnable,
        "offers": [_plain(asdict(offer)) for offer in decision.offers],
        "denials": [_plain(asdict(denial)) for denial in decision.denials],
        "start": _plain(asdict(start)) if start else None,
    }


def _plain(data: Any) -> Any:
    """Return data with dates as ISO strings and sets as lists."""
    if isinstance(data, dict):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, frozenset):
        return sorted(data)
    return data.isoformat() if hasattr(data, "isoformat") else data


def cancel_return(*, return_id: str, at: datetime, actor: str) -> Return:
    """Cancel a return before anything was sent; its units are free again.

    Publishes ReturnCancelled. Raises InvalidTransition.
    """
    with transaction.atomic():
        case = lock_return(return_id)
        move_return(case, ReturnMove.CANCEL, at=at, actor=actor)
        case.closed_at = at
        case.save()
        release_replacements(case)
        append(
            ReturnCancelled(order_id=case.order.public_id, return_id=case.public_id),
            at=at,
            actor=actor,
        )
    return case


def mark_sent(*, return_id: str, tracking_number: str, at: datetime, actor: str) -> Return:
    """Note that the shopper has sent the parcel. Publishes ReturnSent; raises InvalidTransition."""
    with transaction.atomic():
        case = lock_return(return_id)
        move_return(case, ReturnMove.FIRST_SCAN, at=at, actor=actor)
        case.tracking_number = tracking_number[:120]
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
        for offer in one.decision.offers:
            shown = known.get((one.line.pk, offer.outcome))
            if shown is None or shown.until < offer.until:
                ShownDeadline.objects.update_or_create(
                    order_line=one.line, outcome=offer.outcome, defaults={"until": offer.until}
                )
