"""What a shop writes in a text: plain words, or a little HTML, made safe for a mail. Pure."""

from __future__ import annotations

import html
import re

import nh3

TAGS = {"p", "br", "strong", "b", "em", "i", "u", "a", "ul", "ol", "li", "span"}
SCHEMES = {"http", "https", "mailto", "tel"}
_BLOCKS = re.compile(r"<(p|ul|ol)[\s>]", re.IGNORECASE)
_LIST_STYLE = ' style="margin:0;padding:0 0 0 22px"'
# Of a cell or a span of MJML; nothing that loads, moves or covers anything.
_STYLES = {
    "color",
    "background-color",
    "font-size",
    "font-weight",
    "font-style",
    "line-height",
    "text-align",
    "text-decoration",
    "vertical-align",
    "white-space",
    "width",
    "padding",
    "padding-top",
    "padding-right",
    "padding-bottom",
    "padding-left",
    "margin",
    "border",
    "border-top",
    "border-bottom",
    "border-radius",
}
_IN_TABLES = {"tr", "td", "th", "tbody", "thead", "table"}


def escape(value: str) -> str:
    """Return a value as it may stand in HTML and in an attribute; its line breaks stay visible."""
    return html.escape(value, quote=True).replace("\n", "<br>")


def clean(written: str) -> str:
    """Return a text as HTML that holds paragraphs, emphasis, links and lists, and nothing else.

    Words without HTML get their paragraphs from empty lines and keep their line breaks. Links lead
    to the web, a mail address or a telephone; any other is taken off its words.
    """
    marked = written if _BLOCKS.search(written) else paragraphs(written)
    safe = nh3.clean(
        marked,
        tags=TAGS,
        clean_content_tags={"script", "style"},
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        url_relative="deny",
        link_rel=None,
    )
    return _spaced(safe).replace("<ul>", f"<ul{_LIST_STYLE}>").replace("<ol>", f"<ol{_LIST_STYLE}>")


def clean_markup(written: str) -> str:
    """Return the HTML inside a tag of MJML, as `clean` does, with tables and harmless styles."""
    tags = TAGS | _IN_TABLES
    # A cell outside of a table is dropped by every HTML parser, so one is put around and taken off.
    bare = re.match(r"\s*<(tr|tbody|thead)[\s>]", written) is not None
    safe = nh3.clean(
        f"<table>{written}</table>" if bare else written,
        tags=tags,
        clean_content_tags={"script", "style"},
        attributes={
            "a": {"href", "style"},
            "td": {"align", "width", "colspan", "style"},
            "th": {"align", "width", "colspan", "style"},
            **{tag: {"style"} for tag in tags - {"a", "td", "th", "br"}},
        },
        filter_style_properties=_STYLES,
        url_schemes=SCHEMES,
        url_relative="deny",
        link_rel=None,
    )
    if bare:
        safe = safe.removeprefix("<table>").removesuffix("</table>")
    return _spaced(safe)


def paragraphs(written: str) -> str:
    """Return words without block tags as paragraphs: an empty line begins a new one."""
    found = re.split(r"\n\s*\n", written.replace("\r\n", "\n").strip())
    return "".join(f"<p>{one.strip().replace(chr(10), '<br>')}</p>" for one in found)


def _spaced(safe: str) -> str:
    """Write what only HTML names as the character it is: MJML is read as XML first."""
    return safe.replace("&nbsp;", "\N{NO-BREAK SPACE}")
