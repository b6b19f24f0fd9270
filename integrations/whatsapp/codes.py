"""Meta's numbers for what went wrong with a message, and what they mean."""

from __future__ import annotations

from django.utils.translation import gettext_noop

STOPPED = 131050
"""Whoever is written to wants no marketing from the shop; other messages reach them."""

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
RETRY_AFTER: dict[int, float] = {
    2: _MINUTE,
    4: _HOUR,
    80007: _HOUR,
    130429: _MINUTE,
    131000: _MINUTE,
    131016: _MINUTE,
    131048: _HOUR,
    # Meta lets a person have only so much marketing, from all shops together.
    131049: _DAY,
    # One message in six seconds to the same person.
    131056: 6.0,
    131057: _HOUR,
    133004: _MINUTE,
}
"""Limits and troubles that pass by themselves, and how many seconds to wait; nothing was taken."""

TOKEN = frozenset({0, 3, 10, 190, *range(200, 300)})
"""The token has ended, or may not do what was asked."""

HALTED = frozenset({33, 368, 131031, 131042, 131045, 133010})
"""The account or the number is blocked, unpaid, not registered or gone."""

UNSURE = frozenset({1})
"""Meta's own word that it does not know what happened."""

# Kept in English; pages show it in the reader's language.
_WORDS: dict[int, str] = {
    STOPPED: gettext_noop("They told WhatsApp that they want no marketing from the shop."),
    130472: gettext_noop("WhatsApp keeps marketing from some people, as an experiment of its own."),
    130497: gettext_noop("WhatsApp does not let this account write to people in that country."),
    131021: gettext_noop("The shop’s own number cannot be written to."),
    131026: gettext_noop("This number has no WhatsApp, or cannot take this message there."),
    131030: gettext_noop("A test number writes to the numbers alone that were allowed at Meta."),
    131047: gettext_noop("They wrote more than a day ago, so that only a template may be sent."),
    131049: gettext_noop("WhatsApp does not let this person have more marketing for now."),
    132000: gettext_noop("The template has another number of variables than were filled in."),
    132001: gettext_noop("WhatsApp has no approved template of this name in this language."),
    132005: gettext_noop("With its variables filled in, the template is too long."),
    132007: gettext_noop("The words of the template are against WhatsApp’s rules."),
    132012: gettext_noop("A variable of the template was filled in with something else."),
    132015: gettext_noop("WhatsApp has paused the template, because people did not want it."),
    132016: gettext_noop("WhatsApp has switched the template off, because people did not want it."),
}


def words_of(code: int, told: str) -> str:
    """Return what a number means, for staff, in English; Meta's own words where we have none."""
    return _WORDS.get(code) or told or f"WhatsApp: {code}"
