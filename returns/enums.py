"""The closed vocabularies of returns. Plain values: their words live in `returns/words.py`."""

from enum import StrEnum


class Outcome(StrEnum):
    """What the shopper gets for what comes back."""

    REFUND = "refund"
    STORE_CREDIT = "store_credit"
    EXCHANGE = "exchange"


class Fault(StrEnum):
    """Whose fault the reason for a return is; it decides who bears fees."""

    SHOPPER = "shopper"
    MERCHANT = "merchant"
    CARRIER = "carrier"


class Grade(StrEnum):
    """The condition in which a unit arrived."""

    NEW = "a"
    OPENED = "b"
    WORN = "c"
    NOT_OURS = "x"


class ReturnState(StrEnum):
    """Where a return stands."""

    REQUESTED = "requested"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    RESOLVING = "resolving"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class RefundState(StrEnum):
    """Where one attempt to pay money back stands."""

    PENDING = "pending"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    OUTCOME_UNKNOWN = "outcome_unknown"


class Component(StrEnum):
    """What an entry of the ledger is for. Every one but BONUS counts against the ceiling."""

    GOODS = "goods"
    TAX = "tax"
    SHIPPING = "shipping"
    SHIPPING_TAX = "shipping_tax"
    FEE = "fee"
    GOODWILL = "goodwill"
    EXCHANGE_CREDIT = "exchange_credit"
    BONUS = "bonus"


class RefundShipping(StrEnum):
    """When outbound shipping goes back without anyone's fault."""

    NEVER = "never"
    FULL_RETURN = "full_return"


class FaultShipping(StrEnum):
    """How much outbound shipping goes back with units returned for merchant or carrier fault."""

    NONE = "none"
    PRORATA = "prorata"
    FULL = "full"


class ThresholdPromotion(StrEnum):
    """What happens to a promotion when the kept goods no longer reach its minimum."""

    KEEP = "keep"
    REPRICE = "reprice"


class BundleDiscount(StrEnum):
    """How a buy-x-get-y discount lies on the lines of its bundle."""

    AS_ALLOCATED = "as_allocated"
    PRORATA = "prorata"


class TenderOrder(StrEnum):
    """Which means of payment money goes back to first."""

    EXTERNAL_FIRST = "external_first"
    STORE_VALUE_FIRST = "store_value_first"
    PROPORTIONAL = "proportional"
