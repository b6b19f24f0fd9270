"""What a template consists of, what its variables hold, and how they are sent. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.whatsapp.enums import Filling, TemplateState

NOTHING = "–"
"""Stands where there is nothing to fill in: WhatsApp takes no empty variable."""

SOMEBODY = {"en": "there", "ja": "お客様"}
"""Who is greeted without a name: Hello there."""

LONGEST_VALUE = 600
LONGEST_HEADER = 60
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_LINK_AT_END = re.compile(r"[\s:：]*https?://\S+\s*$")
_SENDABLE_PARTS = frozenset({"HEADER", "BODY", "FOOTER", "BUTTONS"})
# Buttons that need nothing filled in; the address of a page may hold one variable.
_PLAIN_BUTTONS = frozenset({"QUICK_REPLY", "PHONE_NUMBER", "URL"})

STATES: Mapping[str, TemplateState] = {
    "APPROVED": TemplateState.APPROVED,
    "REINSTATED": TemplateState.APPROVED,
    "UNARCHIVED": TemplateState.APPROVED,
    # It may be switched off soon; until then it goes out.
    "FLAGGED": TemplateState.APPROVED,
    "PENDING": TemplateState.PENDING,
    "IN_APPEAL": TemplateState.PENDING,
    "REJECTED": TemplateState.REJECTED,
    "PAUSED": TemplateState.PAUSED,
    "LIMIT_EXCEEDED": TemplateState.PAUSED,
    "DISABLED": TemplateState.DISABLED,
    "ARCHIVED": TemplateState.DISABLED,
    "PENDING_DELETION": TemplateState.DISABLED,
    "DELETED": TemplateState.DISABLED,
}
"""WhatsApp's words for where a template stands, in its lists and in its webhooks."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What of a template has to be filled in: the names of its variables, in their order.

    `page_before` is the address that the page of its button begins with, which ends with the
    variable, and `button` the place of that button. `is_fit`: nothing else has to be filled in,
    such as a picture.
    """

    header: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    button: int | None = None
    page_before: str = ""
    is_fit: bool = True

    @property
    def count(self) -> int:
        """How many variables header and body have."""
        return len(self.header) + len(self.body)


def shape_of(parts: Iterable[Mapping[str, Any]]) -> Shape:
    """Read the parts of a template as WhatsApp writes them."""
    header: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    pages: list[tuple[int, str]] = []
    fit = has_body = False
    others = False
    for part in parts:
        kind = str(part.get("type", "")).upper()
        if kind == "HEADER":
            others |= str(part.get("format", "")).upper() != "TEXT"
            header = _variables(part.get("text"))
        elif kind == "BODY":
            has_body, body = True, _variables(part.get("text"))
        elif kind == "BUTTONS":
            buttons = [one for one in part.get("buttons") or () if isinstance(one, dict)]
            others |= any(str(one.get("type", "")).upper() not in _PLAIN_BUTTONS for one in buttons)
            pages = [
                (at, str(one["url"]))
                for at, one in enumerate(buttons)
                if "{{" in str(one.get("url"))
            ]
        others |= kind not in _SENDABLE_PARTS
    fit = has_body and not others and len(pages) <= 1
    return Shape(
        header=header,
        body=body,
        button=pages[0][0] if pages else None,
        page_before=pages[0][1].partition("{{")[0] if pages else "",
        is_fit=fit,
    )


def _variables(text: object) -> tuple[str, ...]:
    """Return the names of the variables in a text: numbers by their size, names as they stand."""
    names = tuple(dict.fromkeys(_VARIABLE.findall(str(text or ""))))
    return tuple(sorted(names, key=int)) if all(name.isdecimal() for name in names) else names


@dataclass(frozen=True, kw_only=True)
class News:
    """What a message gives its template to say; `short` begins with the shop and ends with a link,
    which stand in a template by themselves.
    """

    shop: str
    short: str
    link: str
    facts: Mapping[str, Any]
    locale: str = "en"

    def value(self, filling: str) -> str:
        """Return what a variable holds, as WhatsApp takes it: one line, never empty."""
        value = _one_line(self._plain(filling))
        if filling != Filling.LINK and len(value) > LONGEST_VALUE:
            value = value[: LONGEST_VALUE - 1].rstrip() + "…"
        return value or (SOMEBODY[self.locale] if filling == Filling.NAME else NOTHING)

    def _plain(self, filling: str) -> object:
        order, shipment = self._fact("order"), self._fact("shipment")
        match filling:
            case Filling.NAME:
                return self.facts.get("customer_name")
            case Filling.SHOP:
                return self.shop
            case Filling.ORDER:
                return order.get("number")
            case Filling.NEWS:
                return _LINK_AT_END.sub("", self.short).removeprefix(f"{self.shop}: ")
            case Filling.LINK:
                return self.link
            case Filling.CARRIER:
                return shipment.get("carrier_name") or shipment.get("carrier")
            case Filling.NUMBER:
                return shipment.get("tracking_number")
        return ""

    def _fact(self, name: str) -> Mapping[str, Any]:
        fact = self.facts.get(name)
        return fact if isinstance(fact, Mapping) else {}


def _one_line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


class LinkDoesNotFit(Exception):
    """The link of a message is no page that the template's button can lead to."""


def filled_in(shape: Shape, values: Sequence[str], link: str) -> list[dict[str, Any]]:
    """Return the parts of a message by a template, filled in; raises LinkDoesNotFit."""
    header = values[: len(shape.header)]
    body = values[len(shape.header) :]
    parts: list[dict[str, Any]] = []
    for kind, names, texts in (("header", shape.header, header), ("body", shape.body, body)):
        if names:
            filled = [_parameter(name, text) for name, text in zip(names, texts, strict=True)]
            parts.append({"type": kind, "parameters": filled})
    if shape.button is not None:
        if not link.startswith(shape.page_before):
            raise LinkDoesNotFit
        parts.append(
            {
                "type": "button",
                "sub_type": "url",
                "index": str(shape.button),
                "parameters": [{"type": "text", "text": link.removeprefix(shape.page_before)}],
            }
        )
    return parts


def _parameter(name: str, text: str) -> dict[str, str]:
    named = {} if name.isdecimal() else {"parameter_name": name}
    return {"type": "text", **named, "text": text}


def number_of(identity: str) -> str:
    """Return the phone number (E.164) of somebody by their id at WhatsApp.

    It is the number without its sign, as it was when they joined: Mexico's mobiles had a 1 more,
    and many of Brazil's a 9 less. Who is known to WhatsApp by another id alone keeps that.
    """
    if not (identity.isascii() and identity.isdecimal()):
        return identity
    if identity.startswith("521") and len(identity) == 13:
        return f"+52{identity[3:]}"
    if identity.startswith("55") and len(identity) == 12 and identity[4] in "6789":
        return f"+{identity[:4]}9{identity[4:]}"
    return f"+{identity}"
