"""The closed vocabularies of the rules of a return policy, each with its words."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FactLevel(TextChoices):
    """What a fact is about. Facts of a line differ from line to line, the others do not."""

    CUSTOMER = "customer", _("Customer")
    ORDER = "order", _("Order")
    LINE = "line", pgettext_lazy("facts of a rule", "Item")
    RETURN = "return", _("Return")


class FactType(TextChoices):
    """How a fact is written and compared."""

    TEXT = "text", _("Text")
    TEXTS = "texts", _("Several texts")
    CHOICE = "choice", _("One of a list")
    COUNTRY = "country", _("Country")
    COUNT = "count", _("Number")
    DAYS = "days", _("Days")
    PERCENT = "percent", _("Percent")
    MONEY = "money", _("Amount")
    DATE = "date", _("Date")
    FLAG = "flag", _("Yes or no")


class FactName(TextChoices):
    """What a rule may ask about."""

    CUSTOMER_TAGS = "customer_tags", _("Tags of the customer")
    ORDERS_PLACED = "orders_placed", _("Orders placed so far")
    RETURNS_PLACED = "returns_placed", _("Returns asked for so far")
    BONUS_RECEIVED = "bonus_received", _("Bonus credit received so far")
    FAILED_PAYMENTS = "failed_payments", _("Failed payments so far")
    KEPT_ITEMS = "kept_items", _("Items refunded so far that the customer kept")
    PARTIAL_CREDITS = "partial_credits", _("Returns refunded only in part so far")
    WRONG_RETURNS = "wrong_returns", _("Returns so far with missing or wrong items")
    COUNTRY = "country", _("Country the order went to")
    PLACED_ON = "placed_on", _("Day the order was placed")
    DISCOUNT_CODES = "discount_codes", _("Discount codes of the order")
    DISCOUNT_TOTAL = "discount_total", _("Discount on the order")
    DISCOUNT_PERCENT = "discount_percent", _("Discount on the order, in percent")
    ORDER_RETURNS = "order_returns", _("Returns of this order so far")
    ORDER_TAGS = "order_tags", _("Tags of the order")
    ORDER_VALUE = "order_value", _("Value of the order")
    PRODUCT = "product", _("Product")
    CATEGORY = "category", _("Category of the item")
    SKU = "sku", _("SKU")
    PRODUCT_TAGS = "product_tags", _("Tags of the product")
    PRODUCT_TYPE = "product_type", _("Type of the product")
    VENDOR = "vendor", _("Vendor")
    FINAL_SALE = "final_sale", _("Final sale")
    PRICE = "price", _("Price paid for one")
    REASON = "reason", _("Reason for the return")
    FAULT = "fault", _("Whose fault the reason is")
    DAYS_SINCE_START = "days_since_start", _("Days since the window began")
    EXEMPTION = "exemption", _("Exempt from withdrawal by law")
    ITEM_COUNT = "item_count", _("Items in the return")
    METHOD = "method", _("Way of sending")
    OUTCOME = "outcome", _("What the shopper wants")
    RETURN_VALUE = "return_value", _("Value of the return")
    WHOLE_ORDER = "whole_order", _("The whole order comes back")
    FRAUD_BAND = "fraud_band", _("Risk of fraud")
    RESTOCK_LOCATION = "restock_location", _("Where it goes back into stock")
    CHANNEL = "channel", _("Where the return is asked for")


class Operator(TextChoices):
    """How a fact is compared with a value."""

    IS = "is", pgettext_lazy("comparison", "is")
    IS_NOT = "is_not", pgettext_lazy("comparison", "is not")
    IN = "in", pgettext_lazy("comparison", "is one of")
    NOT_IN = "not_in", pgettext_lazy("comparison", "is none of")
    AT_LEAST = "at_least", pgettext_lazy("comparison", "is at least")
    AT_MOST = "at_most", pgettext_lazy("comparison", "is at most")
    BETWEEN = "between", pgettext_lazy("comparison", "is between")
    BEGINS_WITH = "begins_with", pgettext_lazy("comparison", "begins with")
    CONTAINS = "contains", pgettext_lazy("comparison", "contains")
    CONTAINS_ANY = "contains_any", pgettext_lazy("comparison", "contains one of")
    CONTAINS_NONE = "contains_none", pgettext_lazy("comparison", "contains none of")


class IfUnknown(TextChoices):
    """What a rule does where a fact it needs is not known."""

    SKIP = "skip", _("Leave the rule out")
    MATCH = "match", _("Let the rule apply")
    REVIEW = "review", _("Let staff look at it")


class Slot(TextChoices):
    """What a rule can set. For each, the first rule that matches decides."""

    ELIGIBLE = "eligible", _("Can come back")
    REASONS = "reasons", _("Reasons offered")
    START_EVENT = "start_event", _("What the days count from")
    WINDOW = "window", _("Days to return")
    OUTCOMES = "outcomes", _("What the shopper can get")
    METHODS = "methods", _("Ways of sending")
    FEES = "fees", _("Fees")
    BONUS = "bonus", _("Bonus on store credit")
    PART_CREDIT = "part_credit", _("Part of the value that is given")
    SHOP_NOW = "shop_now", _("Discount on another product in exchange")
    EXCHANGE_TIMING = "exchange_timing", _("When a replacement is sent")
    EVIDENCE = "evidence", _("Photos asked for")
    REVIEW = "review", _("Staff look at it first")
    PROCESSING_EVENT = "processing_event", _("When it is paid")
    DESTINATION = "destination", _("Where it is sent")
    KEEP_ITEM = "keep_item", _("What happens to the item")
    MESSAGE = "message", _("Words to the shopper")


class StartEvent(TextChoices):
    """What a return window counts from, as a rule may set it."""

    DELIVERED = "delivered", _("Delivery")
    SHIPPED = "shipped", _("Shipping")
    PLACED = "placed", _("Order")


class ProcessingEvent(TextChoices):
    """What has to happen before a return is paid."""

    FIRST_SCAN = "first_scan", _("First scan of the carrier")
    DELIVERED = "delivered", _("Delivery to you")
    RECEIVED = "received", _("Counted in")
    INSPECTED = "inspected", _("Checked")


class ReturnMethod(TextChoices):
    """How goods come back."""

    OWN = "own", _("Sent by the shopper")
    LABEL = "label", _("Printed label")
    QR = "qr", _("QR code")
    DROP_OFF = "drop_off", _("Drop-off point")
    PICKUP = "pickup", _("Pick-up")
    IN_STORE = "in_store", _("In a store")


class KeepItem(TextChoices):
    """What happens to the goods themselves."""

    SEND = "send", _("It is sent back")
    KEEP = "keep", _("The shopper keeps it")
    DONATE = "donate", _("The shopper gives it away")


class FraudBand(TextChoices):
    """How likely a return is dishonest."""

    LOW = "low", pgettext_lazy("risk", "Low")
    MEDIUM = "medium", pgettext_lazy("risk", "Medium")
    HIGH = "high", pgettext_lazy("risk", "High")
    CRITICAL = "critical", pgettext_lazy("risk", "Critical")


class ReturnChannel(TextChoices):
    """Where a return is asked for."""

    PORTAL = "portal", _("Shopper page")
    STAFF = "staff", _("Staff")
    API = "api", _("API")


class StatutoryPack(TextChoices):
    """A law that can only improve what a policy gives."""

    EU = "eu", _("Right of withdrawal in the EU and the EEA")
    UK = "uk", _("Right to cancel in the United Kingdom")
    JP = "jp", _("Eight days in Japan where return terms were not displayed")


class Verdict(TextChoices):
    """What a policy says about a line, all in all."""

    OPEN = "open", pgettext_lazy("verdict", "Can come back")
    REVIEW = "review", pgettext_lazy("verdict", "Staff decide")
    EVIDENCE_NEEDED = "evidence_needed", pgettext_lazy("verdict", "Photos are needed")
    DENIED = "denied", pgettext_lazy("verdict", "Cannot come back")


class FindingCode(TextChoices):
    """What is odd about a policy. The blanks are filled from the finding's params."""

    NEVER_MATCHES = "never_matches", _("This rule can never apply: its conditions exclude another.")
    SHADOWED = (
        "shadowed",
        _("“%(slot)s” of this rule never applies: rule “%(by)s” above always comes first."),
    )
    PARTLY_SHADOWED = (
        "partly_shadowed",
        _("Where rule “%(by)s” above applies as well, it decides “%(slot)s”, not this rule."),
    )
    CONTRADICTION = (
        "contradiction",
        _("What cannot come back cannot have “%(slot)s” as well."),
    )
    UNREACHABLE_OUTCOME = (
        "unreachable_outcome",
        _("“%(outcome)s” is never offered, so what is said about it has no effect."),
    )
    OUTSIDE_WINDOW = (
        "outside_window",
        _("This rule begins %(days)s days after the start, when every window has ended."),
    )
    GAP_CURRENCY = (
        "gap_currency",
        _("No postage is named in %(currency)s: nothing is charged in that currency."),
    )
    NEVER_KNOWN = (
        "never_known",
        _("Nothing tells “%(fact)s” yet: for this rule it is never known."),
    )
    GAP_REASON = (
        "gap_reason",
        _("The reason “%(reason)s” is named here, but the policy does not have it."),
    )
    MISSING_LANGUAGE = (
        "missing_language",
        _("The words of “%(slot)s” are missing in one language (%(language)s)."),
    )
    POSTAGE_UNSAID = (
        "postage_unsaid",
        _("Nothing says who pays for sending goods back."),
    )
    CHECK_EXEMPTION = (
        "check_exemption",
        _("In %(country)s only goods that the law exempts may be refused. Check that these are."),
    )
    STATUTORY_BREACH = (
        "statutory_breach",
        _("The law of %(country)s gives more than “%(slot)s” says here. It cannot be published."),
    )
