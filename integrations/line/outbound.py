"""Messages to shoppers who linked their LINE account."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext_noop, override, pgettext

from commerce.rules import readable_accent
from commerce.selectors import get_merchant
from commerce.selectors.appearance import theme_of
from integrations.connections import note_checked
from integrations.line.access import find_account, open_client
from integrations.line.bubbles import LONGEST_ADDRESS, Button, bubble
from integrations.line.errors import (
    Busy,
    LineError,
    NotAllowed,
    QuotaUsedUp,
    Refused,
    TokenRefused,
)
from notifications.enums import Medium
from notifications.ports import Accepted, Outgoing, PermanentFailure, TemporaryFailure
from postexp.kernel import clock

KEYS = uuid.UUID("8b7f7e52-5f0e-4b43-9a86-1d0d4c1f6c6e")
"""The namespace in which the key of a message becomes a UUID, as LINE wants its retry keys."""

NOT_CONNECTED = gettext_noop("The shop is not connected to LINE.")
TOKEN_REFUSED = gettext_noop("LINE does not accept the shop’s channel access token.")
QUOTA_USED_UP = gettext_noop("The messages of this month’s LINE plan are used up.")
BUSY = gettext_noop("LINE is limiting our requests.")
NOBODY = gettext_noop("LINE does not know this account any more, or it left the shop.")
# LINE has no codes: these are its words for an account that does not exist, or is no friend.
_NO_SUCH_ACCOUNT = ("failed to send messages", "the property, 'to'", "(to)")


class LineMessages:
    """Pushes a bubble with the message's short words, and a button to its page.

    LINE takes a message once however often it is asked under one key, within a day.
    """

    name = Medium.LINE.value
    honours_keys = True

    def is_ready(self) -> bool:
        """Whether the scope's shop is connected to an official account."""
        return find_account() is not None

    def why_not(self, kind: str, locale: str) -> str:
        """Every kind can be carried."""
        return ""

    def send(self, message: Outgoing) -> Accepted:
        """Push it; raises TemporaryFailure, PermanentFailure, or LineError where nobody knows."""
        connection = find_account()
        if connection is None:
            raise TemporaryFailure(NOT_CONNECTED)
        key = str(uuid.uuid5(KEYS, f"{connection.account}:{message.key}"))
        try:
            with open_client(connection) as client:
                provider_id = client.push(message.to, [as_bubble(message)], key=key)
        except TokenRefused as error:
            note_checked(connection, error, at=clock.now())
            raise TemporaryFailure(TOKEN_REFUSED) from error
        except Busy as error:
            raise TemporaryFailure(BUSY, retry_after=error.retry_after) from error
        except QuotaUsedUp as error:
            raise PermanentFailure(QUOTA_USED_UP) from error
        except (NotAllowed, Refused) as error:
            raise _refusal(error) from error
        if connection.problem == TokenRefused.__name__:
            # What else may be wrong, such as webhooks that do not come, is not known to be over.
            note_checked(connection, None, at=clock.now())
        return Accepted(provider_id=provider_id)


def _refusal(error: LineError) -> PermanentFailure:
    told = error.detail.lower()
    if isinstance(error, Refused) and any(words in told for words in _NO_SUCH_ACCOUNT):
        return PermanentFailure(NOBODY, address_is_dead=True)
    return PermanentFailure(error.detail)


def as_bubble(message: Outgoing) -> dict[str, object]:
    """Return a message as it is pushed; its link is the button, and stands nowhere else."""
    with override(message.locale):
        more = pgettext("button in LINE", "See more")
        stop = pgettext("button in LINE", "Stop these messages")
    return bubble(
        title=message.subject or message.sender_name,
        words=_words(message),
        colour=shop_colour(),
        button=_button(more, message.link),
        aside=_button(stop, message.unsubscribe),
    )


def _words(message: Outgoing) -> str:
    """Return the short words without what the bubble says elsewhere: link, shop and title."""
    words = message.short.removesuffix(message.link).strip()
    words = words.removeprefix(f"{message.sender_name}:").strip()
    return "" if words == message.subject else words


def _button(label: str, url: str) -> Button | None:
    return Button(label=label, url=url) if 0 < len(url) <= LONGEST_ADDRESS else None


def shop_colour() -> str:
    """Return the shade of the shop's colour on which white words can be read."""
    return readable_accent(theme_of(get_merchant()).accent)
