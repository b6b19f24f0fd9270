"""Failures returns anticipates: a code for machines, a status, a sentence for people."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _


class ReturnsError(Exception):
    """Something that cannot be done; nothing was changed. `detail` is for staff and programs."""

    code: ClassVar[str]
    status: ClassVar[int]
    message: ClassVar[object]

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)

    @property
    def detail(self) -> str:
        """What exactly was wrong, else the sentence for people."""
        return str(self.args[0] or self.message)


class InvalidTransition(ReturnsError):
    """The event cannot happen in the state the case is in."""

    code = "invalid_transition"
    status = 409
    message = _("This is no longer possible: the return has moved on. Reload to see where it is.")


class UndoTimeOver(ReturnsError):
    """A decision was to be undone after its undo time."""

    code = "undo_time_over"
    status = 409
    message = _("The time to undo this is over.")


class RefundExceedsBalance(ReturnsError):
    """More money was to go back than the settlement, the order or its tenders hold."""

    code = "refund_exceeds_balance"
    status = 409
    message = _("This is more than can be given back for this order. Nothing was paid.")


class UnitAlreadySettled(ReturnsError):
    """A unit was already returned, cancelled, claimed or exchanged."""

    code = "unit_already_settled"
    status = 409
    message = _("One of these items was already refunded or exchanged.")


class InvalidAmount(ReturnsError):
    """An amount that cannot be read as money of the order's currency."""

    code = "invalid_money_format"
    status = 422
    message = _("This is not an amount.")


class ShippingAlreadyRefunded(ReturnsError):
    """Outbound shipping was already given back in full."""

    code = "shipping_already_refunded"
    status = 409
    message = _("Shipping was already refunded.")


class QuoteChanged(ReturnsError):
    """The sum that was shown is no longer the sum that would be paid."""

    code = "quote_changed"
    status = 409
    message = _("The amount has changed since you saw it. Check the new one and try again.")


class QuantityExceedsReturnable(ReturnsError):
    """More units were asked for than can still come back."""

    code = "quantity_exceeds_returnable"
    status = 422
    message = _("You can no longer return that many of this item.")


class NotReturnable(ReturnsError):
    """The policy does not allow this return."""

    code = "not_returnable"
    status = 422
    message = _("This item cannot be returned this way.")


class CountsDoNotAddUp(ReturnsError):
    """Counted units are none, more than announced, or not those that arrived."""

    code = "counts_do_not_add_up"
    status = 422
    message = _("The numbers do not add up. Count the items again.")


class NothingToSettle(ReturnsError):
    """No accepted unit waits to be paid for."""

    code = "nothing_to_settle"
    status = 409
    message = _("There is nothing to pay for in this return.")


class OutOfStock(ReturnsError):
    """A replacement was asked for that is not in stock."""

    code = "out_of_stock"
    status = 409
    message = _("This item is out of stock, so it cannot be exchanged. Choose a refund instead.")


class NotAnExchange(ReturnsError):
    """A return that names no replacements was to be settled as an exchange."""

    code = "not_an_exchange"
    status = 422
    message = _("No replacement was chosen for this return, so it cannot become an exchange.")


class ExchangeIsWhole(ReturnsError):
    """A lower amount was to be paid for an exchange, which pays nothing."""

    code = "exchange_is_whole"
    status = 422
    message = _("An exchange gives the whole value of the items. Leave the lower amount empty.")


class InvalidPolicy(ReturnsError):
    """A policy that cannot be published; the detail names the field."""

    code = "invalid_policy"
    status = 422
    message = _("This policy cannot be published.")


class IdempotencyMismatch(ReturnsError):
    """A key was used again with another command."""

    code = "idempotency_mismatch"
    status = 422
    message = _("This request was already made with other content.")
