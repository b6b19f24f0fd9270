"""Inviting people to a shop, changing what they may do, and letting them go."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from commerce.enums import InvitationEnd, Role
from commerce.errors import AlreadyMember, OwnersOnly
from commerce.events import StaffInvited
from commerce.models import Invitation, Membership, Merchant
from commerce.services.joining import end_invitation, lock_open_invitation
from commerce.services.merchants import add_member, remove_member
from postexp.kernel import outbox
from postexp.kernel.events import append
from postexp.kernel.models import Delivery, DeliveryState

VALID = timedelta(days=7)
"""How long an invitation can be accepted after it was sent."""

LETTER = "commerce.send_invitation"
"""The reaction that writes to who was invited."""


def invite_person(
    *,
    merchant: Merchant,
    email: str,
    name: str,
    role: str,
    locale: str,
    by: Membership,
    at: datetime,
) -> Invitation:
    """Offer someone a role by their e-mail address, and write to them in `locale`.

    They belong to the shop once they accept. Who has an open invitation gets it anew, with this
    role. Publishes StaffInvited. Raises AlreadyMember and OwnersOnly.
    """
    _guard_ownership(by, role)
    address = email.strip().lower()
    with transaction.atomic():
        if Membership.objects.filter(merchant=merchant, user__email=address).exists():
            raise AlreadyMember
        # Two who invite the same person at once take turns.
        Merchant.objects.select_for_update(no_key=True).get(pk=merchant.pk)
        invitation = Invitation.objects.filter(email=address, ended_at=None).first()
        if invitation is None:
            invitation = Invitation(email=address)
        else:
            _guard_ownership(by, invitation.role)
        invitation.name, invitation.role = name.strip(), role
        _send(merchant, invitation, locale, by, at)
    return invitation


def repeat_invitation(
    *, merchant: Merchant, invitation_id: str, locale: str, by: Membership, at: datetime
) -> None:
    """Write once more to someone who was invited; their time begins anew. Publishes StaffInvited.

    Raises InvitationOver where it was answered or withdrawn, and OwnersOnly.
    """
    with transaction.atomic():
        invitation = lock_open_invitation(invitation_id)
        _guard_ownership(by, invitation.role)
        _send(merchant, invitation, locale, by, at)


def withdraw_invitation(
    *, merchant: Merchant, invitation_id: str, by: Membership, at: datetime
) -> None:
    """Take an invitation back: its link opens nothing any more. Publishes InvitationEnded.

    Raises InvitationOver where it was answered or withdrawn, and OwnersOnly.
    """
    with transaction.atomic():
        invitation = lock_open_invitation(invitation_id)
        _guard_ownership(by, invitation.role)
        end_invitation(merchant, invitation, InvitationEnd.WITHDRAWN, by.user.actor, at)


def change_role(
    *, merchant: Merchant, membership: Membership, role: str, by: Membership, at: datetime
) -> None:
    """Change what a member may do; who owns no more takes back what ownership they offered.

    Publishes StaffChanged and InvitationEnded. Raises LastOwner and OwnersOnly.
    """
    _guard_ownership(by, role, membership.role)
    with transaction.atomic():
        if role != Role.OWNER:
            _withdraw_offers(
                merchant, Invitation.objects.filter(role=Role.OWNER), membership, by, at
            )
        add_member(merchant=merchant, user=membership.user, role=role, by=by.user, at=at)


def end_membership(
    *, merchant: Merchant, membership: Membership, by: Membership, at: datetime
) -> None:
    """Let a member go at once, and withdraw the invitations they sent that nobody answered.

    Otherwise whoever is let go could have invited themselves to come back. Publishes StaffChanged
    and InvitationEnded. Raises LastOwner and OwnersOnly.
    """
    _guard_ownership(by, membership.role)
    with transaction.atomic():
        _withdraw_offers(merchant, Invitation.objects.all(), membership, by, at)
        remove_member(merchant=merchant, user=membership.user, by=by.user, at=at)


def _withdraw_offers(
    merchant: Merchant,
    offers: QuerySet[Invitation],
    member: Membership,
    by: Membership,
    at: datetime,
) -> None:
    """End those of some invitations that a member sent and nobody answered.

    They are locked before the shop is, as by who accepts one.
    """
    theirs = offers.select_for_update(no_key=True).filter(invited_by=member.user, ended_at=None)
    for invitation in theirs.order_by("pk"):
        end_invitation(merchant, invitation, InvitationEnd.WITHDRAWN, by.user.actor, at)


def _guard_ownership(by: Membership, *roles: str) -> None:
    """Let only an owner give or take ownership; otherwise any manager could make themselves one."""
    if Role.OWNER in roles and by.role != Role.OWNER:
        raise OwnersOnly


def _send(
    merchant: Merchant, invitation: Invitation, locale: str, by: Membership, at: datetime
) -> None:
    _make_way(invitation, at)
    invitation.invited_by = by.user
    invitation.sent_at, invitation.expires_at = at, at + VALID
    invitation.save()
    append(
        StaffInvited(
            merchant_public_id=merchant.public_id,
            detail=f"{invitation.email} as {invitation.role}",
            email=invitation.email,
            role=invitation.role,
            invitation_id=invitation.public_id,
            locale=locale,
        ),
        at=at,
        actor=by.user.actor,
    )


def _make_way(invitation: Invitation, at: datetime) -> None:
    """Give up former letters that could not be sent; they would hold the new one up."""
    stuck = Delivery.objects.select_for_update(no_key=True).filter(
        handler=LETTER,
        subject=f"invitation:{invitation.public_id}",
        state=DeliveryState.DEAD,
    )
    for delivery in stuck.order_by("pk"):
        outbox.skip(delivery, at=at)
