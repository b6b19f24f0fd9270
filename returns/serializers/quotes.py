"""What a return comes to, as the API tells it before it is asked for and before it is settled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import override

from commerce.serializers import instant, money
from returns.enums import KeepItem, Outcome, Slot
from returns.models import Return
from returns.rules.policy import LANGUAGES
from returns.rules.quotes import Quote
from returns.selectors import Judgement, list_lines_of, list_replacements, wanted_instead
from returns.selectors.exchanges import is_difference_paid
from returns.serializers.exchanges import title_instead
from returns.serializers.represent import represent_sum
from returns.serializers.words import denial_words

if TYPE_CHECKING:
    from commerce.models import OrderLine
    from returns.errors import ReturnsError
    from returns.rules.commands import Wish
    from returns.services.quotes import QuotedOutcome


def represent_return_quote(
    judgement: Judgement, wishes: Sequence[Wish], quoted: Sequence[QuotedOutcome]
) -> dict[str, Any]:
    """Return what units of an order come to for each outcome, open or not."""
    return {
        "order_id": judgement.order.public_id,
        "policy": {"version": judgement.version.number, "hash": judgement.version.hash},
        "lines": [
            {
                "line_id": wish.line,
                "quantity": wish.quantity,
                "reason": wish.reason,
                "variants": _variants(judgement, wish),
            }
            for wish in wishes
        ],
        "outcomes": [_outcome(judgement, one) for one in quoted],
    }


def _variants(judgement: Judgement, wish: Wish) -> list[dict[str, Any]]:
    judged = judgement.line(wish.line)
    if judged is None or judged.decision.offer(Outcome.EXCHANGE) is None:
        return []
    line, order = judged.line, judgement.order
    return [
        {
            "variant_id": variant.public_id,
            "title": title_instead(line, variant),
            "sku": variant.sku,
            "available": free,
            "price": money(wanted_instead(order, line, variant, 1).price, order.currency),
        }
        for variant, free in list_replacements(line)
    ]


def _outcome(judgement: Judgement, one: QuotedOutcome) -> dict[str, Any]:
    return {
        "outcome": one.outcome.value,
        "refusal": _refusal(one.refusal) if one.refusal else None,
        "denials": _denials(judgement, one),
        "until": instant(one.until),
        **_plan(judgement, one),
        "rest_to": [rest.value for rest in one.rests],
        "exchange_for": [
            {"line_id": wish.line, "variant_id": wish.variant}
            for wish in one.wishes
            if wish.variant and one.outcome is Outcome.EXCHANGE
        ],
        "may_be_instant": one.may_be_instant,
        "verdict": one.verdict.value if one.verdict else None,
    }


def _plan(judgement: Judgement, one: QuotedOutcome) -> dict[str, Any]:
    if one.plan is None:
        closed = dict.fromkeys(("sum", "bonus", "rest", "method", "goods"))
        return {**closed, "methods": []}
    quoted, ways = one.plan.quoted, one.plan.ways
    kept = {line.value(Slot.KEEP_ITEM) for line in one.lines}
    return {
        **_sums(quoted, [judged.line for judged in judgement.lines]),
        "method": ways.chosen.value if ways.chosen else None,
        "methods": [method.value for method in ways.open],
        "goods": kept.pop() if len(kept) == 1 else KeepItem.SEND.value,
    }


def _sums(quoted: Quote, lines: Sequence[OrderLine]) -> dict[str, Any]:
    return {
        "sum": represent_sum(quoted.to_json(), lines),
        "bonus": money(quoted.bonus, quoted.currency),
        "rest": money(quoted.rest, quoted.currency),
    }


def _denials(judgement: Judgement, one: QuotedOutcome) -> list[dict[str, Any]]:
    country = judgement.order.country
    return [
        {
            "line_id": line.line,
            "code": denial.code.value,
            "until": instant(denial.until),
            "text": _in_both(partial(denial_words, denial, country=country)),
        }
        for line in one.lines
        for denial in line.denials
        if denial.outcome in (None, one.outcome)
    ]


def _refusal(error: ReturnsError) -> dict[str, Any]:
    return {"code": error.code, "text": _in_both(lambda _locale: str(error.message))}


def _in_both(say: Callable[[str], str]) -> dict[str, str]:
    """Return what is said in each language, said while it is in force."""
    told = {}
    for language in LANGUAGES:
        with override(language):
            told[language] = say(language)
    return told


def represent_settlement_quotes(case: Return, quotes: Sequence[Quote]) -> dict[str, Any]:
    """Return what a return may be settled with now, as asked for first."""
    lines = [line.order_line for line in list_lines_of(case)]
    return {
        "return_id": case.public_id,
        "difference_paid": is_difference_paid(case),
        "quotes": [
            {
                "outcome": one.outcome.value,
                **_sums(one, lines),
                "most": money(one.total, one.currency),
                "rest_to": one.rest_to.value if one.rest else None,
            }
            for one in quotes
        ],
    }
