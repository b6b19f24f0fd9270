"""Reads of what shoppers wrote."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from notifications.models import Message, Reply, Sending

SHOWN = ("id", "merchant_id", "public_id", "kind", "subject", "customer_id")
NEAR = 500
"""Of what went to the writers on a page, so much is looked through, the newest first."""


def list_replies(*, search: str = "") -> QuerySet[Reply]:
    """Return what shoppers wrote, newest first.

    `search` matches words of it, the subject, the address it came from, or the customer's id.
    """
    replies: QuerySet[Reply] = Reply.objects.order_by("-at", "-id")
    if search:
        replies = replies.filter(
            Q(text__icontains=search)
            | Q(subject__icontains=search)
            | Q(address__istartswith=search)
            | Q(customer_id=search)
        )
    return replies


def messages_before(replies: Sequence[Reply]) -> dict[int, Message]:
    """Return the message each reply may answer, by the reply's key: the last one that went to its
    writer on that channel before they wrote. Writers who are no customers have none.
    """
    writers = {reply.customer_id for reply in replies if reply.customer_id}
    if not writers:
        return {}
    sent = Sending.objects.filter(
        message__customer_id__in=writers, channel__in={reply.channel for reply in replies}
    )
    went = list(
        sent.select_related("message")
        .only("channel", "began_at", *(f"message__{name}" for name in SHOWN))
        .order_by("-began_at")[:NEAR]
    )
    found = {}
    for reply in replies:
        for sending in went:
            message = sending.message
            is_theirs = message.customer_id == reply.customer_id
            if is_theirs and sending.channel == reply.channel and sending.began_at <= reply.at:
                found[reply.pk] = message
                break
    return found
