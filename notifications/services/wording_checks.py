"""What is wrong with a shop's own words before they are kept, and what could be better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from commerce.domains import origin_of
from notifications.errors import WordsBroken
from notifications.models import WordingPicture
from notifications.ports import MessageKind
from notifications.rules.blocks import (
    Block,
    Body,
    check_facts,
    check_needed,
    check_variables,
)
from notifications.rules.mjml import MarkupFault, colours_of
from notifications.rules.variables import VariableFault
from notifications.rules.wording_hints import (
    is_long_subject,
    links_in,
    shouts,
    spam_words,
    why_broken,
)
from notifications.selectors.wordings import locales_in_use
from notifications.services.words import TOO_LONG, known_facts, write_body
from postexp.design.colour import contrast, from_hex

if TYPE_CHECKING:
    from commerce.models import Merchant

READABLE = 4.5
"""Contrast that WCAG asks of words."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing about a shop's words. An error keeps them from being saved, a hint does not.

    `place` counts blocks from 0; None is the frame: subject, preheader and short text. `detail`
    names what it is about, `known` what could stand there.
    """

    code: str
    is_error: bool = False
    place: int | None = None
    detail: str = ""
    known: tuple[str, ...] = ()


def check_body(
    body: Body, kind: MessageKind[Any], *, merchant: Merchant, locale: str, at: datetime
) -> list[Finding]:
    """Return what is wrong and what could be better, errors first."""
    sample = known_facts(kind, merchant=merchant, locale=locale, at=at)
    errors = [*_errors(body, kind, sample, merchant)]
    if not errors:
        errors = [*_unwritable(body, sample, merchant=merchant, locale=locale, at=at)]
    return [*errors, *_hints(body, kind, merchant, locale)]


def _errors(
    body: Body, kind: MessageKind[Any], sample: Mapping[str, Any], merchant: Merchant
) -> Iterator[Finding]:
    if not body.subject.strip():
        yield Finding(code="no_subject", is_error=True)
    if not body.blocks:
        yield Finding(code="no_blocks", is_error=True)
    for lack in check_needed(body.blocks):
        yield Finding(code="needed", is_error=True, place=lack.place, detail=lack.field)
    for other in check_facts(body.blocks, sample):
        yield Finding(code="unknown_fact", is_error=True, place=other.place, detail=other.detail)
    for place, fault in check_variables(body, sample):
        yield _of_variable(fault, place)
    for path in kind.must_say:
        if not body.mentions(path):
            yield Finding(code="must_say", is_error=True, detail=f"{{{{ {path} }}}}")
    for place, block in enumerate(body.blocks):
        yield from _wrong_links(block, place, merchant)
        if block.kind == "image" and block.picture and not _is_ours(block.picture):
            yield Finding(code="no_picture", is_error=True, place=place)


def _wrong_links(block: Block, place: int, merchant: Merchant) -> Iterator[Finding]:
    given = [block.link] if block.link and "{{" not in block.link else []
    for link in [*given, *links_in(block.text)]:
        why = why_broken(link)
        if _is_own(link, merchant):
            why = "" if _answers(link) else "no_page"
        if why:
            yield Finding(code=f"link_{why}", is_error=True, place=place, detail=link[:80])


def _is_own(link: str, merchant: Merchant) -> bool:
    return link.startswith((f"{settings.BASE_URL}/", f"{origin_of(merchant)}/"))


def _answers(link: str) -> bool:
    """Whether a link to our own pages leads to one."""
    try:
        resolve(urlsplit(link).path)
    except Resolver404:
        return False
    return True


def _is_ours(picture: str) -> bool:
    return WordingPicture.objects.filter(image=picture).exists()


def _unwritable(
    body: Body, sample: Mapping[str, Any], *, merchant: Merchant, locale: str, at: datetime
) -> Iterator[Finding]:
    """Yield what keeps the words from being written of the sample, where they fit it."""
    try:
        write_body(body, sample, merchant=merchant, locale=locale, at=at)
    except VariableFault as fault:
        # What the sample does not tell, a message may: then ours go out, and a hint says so.
        yield _of_variable(fault, None, is_error=fault.fault != "missing")
    except MarkupFault as fault:
        place = next((n for n, block in enumerate(body.blocks) if block.kind == "mjml"), None)
        yield Finding(
            code=f"mjml_{fault.fault}",
            is_error=True,
            place=place,
            detail=fault.detail,
            known=fault.known,
        )
    except WordsBroken as error:
        too_long = error.cause == TOO_LONG
        yield Finding(code="too_long" if too_long else "mjml_broken", is_error=True)


def _hints(
    body: Body, kind: MessageKind[Any], merchant: Merchant, locale: str
) -> Iterator[Finding]:
    if is_long_subject(body.subject, locale):
        yield Finding(code="long_subject")
    for place, _field, text in body.written():
        for word in spam_words(text, locale):
            yield Finding(code="spam_word", place=place, detail=word)
        if shouts(text):
            yield Finding(code="shouting", place=place)
    for place, block in enumerate(body.blocks):
        if block.kind == "mjml":
            for ink, paper in colours_of(block.text):
                if contrast(from_hex(ink), from_hex(paper)) < READABLE:
                    yield Finding(code="contrast", place=place, detail=f"{ink} / {paper}")
    if not any(block.kind == "heading" for block in body.blocks):
        yield Finding(code="no_heading")
    others = set(merchant.locales) - {locale}
    for missing in sorted(others - locales_in_use(kind.name)):
        yield Finding(code="other_language", detail=missing)


def _of_variable(fault: VariableFault, place: int | None, *, is_error: bool = True) -> Finding:
    return Finding(
        code=f"variable_{fault.fault}",
        is_error=is_error,
        place=place,
        detail=fault.variable,
        known=fault.known[:12],
    )
