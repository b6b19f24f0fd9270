"""What it costs to have refused units sent back, and what a partial refund for them comes to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from returns.enums import Fault, FaultShipping, Outcome, RefundShipping
from returns.errors import ChoiceNotOffered
from returns.rules.money import quote
from returns.rules.paid import Units
from returns.rules.quotes import Quote
from returns.selectors.money import paid_order
from returns.selectors.policies import terms_of_lines
from returns.selectors.receiving import is_shop_currency, receiving_settings

if TYPE_CHECKING:
    from returns.models import RefusedUnits, Return


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
    outcome = Outcome.REFUND if outcome is Outcome.EXCHANGE else outcome
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
