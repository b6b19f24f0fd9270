"""A shop's own words around its shopper pages: a banner, a line at the foot, and links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

MOST_LINKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLink:
    """A link at the foot of every page, to an `https://` address; its labels in both languages."""

    url: str
    label_en: str = ""
    label_ja: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteWords:
    """What a shop says on every shopper page, in both languages; all of it may be empty."""

    banner_en: str = ""
    banner_ja: str = ""
    footer_en: str = ""
    footer_ja: str = ""
    links: tuple[SiteLink, ...] = ()

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any]) -> SiteWords:
        """Return the words as `kept` returned them."""
        links = tuple(SiteLink(**link) for link in kept.get("links", ()))
        return cls(**{**kept, "links": links})

    def kept(self) -> dict[str, Any]:
        """Return the words as plain values, equal to what a store gives back."""
        return {**asdict(self), "links": [asdict(link) for link in self.links]}

    def banner_in(self, locale: str) -> str:
        """Return the banner in a language, else in the other one."""
        return _in(locale, self.banner_en, self.banner_ja)

    def footer_in(self, locale: str) -> str:
        """Return the line at the foot in a language, else in the other one."""
        return _in(locale, self.footer_en, self.footer_ja)

    def links_in(self, locale: str) -> list[tuple[str, str]]:
        """Return label and address of each link; one without any label shows its address."""
        return [
            (_in(locale, link.label_en, link.label_ja) or link.url, link.url) for link in self.links
        ]


def _in(locale: str, english: str, japanese: str) -> str:
    first, second = (japanese, english) if locale.startswith("ja") else (english, japanese)
    return first or second
