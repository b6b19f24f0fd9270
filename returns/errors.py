"""Failures returns anticipates: a code for machines, a status, a sentence for people."""

from collections.abc import Collection
from typing import ClassVar

from django.utils.translation import gettext
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
    """The event cannot happen in the state the case is in, which the table of its moves
    then names.
    """

    code = "invalid_transition"
    status = 409
    message = _("This is no longer possible: the return has moved on. Reload to see where it is.")

    def __init__(self, event: str = "", now: str = "", possible: Collection[str] = ()) -> None:
        super().__init__()
        self.event, self.now, self.possible = event, now, possible

    @property
    def detail(self) -> str:
        """What was asked and what is possible, in the API's codes, in a sentence of the reader's
        language.
        """
        if not self.event:
            return str(self.message)
        words = {"event": self.event, "state": self.now}
        if not self.possible:
            return gettext("“%(event)s” is not possible: “%(state)s” is an end.") % words
        words["events"] = ", ".join(sorted(self.possible))
        return (
            gettext("“%(event)s” is not possible in the state “%(state)s”; these are: %(events)s.")
            % words
        )


class CancellationMovedOn(InvalidTransition):
    """The event cannot happen to a cancellation in the state it is in."""

    message = _("This is no longer possible: the cancellation has moved on. Reload to see it.")


class NotCancellable(ReturnsError):
    """Nothing of this can be cancelled; the detail says why."""

    code = "not_cancellable"
    status = 422
    message = _("This cannot be cancelled.")


class CancelWindowEnded(ReturnsError):
    """A shopper cancels after the shop's time for it."""

    code = "cancel_window_ended"
    status = 409
    message = _("The time to cancel this order is over.")


class CancellationOpen(ReturnsError):
    """Another cancellation of the order is not settled yet."""

    code = "cancellation_open"
    status = 409
    message = _("Another cancellation of this order is not finished yet.")


class QuantityExceedsCancellable(ReturnsError):
    """More units were to be cancelled than are neither settled nor promised."""

    code = "quantity_exceeds_cancellable"
    status = 422
    message = _("You can no longer cancel that many of this item.")


class MacroNameTaken(ReturnsError):
    """Two saved texts were to have one name."""

    code = "macro_name_taken"
    status = 409
    message = _("Another saved text has this name.")


class UndoTimeOver(ReturnsError):
    """A decision was to be undone after its undo time."""

    code = "undo_time_over"
    status = 409
    message = _("The time to undo this is over.")


class LawfulRight(ReturnsError):
    """A return that the law gives the shopper a right to was to be declined."""

    code = "lawful_right"
    status = 409
    message = _(
        "The law lets the shopper give this back. It can be declined only where the law exempts the"
        " goods: name the exemption."
    )


class LossIsTheShops(ReturnsError):
    """What was lost on its way was to be left to a shopper, which the shop may not do."""

    code = "loss_is_the_shops"
    status = 409
    message = _(
        "The shop bears this loss: the items were paid for already, or the law wants them paid for"
        " since it is proved that they were sent."
    )


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


class DayOutOfRange(ReturnsError):
    """A day that is over, or further off than anybody plans."""

    code = "day_out_of_range"
    status = 422
    message = _("Choose a day from today on, within a year.")


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


class BadPhoto(ReturnsError):
    """An upload is no photo we can read."""

    code = "bad_photo"
    status = 422
    message = _("Use a JPEG, PNG or WebP photo of at most 12 MB.")


class TooManyPhotos(ReturnsError):
    """There are as many photos as we keep of an item, or of an order."""

    code = "too_many_photos"
    status = 422
    message = _("These are more photos than we can keep: at most 10 of an item.")


class GiftEnded(ReturnsError):
    """A gift code that the shop has ended."""

    code = "gift_ended"
    status = 409
    message = _("This gift code is no longer valid. Please ask the shop.")


class GiftFormLocked(ReturnsError):
    """Too many wrong gift codes in a row were typed in at the shop."""

    code = "gift_form_locked"
    status = 429
    message = _("Too many wrong codes. Try again in 15 minutes, or scan the code on the receipt.")


class UnknownPhoto(ReturnsError):
    """A finding names a photo that is not there, or shows another order's goods."""

    code = "unknown_photo"
    status = 422
    message = _("There is no such photo of these goods.")


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


class DifferenceDue(ReturnsError):
    """The replacement of an exchange costs more, and the difference was not paid yet."""

    code = "difference_due"
    status = 409
    message = _("The difference has to be paid first. Say how it was paid.")


class OpenDispute(ReturnsError):
    """A chargeback about the order is open: the bank may take the money back itself."""

    code = "open_dispute"
    status = 409
    message = _(
        "A chargeback about this order is open: the bank may give the money back itself. "
        "To pay nevertheless, say why."
    )


class LostDispute(OpenDispute):
    """A chargeback about the order was lost: the bank has taken the money back."""

    code = "lost_dispute"
    message = _(
        "A chargeback about this order was lost: the bank has given the money back already. "
        "To pay nevertheless, say why."
    )


class InvalidRegistrationNumber(ReturnsError):
    """A registration number of qualified invoices that cannot be one."""

    code = "invalid_registration_number"
    status = 422
    message = _("This is not a registration number: it is T and 13 digits. Check for a slip.")


class InvalidPolicy(ReturnsError):
    """A policy that cannot be published; the detail names the field."""

    code = "invalid_policy"
    status = 422
    message = _("This policy cannot be published.")


