"""Reads of who was invited to a shop and has not answered."""

from __future__ import annotations

from django.http import Http404

from commerce.models import Invitation, Merchant
from postexp.kernel import signing

INVITATION = "invitation"
"""The purpose of the signed links in invitations."""


def list_open_invitations() -> list[Invitation]:
    """Return the invitations to the scope's shop that nobody answered, the newest first."""
    return list(
        Invitation.objects.filter(ended_at=None).select_related("invited_by").order_by("-id")
    )


def access_invitation(public_id: str) -> Invitation:
    """Return an invitation to the scope's shop, whatever became of it; raises Http404."""
    found: Invitation | None = Invitation.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def invitation_of_token(token: str) -> tuple[Invitation, Merchant]:
    """Return what the link in an invitation is about, and its shop; raises Http404.

    Any shop's: who holds the link needs no other proof of where it leads.
    """
    try:
        public_id = signing.unsign(INVITATION, token)
    except signing.BadToken as error:
        raise Http404 from error
    found = (
        Invitation.every_merchant.select_related("invited_by").filter(public_id=public_id).first()
    )
    if found is None:
        raise Http404
    return found, Merchant.objects.get(pk=found.merchant_id)
