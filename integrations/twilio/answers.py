"""What a shop answers at once, in TwiML: Twilio sends it to whoever wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from django.utils import translation
from django.utils.translation import gettext as _

from integrations.twilio.parse import Incoming
from notifications.rules.wishes import Wish

if TYPE_CHECKING:
    from commerce.models import Merchant

NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def answer(told: Incoming, shop: Merchant) -> str:
    """Return the answer to a wish, in the language of whoever has it."""
    locale = "ja" if told.is_japanese else "en"
    with translation.override(locale):
        return written(_words(told, shop, shop.name_in(locale)))


def written(words: str) -> str:
    """Return the answer that says something."""
    told = escape(words)
    return f'<?xml version="1.0" encoding="UTF-8"?><Response><Message>{told}</Message></Response>'


def _words(told: Incoming, shop: Merchant, name: str) -> str:
    match told.wish:
        case Wish.STOP:
            words = _("%(shop)s: You get no more messages here. Answer START to get them again.")
        case Wish.START:
            words = _("%(shop)s: You get messages here again. Answer STOP to end them.")
        case _other:
            contacts = ", ".join(filter(None, (shop.support_email, shop.support_phone)))
            if not contacts:
                words = _("%(shop)s: Answer STOP to end these messages.")
            else:
                words = _("%(shop)s: We help at %(contacts)s. Answer STOP to end these messages.")
                return words % {"shop": name, "contacts": contacts}
    return words % {"shop": name}
