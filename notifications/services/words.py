"""From a kind and its facts to what the shopper reads: subject, HTML part and text part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import mrml
from django.template import Context, Template, engines
from django.utils import timezone, translation

from commerce.links import site_url
from commerce.selectors import theme_of
from commerce.serializers import represent_merchant
from notifications.errors import WordsBroken
from notifications.ports import MessageKind
from notifications.rules.plain_text import plain_text, tidy
from postexp.design.theme import palette

if TYPE_CHECKING:
    from commerce.models import Merchant

#: The renderer fetches fonts it knows from their maker; a mail must ask no one but the reader.
NO_FONTS = mrml.RenderOptions(fonts={})

#: How a small heading is written in the plain-text part.
LABELS = {"en": "{}:", "ja": "■ {}"}


@dataclass(frozen=True, kw_only=True)
class Words:
    """One message as it is read: `subject` is a single line, `html` a whole document, `text` its
    plain twin, and `short` what a channel for a few lines carries.
    """

    subject: str
    html: str
    text: str
    short: str


def write_words(
    kind: MessageKind[Any],
    facts: Mapping[str, Any],
    *,
    merchant: Merchant,
    locale: str,
    at: datetime,
    link: str = "",
    unsubscribe: str = "",
) -> Words:
    """Write a message in one language, in the merchant's time zone and colours, as of `at`.

    Its short form leads to `link`. `unsubscribe` is where its reader ends such messages. Raises
    WordsBroken, naming the template, when the words are not valid MJML.
    """
    with translation.override(locale), timezone.override(merchant.zone):
        context = {
            **facts,
            "locale": locale,
            "merchant": represent_merchant(merchant, locale),
            "theme": colours(merchant),
            "today": timezone.localdate(at),
            "unsubscribe": unsubscribe,
        }
        subject = _one_line(_template(f"{kind.template}.{locale}.subject.txt"), context)
        source = _template(f"{kind.template}.{locale}.mjml")
        mjml = source.render(Context({**context, "subject": subject}))
        try:
            html = str(mrml.to_html(mjml, render_options=NO_FONTS).content)
        except OSError as error:
            raise WordsBroken(f"{kind.template}.{locale}.mjml", str(error)) from error
        return Words(
            subject=subject,
            html=html,
            text=plain_text(mjml, label=LABELS[locale]),
            short=short_words(merchant.name_in(locale), subject, link),
        )


def short_words(shop: str, subject: str, link: str) -> str:
    """Return what a few lines say of a message: who writes, what is new, and where it is read."""
    said = f"{shop}: {subject}"
    return f"{said}\n{link}" if link else said


def write_subject(
    kind: MessageKind[Any], facts: Mapping[str, Any], *, merchant: Merchant, locale: str
) -> str:
    """Write the subject alone, for lists that show a message before it is written whole."""
    with translation.override(locale), timezone.override(merchant.zone):
        return _one_line(_template(f"{kind.template}.{locale}.subject.txt"), facts)


def sample_facts(kind: MessageKind[Any], *, merchant: Merchant, locale: str) -> dict[str, Any]:
    """Return what a kind is shown with while the shop has nothing that it could tell of.

    It is the order of `templates/commerce/messages/sample.<locale>.json` with what the kind's room
    adds in a file of the same name; what one kind tells otherwise stands there under its name.
    Links lead to the page where shoppers find their order.
    """
    page = site_url(merchant, "site:lookup", locale)
    facts: dict[str, Any] = {"links": {"tracking": page, "returns": page}}
    for room in ("commerce", kind.room):
        sample = json.loads(_template(f"{room}/messages/sample.{locale}.json").source)
        facts |= sample["facts"]
        for name, told in sample["kinds"].get(kind.name, {}).items():
            known = facts.get(name)
            facts[name] = {**known, **told} if isinstance(known, dict) else told
    return facts


def colours(merchant: Merchant) -> dict[str, str]:
    """Return the accent of the shop and the ink that is readable on it."""
    light = palette(theme_of(merchant).accent, "light")
    return {"accent": light.accent, "on_accent": light.on_accent}


def _template(name: str) -> Template:
    found: Template = engines["django"].engine.get_template(name)  # type: ignore[attr-defined]
    return found


def _one_line(template: Template, context: Mapping[str, Any]) -> str:
    """Render a subject: no HTML escaping, no line breaks that could add headers."""
    return " ".join(tidy(template.render(Context(dict(context), autoescape=False))).split("\n"))
