"""MJML that a shop writes itself: only tags and attributes that lay words out in a column. Pure."""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from notifications.rules.rich_text import clean_markup

_LAYOUT = {
    "align",
    "padding",
    "padding-top",
    "padding-right",
    "padding-bottom",
    "padding-left",
    "container-background-color",
}
_TYPE = {"color", "font-size", "font-weight", "font-style", "line-height", "letter-spacing"}
TAGS: dict[str, frozenset[str]] = {
    "mj-text": frozenset(_LAYOUT | _TYPE | {"mj-class"}),
    "mj-button": frozenset(
        _LAYOUT
        | _TYPE
        | {"href", "background-color", "border", "border-radius", "inner-padding", "width"}
    ),
    "mj-image": frozenset(_LAYOUT | {"src", "alt", "href", "width", "height", "border-radius"}),
    "mj-divider": frozenset(_LAYOUT | {"border-color", "border-style", "border-width", "width"}),
    "mj-spacer": frozenset({"height", "container-background-color"}),
    "mj-table": frozenset(_LAYOUT | _TYPE | {"width", "cellpadding"}),
}
"""What may be written, and with which attributes."""

CLASSES = ("label", "note")
_ADDRESSES = {
    "href": ("https://", "http://", "mailto:", "tel:"),
    "src": ("https://", "http://"),
}
_VALUE = re.compile(r"[#\w .,%()\-'+ /]*\Z")
_EMPTY = ("mj-image", "mj-divider", "mj-spacer")


class MarkupFault(Exception):
    """MJML that is refused: `fault` says why, `detail` what, `known` what could stand there."""

    def __init__(self, fault: str, detail: str, known: tuple[str, ...] = ()) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault, self.detail, self.known = fault, detail, known


def clean_mjml(written: str) -> str:
    """Return a shop's MJML, written anew from what is allowed of it. Raises MarkupFault."""
    root = _parsed(written)
    if (root.text or "").strip():
        raise MarkupFault("words_outside", _beginning(root.text))
    parts = []
    for element in root:
        parts.append(_written(element))
        if (element.tail or "").strip():
            raise MarkupFault("words_outside", _beginning(element.tail))
    return "\n".join(parts)


def colours_of(written: str) -> list[tuple[str, str]]:
    """Return the pairs of colour and background that MJML sets on one tag, as `#rrggbb`."""
    try:
        root = _parsed(written)
    except MarkupFault:
        return []
    pairs = []
    for element in root.iter():
        given = element.attrib
        behind = given.get("background-color") or given.get("container-background-color")
        if behind or "color" in given:
            pairs.append((given.get("color", "#1c1c1a"), behind or "#ffffff"))
    return [(ink, paper) for ink, paper in pairs if _is_hex(ink) and _is_hex(paper)]


def _is_hex(colour: str) -> bool:
    return re.fullmatch(r"#[0-9a-fA-F]{6}", colour) is not None


def _parsed(written: str) -> Element:
    if "<!" in written or "<?" in written:
        raise MarkupFault("not_allowed", "<!" if "<!" in written else "<?", tuple(TAGS))
    try:
        root: Element = fromstring(f"<root>{_plain(written)}</root>")
    except ParseError as error:
        line, column = error.position
        raise MarkupFault("not_well_formed", f"{line}:{column}") from error
    except DefusedXmlException as error:
        raise MarkupFault("not_allowed", "<!", tuple(TAGS)) from error
    return root


def _plain(written: str) -> str:
    """Write what only HTML names as characters, and what is void in HTML as XML has it."""
    kept = {"amp", "lt", "gt", "quot", "apos"}

    def character(found: re.Match[str]) -> str:
        return found[0] if found[1] in kept else html.unescape(found[0])

    named = re.sub(r"&([A-Za-z][A-Za-z0-9]*);", character, written)
    return re.sub(r"<br\s*>", "<br/>", named)


def _written(element: Element) -> str:
    tag = element.tag
    allowed = TAGS.get(tag)
    if allowed is None:
        raise MarkupFault("not_allowed", f"<{tag}>", tuple(TAGS))
    for name, value in element.attrib.items():
        if name not in allowed:
            raise MarkupFault("attribute", f"{name} ({tag})", tuple(sorted(allowed)))
        _check(name, value)
    if tag == "mj-image" and not element.attrib.get("alt", "").strip():
        raise MarkupFault("alt", f"<{tag}>")
    given = "".join(f" {name}={quoteattr(value)}" for name, value in element.attrib.items())
    if tag in _EMPTY:
        return f"<{tag}{given} />"
    return f"<{tag}{given}>{clean_markup(_inside(element))}</{tag}>"


def _check(name: str, value: str) -> None:
    """Raise MarkupFault for the value of an attribute that could load or run anything."""
    if name in _ADDRESSES:
        if not value.startswith(_ADDRESSES[name]):
            raise MarkupFault("address", f"{name}={_beginning(value)}", _ADDRESSES[name])
    elif name == "mj-class":
        if value not in CLASSES:
            raise MarkupFault("attribute", f"mj-class={_beginning(value)}", CLASSES)
    elif name != "alt" and (not _VALUE.match(value) or "url(" in value.lower()):
        raise MarkupFault("attribute", f"{name}={_beginning(value)}")


def _inside(element: Element) -> str:
    """Return what stands inside a tag as markup; the tags in it are judged by `clean_markup`."""
    parts = [_escape(element.text or "")]
    for child in element:
        if child.tag.startswith("mj-"):
            raise MarkupFault("nested", f"<{child.tag}>")
        given = "".join(f' {name}="{_escape(value)}"' for name, value in child.attrib.items())
        if child.tag == "br":
            parts.append("<br>")
        else:
            parts.append(f"<{child.tag}{given}>{_inside(child)}</{child.tag}>")
        parts.append(_escape(child.tail or ""))
    return "".join(parts)


def _escape(text: str) -> str:
    return html.escape(text, quote=True)


def _beginning(text: str | None) -> str:
    return " ".join((text or "").split())[:60]
