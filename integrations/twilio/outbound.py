"""Sending by Twilio: SMS, and templates of WhatsApp where a shop has its sender there."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_noop

from integrations.connections import note_checked
from integrations.models import Connection
from integrations.twilio.access import SERVICE, find_sender, open_client
from integrations.twilio.codes import DEAD, STOPPED, words_of
from integrations.twilio.errors import (
    AccountAsleep,
    Busy,
    Refused,
    TokenRefused,
    TwilioError,
    Unanswered,
)
from integrations.twilio.parse import OWN_ID, WHATSAPP
from notifications.enums import Medium
from notifications.ports import Accepted, Channel, Outgoing, PermanentFailure, TemporaryFailure
from notifications.rules.segments import count_segments
from postexp.kernel import clock

NOT_CONNECTED = gettext_noop("The shop is not connected to Twilio any more.")


class TwilioSms(Channel):
    """Text messages, from the shop's number or Messaging Service.

    Twilio knows no keys that make a request happen once, so one whose answer was lost is not
    repeated; Twilio's reports name the message, and tell later what became of it.
    """

    name = Medium.SMS.value
    honours_keys = False

    def is_ready(self) -> bool:
        """Whether the scope's shop has a number there."""
        return find_sender(Medium.SMS) is not None

    def send(self, message: Outgoing) -> Accepted:
        """Hand the few lines of a message over; see `Channel.send`."""
        connection, sender = _sender(Medium.SMS)
        return _hand_over(
            connection,
            {**_from(sender), "To": message.to, "Body": message.short},
            message,
            # A Messaging Service has not chosen a number yet, and counts none.
            units=count_segments(message.short),
        )


def can_whatsapp() -> bool:
    """Whether the scope's shop has a sender on WhatsApp at Twilio."""
    return find_sender(Medium.WHATSAPP) is not None


def send_whatsapp(message: Outgoing, *, template: str, variables: Sequence[str]) -> Accepted:
    """Send an approved template, by its Content SID, filled with `variables` in their order.

    Raises TemporaryFailure and PermanentFailure as `Channel.send` does.
    """
    connection, sender = _sender(Medium.WHATSAPP)
    filled = {str(place): value for place, value in enumerate(variables, 1)}
    return _hand_over(
        connection,
        {
            "From": f"{WHATSAPP}{sender}",
            "To": f"{WHATSAPP}{message.to}",
            "ContentSid": template,
            "ContentVariables": json.dumps(filled, ensure_ascii=False),
        },
        message,
        units=1,
    )


def _sender(channel: Medium) -> tuple[Connection, str]:
    found = find_sender(channel)
    if found is None:
        raise PermanentFailure(NOT_CONNECTED)
    return found


def _from(sender: str) -> dict[str, str]:
    name = "MessagingServiceSid" if sender.startswith(SERVICE) else "From"
    return {name: sender}


def _hand_over(
    connection: Connection, form: Mapping[str, str], message: Outgoing, *, units: int
) -> Accepted:
    path = reverse("webhooks:twilio", args=[connection.public_id])
    report = f"{settings.BASE_URL}{path}?{OWN_ID}={message.message_id}"
    try:
        with open_client(connection) as client:
            taken = client.send({**form, "StatusCallback": report})
    except Unanswered:
        raise  # it may have been sent
    except Refused as error:
        raise PermanentFailure(
            words_of(error.code) or f"Twilio {error.code}: {error.detail}",
            address_is_dead=error.code in DEAD,
            stopped=error.code == STOPPED,
        ) from error
    except Busy as error:
        raise TemporaryFailure(str(error), retry_after=error.retry_after) from error
    except (TokenRefused, AccountAsleep) as error:
        # Mended by staff, who read of it at the connection; the message waits for that.
        note_checked(connection, error, at=clock.now())
        raise TemporaryFailure(str(error)) from error
    except TwilioError as error:
        raise TemporaryFailure(str(error)) from error
    if connection.problem:
        note_checked(connection, None, at=clock.now())
    counted = str(taken.get("num_segments") or "")
    return Accepted(
        provider_id=str(taken.get("sid", "")),
        units=int(counted) if counted.isascii() and counted.isdigit() and int(counted) else units,
    )
