"""Failures tracking anticipates, each with a message a user may read."""

from django.utils.translation import gettext_lazy as _


class TrackingError(Exception):
    """A request tracking refuses; `code` is for machines, `message` for people."""

    code = "tracking_error"
    message = _("This could not be done.")

    def __init__(self) -> None:
        super().__init__(str(self.message))


class UnknownOrder(TrackingError):
    """A shipment was told for an order that is not here."""

    code = "unknown_order"
    message = _("There is no such order. Send the order first.")


class TooManyUnits(TrackingError):
    """A shipment would make more units of a line sent than were ordered."""

    code = "too_many_units"
    message = _("More units would be sent than were ordered. Check the quantities of the lines.")


class NothingToSend(TrackingError):
    """An order was said to leave later of which nothing is to be sent any more."""

    code = "nothing_to_send"
    message = _("Nothing of this order is still to be sent.")


class NotToBeSent(TrackingError):
    """More units were said to leave later than are still to be sent."""

    code = "not_to_be_sent"
    message = _("More units are named than are still to be sent.")


class DayHasPassed(TrackingError):
    """An order was said to leave on a day that has passed."""

    code = "day_has_passed"
    message = _("Choose a day that is still to come.")


class NoDelayStands(TrackingError):
    """A word about an order that leaves later was to be taken back where none stands."""

    code = "no_delay_stands"
    message = _("Nobody was told that this order leaves later.")


class UnknownSubstatus(TrackingError):
    """A substatus was given that does not refine the status."""

    code = "unknown_substatus"
    message = _("This substatus does not belong to the status.")


class NothingToWithdraw(TrackingError):
    """A correction was to be withdrawn where none stands."""

    code = "nothing_to_withdraw"
    message = _("There is no correction that could be withdrawn.")


class UnknownMeaning(TrackingError):
    """A carrier's code was to mean something that is no status with a substatus of its own."""

    code = "unknown_meaning"
    message = _("There is no such status. Choose one of the list.")


class TooManyTries(TrackingError):
    """An order was looked up too often; a code by e-mail opens it."""

    code = "too_many_tries"
    message = _("There were too many tries for this order number.")


class WrongCode(TrackingError):
    """The one-time code is wrong, used or too old."""

    code = "wrong_code"
    message = _("This code is wrong or no longer valid.")


class WakesInThePast(TrackingError):
    """An incident was to sleep until a time that has passed."""

    code = "wakes_in_the_past"
    message = _("Choose a day that is still to come.")


class NotStaff(TrackingError):
    """An incident was to be given to somebody who does not work for the shop."""

    code = "not_staff"
    message = _("This person does not work for the shop.")