class DraftMovedOn(ReturnsError):
    """The draft of the policy was changed, published or discarded since it was looked at."""

    code = "draft_moved_on"
    status = 409
    message = _(
        "Somebody else has changed the draft in the meantime. Your change is not saved yet."
    )


class NothingToSimulate(ReturnsError):
    """There is no draft, and no policy was given to try instead."""

    code = "no_draft"
    status = 409
    message = _("There is no draft to try: change a rule, or send a policy.")


class DraftOutdated(ReturnsError):
    """Another version was published since the draft was begun."""

    code = "draft_outdated"
    status = 409
    message = _("Another version was published since this draft was begun.")


class PolicyBlocked(ReturnsError):
    """The policy gives less than a law does."""

    code = "policy_blocked"
    status = 409
    message = _("The law gives more than this policy says. Change what is marked, then publish.")


class IdempotencyMismatch(ReturnsError):
    """A key was used again with another command."""

    code = "idempotency_mismatch"
    status = 422
    message = _("This request was already made with other content.")


class WithdrawalIsClosed(ReturnsError):
    """A withdrawal that has ended was to be matched or closed."""

    code = "withdrawal_closed"
    status = 409
    message = _("This withdrawal is closed already.")


class NothingToSendBack(ReturnsError):
    """A return was to be made of a withdrawal whose order is not known or not sent, or of nothing
    that can still come back.
    """

    code = "nothing_to_send_back"
    status = 409
    message = _("There is nothing of this order that was sent and could come back.")


class WithdrawalIsMatched(ReturnsError):
    """A withdrawal that is being carried out was to be matched or carried out otherwise."""

    code = "withdrawal_matched"
    status = 409
    message = _(
        "This withdrawal is being carried out. Take back its return or its cancellation to choose"
        " another order."
    )


class MethodNotOffered(ReturnsError):
    """A way of sending was asked for that is not open for these goods."""

    code = "method_not_offered"
    status = 422
    message = _("These items cannot be sent back that way.")


class DropOffNotTaken(ReturnsError):
    """A drop-off point was chosen that takes no such parcel, or none any more."""

    code = "drop_off_not_taken"
    status = 422
    message = _("This place does not take your parcel, or not any more. Choose another one.")


class DropOffUnreadable(ReturnsError):
    """Something told of a drop-off point cannot be; `field` is which, the detail says why."""

    code = "drop_off_unreadable"
    status = 422
    message = _("This cannot be a drop-off point.")

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field


class NoLabelHere(ReturnsError):
    """A label was asked for where none belongs: another way of sending, or nothing to be sent."""

    code = "no_label_here"
    status = 409
    message = _("There is no label for this return now.")


class LabelUsed(ReturnsError):
    """A label was to be given back that a carrier has scanned already."""

    code = "label_used"
    status = 409
    message = _("The carrier has scanned this label already.")


class NumberTaken(ReturnsError):
    """A tracking number was given that is another parcel's."""

    code = "number_taken"
    status = 409
    message = _("This is the number of another parcel. Look for the one on your receipt.")


class LabelFileRefused(ReturnsError):
    """A file that was uploaded as a label is none; the detail says why."""

    code = "label_file_refused"
    status = 422
    message = _("This file is no label we can hand out: a PDF, PNG or JPEG of at most 2 MB.")


class AddressInUse(ReturnsError):
    """The default address for returns was to be removed while there are others."""

    code = "address_in_use"
    status = 409
    message = _("Make another address the usual one first.")


class AddressNameTaken(ReturnsError):
    """Two addresses for returns were to have one name."""

    code = "address_name_taken"
    status = 409
    message = _("Another place has this name.")


class AddressMovedOn(ReturnsError):
    """An address for returns was changed since it was looked at."""

    code = "address_moved_on"
    status = 409
    message = _("Somebody else changed this address meanwhile. Look at it, then change it again.")


class RefusedUnitsMovedOn(InvalidTransition):
    """The event cannot happen to units that were not accepted in the state they are in."""

    message = _("This is no longer possible: something else was decided meanwhile.")


class ChoiceNotOffered(ReturnsError):
    """A shopper chose a partial refund that nobody offered."""

    code = "choice_not_offered"
    status = 422
    message = _("This choice is not open. Choose another one.")


class SecondPersonNeeded(ReturnsError):
    """Goods of high value were checked by one person only."""

    code = "second_person_needed"
    status = 409
    message = _("These goods are of high value: a second person has to look at them first.")


class SamePerson(ReturnsError):
    """Who checked the goods was to be the second person as well."""

    code = "same_person"
    status = 409
    message = _("You checked these goods yourself. Ask somebody else to look at them.")


class ScanNotRead(ReturnsError):
    """What was scanned or typed at receiving says nothing here; the detail is for the screen."""

    code = "scan_not_read"
    status = 422
    message = _("This is no number, item or grade known here.")


class UnannouncedMovedOn(ReturnsError):
    """Goods nobody announced were matched or closed before."""

    code = "unannounced_moved_on"
    status = 409
    message = _("These goods were matched or closed already.")


class NothingDue(ReturnsError):
    """An exchange for which nothing is to be paid now, or not any more."""

    code = "nothing_due"
    status = 409
    message = _("There is nothing to pay for this exchange now.")


class NoPaymentProvider(ReturnsError):
    """No provider takes this payment: staff take it themselves."""

    code = "no_payment_provider"
    status = 409
    message = _("This cannot be paid online. We will tell you how to pay.")
