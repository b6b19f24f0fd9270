"""What providers tell of messages, also before their own answer has named them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

from notifications.enums import Medium, ReceiptKind
from notifications.selectors import is_being_handed_over
from notifications.services import note_receipt
from postexp.kernel.events import RetryLater
from postexp.kernel.models import InboxMessage

# Kept in English; pages show it in the reader's language.
EARLY = gettext_noop("A message to this address is being handed over: it may be about that one.")
PATIENCE = timedelta(minutes=10)
"""How long what is told waits for the message it is about: a request to a provider ends sooner."""


def note_told(
    request: InboxMessage,
    *,
    channel: Medium,
    kind: ReceiptKind,
    happened: datetime,
    at: datetime,
    message_id: str,
    provider_id: str,
    address: str,
    detail: str,
) -> bool:
    """Note what a stored request tells of a message; whether it is ours. See `note_receipt`.

    Where it is named by its provider's id alone, and a message to that address is being handed over
    whose id is not here yet, it may be that one. Raises RetryLater then, for as long as `PATIENCE`.
    """

    def note() -> bool:
        return note_receipt(
            channel=channel,
            kind=kind,
            at=happened,
            message_id=message_id,
            provider_id=provider_id,
            detail=detail,
        )

    if note():
        return True
    if message_id:
        return False
    waited = at - request.received_at
    if waited < PATIENCE and is_being_handed_over(channel=channel, address=address):
        raise RetryLater(
            min(max(waited.total_seconds(), 1), 60),
            EARLY,
        )
    # It may have been named between the two looks.
    return note()
