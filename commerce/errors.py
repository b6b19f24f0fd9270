"""Failures commerce anticipates, each with a message a user may read."""

from django.utils.translation import gettext_lazy as _


class CommerceError(Exception):
    """A request commerce refuses; `code` is for machines, `message` for people."""

    code = "commerce_error"
    message = _("This could not be done.")

    def __init__(self, message: object = None) -> None:
        if message is not None:
            self.message = message  # type: ignore[assignment]
        super().__init__(str(self.message))


class InsufficientCredit(CommerceError):
    """The store credit balance does not cover the amount."""

    code = "insufficient_credit"
    message = _("The store credit balance does not cover this amount.")


class LastOwner(CommerceError):
    """A shop keeps at least one owner."""

    code = "last_owner"
    message = _("A shop needs at least one owner. Make someone else owner first.")


class BadImage(CommerceError):
    """An upload is no picture we accept."""

    code = "bad_image"
    message = _("Use a PNG, JPEG or WebP picture of at most 4 MB and 4,000 pixels a side.")


class AlreadySettled(CommerceError):
    """Someone else was quicker."""

    code = "already_settled"
    message = _("Someone has dealt with this already.")


class AlreadyMember(CommerceError):
    """The person belongs to the shop."""

    code = "already_member"
    message = _("This person already belongs to the shop.")


class InvitationOver(CommerceError):
    """An invitation that was answered, withdrawn or has expired cannot be answered."""

    code = "invitation_over"
    message = _("This invitation can no longer be answered.")


class OwnersOnly(CommerceError):
    """Ownership is given and taken by owners."""

    code = "owners_only"
    message = _("Only an owner can make someone owner, or change an owner.")


class NoSecondFactor(CommerceError):
    """Who asks others for two factors has two."""

    code = "no_second_factor"
    message = _("Set up your own second factor first, under Account security.")


class WrongSlug(CommerceError):
    """The shop's short name was typed wrongly, so nothing is erased."""

    code = "wrong_slug"
    message = _("That is not the short name of this shop. Nothing was erased.")


class AddressTaken(CommerceError):
    """Another shop has the short name its addresses are made of, or had it before."""

    code = "address_taken"
    message = _("Another shop has this address. Choose another one.")


class ViewNameTaken(CommerceError):
    """A person tells their saved views apart by name."""

    code = "view_name_taken"
    message = _("You have a view of this name already. Choose another one.")


class DomainTaken(CommerceError):
    """A domain belongs to one shop."""

    code = "domain_taken"
    message = _("Another shop has proven this domain to be its own.")


class UnknownLine(CommerceError):
    """A line was named that the order does not have."""

    code = "unknown_line"
    message = _("This order has no such line.")


class TooManyPicked(CommerceError):
    """More units were picked than were ordered."""

    code = "quantity_exceeds_ordered"
    message = _("That is more than was ordered.")


class UnitsInCancellation(CommerceError):
    """Units were picked that are being cancelled, or were: the cancellation was first."""

    code = "units_in_cancellation"
    message = _("These items are being cancelled. Leave them on the shelf.")


class UnitsPicked(CommerceError):
    """Units were to be stopped that were picked or sent: the warehouse was first."""

    code = "too_late"
    message = _("These items are already being packed or are on their way.")


class OrderIsCancelled(CommerceError):
    """Something was to be picked of an order that was cancelled."""

    code = "order_cancelled"
    message = _("This order was cancelled. Nothing of it is to be sent.")


class ImpossibleOffer(CommerceError):
    """A promo code gives a share or an amount, for a time that ends."""

    code = "impossible_offer"
    message = _("A promo code takes off either a share or an amount, for up to a year.")
