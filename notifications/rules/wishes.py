"""What a word asks for that stands alone in a message: to stop, to start again, help. Pure."""

from __future__ import annotations

import unicodedata
from enum import StrEnum


class Wish(StrEnum):
    """What a word asks for that stands alone in a message."""

    STOP = "stop"
    START = "start"
    HELP = "help"


# As the networks of phones have them, and as shoppers in Japan would write.
BY_NETWORKS: dict[str, Wish] = {
    **dict.fromkeys(
        ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"), Wish.STOP
    ),
    **dict.fromkeys(("start", "yes", "unstop"), Wish.START),
    **dict.fromkeys(("help", "info"), Wish.HELP),
}
"""The words that networks and providers know, too, and may answer themselves."""

WISHES: dict[str, Wish] = {
    **BY_NETWORKS,
    **dict.fromkeys(("stop all", "opt out", "opt-out"), Wish.STOP),
    **dict.fromkeys(("停止", "配信停止", "ストップ"), Wish.STOP),
    **dict.fromkeys(("再開", "配信再開"), Wish.START),
    "ヘルプ": Wish.HELP,
}
_ANSWERS = frozenset({"yes"})
_AROUND = " \n\t.!。!\"'「」『』"


def wish_in(text: str) -> Wish | None:
    """Return what a text asks for, or None where it is no such word alone."""
    return WISHES.get(bare_word(text))


def is_an_answer(text: str) -> bool:
    """Whether a word that asks to start again is more often the answer to a question."""
    return bare_word(text) in _ANSWERS


def bare_word(text: str) -> str:
    """Return a text as its word is looked up: wide letters are the usual ones to whoever types
    them, as in ＳＴＯＰ.
    """
    return unicodedata.normalize("NFKC", text).strip(_AROUND).casefold()
