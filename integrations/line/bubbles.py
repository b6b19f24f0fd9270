"""A message as LINE shows it: a bubble with a title, a few words, and buttons. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LONGEST_ALT = 400
LONGEST_TITLE = 300
LONGEST_WORDS = 2000
LONGEST_LABEL = 20
LONGEST_ADDRESS = 1000


@dataclass(frozen=True, kw_only=True)
class Button:
    """A button that opens a page."""

    label: str
    url: str


def bubble(
    *,
    title: str,
    words: str,
    colour: str,
    button: Button | None = None,
    aside: Button | None = None,
) -> dict[str, Any]:
    """Return a Flex message: lists and notifications show its `title`.

    `colour` is what the button stands on, under white words; `aside` is a quiet way out below it.
    """
    shown = [_text(title, LONGEST_TITLE, weight="bold", size="lg")]
    if words:
        shown.append(_text(words, LONGEST_WORDS, size="md", margin="md"))
    buttons = [_button(button, style="primary", color=colour)] if button else []
    if aside:
        buttons.append(_button(aside, style="link", height="sm"))
    contents: dict[str, Any] = {"type": "bubble", "body": _column(shown)}
    if buttons:
        contents["footer"] = _column(buttons)
    return {"type": "flex", "altText": _cut(title, LONGEST_ALT), "contents": contents}


def _column(contents: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "box", "layout": "vertical", "contents": contents}


def _text(words: str, longest: int, **look: str) -> dict[str, Any]:
    return {"type": "text", "text": _cut(words, longest), "wrap": True, **look}


def _button(button: Button, **look: str) -> dict[str, Any]:
    action = {"type": "uri", "label": _cut(button.label, LONGEST_LABEL), "uri": button.url}
    return {"type": "button", "action": action, **look}


def _cut(words: str, longest: int) -> str:
    return words if len(words) <= longest else f"{words[: longest - 1]}…"
