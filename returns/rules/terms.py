"""The money terms of units that come back, as their stored decisions settled them.

A decision leaves out what is as by default, which is what the policy it was judged by says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from returns.enums import BundleDiscount, Fault, Outcome, RefundShipping, Slot, ThresholdPromotion
from returns.enums.exchanges import ExchangeTiming
from returns.rules.paid import WHOLE, Terms
from returns.rules.policy import Policy
from returns.rules.policy.engine import usual_slots
from returns.rules.policy.statutory import UNDOING

Decided = Mapping[str, Any]
"""A line of a decision as plain JSON."""


def settled_value(policy: Policy, decided: Decided, slot: Slot) -> Any:
    """Return the value of a slot in a stored decision."""
    kept = decided["slots"].get(slot.value)
    return kept["value"] if kept else usual_slots(policy)[slot].value


def restocking_of(policy: Policy, decided: Decided) -> int:
    """Return the restocking fee of a line in basis points."""
    return int(settled_value(policy, decided, Slot.FEES)["restocking"])


def terms_of(
    policy: Policy, lines: Sequence[tuple[Decided, Fault]], outcome: Outcome, currency: str
) -> Terms:
    """Return the terms of lines that come back together in an order of `currency`.

    The restocking fee is each line's own (`restocking_of`). Return postage is charged once: the
    highest of the lines that come back by the shopper's choice. The bonus is the lowest, as it is
    of the whole sum, and so is the discount on another product. Outbound shipping goes back where
    one line says so. Promotions and bundles stay as they were where the law undoes the contract of
    one.
    """
    usual = policy.terms(outcome, currency)
    if not lines:
        return usual
    fees = [settled_value(policy, decided, Slot.FEES) for decided, _fault in lines]
    own_choice = [
        one["postage"].get(currency, 0)
        for one, (_decided, fault) in zip(fees, lines, strict=True)
        if fault is Fault.SHOPPER
    ]
    bonus = min(settled_value(policy, decided, Slot.BONUS) for decided, _fault in lines)
    shipping = {RefundShipping(one["refund_shipping"]) for one in fees}
    full = RefundShipping.FULL_RETURN
    if any(decided["law"] in UNDOING for decided, _fault in lines):
        usual = replace(
            usual,
            threshold_promotion=ThresholdPromotion.KEEP,
            bundle_discount=BundleDiscount.AS_ALLOCATED,
        )
    return replace(
        usual,
        restocking=min(one["restocking"] for one in fees),
        postage=max(own_choice, default=0),
        bonus=bonus if outcome is Outcome.STORE_CREDIT else 0,
        shop_now=min(settled_value(policy, decided, Slot.SHOP_NOW) for decided, _fault in lines),
        exchange_timing=_timing(policy, lines),
        parts=_parts(policy, lines),
        refund_shipping=full if full in shipping else RefundShipping.NEVER,
    )


def _parts(policy: Policy, lines: Sequence[tuple[Decided, Fault]]) -> dict[tuple[str, Fault], int]:
    """Return what part of their value lines get that do not get all of it.

    Units of one line that come back for several reasons of one fault get the highest of theirs.
    """
    parts: dict[tuple[str, Fault], int] = {}
    for decided, fault in lines:
        key = (decided["line"], fault)
        part = int(settled_value(policy, decided, Slot.PART_CREDIT))
        parts[key] = max(parts.get(key, 0), part)
    return {key: part for key, part in parts.items() if part < WHOLE}


def _timing(policy: Policy, lines: Sequence[tuple[Decided, Fault]]) -> ExchangeTiming | None:
    """Return when what is sent instead of lines is sent: the latest that is said of any.

    At once only where that is said of all; None where the shop's settings say when.
    """
    said = {settled_value(policy, decided, Slot.EXCHANGE_TIMING) for decided, _fault in lines}
    for later in (ExchangeTiming.ON_RECEIPT, ExchangeTiming.ON_SCAN):
        if later.value in said:
            return later
    return ExchangeTiming.INSTANT if said == {ExchangeTiming.INSTANT.value} else None
