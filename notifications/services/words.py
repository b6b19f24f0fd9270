"""From a kind and its facts to what the shopper reads: subject, HTML part and text part."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

import mrml
from django.template import Context, Template, engines
from django.utils import timezone, translation

from commerce.links import site_url
from commerce.selectors import theme_of
from commerce.serializers import represent_merchant
from notifications.enums import Class
from notifications.errors import WordsBroken
from notifications.ports import MessageKind
from notifications.rules.blocks import Body
from notifications.rules.mjml import MarkupFault
from notifications.rules.plain_text import plain_text, tidy
from notifications.rules.variables import VariableFault
from notifications.selectors.wordings import find_body
from notifications.services.own_words import own_line, own_mjml
from postexp.design.theme import palette

if TYPE_CHECKING:
    from commerce.models import Merchant

logger = logging.getLogger(__name__)

#: The renderer fetches fonts it knows from their maker; a mail must ask no one but the reader.
NO_FONTS = mrml.RenderOptions(fonts={})

#: How a small heading is written in the plain-text part.
LABELS = {"en": "{}:", "ja": "■ {}"}


MOST_BYTES = 102_000
"""Of the HTML part: a mail program that shows the first 102 kB hides what follows."""

OWN_WORDS = "the shop's own words"
TOO_LONG = "The mail is larger than 102 kB."
CANNOT_BE_SAID = (VariableFault, MarkupFault, WordsBroken)
"""What keeps a shop's own words from being said of some facts."""


class _Given(TypedDict):
    """What every way of writing is given."""

    merchant: Merchant
    locale: str
    at: datetime
    link: str
    unsubscribe: str


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
    may_advertise: bool = True,
) -> Words:
    """Write a message in one language, in the merchant's time zone and colours, as of `at`.

    The shop's own words are taken where it uses some that can be said of these facts, else ours: a
    message is never held up by a shop's words, and none that `may_advertise` not carries an offer.
    Its short form leads to `link`. `unsubscribe` is where its reader ends such messages. Raises
    WordsBroken, naming the template, when our words are not valid MJML.
    """
    body = own_body(kind, facts, locale=locale, may_advertise=may_advertise)
    given: _Given = {
        "merchant": merchant,
        "locale": locale,
        "at": at,
        "link": link,
        "unsubscribe": unsubscribe,
    }
    if body is not None:
        try:
            return write_body(body, facts, **given)
        except CANNOT_BE_SAID:
            logger.warning("The shop's own words for %s could not be said.", kind.name)
    return write_house_words(kind, facts, **given)


def write_house_words(
    kind: MessageKind[Any],
    facts: Mapping[str, Any],
    *,
    merchant: Merchant,
    locale: str,
    at: datetime,
    link: str = "",
    unsubscribe: str = "",
) -> Words:
    """Write a message in our own words. Raises WordsBroken, naming the template."""
    with translation.override(locale), timezone.override(merchant.zone):
        context = _context(facts, merchant, locale, at, unsubscribe)
        subject = _one_line(_template(f"{kind.template}.{locale}.subject.txt"), context)
        source = _template(f"{kind.template}.{locale}.mjml")
        mjml = source.render(Context({**context, "subject": subject}))
        return Words(
            subject=subject,
            html=_laid_out(mjml, f"{kind.template}.{locale}.mjml"),
            text=plain_text(mjml, label=LABELS[locale]),
            short=short_words(merchant.name_in(locale), subject, link),
        )


def write_body(
    body: Body,
    facts: Mapping[str, Any],
    *,
    merchant: Merchant,
    locale: str,
    at: datetime,
    link: str = "",
    unsubscribe: str = "",
) -> Words:
    """Write a message in a shop's own words.

    Raises VariableFault where a variable has nothing to say, MarkupFault for MJML that is refused,
    and WordsBroken for MJML that cannot be laid out or is cut off by mail programs.
    """
    with translation.override(locale), timezone.override(merchant.zone):
        context = _context(facts, merchant, locale, at, unsubscribe)
        subject = own_line(body.subject, context)
        mjml = own_mjml(body, {**context, "subject": subject})
        html = _laid_out(mjml, OWN_WORDS)
        if len(html.encode()) > MOST_BYTES:
            raise WordsBroken(OWN_WORDS, TOO_LONG)
        short = own_line(body.short, context)
        return Words(
            subject=subject,
            html=html,
            text=plain_text(mjml, label=LABELS[locale]),
            short=(f"{short}\n{link}" if link else short)
            if short
            else short_words(merchant.name_in(locale), subject, link),
        )


