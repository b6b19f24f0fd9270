"""From a shop's own words and a message's facts to a subject and MJML in our layout."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from notifications.rules.blocks import WIDEST, Block, Body
from notifications.rules.mjml import clean_mjml
from notifications.rules.plain_text import tidy
from notifications.rules.rich_text import clean, escape
from notifications.rules.variables import VariableFault, fill, value_at
from notifications.templatetags import message_words

FILTERS: dict[str, Callable[..., Any]] = {
    "money": message_words.money,
    "day": message_words.day,
    "moment": message_words.moment,
    "estimate": message_words.estimate,
    "hours": message_words.hours,
}
LEADS = ("https://", "http://", "mailto:", "tel:")
PICTURE = re.compile(r"messages/img_[A-Za-z0-9]+\.png")


def own_line(text: str, facts: Mapping[str, Any]) -> str:
    """Return a text of one line, such as a subject, with its values. Raises VariableFault."""
    return " ".join(tidy(fill(text, facts, filters=FILTERS)).split("\n"))


def own_mjml(body: Body, context: Mapping[str, Any]) -> str:
    """Return a shop's words as MJML in our layout, in the language and time zone in force.

    Raises VariableFault for a value that is not there, and MarkupFault for MJML that is refused.
    """
    shown = [block for block in body.blocks if block.when is None or block.when.holds(context)]
    title = next((block for block in shown if block.kind == "heading"), None)
    return render_to_string(
        "notifications/own.mjml",
        {
            **context,
            "preheader": own_line(body.preheader, context),
            "heading": own_line(title.text, context) if title else context["subject"],
            "parts": [_part(block, context) for block in shown if block is not title],
        },
    )


def _part(block: Block, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return a block as the template of own words shows it: its kind, and values for it."""
    part: dict[str, Any] = {"kind": block.kind, "style": block.style}
    if block.label:
        part["label"] = own_line(block.label, facts)
    match block.kind:
        case "text":
            part["html"] = _rich(block.text, facts)
        case "contact":
            part["html"] = _rich(block.text, facts) if block.text else ""
        case "mjml":
            part["html"] = _markup(block.text, facts)
        case "heading" | "promo":
            part["text"] = own_line(block.text, facts)
        case "button":
            part |= {"text": own_line(block.text, facts), "link": _link(block.link, facts)}
        case "image":
            part |= _picture(block, facts)
        case "sum" | "items" | "parcel" | "delay" | "address" | "paid_to" | "list":
            part |= _facts(block, facts)
    return part


def _rich(text: str, facts: Mapping[str, Any]) -> SafeString:
    filled = fill(text, facts, filters=FILTERS, escape=escape)
    return mark_safe(clean(filled))  # noqa: S308 (made safe by nh3)


def _markup(text: str, facts: Mapping[str, Any]) -> SafeString:
    filled = fill(text, facts, filters=FILTERS, escape=html.escape)
    return mark_safe(clean_mjml(filled))  # noqa: S308 (written anew from what is allowed)


def _link(link: str, facts: Mapping[str, Any]) -> str:
    """Return where a button leads. Raises VariableFault for what is no address."""
    address = own_line(link, facts)
    if not address.startswith(LEADS):
        raise VariableFault("unfit", link[:60])
    return address


def _picture(block: Block, facts: Mapping[str, Any]) -> dict[str, Any]:
    if not PICTURE.fullmatch(block.picture):
        raise VariableFault("unfit", block.picture[:60])
    return {
        "src": f"{settings.BASE_URL}{settings.MEDIA_URL}{block.picture}",
        "width": min(block.width, WIDEST),
        "alt": own_line(block.alt, facts),
        "link": _link(block.link, facts) if block.link else "",
    }


def _facts(block: Block, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a block of facts shows; nothing where a message has nothing of it."""
    value = value_at(block.of, facts)
    if not value:
        return {"kind": ""}
    if block.kind == "sum":
        rows = message_words.sum_rows(value) if block.of == "order" else value["rows"]
        return {"rows": rows, "total": value["total"]}
    if block.kind == "address" and isinstance(value, Mapping):
        return {"value": message_words.address_lines(value)}
    if block.kind == "parcel":
        return {"parcels": value if isinstance(value, list) else [{**value, "items": []}]}
    return {"value": value, "prices": block.of.startswith("order.")}
