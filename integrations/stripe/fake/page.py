"""The page of the made-up account on which a shopper pays, in English or Japanese."""

from __future__ import annotations

import html
from pathlib import Path

from integrations.stripe.amounts import from_stripe
from integrations.stripe.fake.account import DECLINED, GOOD, Thing
from postexp.design import formats
from postexp.kernel.money import Money

WORDS = {
    "en": {
        "title": "Payment (trial)",
        "trial": "This page is made up for trying out: no card is charged.",
        "hold": "This amount is only held on your card.",
        "number": "Card number",
        "cards": "{good} pays, {declined} is declined.",
        "pay": "Pay {amount}",
        "held": "Confirm {amount}",
        "back": "Back to the shop",
        "closed": "This page is closed.",
        "declined": "Your card was declined. Please try another one.",
    },
    "ja": {
        "title": "お支払い（お試し用）",
        "trial": "お試し用のページです。実際の請求は発生しません。",
        "hold": "カードの利用枠を一時的に確保するのみで、請求はいたしません。",
        "number": "カード番号",
        "cards": "{good} は支払い成功、{declined} は支払い失敗になります。",
        "pay": "{amount} を支払う",
        "held": "{amount} の確保を承認する",
        "back": "ショップに戻る",
        "closed": "このページは終了しました。",
        "declined": "カードが承認されませんでした。別のカードをお試しください。",
    },
}


def page_of(session: Thing, problem: str = "", number: str = GOOD) -> str:
    """Return the page a shopper pays on; `problem` is why the bank said no."""
    locale = "ja" if session["locale"] == "ja" else "en"
    words = WORDS[locale]
    if session["status"] != "open":
        return _framed(locale, f"<h1>{words['closed']}</h1>{_back(session, words)}")
    currency = session["currency"].upper()
    amount = formats.money(Money(from_stripe(session["amount_total"], currency), currency))
    holds = session["_intent"].get("capture_method") == "manual"
    told = words["declined"] if "declined" in problem else html.escape(problem)
    about = f"<p>{words['hold']}</p>" if holds else ""
    alert = f"<p role=alert>{told}</p>" if told else ""
    return _framed(
        locale,
        f"<p class=trial>{words['trial']}</p>"
        f"<h1>{html.escape(', '.join(session['_words']))}</h1>"
        f"<p class=amount>{html.escape(amount)}</p>"
        f"{about}{alert}"
        "<form method=post>"
        f"<label for=number>{words['number']}</label>"
        f"<input id=number name=number value='{html.escape(number)}' inputmode=numeric "
        "autocomplete=off required aria-describedby=cards>"
        f"<p id=cards class=small>{words['cards'].format(good=GOOD, declined=DECLINED)}</p>"
        f"<button>{words['held' if holds else 'pay'].format(amount=html.escape(amount))}</button>"
        f"</form>{_back(session, words)}",
    )


def _back(session: Thing, words: dict[str, str]) -> str:
    url = session["cancel_url"]
    return f"<p><a href='{html.escape(url)}'>{words['back']}</a></p>" if url else ""


def _framed(locale: str, content: str) -> str:
    return (
        f"<!doctype html><html lang={locale}><meta charset=utf-8>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<title>{WORDS[locale]['title']}</title><link rel=stylesheet href=/style.css>"
        f"<main>{content}</main></html>"
    )


def style() -> bytes:
    """Return the style sheet of the page."""
    return Path(__file__).with_name("page.css").read_bytes()
