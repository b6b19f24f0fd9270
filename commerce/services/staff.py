"""Inviting people to a shop, changing what they may do, and letting them go."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from commerce.enums import Role
from commerce.errors import AlreadyMember, OwnersOnly
from commerce.events import StaffInvited
from commerce.models import Membership, Merchant, User
from commerce.services.merchants import add_member, remove_member
from postexp.kernel.events import append


def invite_member(
    *,
    merchant: Merchant,
    email: str,
    name: str,
    role: str,
    locale: str,
    by: Membership,
    at: datetime,
) -> Membership:
    """Give someone a role by their e-mail address, and write to them in `locale`.

    Who is new gets an account without a password, and sets one by the link in the mail. Publishes
    StaffChanged and StaffInvited. Raises AlreadyMember and OwnersOnly.
    """
    _guard_ownership(by, role)
    address = email.strip().lower()
    with transaction.atomic():
        user = User.objects.filter(email=address).first()
        if user is None:
            user = User.objects.create_user(address, None, name=name.strip())
        elif Membership.objects.filter(merchant=merchant, user=user).exists():
            raise AlreadyMember
        membership = add_member(merchant=merchant, user=user, role=role, by=by.user, at=at)
        _invite(merchant, user, locale, by, at)
    return membership


def repeat_invitation(
    *, merchant: Merchant, membership: Membership, locale: str, by: Membership, at: datetime
) -> None:
    """Write once more to someone who was invited. Publishes StaffInvited."""
    with transaction.atomic():
        _invite(merchant, membership.user, locale, by, at)


def change_role(
    *, merchant: Merchant, membership: Membership, role: str, by: Membership, at: datetime
) -> None:
    """Change what a member may do. Publishes StaffChanged. Raises LastOwner and OwnersOnly."""
    _guard_ownership(by, role, membership.role)
    add_member(merchant=merchant, user=membership.user, role=role, by=by.user, at=at)


def end_membership(
    *, merchant: Merchant, membership: Membership, by: Membership, at: datetime
) -> None:
    """Let a member go at once. Publishes StaffChanged. Raises LastOwner and OwnersOnly."""
    _guard_ownership(by, membership.role)
    remove_member(merchant=merchant, user=membership.user, by=by.user, at=at)


def _guard_ownership(by: Membership, *roles: str) -> None:
    """Let only an owner give or take ownership; otherwise any manager could make themselves one."""
    if Role.OWNER in roles and by.role != Role.OWNER:
        raise OwnersOnly


def _invite(merchant: Merchant, user: User, locale: str, by: Membership, at: datetime) -> None:
    append(
        StaffInvited(
            merchant_public_id=merchant.public_id,
            detail=f"invited {user.actor}",
            user_id=user.pk,
            locale=locale,
        ),
        at=at,
        actor=by.user.actor,
    )
