"""Sending by WhatsApp: approved templates, filled in, by Meta's Cloud API or by Twilio."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop

from commerce.selectors import find_customer_at
from integrations.connections import note_checked
from integrations.twilio.outbound import send_whatsapp
from integrations.whatsapp.access import find_account, open_client
from integrations.whatsapp.codes import STOPPED, words_of
from integrations.whatsapp.errors import (
    Busy,
    Halted,
    Refused,
    TokenRefused,
    Unanswered,
    WhatsAppError,
)
from integrations.whatsapp.parts import LinkDoesNotFit, News, filled_in
from integrations.whatsapp.selectors import Standing, is_connected, standing_of
from integrations.whatsapp.services import note_refused
from notifications.enums import Medium
from notifications.ports import Accepted, Channel, Outgoing, PermanentFailure, TemporaryFailure
from notifications.services import end_marketing
from postexp.kernel import clock

NOT_CONNECTED = gettext_noop("The shop is not connected to WhatsApp any more.")
LINK = gettext_noop("The button of the template leads elsewhere than the message.")


class WhatsApp(Channel):
    """Templates that WhatsApp approved, in the language of the message.

    Neither Meta nor Twilio knows keys that make a request happen once, so one whose answer was lost
    is not repeated; their reports name the message, and tell later what became of it.
    """

    name = Medium.WHATSAPP.value
    honours_keys = False

    def is_ready(self) -> bool:
        """Whether the scope's shop has a number there."""
        return is_connected()

    def why_not(self, kind: str, locale: str) -> str:
        """Return why no template can say a kind of message in a language, or ""."""
        return standing_of(kind, locale).why_not

    def send(self, message: Outgoing) -> Accepted:
        """Hand a message over; see `Channel.send`."""
        standing = standing_of(message.kind, message.locale)
        if standing.choice is None or standing.why_not:
            # It could go when it was judged, and another channel may take it still.
            raise PermanentFailure(standing.why_not)
        news = News(
            shop=message.sender_name,
            short=message.short,
            link=message.link,
            facts=message.facts,
            locale=message.locale,
        )
        values = [news.value(filling) for filling in standing.choice.fillings]
        if standing.template is not None:
            return _send_by_meta(message, standing, values)
        return send_whatsapp(message, template=standing.choice.name, variables=values)


def _send_by_meta(message: Outgoing, standing: Standing, values: list[str]) -> Accepted:
    connection, template = find_account(), standing.template
    if connection is None or template is None:
        raise PermanentFailure(NOT_CONNECTED)
    try:
        parts = filled_in(standing.shape, values, message.link)
    except LinkDoesNotFit as error:
        raise PermanentFailure(LINK) from error
    asked: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": message.to,
        "type": "template",
        "template": {
            "name": template.name,
            "language": {"code": template.language},
            "components": parts,
        },
        # It comes back with each report, also where the answer to this was lost.
        "biz_opaque_callback_data": message.message_id,
    }
    try:
        with open_client(connection) as client:
            answer = client.post(f"{connection.account}/messages", asked)
    except Unanswered:
        raise  # it may have been sent
    except Refused as error:
        note_refused(template, error.code, at=clock.now())
        if error.code == STOPPED:
            _end_marketing(message.to)
        raise PermanentFailure(words_of(error.code, error.detail)) from error
    except Busy as error:
        raise TemporaryFailure(str(error), retry_after=error.retry_after) from error
    except (TokenRefused, Halted) as error:
        # Mended by staff, who read of it at the connection; the message waits for that.
        note_checked(connection, error, at=clock.now())
        raise TemporaryFailure(str(error)) from error
    except WhatsAppError as error:
        raise TemporaryFailure(str(error)) from error
    rows = answer.get("messages") or [{}]
    return Accepted(provider_id=str(rows[0].get("id", "")))


def _end_marketing(number: str) -> None:
    """Whoever told WhatsApp to stop marketing is written to still, of their orders."""
    customer = find_customer_at(phone=number)
    if customer is not None:
        end_marketing(customer, [Medium.WHATSAPP.value], source="WhatsApp", at=clock.now())
