"""The fee for having refused units sent back, its payments, and what a partial refund comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from returns.enums import Fault, FaultShipping, Outcome, RefundShipping
from returns.enums.payments import PaymentPageState
from returns.enums.receiving import RefusedState
from returns.errors import ChoiceNotOffered
from returns.models import FeePayment, RefusedUnits
from returns.rules.money import quote
from returns.rules.paid import Units
from returns.rules.quotes import Quote
from returns.rules.receiving import REMIND_BEFORE
from returns.selectors.money import paid_order
from returns.selectors.policies import terms_of_lines
from returns.selectors.receiving import is_shop_currency, receiving_settings

if TYPE_CHECKING:
    from returns.models import Return


def send_back_fee(case: Return) -> int:
    """Return what it costs the shopper to have units sent back, in the order's minor units.

    It is the shop's own fee where its currency is the order's, else the policy's return postage.
    """
    own = receiving_settings().send_back_fee
    if own is not None and is_shop_currency(case.order):
        return own
    return int(case.policy_version.policy.postage.get(case.order.currency, 0))


def quote_offer(refused: RefusedUnits) -> Quote:
    """Return the exact sum of the partial refund that is offered for refused units.

    Raises ChoiceNotOffered, RefundExceedsBalance where the offer is above what they are worth, and
    what `rules.money.quote` raises.
    """
    if refused.offer is None:
        raise ChoiceNotOffered
    case, line = refused.case, refused.line
    outcome = Outcome(case.outcome)
    if outcome is Outcome.EXCHANGE:
        # What a gift was paid with is its buyer's.
        outcome = Outcome.REFUND if case.gift_id is None else Outcome.STORE_CREDIT
    terms, _fees = terms_of_lines(case, [line], outcome)
    # What is offered is what they get: no fees, and no shipping, which an offer leaves alone.
    terms = replace(
        terms,
        restocking=0,
        postage=0,
        refund_shipping=RefundShipping.NEVER,
        fault_shipping=FaultShipping.NONE,
    )
    units = Units(
        line=line.order_line.public_id,
        quantity=refused.quantity,
        fault=Fault(line.fault),
        restocking=0,
    )
    return quote(paid_order(case.order), [units], terms, outcome, pay=refused.offer)


def _payments() -> QuerySet[FeePayment]:
    found: QuerySet[FeePayment] = FeePayment.objects.select_related("refused__case__order", "order")
    return found


def list_fee_payments(refused: RefusedUnits) -> list[FeePayment]:
    """Return the payment pages of a fee, oldest first."""
    return list(_payments().filter(refused=refused).order_by("id"))


def get_fee_payment(public_id: str) -> FeePayment:
    """Return a payment of a fee with what it is for; raises FeePayment.DoesNotExist."""
    return _payments().get(public_id=public_id)


def fee_payment_by_reference(reference: str) -> FeePayment | None:
    """Return the payment of a fee that a provider knows by this name, or None."""
    return _payments().filter(reference=reference).exclude(reference="").first()


def count_postage_sold(case: Return) -> int:
    """Return how many times sending something back was sold for the order of a return."""
    sold = FeePayment.objects.filter(refused__case__order=case.order_id, order__isnull=False)
    return sold.count()


def is_fee_paid(refused: RefusedUnits) -> bool:
    """Whether the fee for sending refused units back was paid, and not given back."""
    return FeePayment.objects.filter(refused=refused, state=PaymentPageState.PAID).exists()


def list_fees_to_remind(*, at: datetime) -> list[tuple[int, str]]:
    """Return merchant and public id of refused units whose fee is due within a day."""
    due = RefusedUnits.every_merchant.filter(
        state=RefusedState.FEE_DUE,
        pay_by__gt=at,
        pay_by__lte=at + REMIND_BEFORE,
        reminded_at=None,
    )
    return list(due.order_by("id").values_list("merchant_id", "public_id"))
