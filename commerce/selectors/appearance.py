"""How a shop's shopper pages look: its theme as a stylesheet, and its logo."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import Any

from django.urls import reverse

from commerce.models import Merchant
from postexp.design.theme import Theme, ThemeError, fingerprint, stylesheet
from postexp.kernel import slots

WIDEST_LOGO = 192
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


def site_frame(merchant: Merchant) -> dict[str, Any]:
    """Return what `site/base.html` needs: `merchant`, `theme_url`, `notices`, the logo's size."""
    frame: dict[str, Any] = {
        "merchant": merchant,
        "theme_url": theme_url(merchant),
        "notices": slots.collect("site_notice", None, {"merchant": merchant}),
    }
    if merchant.logo:
        height = theme_of(merchant).logo_height
        width, tall = merchant.theme.get("logo_size") or (0, 0)
        frame |= {"logo_url": merchant.logo.url, "logo_height": height}
        if tall:
            frame["logo_width"] = min(WIDEST_LOGO, round(height * width / tall))
    return frame
