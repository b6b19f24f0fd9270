"""The dialog of the made-up LINE in which somebody links their account, in English or Japanese."""

from __future__ import annotations

import html

WORDS = {
    "en": {
        "title": "LINE (trial)",
        "trial": "This page is made up for trying out, and stands for LINE.",
        "ask": "Link the LINE account of {name} with {shop}?",
        "yes": "Link",
        "other": "Open it as somebody else",
        "ok": "Linked. Go back to the chat.",
        "failed": "This account could not be linked.",
    },
    "ja": {
        "title": "LINE（お試し用）",
        "trial": "LINEの代わりに表示される、お試し用のページです。",
        "ask": "{name}さんのLINEアカウントを「{shop}」と連携しますか？",
        "yes": "連携する",
        "other": "別の人として開く",
        "ok": "連携しました。トークに戻ってください。",
        "failed": "このアカウントは連携できませんでした。",
    },
}


def ask(locale: str, *, name: str, shop: str) -> str:
    """Return the dialog that asks for a yes."""
    words = WORDS[locale]
    question = words["ask"].format(name=html.escape(name), shop=html.escape(shop))
    return _framed(
        locale,
        f"<p>{words['trial']}</p><h1>{question}</h1><form method=post>"
        f"<button name=by value=owner>{words['yes']}</button> "
        f"<button name=by value=stranger>{words['other']}</button></form>",
    )


def tell(locale: str, words: str) -> str:
    """Return the dialog's end: `ok`, `failed`, or LINE's complaint."""
    return _framed(locale, f"<h1>{html.escape(WORDS[locale].get(words, words))}</h1>")


def _framed(locale: str, content: str) -> str:
    return (
        f"<!doctype html><html lang={locale}><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<title>{WORDS[locale]['title']}</title><main>{content}</main></html>"
    )
