"""Settling: what was quoted is booked, in one transaction, once per key."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Sum

from commerce.selectors import lock_order
from returns.enums import Fault, Outcome, ReturnState, RowCode, SettlementKind
from returns.errors import (
    DifferenceDue,
    InvalidTransition,
    NotAnExchange,
    NothingToSettle,
    NotReturnable,
    QuoteChanged,
    ReturnsError,
)
from returns.models import LedgerEntry, Return, ReturnLine, Settlement
from returns.rules.commands import fingerprint, require_same
from returns.rules.exchanges import value_of_replacement
from returns.rules.money import quote
from returns.rules.paid import Units
from returns.rules.quotes import Quote, ReplacementValue
from returns.rules.withdrawals import statutory_terms
from returns.selectors import list_lines_of, paid_order, version_of, wanted_instead
from returns.selectors.exchanges import chosen_for_rest, is_difference_paid, units_to_send
from returns.selectors.policies import terms_of_lines
from returns.selectors.withdrawals import is_withdrawal
from returns.services.disputes import require_no_dispute
from returns.services.exchanges import note_difference
from returns.services.ledger import book
from returns.services.locks import lock_return
from returns.services.payouts import hand_over
from returns.services.receiving import require_second_person
from returns.services.replacements import ready_replacement

if TYPE_CHECKING:
    from commerce.models import Order


def quote_settlement(
    case: Return,
    *,
    outcome: Outcome | None = None,
    pay: int | None = None,
    rest_to: Outcome | None = None,
    ahead: Mapping[str, int] | None = None,
) -> Quote:
    """Return the exact sum for the accepted units of a return that were not paid for yet.

    `ahead` names other units instead, by the public id of their line: those paid before a check.

    `outcome` may be another one than the shopper asked for, `pay` a lower amount. What an exchange
    leaves of its value goes to `rest_to`, to be money or store credit, and unless given to where
    the shopper chose; of a gift nothing is money, which raises NotReturnable. Raises
    NothingToSettle, NotAnExchange where the shopper chose no replacements, and what
    `rules.money.quote` raises.
    """
    own = Outcome(case.outcome)
    outcome = outcome or own
    rest_to = rest_to or chosen_for_rest(case)
    if case.gift_id is not None:
        # The money was the buyer's, who is not to learn of it.
        rest_to = Outcome.STORE_CREDIT
        if outcome is Outcome.REFUND:
            raise NotReturnable
    if outcome is Outcome.EXCHANGE and own is not Outcome.EXCHANGE:
        raise NotAnExchange
    lines = list_lines_of(case)
    due = {line.public_id: line.payable for line in lines} if ahead is None else ahead
    lines = [line for line in lines if due.get(line.public_id)]
    if not lines:
        raise NothingToSettle
    sent = units_to_send(case)
    terms, fees = terms_of_lines(case, lines, outcome)
    if is_withdrawal(case):
        terms, fees = statutory_terms(terms), [None] * len(lines)
    units = [
        Units(
            line=line.order_line.public_id,
            quantity=due[line.public_id],
            fault=Fault(line.fault),
            restocking=fee,
        )
        for line, fee in zip(lines, fees, strict=True)
    ]
    return quote(
        paid_order(case.order),
        units,
        terms,
        outcome,
        postage_charged=_postage_charged(case),
        pay=pay,
        wanted=[
            wanted_instead(
                case.order,
                line.order_line,
                line.variant,
                count,
                _promised(case, line, count),
            )
            for line in lines
            if line.variant is not None
            and (count := _to_send(line, due[line.public_id], sent[line.public_id]))
        ],
        rest_to=rest_to,
    )


def _to_send(line: ReturnLine, units: int, sent: int) -> int:
    """Return for how many of the next units a replacement is sent: `sent` of all of the line."""
    return min(units, max(0, sent - line.settled))


def _promised(case: Return, line: ReturnLine, units: int) -> int | None:
    """Return what the next units of a replacement cost when they were asked for.

    None where nothing was said, as for returns that are older than prices of exchanges.
    """
    kept = case.quote.get("replacements") or []
    if line.position >= len(kept):
        return None
    return value_of_replacement(
        ReplacementValue(**kept[line.position]), line.settled, line.settled + units
    )


def quote_other_outcomes(case: Return) -> list[Quote]:
    """Return the exact sums of the other ways in which a return may be settled now."""
    quotes = []
    for outcome in Outcome:
        nobody_holds_it = outcome is Outcome.STORE_CREDIT and case.order.customer_id is None
        if outcome == case.outcome or nobody_holds_it:
            continue
        with suppress(ReturnsError):
            quotes.append(quote_settlement(case, outcome=outcome))
    return quotes


def _postage_charged(case: Return) -> int:
    booked = LedgerEntry.objects.filter(
        settlement__case=case, code=RowCode.RETURN_POSTAGE
    ).aggregate(total=Sum("amount"))["total"]
    return -(booked or 0)


def settle_return(
    *,
    return_id: str,
    key: str,
    at: datetime,
    actor: str,
    shown: int | None = None,
    pay: int | None = None,
    outcome: Outcome | None = None,
    rest_to: Outcome | None = None,
    difference: str = "",
    despite: str = "",
) -> Settlement:
    """Settle the accepted units of a return, once per `key`.

    The same key with the same command gives the first settlement again. `shown` is the payout the
    caller saw, `pay` a lower amount to pay instead, `outcome` another than the shopper asked for,
    `rest_to` where the rest of an exchange goes if not where the shopper chose, `difference` how
    the shopper paid what an exchange costs on top, `despite` why it is settled while a chargeback
    is open. Refunds go out after the commit, store credit and exchanges are booked at once.

    Publishes SettlementBooked, RefundRequested per payment, StoreCreditRequested where a provider
    gives the credit, and SettlementPaid when all is paid.
    Raises IdempotencyMismatch, QuoteChanged where the sum is not `shown` any more,
    NothingToSettle, InvalidTransition, OutOfStock, NotReturnable for store credit without a
    customer, SecondPersonNeeded, DifferenceDue and OpenDispute where no word was given for them,
    and what `quote_settlement` raises.
    """
    command = {
        "return": return_id,
        "shown": shown,
        "pay": pay,
        "outcome": outcome,
        "rest_to": rest_to,
    }
    mark = fingerprint({name: value for name, value in command.items() if value is not None})
    with transaction.atomic():
        case = lock_return(return_id)
        first: Settlement | None = Settlement.objects.filter(key=key).first()
        if first is not None:
            require_same(first.fingerprint, mark)
            return first
        if case.state != ReturnState.RESOLVING:
            raise InvalidTransition
        require_no_dispute(case.order, despite)
        require_second_person(case)
        quoted = quote_settlement(case, outcome=outcome, rest_to=rest_to)
        if shown is not None and shown != quoted.payout:
            raise QuoteChanged
        if quoted.due and not is_difference_paid(case):
            if not difference:
                raise DifferenceDue
            note_difference(case, difference, at=at, actor=actor)
        if pay is not None:
            quoted = quote_settlement(case, outcome=outcome, pay=pay)
        settlement = book(
            case.order,
            quoted,
            kind=SettlementKind.RETURN,
            case=case,
            key=key,
            mark=mark,
            note=despite or (difference if quoted.due else ""),
            at=at,
            actor=actor,
        )
        _settle_lines(case, quoted.outcome)
        hand_over(settlement, quoted, at=at, actor=actor)
    return settlement


def _settle_lines(case: Return, outcome: Outcome) -> None:
    sent = units_to_send(case) if outcome is Outcome.EXCHANGE else {}
    for line in list_lines_of(case):
        if line.payable:
            units = _to_send(line, line.payable, sent.get(line.public_id, 0))
            if units:
                ready_replacement(line, units)
            line.settled += line.payable
            line.save()


def settle_ahead(
    case: Return, units: Mapping[str, int], *, key: str, at: datetime, actor: str
) -> Settlement:
    """Settle units (by the public id of their line) before they are checked, once per `key`.

    The caller holds the order's lock and says why they are due. What is not accepted later was paid
    all the same. Publishes as `settle_return`. Raises NothingToSettle, OpenDispute, and what
    `quote_settlement` raises.
    """
    mark = fingerprint({"return": case.public_id, "ahead": dict(units)})
    first: Settlement | None = Settlement.objects.filter(key=key).first()
    if first is not None:
        return first
    require_no_dispute(case.order, "")
    quoted = quote_settlement(case, ahead=units)
    settlement = book(
        case.order,
        quoted,
        kind=SettlementKind.RETURN,
        case=case,
        key=key,
        mark=mark,
        note="",
        at=at,
        actor=actor,
    )
    for line in list_lines_of(case):
        if units.get(line.public_id):
            line.settled += units[line.public_id]
            line.save()
    hand_over(settlement, quoted, at=at, actor=actor)
    return settlement


def quote_shipping(order: Order) -> Quote:
    """Return what is left of outbound shipping, exact.

    Raises ShippingAlreadyRefunded, RefundExceedsBalance, and NothingToSettle where none was paid.
    """
    terms = version_of(order).policy.terms(Outcome.REFUND, order.currency)
    quoted = quote(paid_order(order), [], terms, with_shipping=True)
    if not quoted.total:
        raise NothingToSettle
    return quoted


def refund_shipping(
    *, order_id: str, key: str, at: datetime, actor: str, despite: str = ""
) -> Settlement:
    """Give back what is left of outbound shipping, once per `key`, to the tenders it came from.

    Publishes as `settle_return`. Raises IdempotencyMismatch, OpenDispute unless `despite` says why,
    and what `quote_shipping` raises.
    """
    mark = fingerprint({"shipping_of": order_id})
    with transaction.atomic():
        order = lock_order(order_id)
        first: Settlement | None = Settlement.objects.filter(key=key).first()
        if first is not None:
            require_same(first.fingerprint, mark)
            return first
        require_no_dispute(order, despite)
        quoted = quote_shipping(order)
        settlement = book(
            order,
            quoted,
            kind=SettlementKind.SHIPPING,
            key=key,
            mark=mark,
            note=despite,
            at=at,
            actor=actor,
        )
        hand_over(settlement, quoted, at=at, actor=actor)
    return settlement
