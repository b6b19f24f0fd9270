"""What may make a mail look like spam, or hard to read: hints for who writes it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from notifications.rules.plain_text import display_width

SPAM_WORDS = {
    "en": (
        "100% free",
        "act now",
        "as seen on",
        "buy now",
        "cash bonus",
        "click here",
        "congratulations",
        "dear friend",
        "double your",
        "earn money",
        "free gift",
        "free money",
        "guaranteed",
        "limited time",
        "lowest price",
        "no obligation",
        "once in a lifetime",
        "order now",
        "risk-free",
        "special promotion",
        "this is not spam",
        "urgent",
        "winner",
        "you have been selected",
    ),
    "ja": (
        "100%無料",
        "今すぐクリック",
        "今だけ",
        "お小遣い",
        "稼げる",
        "完全無料",
        "期間限定",
        "緊急",
        "激安",
        "限定特典",
        "最終通告",
        "在宅で",
        "至急",
        "出会い",
        "全員プレゼント",
        "当選",
        "特別にご招待",
        "必ず儲かる",
        "副業",
        "無料プレゼント",
        "おめでとうございます",
    ),
}
WIDEST_SUBJECT = {"en": 60, "ja": 60}
"""Columns of a subject that phones show, a full-width character taking two."""


def spam_words(text: str, locale: str) -> list[str]:
    """Return the words of a text that filters of mail are known to count."""
    said = text.casefold()
    return [word for word in SPAM_WORDS[locale] if word in said]


def shouts(text: str) -> bool:
    """Whether a text is written in capitals, or with exclamation marks in a row."""
    letters = [sign for sign in text if sign.isascii() and sign.isalpha()]
    loud = len(letters) >= 12 and sum(sign.isupper() for sign in letters) > len(letters) * 0.7
    return loud or re.search(r"[!！]{2,}", text) is not None


def is_long_subject(subject: str, locale: str) -> bool:
    """Whether a phone would cut a subject off."""
    return display_width(subject) > WIDEST_SUBJECT[locale]


def links_in(html: str) -> Iterator[str]:
    """Yield where the links that are written in a text lead, those in variables left out."""
    for found in re.finditer(r"""\bhref\s*=\s*["']([^"']*)["']""", html):
        if "{{" not in found[1]:
            yield found[1]


def why_broken(link: str) -> str:
    """Return why nobody can follow a link: `address`, `not_https`, `private`, or ""."""
    try:
        parts = urlsplit(link)
        host = parts.hostname or ""
    except ValueError:
        return "address"
    if parts.scheme in {"mailto", "tel"}:
        return "" if parts.path else "address"
    if parts.scheme == "http":
        return "not_https"
    if parts.scheme != "https" or re.search(r"\s", link):
        return "address"
    return _why_unreachable(host)


def _why_unreachable(host: str) -> str:
    try:
        return "" if ip_address(host).is_global else "private"
    except ValueError:
        pass
    if host == "localhost" or host.endswith((".local", ".internal", ".lan", ".test")):
        return "private"
    return "" if re.fullmatch(r"[^\s.]+(\.[^\s.]+)+", host) else "address"
