"""Answering in LINE what came in by a webhook."""

from __future__ import annotations

import logging
from datetime import timedelta

from integrations.events import ConnectionChanged, LineAnswerDue
from integrations.line.access import find_account, open_client
from integrations.line.answers import Answer, say
from integrations.line.client import LineClient
from integrations.line.errors import Busy, LineError, Refused, Unanswered
from integrations.line.parse import read_event
from integrations.models import Service
from postexp.kernel import clock
from postexp.kernel.events import DeliveryContext, RetryLater, subscribe, subscribe_outside
from postexp.kernel.models import InboxMessage
from tracking.services import outdate_pages

logger = logging.getLogger(__name__)

TOKENS_LAST = timedelta(minutes=1)
AGAIN_SECONDS = 5.0


@subscribe(ConnectionChanged, name="line.outdate_pages")
def show_line(event: ConnectionChanged, delivery: DeliveryContext) -> None:
    """The pages of orders lead to LINE where the shop is connected to it."""
    if event.service == Service.LINE:
        outdate_pages()


@subscribe_outside(LineAnswerDue, name="line.answer", provider_honours_keys=True)
def answer(event: LineAnswerDue, delivery: DeliveryContext) -> None:
    """Answer once, with the token of the webhook: LINE takes each once, for about a minute.

    What cannot be said by then is not said at all.
    """
    connection = find_account()
    message = InboxMessage.objects.filter(public_id=event.request).first()
    if connection is None or message is None:
        return
    told = read_event(bytes(message.body), message.provider_key)
    with open_client(connection) as client:
        said = say(Answer(event.answer), user=told.user, language=_language(client, told.user))
        try:
            client.post("message/reply", {"replyToken": told.reply_token, "messages": [said]})
        except Refused:
            logger.info("line: an answer was said before, or came too late")
        except (Busy, Unanswered) as error:
            if clock.now() < delivery.occurred_at + TOKENS_LAST:
                raise RetryLater(AGAIN_SECONDS, type(error).__name__) from error


def _language(client: LineClient, user: str) -> str:
    """Return the language of a friend's LINE, which only some have let it tell; "" for others."""
    try:
        return str(client.get(f"profile/{user}").get("language", ""))
    except LineError:
        return ""
