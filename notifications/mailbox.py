"""The development mailbox: a mail backend that keeps every mail in the database instead of sending
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from notifications.models import MailboxMail
from postexp.kernel import clock


class MailboxBackend(BaseEmailBackend):
    """Stores mails where `/mailbox/` shows them. Nothing leaves the machine."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the mails and return how many."""
        return len([self.keep(message) for message in email_messages if message.recipients()])

    def keep(self, message: EmailMessage) -> MailboxMail:
        """Keep one mail, with its parts as a reader sees them and the whole as it would have
        travelled.
        """
        mime = message.message()
        # Which shop sent it, and for a message which one it is; mails of the house carry none.
        known: dict[str, str] = getattr(message, "metadata", {})
        return MailboxMail.objects.create(
            merchant_id=int(known["merchant_id"]) if known else None,
            message_id=known.get("message_id", ""),
            sender=message.from_email,
            recipients=", ".join(message.recipients()),
            subject=str(message.subject),
            html=_html_part(message),
            text=str(message.body),
            mime=mime.as_string(),
            at=clock.now(),
        )


def _html_part(message: Any) -> str:
    """Return the HTML alternative of a mail, or nothing."""
    for content, mimetype in getattr(message, "alternatives", ()):
        if mimetype == "text/html":
            return str(content)
    return ""