def own_body(
    kind: MessageKind[Any], facts: Mapping[str, Any], *, locale: str, may_advertise: bool
) -> Body | None:
    """Return the shop's own words that are in use and fit some facts, or None for ours."""
    body = find_body(kind.name, locale) if kind.own_words else None
    return body if body is not None and _is_usable(body, facts, may_advertise) else None


def class_of(body: Body | None, klass: str) -> str:
    """Return the class of a message: an offer in the shop's own words makes it advertising."""
    return Class.MARKETING if body is not None and body.is_promotional else klass


def _is_usable(body: Body, facts: Mapping[str, Any], may_advertise: bool) -> bool:
    return body.fits(facts) and (may_advertise or not body.is_promotional)


def _context(
    facts: Mapping[str, Any], merchant: Merchant, locale: str, at: datetime, unsubscribe: str
) -> dict[str, Any]:
    return {
        **facts,
        "locale": locale,
        "merchant": represent_merchant(merchant, locale),
        "theme": colours(merchant),
        "today": timezone.localdate(at),
        "unsubscribe": unsubscribe,
    }


def _laid_out(mjml: str, name: str) -> str:
    """Return MJML as HTML. Raises WordsBroken under the name."""
    try:
        return str(mrml.to_html(mjml, render_options=NO_FONTS).content)
    except OSError as error:
        raise WordsBroken(name, str(error)) from error


def short_words(shop: str, subject: str, link: str) -> str:
    """Return what a few lines say of a message: who writes, what is new, and where it is read."""
    said = f"{shop}: {subject}"
    return f"{said}\n{link}" if link else said


def write_subject(
    kind: MessageKind[Any],
    facts: Mapping[str, Any],
    *,
    merchant: Merchant,
    locale: str,
    may_advertise: bool = True,
) -> str:
    """Write the subject alone, for lists that show a message before it is written whole."""
    body = own_body(kind, facts, locale=locale, may_advertise=may_advertise)
    return write_subject_with(body, kind, facts, merchant=merchant, locale=locale)


def write_subject_with(
    body: Body | None,
    kind: MessageKind[Any],
    facts: Mapping[str, Any],
    *,
    merchant: Merchant,
    locale: str,
) -> str:
    """Write the subject in a shop's own words where they fit, else in ours."""
    with translation.override(locale), timezone.override(merchant.zone):
        if body is not None and body.fits(facts):
            told = {**facts, "merchant": represent_merchant(merchant, locale)}
            try:
                return own_line(body.subject, told)
            except VariableFault:
                logger.warning("The shop's own subject for %s could not be said.", kind.name)
        return _one_line(_template(f"{kind.template}.{locale}.subject.txt"), facts)


def sample_facts(kind: MessageKind[Any], *, merchant: Merchant, locale: str) -> dict[str, Any]:
    """Return what a kind is shown with while the shop has nothing that it could tell of.

    It is the order of `templates/commerce/messages/sample.<locale>.json` with what the kind's room
    adds in a file of the same name, of which a kind shows what it tells; what one kind tells
    otherwise stands there under its name. Links lead to the page where shoppers find their order.
    """
    page = site_url(merchant, "site:lookup", locale)
    facts: dict[str, Any] = {"links": {"tracking": page, "returns": page}}
    for room in ("commerce", kind.room):
        sample = json.loads(_template(f"{room}/messages/sample.{locale}.json").source)
        facts |= sample["facts"]
        for name, told in sample["kinds"].get(kind.name, {}).items():
            known = facts.get(name)
            facts[name] = {**known, **told} if isinstance(known, dict) else told
    return {name: facts[name] for name in kind.tells}


def known_facts(
    kind: MessageKind[Any], *, merchant: Merchant, locale: str, at: datetime
) -> dict[str, Any]:
    """Return all that a shop's own words of a kind can name, as a sample."""
    return {
        **sample_facts(kind, merchant=merchant, locale=locale),
        "merchant": represent_merchant(merchant, locale),
        "today": timezone.localdate(at, merchant.zone).isoformat(),
    }


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
