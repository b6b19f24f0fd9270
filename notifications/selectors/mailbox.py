"""Reads of the development mailbox."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.http import Http404

from commerce.enums import Right
from notifications.models import (
    MailboxMail,
)

if TYPE_CHECKING:
    from commerce.models import Membership


def list_mailbox(
    *, memberships: Collection[Membership] | None, search: str = ""
) -> QuerySet[MailboxMail]:
    """Return caught mails, newest first: those a member may read, or with None every mail there
    is.
    """
    mails = MailboxMail.objects.defer("html", "text", "mime").order_by("-id")
    if memberships is not None:
        mails = mails.filter(_readable_by(memberships))
    if search:
        mails = mails.filter(Q(subject__icontains=search) | Q(recipients__icontains=search))
    return mails


def access_mail(public_id: str, *, memberships: Collection[Membership] | None) -> MailboxMail:
    """Return one caught mail that the reader may see; raises Http404."""
    mails = MailboxMail.objects.filter(public_id=public_id)
    if memberships is not None:
        mails = mails.filter(_readable_by(memberships))
    mail = mails.first()
    if mail is None:
        raise Http404
    return mail


def _readable_by(memberships: Collection[Membership]) -> Q:
    """Return which caught mails members of shops read.

    An invitation opens the shop to whoever follows its link, so it is for those alone who could
    have sent it.
    """
    readers = [member.merchant_id for member in memberships]
    inviters = [member.merchant_id for member in memberships if member.may(Right.CONFIGURE)]
    return Q(merchant_id__in=inviters) | Q(merchant_id__in=readers) & ~Q(message_id="")
