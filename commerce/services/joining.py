"""What somebody who was invited does about it: accept, with an account new or old, or decline."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.accounts import has_second_factor
from commerce.enums import InvitationEnd
from commerce.errors import InvitationOver
from commerce.events import InvitationEnded
from commerce.models import Invitation, Membership, Merchant, User
from commerce.services.merchants import add_member
from postexp.kernel.events import append


def accept_invitation(
    *, merchant: Merchant, invitation_id: str, user: User, at: datetime
) -> Membership:
    """Make a person a member of the shop, with the role they were offered.

    Who became a member in another way meanwhile keeps the role they have. Publishes StaffChanged
    and InvitationEnded. Raises InvitationOver where it was answered, withdrawn, or is expired, and
    where it is for another address than the person's.
    """
    with transaction.atomic():
        invitation = _lock_answerable(invitation_id, at)
        if invitation.email != user.email:
            raise InvitationOver
        membership = Membership.objects.filter(merchant=merchant, user=user).first()
        if membership is None:
            membership = add_member(
                merchant=merchant, user=user, role=invitation.role, by=user, at=at
            )
        end_invitation(merchant, invitation, InvitationEnd.ACCEPTED, user.actor, at)
    return membership


def join_with_new_account(
    *, merchant: Merchant, invitation_id: str, name: str, password: str, at: datetime
) -> User:
    """Give somebody without a way to sign in an account, and make them a member.

    The link they came by proves the address theirs. Publishes StaffChanged and InvitationEnded.
    Raises InvitationOver as `accept_invitation` does, and where the address has an account that
    can be signed in to.
    """
    with transaction.atomic():
        email = _lock_answerable(invitation_id, at).email
        user = User.objects.select_for_update(no_key=True).filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email, password, name=name)
        elif can_sign_in(user):
            raise InvitationOver
        else:
            user.name = name or user.name
            user.set_password(password)
            user.save(update_fields=["name", "password"])
        accept_invitation(merchant=merchant, invitation_id=invitation_id, user=user, at=at)
    return user


def decline_invitation(*, merchant: Merchant, invitation_id: str, actor: str, at: datetime) -> None:
    """Turn an invitation down. Publishes InvitationEnded. Raises InvitationOver."""
    with transaction.atomic():
        invitation = _lock_answerable(invitation_id, at)
        end_invitation(merchant, invitation, InvitationEnd.DECLINED, actor, at)


def can_sign_in(user: User) -> bool:
    """Whether a person has a password or a passkey, or an operator has shut their account."""
    return not user.is_active or user.has_usable_password() or has_second_factor(user.pk)


def lock_open_invitation(invitation_id: str) -> Invitation:
    """Return an invitation nobody has answered, locked. Raises InvitationOver."""
    invitation: Invitation | None = (
        Invitation.objects.select_for_update(no_key=True)
        .filter(public_id=invitation_id, ended_at=None)
        .first()
    )
    if invitation is None:
        raise InvitationOver
    return invitation


def end_invitation(
    merchant: Merchant, invitation: Invitation, end: InvitationEnd, actor: str, at: datetime
) -> None:
    """Close a locked invitation, in the caller's transaction. Publishes InvitationEnded."""
    invitation.end, invitation.ended_at = end, at
    invitation.save(update_fields=["end", "ended_at"])
    append(
        InvitationEnded(
            merchant_public_id=merchant.public_id,
            detail=f"{invitation.email} {end.value}",
            invitation_id=invitation.public_id,
            end=end,
            email=invitation.email,
        ),
        at=at,
        actor=actor,
    )


def _lock_answerable(invitation_id: str, at: datetime) -> Invitation:
    invitation = lock_open_invitation(invitation_id)
    if invitation.is_expired(at):
        raise InvitationOver
    return invitation
