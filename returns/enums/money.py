"""Settlements, the payments behind them, and the terms they follow."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RefundState(TextChoices):
    """Where one attempt to pay money back stands."""

    PENDING = "pending", _("Waiting to be paid")
    PROCESSING = "processing", _("Being paid")
    SUCCEEDED = "succeeded", _("Paid")
    FAILED = "failed", _("Failed")
    OUTCOME_UNKNOWN = "outcome_unknown", _("Outcome unknown")
    REVERSED = "reversed", _("Did not arrive")


class RefundMove(TextChoices):
    """What can happen to one attempt to pay money back."""

    SEND = "send", _("Sent to the payment provider")
    SUCCEED = "succeed", _("Paid")
    FAIL = "fail", _("Refused by the payment provider")
    LOSE_TRACK = "lose_track", _("No answer from the payment provider")
    RETRY = "retry", _("Tried again")
    COME_BACK = "come_back", _("Came back from the bank")
    REVERSE = "reverse", _("Made on the platform, and came back from the bank")


class SettlementKind(TextChoices):
    """Why units were settled or money given back."""

    RETURN = "return", _("Return")
    SHIPPING = "shipping", _("Shipping refunded")
    EXTERNAL = "external", _("Refunded on the platform")
    CANCELLATION = "cancellation", _("Order cancelled")
    GOODWILL = "goodwill", _("Goodwill")
    EXCHANGE = "exchange", _("Exchange not carried out")
    UNDONE = "undone", _("Refund on the platform that did not arrive")


class MismatchCode(TextChoices):
    """Why a refund made on the platform needs a look."""

    OVER = "over", _("More was refunded than the order had left. Our books hold the part it had.")
    TWICE = "twice", _("It names items that were already refunded or exchanged.")
    BACK = (
        "back",
        _("It did not reach the shopper: the bank turned it down, and you have the money."),
    )
    BESIDE = "beside", _("A refund of ours still waits for this order, over another amount.")


class Component(TextChoices):
    """What an entry of the ledger is for. Every one but BONUS counts against the ceiling."""

    GOODS = "goods", _("Goods")
    TAX = "tax", _("Tax")
    SHIPPING = "shipping", _("Shipping")
    SHIPPING_TAX = "shipping_tax", _("Tax on shipping")
    FEE = "fee", _("Fee")
    OFFSET = "offset", _("Not paid, or given back before")
    GOODWILL = "goodwill", _("Goodwill")
    EXCHANGE_CREDIT = "exchange_credit", _("Exchange credit")
    EXCHANGE_REST = "exchange_rest", _("Rest of an exchange")
    BONUS = "bonus", _("Bonus")


class RowCode(TextChoices):
    """What a row of a sum is for; `percent` fills the blank where there is one."""

    GOODS = "goods", _("Paid for the item")
    TAX = "tax", _("Tax")
    SHIPPING = "shipping", _("Shipping")
    PROMOTION_ENDED = "promotion_ended", _("Discount that no longer applies")
    RESTOCKING_FEE = "restocking_fee", _("Restocking fee (%(percent)s)")
    RETURN_POSTAGE = "return_postage", _("Return postage")
    PART_CREDIT = "part_credit", _("Only part of the value is given")
    NOT_PAID = "not_paid", _("Not paid yet")
    ALREADY_REFUNDED = "already_refunded", _("Already refunded")
    GIVEN_AS_GOODWILL = "given_as_goodwill", _("Already refunded as goodwill")
    DEDUCTION = "deduction", _("Deduction")
    GOODWILL = "goodwill", _("Goodwill")
    EXCHANGE_CREDIT = "exchange_credit", _("Value exchanged")
    EXCHANGE_REST = "exchange_rest", _("Left of the value exchanged")
    NOT_DUE = "not_due", _("Paid for the exchange, no longer due")
    BONUS = "bonus", _("Bonus (%(percent)s)")


class RefundShipping(TextChoices):
    """When outbound shipping goes back without anyone's fault."""

    NEVER = "never", _("Never")
    FULL_RETURN = "full_return", _("When the whole order comes back")


class FaultShipping(TextChoices):
    """How much outbound shipping goes back with units returned for merchant or carrier fault."""

    NONE = "none", _("None")
    PRORATA = "prorata", _("The share of the faulty items")
    FULL = "full", _("All of it")


class ThresholdPromotion(TextChoices):
    """What happens to a promotion when the kept goods no longer reach its minimum."""

    KEEP = "keep", _("Keep the discount")
    REPRICE = "reprice", _("Reprice what is kept without the discount")


class BundleDiscount(TextChoices):
    """How a buy-x-get-y discount lies on the lines of its bundle."""

    AS_ALLOCATED = "as_allocated", _("On the items it was recorded on")
    PRORATA = "prorata", _("Shared over the whole bundle")


class ExchangePriceBasis(TextChoices):
    """What another variant of the same product costs in an exchange."""

    PAID = "paid", _("The price that was paid")
    CURRENT = "current", _("The current price")


class TenderOrder(TextChoices):
    """Which means of payment money goes back to first."""

    EXTERNAL_FIRST = "external_first", _("Cards first, then gift cards and credit")
    STORE_VALUE_FIRST = "store_value_first", _("Gift cards and credit first")
    PROPORTIONAL = "proportional", _("In proportion to what was paid")
