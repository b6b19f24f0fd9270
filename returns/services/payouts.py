"""Handing over what was booked: store credit at once, payments after the commit."""

from __future__ import annotations

from datetime import datetime

from returns.enums import Outcome
from returns.models import Settlement
from returns.rules.quotes import Quote
from returns.services.credits import issue_credit
from returns.services.refunds import request_refunds, settlement_paid


def hand_over(settlement: Settlement, quoted: Quote, *, at: datetime, actor: str) -> None:
    """Give the shopper what was booked; a settlement without a payment to wait for is paid.

    The caller holds the order's lock. Publishes StoreCreditRequested, RefundRequested and
    SettlementPaid. Raises NotReturnable for store credit without a customer.
    """
    rest_as_credit = quoted.rest and quoted.rest_to is Outcome.STORE_CREDIT
    if quoted.outcome is Outcome.STORE_CREDIT or rest_as_credit:
        issue_credit(settlement, at=at, actor=actor)
    if not request_refunds(settlement, quoted.tenders, at=at, actor=actor):
        settlement_paid(settlement, at=at, actor=actor)
