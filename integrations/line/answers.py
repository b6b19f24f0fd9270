"""What the shop's official account says by itself in a chat."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from commerce.selectors import get_merchant
from integrations.line.bubbles import Button, bubble
from integrations.line.linking import linking_url
from integrations.line.outbound import shop_colour

if TYPE_CHECKING:
    from commerce.models import Merchant


class Answer(StrEnum):
    """An answer to a friend: when they came, when their account was linked, and when it was not."""

    WELCOME = "welcome"
    LINKED = "linked"
    NOT_LINKED = "not_linked"


def say(answer: Answer, *, user: str, language: str) -> dict[str, Any]:
    """Return an answer as LINE takes it, in the reader's language where the shop speaks it."""
    merchant = get_merchant()
    spoken = language[:2].lower()
    locale = spoken if spoken in merchant.locales else merchant.default_locale
    with override(locale):
        title, words, label = _words(answer, merchant)
        url = linking_url(merchant, user, locale)
        return bubble(
            title=title, words=words, colour=shop_colour(), button=Button(label=label, url=url)
        )


def _words(answer: Answer, merchant: Merchant) -> tuple[str, str, str]:
    shop = merchant.name
    link = pgettext("button in LINE", "Link my orders")
    if answer is Answer.LINKED:
        return (
            _("Your orders are linked"),
            _("News of your orders at %(shop)s comes to this chat from now on.") % {"shop": shop},
            pgettext("button in LINE", "See or undo this"),
        )
    if answer is Answer.NOT_LINKED:
        return (
            _("Your orders could not be linked"),
            _("The link was used already, or came too late. Please start again here."),
            link,
        )
    return (
        _("Thank you for adding %(shop)s") % {"shop": shop},
        _("Link your orders, and we tell you here when they are sent and when they arrive."),
        link,
    )
