"""Twilio's numbers for what went wrong with a message, and what they mean for its address."""

from __future__ import annotations

from django.utils.translation import gettext_noop

STOPPED = 21610
"""Whoever is written to answered STOP."""

DEAD = frozenset({21211, 21214, 21217, 21265, 21614, 21635, 30005, 30006, 63024})
"""The number is none, or one that takes no such messages."""

# Kept in English; pages show it in the reader's language.
_WORDS: dict[int, str] = {
    21211: gettext_noop("This is no valid phone number."),
    21214: gettext_noop("This phone number cannot be reached."),
    21217: gettext_noop("This is no valid phone number."),
    21265: gettext_noop("This is a short code, which takes no SMS from shops."),
    21408: gettext_noop("Twilio may not send SMS to this country: allow it in its settings."),
    STOPPED: gettext_noop("Its owner answered STOP."),
    21612: gettext_noop("The sender at Twilio cannot reach this number."),
    21614: gettext_noop("This phone number takes no SMS."),
    21617: gettext_noop("The text is too long for an SMS."),
    21635: gettext_noop("This is the number of a landline, which takes no SMS."),
    30002: gettext_noop("The account at Twilio was suspended before it was sent."),
    30003: gettext_noop("The phone was switched off or out of reach."),
    30004: gettext_noop("The phone or its network blocks the message."),
    30005: gettext_noop("This phone number does not exist, or no longer."),
    30006: gettext_noop("This is the number of a landline, or its network takes no SMS."),
    30007: gettext_noop("The network took the message for spam."),
    30008: gettext_noop("The network did not say why it was not delivered."),
    30034: gettext_noop("The sender at Twilio is not registered for SMS to the USA."),
    63016: gettext_noop("WhatsApp takes only approved templates just now."),
    63024: gettext_noop("This number is not on WhatsApp."),
    63049: gettext_noop("WhatsApp held this advertising back from its reader."),
}


def words_of(code: int) -> str:
    """Return what a number means, in English and as it stands in the catalogue; "" for others."""
    return _WORDS.get(code, "")
