"""How a shop's shopper pages look: its theme as a stylesheet, and its logo."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language

from commerce.models import LookVersion, Merchant
from commerce.rules import SiteWords
from postexp.design.theme import Theme, ThemeError, fingerprint, stylesheet
from postexp.kernel import slots

WIDEST_LOGO = 192
MOST_LOOKS = 20
TOKENS = frozenset(field.name for field in fields(Theme))


def theme_of(merchant: Merchant) -> Theme:
    """Return a shop's theme; the plain one where what is kept cannot be used (any more)."""
    try:
        return Theme(**{name: merchant.theme[name] for name in TOKENS & merchant.theme.keys()})
    except ThemeError:
        return Theme()


@lru_cache(maxsize=512)
def theme_sheet(theme: Theme) -> tuple[str, str]:
    """Return a theme's stylesheet and the fingerprint it is served under."""
    css = stylesheet(theme)
    return css, fingerprint(css)


def theme_url(merchant: Merchant) -> str:
    """Return the address of a shop's stylesheet; it changes with its content."""
    return reverse("site:theme", args=[merchant.slug, theme_sheet(theme_of(merchant))[1]])


def words_of(merchant: Merchant) -> SiteWords:
    """Return what a shop says around its shopper pages."""
    return SiteWords.from_kept(merchant.site_words)


def list_looks() -> list[LookVersion]:
    """Return the versions of the shop's look, the newest first."""
    return list(LookVersion.objects.select_related("made_by").order_by("-number")[:MOST_LOOKS])


def access_look(look_id: str) -> LookVersion:
    """Return a version of the shop's look. Raises Http404."""
    return get_object_or_404(LookVersion, public_id=look_id)


def site_frame(merchant: Merchant) -> dict[str, Any]:
    """Return what `site/base.html` needs, in the language of the moment.

    `merchant`, `theme_url`, `notices`, the shop's own `banner`, `footer` and `links`, what the
    rooms lead to from the foot of every page (`foot`), the logo's size.
    """
    frame: dict[str, Any] = {
        "merchant": merchant,
        "theme_url": theme_url(merchant),
        "notices": slots.collect("site_notice", None, {"merchant": merchant}),
        "foot": slots.collect("site_foot", None, {"merchant": merchant}),
        **site_words(words_of(merchant)),
    }
    if merchant.logo:
        height = theme_of(merchant).logo_height
        width, tall = merchant.theme.get("logo_size") or (0, 0)
        frame |= {"logo_url": merchant.logo.url, "logo_height": height}
        if tall:
            frame["logo_width"] = min(WIDEST_LOGO, round(height * width / tall))
    return frame


def site_words(words: SiteWords) -> dict[str, Any]:
    """Return a shop's words as `site/base.html` shows them, in the language of the moment."""
    locale = get_language() or "en"
    return {
        "banner": words.banner_in(locale),
        "footer": words.footer_in(locale),
        "links": words.links_in(locale),
    }
