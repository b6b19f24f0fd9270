"""What is written to the shopper of a return: in which language, and saved texts filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import override

from postexp.design import formats
from postexp.kernel.money import Money
from returns import selectors
from returns.rules.macros import fill

if TYPE_CHECKING:
    from commerce.models import Merchant
    from returns.models import Macro, Return


def letter_locale(merchant: Merchant, case: Return) -> str:
    """Return the language the shopper is written to in, one of the shop's."""
    told = case.locale[:2]
    return told if told in merchant.locales else merchant.default_locale


def filled_in(macro: Macro, case: Return, locale: str, *, shop: str) -> dict[str, str]:
    """Return `subject` and `text` of a saved text as a return fills them in, in a language."""
    words = macro.words.get(locale) or next(iter(macro.words.values()))
    lines = selectors.list_lines_of(case)
    with override(locale):
        values = {
            "return_number": case.number,
            "order_number": case.order.number,
            "items": ", ".join(line.order_line.title for line in lines),
            "amount": formats.money(Money(case.quote["payout"], case.quote["currency"])),
            "send_by": formats.day(case.send_by, "year") if case.send_by else "–",
            "shop": shop,
        }
    return {"subject": fill(words["subject"], values), "text": fill(words["text"], values)}
