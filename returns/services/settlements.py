"""Settling: what was quoted is booked, in one transaction, once per key."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Sum

from commerce.selectors import lock_order
from returns.enums import Fault, Outcome, ReturnState, RowCode, SettlementKind
from returns.errors import (
    InvalidTransition,
    NotAnExchange,
    NothingToSettle,
    QuoteChanged,
    ReturnsError,
)
from returns.models import LedgerEntry, Return, Settlement
from returns.rules.commands import fingerprint, require_same
from returns.rules.money import quote
from returns.rules.paid import Units
from returns.rules.quotes import Quote
from returns.selectors import list_lines_of, paid_order, version_in_force
from returns.services.credits import issue_credit
from returns.services.exchanges import ready_replacement
from returns.services.ledger import book
from returns.services.locks import lock_return
from returns.services.refunds import request_refunds, settlement_paid

if TYPE_CHECKING:
    from commerce.models import Order


def quote_settlement(
    case: Return, *, outcome: Outcome | None = None, pay: int | None = None
) -> Quote:
    """Return the exact sum for the accepted units of a return that were not paid for yet.

    `outcome` may be another one than the shopper asked for, `pay` a lower amount. Raises
    NothingToSettle, NotAnExchange where the shopper chose no replacements, and what
    `rules.money.quote` raises.
    """
    own = Outcome(case.outcome)
    outcome = outcome or own
    if outcome is Outcome.EXCHANGE and own is not Outcome.EXCHANGE:
        raise NotAnExchange
    units = [
        Units(line=line.order_line.public_id, quantity=line.payable, fault=Fault(line.fault))
        for line in list_lines_of(case)
        if line.payable
    ]
    if not units:
        raise NothingToSettle
    terms = case.policy_version.policy.terms(outcome, case.order.currency)
    return quote(
        paid_order(case.order),
        units,
        terms,
        outcome,
        postage_charged=_postage_charged(case),
        pay=pay,
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
) -> Settlement:
    """Settle the accepted units of a return, once per `key`.

    The same key with the same command gives the first settlement again. `shown` is the payout the
    caller saw, `pay` a lower amount to pay instead, `outcome` another than the shopper asked for.
    Refunds go out after the commit, store credit and exchanges are booked at once.

    Publishes SettlementBooked, RefundRequested per payment, StoreCreditRequested where a provider
    gives the credit, and SettlementPaid when all is paid.
    Raises IdempotencyMismatch, QuoteChanged where the sum is not `shown` any more,
    NothingToSettle, InvalidTransition, OutOfStock, NotReturnable for store credit without a
    customer, and what `quote_settlement` raises.
    """
    command = {"return": return_id, "shown": shown, "pay": pay, "outcome": outcome}
    mark = fingerprint({name: value for name, value in command.items() if value is not None})
    with transaction.atomic():
        case = lock_return(return_id)
        first: Settlement | None = Settlement.objects.filter(key=key).first()
        if first is not None:
            require_same(first.fingerprint, mark)
            return first
        if case.state != ReturnState.RESOLVING:
            raise InvalidTransition
        quoted = quote_settlement(case, outcome=outcome)
        if shown is not None and shown != quoted.payout:
            raise QuoteChanged
        if pay is not None:
            quoted = quote_settlement(case, outcome=outcome, pay=pay)
        settlement = book(
            case.order,
            quoted,
            kind=SettlementKind.RETURN,
            case=case,
            key=key,
            mark=mark,
            at=at,
            actor=actor,
        )
        _settle_lines(case, quoted.outcome)
        _hand_over(settlement, quoted, at=at, actor=actor)
    return settlement


def _settle_lines(case: Return, outcome: Outcome) -> None:
    for line in list_lines_of(case):
        if line.payable:
            if outcome is Outcome.EXCHANGE:
                ready_replacement(line, line.payable)
            line.settled = line.accepted
            line.save()


def _hand_over(settlement: Settlement, quoted: Quote, *, at: datetime, actor: str) -> None:
    """Give the shopper what was booked; a settlement without a payment to wait for is paid."""
    if quoted.outcome is Outcome.STORE_CREDIT:
        issue_credit(settlement, at=at, actor=actor)
    if not request_refunds(settlement, quoted.tenders, at=at, actor=actor):
        settlement_paid(settlement, at=at, actor=actor)


def quote_shipping(order: Order) -> Quote:
    """Return what is left of outbound shipping, exact.

    Raises ShippingAlreadyRefunded, RefundExceedsBalance, and NothingToSettle where none was paid.
    """
    terms = version_in_force(order.placed_at).policy.terms(Outcome.REFUND, order.currency)
    quoted = quote(paid_order(order), [], terms, with_shipping=True)
    if not quoted.total:
        raise NothingToSettle
    return quoted


def refund_shipping(*, order_id: str, key: str, at: datetime, actor: str) -> Settlement:
    """Give back what is left of outbound shipping, once per `key`, to the tenders it came from.

    Publishes as `settle_return`. Raises IdempotencyMismatch, and what `quote_shipping` raises.
    """
    mark = fingerprint({"shipping_of": order_id})
    with transaction.atomic():
        order = lock_order(order_id)
        first: Settlement | None = Settlement.objects.filter(key=key).first()
        if first is not None:
            require_same(first.fingerprint, mark)
            return first
        quoted = quote_shipping(order)
        settlement = book(
            order, quoted, kind=SettlementKind.SHIPPING, key=key, mark=mark, at=at, actor=actor
        )
        _hand_over(settlement, quoted, at=at, actor=actor)
    return settlement
