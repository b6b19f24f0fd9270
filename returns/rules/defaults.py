"""The policy a new shop starts with: generous, simple, and complete in both languages."""

from returns.enums import (
    BundleDiscount,
    Fault,
    FaultShipping,
    Outcome,
    RefundShipping,
    TenderOrder,
    ThresholdPromotion,
)
from returns.rules.policy import OutcomeTerms, Policy, Reason

DEFAULT_POLICY = Policy(
    outcomes=(
        OutcomeTerms(outcome=Outcome.REFUND, days=30),
        OutcomeTerms(outcome=Outcome.EXCHANGE, days=30),
        OutcomeTerms(outcome=Outcome.STORE_CREDIT, days=45, bonus=500),
    ),
    reasons=(
        Reason(
            code="too_small",
            fault=Fault.SHOPPER,
            label={"en": "Too small", "ja": "サイズが小さい"},
        ),
        Reason(
            code="too_large",
            fault=Fault.SHOPPER,
            label={"en": "Too large", "ja": "サイズが大きい"},
        ),
        Reason(
            code="changed_mind",
            fault=Fault.SHOPPER,
            label={"en": "Changed my mind", "ja": "気が変わった"},
        ),
        Reason(
            code="not_as_described",
            fault=Fault.MERCHANT,
            label={"en": "Not as described", "ja": "商品説明と違う"},
        ),
        Reason(
            code="defective",
            fault=Fault.MERCHANT,
            label={"en": "Defective", "ja": "不良品・故障"},
        ),
        Reason(
            code="wrong_item",
            fault=Fault.MERCHANT,
            label={"en": "Wrong item received", "ja": "違う商品が届いた"},
        ),
        Reason(
            code="damaged_in_transit",
            fault=Fault.CARRIER,
            label={"en": "Damaged on arrival", "ja": "届いたときに破損していた"},
        ),
    ),
    transit_allowance=5,
    send_within=28,
    review=True,
    restocking=0,
    postage={},
    refund_shipping=RefundShipping.FULL_RETURN,
    fault_shipping=FaultShipping.PRORATA,
    threshold_promotion=ThresholdPromotion.KEEP,
    bundle_discount=BundleDiscount.AS_ALLOCATED,
    tender_order=TenderOrder.EXTERNAL_FIRST,
)
