"""Why a return came to another sum than was promised, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from commerce.serializers import money
from postexp.design import formats
from postexp.kernel.money import Money
from returns.enums import Change, Grade, ReturnState, RowCode
from returns.models import Return, ReturnLine, Settlement
from returns.rules.changes import Difference, Fate, explain
from returns.selectors import list_lines_of, list_settlements
from returns.serializers.words import row_label


def change_lines(
    case: Return,
    lines: Sequence[ReturnLine],
    given: Sequence[Mapping[str, Any]],
    *,
    total_label: str,
) -> list[dict[str, Any]]:
    """Return the way from the sum promised to the sums given, as lines of `{% sum_of %}`.

    Empty where nothing was given yet, and where it is what was promised.
    """
    changes = explain(case.quote, given, _fates(case, lines)) if given else ()
    if not changes:
        return []
    currency = case.quote["currency"]
    titles = {line.order_line.public_id: line.order_line.title for line in lines}
    total = Money(sum(quote["payout"] for quote in given), currency)
    return [
        {"label": _("Shown at the request"), "amount": Money(case.quote["payout"], currency)},
        *(
            {
                "label": change_words(one),
                "amount": Money(one.amount, currency),
                "note": titles.get(one.line, ""),
            }
            for one in changes
        ),
        {"label": total_label, "amount": total, "total": True},
    ]


def represent_changes(settlement: Settlement, *, locale: str) -> dict[str, Any] | None:
    """Return the way from what a return promised to one settlement, for its message.

    `rows` are `{code, label, title, quantity, amount}` with words in `locale`; the first is the sum
    promised, and they add up to `total`. None where the settlement is what was promised.
    """
    case = settlement.case
    assert case is not None
    own = [one for one in list_settlements(settlement.order) if one.case_id == case.pk]
    until = [one for one in own if one.pk <= settlement.pk]
    lines = list_lines_of(case)
    before = sum(one.payout for one in until[:-1])
    changes = explain(case.quote, [one.quote for one in until], _fates(case, lines), before=before)
    if not changes:
        return None
    currency = settlement.currency
    titles = {line.order_line.public_id: line.order_line.title for line in lines}
    with override(locale):
        promised = {
            "code": "promised",
            "label": _("Shown at the request"),
            "title": "",
            "quantity": 0,
            "amount": money(case.quote["payout"], currency),
        }
        rows = [
            {
                "code": one.code.value,
                "label": change_words(one),
                "title": titles.get(one.line, ""),
                "quantity": one.quantity,
                "amount": money(one.amount, currency),
            }
            for one in changes
        ]
    return {"rows": [promised, *rows], "total": money(settlement.payout, currency)}


def _fates(case: Return, lines: Sequence[ReturnLine]) -> list[Fate]:
    """Return what became of the units; while a return is open, those that are missing may come."""
    open_still = case.state != ReturnState.COMPLETED
    fates: dict[str, Fate] = {}
    for line in lines:
        name = line.order_line.public_id
        known = fates.get(name, Fate(line=name))
        refused = Counter(known.refused)
        not_taken = [one for one in line.inspections.all() if not one.accepted]
        for one in not_taken:
            if one.found_id is None:
                refused[Grade(one.grade)] += one.quantity
        fates[name] = Fate(
            line=name,
            awaited=known.awaited + (line.missing if open_still else 0),
            missing=known.missing + (0 if open_still else line.missing),
            others=known.others + sum(one.quantity for one in not_taken if one.found_id),
            refused=refused,
        )
    return list(fates.values())


def change_words(one: Difference) -> str:
    """Return a difference as its shopper reads it, without naming a product."""
    count = one.quantity
    counted = {
        Change.NOT_ARRIVED: ngettext(
            "%(count)s item did not arrive", "%(count)s items did not arrive", count
        ),
        Change.STILL_AWAITED: ngettext(
            "%(count)s item has not arrived yet", "%(count)s items have not arrived yet", count
        ),
        Change.WORN: ngettext(
            "%(count)s item arrived worn or damaged",
            "%(count)s items arrived worn or damaged",
            count,
        ),
        Change.NOT_OURS: ngettext(
            "%(count)s item that arrived is not from us",
            "%(count)s items that arrived are not from us",
            count,
        ),
        Change.OTHER_ITEM: ngettext(
            "%(count)s item that arrived is another one than announced",
            "%(count)s items that arrived are others than announced",
            count,
        ),
        Change.REFUSED: ngettext(
            "%(count)s item could not be accepted",
            "%(count)s items could not be accepted",
            count,
        ),
        Change.APART: ngettext(
            "%(count)s item is settled separately",
            "%(count)s items are settled separately",
            count,
        ),
    }
    if one.code in counted:
        return counted[Change(one.code)] % {"count": formats.number(count)}
    if isinstance(one.code, Change):
        return str(one.code.label)
    if one.code is RowCode.SHIPPING and one.amount < 0 and one.units_fell_away:
        return _("Shipping, since not every item is accepted")
    plain = row_label({"code": one.code, "percent": one.percent})
    more, less = {
        RowCode.SHIPPING: (_("Shipping, refunded as well"), _("Less shipping refunded")),
        RowCode.RESTOCKING_FEE: (_("Lower restocking fee"), plain),
        RowCode.RETURN_POSTAGE: (_("Lower return postage"), plain),
        RowCode.BONUS: (_("Higher bonus"), _("Lower bonus")),
    }.get(one.code, (plain, plain))
    return more if one.amount > 0 else less
