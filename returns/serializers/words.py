"""Returns in words: sums one can read, reasons against, and who decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from postexp.design import formats
from postexp.kernel.money import Money
from returns.enums import EXEMPT, DeclineReason, DenialCode, Outcome, RowCode
from returns.models import Return
from returns.rules.policy import Denial
from returns.rules.withdrawals import REASON as WITHDRAWAL
from returns.serializers.last_days import last_day


def percent(basis_points: int) -> str:
    """Return basis points as people write them: 1000 is 10%, 750 is 7.5%."""
    return f"{basis_points / 100:g}%"


def row_label(row: Mapping[str, Any]) -> str:
    """Return what a row of a kept quote is for, without naming a product."""
    return str(RowCode(row["code"]).label) % {"percent": percent(row["percent"])}


def sum_lines(
    quote: Mapping[str, Any],
    titles: Mapping[str, str],
    *,
    total_label: str = "",
    rest_label: str = "",
) -> list[dict[str, Any]]:
    """Return a kept quote as lines of `{% sum_of %}`; `titles` names order lines by public id.

    The total is called as its shopper would call it, unless `total_label` says otherwise, and so is
    what an exchange leaves, unless `rest_label` does. A row of goods says how it came about: its
    price, and its share of the discounts.
    """
    currency = quote["currency"]
    lines = [
        {
            "label": titles.get(row["line"], "") if row["code"] in _OF_UNITS else row_label(row),
            "amount": Money(row["amount"], currency),
            "note": _note(row, titles, currency),
        }
        for row in quote["rows"]
    ]
    total = Money(quote["payout"], currency)
    label = total_label or shopper_total(quote["outcome"])
    return [
        *lines,
        {"label": label, "amount": total, "total": True},
        *_of_exchange(quote, currency, rest_label),
    ]


_OF_UNITS = (RowCode.GOODS, RowCode.EXCHANGE_CREDIT, RowCode.TAX)


def _of_exchange(quote: Mapping[str, Any], currency: str, rest_label: str) -> list[dict[str, Any]]:
    """Return what is due on top of an exchange, or left of it; nothing where it is even.

    Sums that were kept before exchanges had prices know of neither.
    """
    due, rest = quote.get("due", 0), quote.get("rest", 0)
    if not due and not rest:
        return []
    cost = Money(sum(one["cost"] for one in quote["replacements"]), currency)
    label = _("You pay")
    if rest:
        label = rest_label or shopper_total(quote["rest_to"])
    return [
        {"label": _("What you get instead costs"), "amount": cost},
        {"label": label, "amount": Money(due or rest, currency), "total": True},
    ]


def sum_in_words(quote: Mapping[str, Any]) -> str:
    """Return how the amount of a kept quote came about, in one line of the language in force.

    Such as "¥2,000 = ¥3,000 − ¥1,000 (share of the discount)".
    """
    currency = quote["currency"]
    price, more = 0, Counter[str]()
    for row in quote["rows"]:
        if row["code"] not in (RowCode.GOODS, RowCode.EXCHANGE_CREDIT):
            more[row_label(row)] += row["amount"]
        elif row["price"] - row["discount"] == row["amount"]:
            price += row["price"]
            more[_("share of the discount")] -= row["discount"]
        else:
            price += row["amount"]
    terms = "".join(
        f" {'−' if amount < 0 else '+'} {formats.money(Money(abs(amount), currency))} ({label})"
        for label, amount in more.items()
        if amount
    )
    paid = formats.money(Money(quote["payout"], currency))
    if not terms:
        return paid
    if not price:
        return f"{paid} = {terms.removeprefix(' + ')}"
    return f"{paid} = {formats.money(Money(price, currency))}{terms}"


def _note(row: Mapping[str, Any], titles: Mapping[str, str], currency: str) -> str:
    if row["code"] == RowCode.TAX:
        return row_label(row)
    if row["code"] not in _OF_UNITS:
        return titles.get(row["line"], "")
    quantity = ngettext("%(count)s item", "%(count)s items", row["quantity"]) % {
        "count": formats.number(row["quantity"])
    }
    if not row["discount"] or row["price"] - row["discount"] != row["amount"]:
        return quantity
    return _("%(items)s: %(price)s, less a share of %(share)s of the discount") % {
        "items": quantity,
        "price": formats.money(Money(row["price"], currency)),
        "share": formats.money(Money(row["discount"], currency)),
    }


def signed(amount: Money) -> str:
    """Return an amount as what is more or less: `+¥600`, `−¥400`."""
    size = formats.money(Money(abs(amount.amount), amount.currency))
    return f"{'−' if amount.amount < 0 else '+'}{size}"


def shopper_total(outcome: str) -> str:
    """Return what a shopper calls the last line of a sum."""
    return {
        Outcome.REFUND: _("You get back"),
        Outcome.STORE_CREDIT: _("Store credit you get"),
        Outcome.EXCHANGE: _("Value you exchange"),
    }[Outcome(outcome)]


def denial_words(denial: Denial, locale: str, *, country: str = "") -> str:
    """Return a reason against a return as a sentence; where the order went is `country`.

    Where a rule of the shop decided, its own words come first.
    """
    if said := denial.said.get(locale, "").strip():
        return said
    with override(locale):
        day = formats.day(last_day(denial.until, country), "year") if denial.until else ""
        return str(DenialCode(denial.code).label) % {"date": day}


def denials_in_words(denials: Sequence[Denial], locale: str, *, country: str = "") -> list[str]:
    """Return at most two reasons against a line, the last date of several ended windows."""
    ended = [denial for denial in denials if denial.code is DenialCode.WINDOW_ENDED]
    others = [denial for denial in denials if denial not in ended]
    latest = sorted(ended, key=lambda denial: str(denial.until))[-1:]
    return [denial_words(denial, locale, country=country) for denial in (*others, *latest)][:2]


def decline_words(case: Return, locale: str) -> str:
    """Return why a return was declined, as its shopper reads it; empty where it was not."""
    if not case.decline_reason:
        return ""
    reason = DeclineReason(case.decline_reason)
    with override(locale):
        if reason not in EXEMPT:
            return case.decline_text or str(reason.label)
        # The shopper is told the law's exemption, whatever is said besides.
        return f"{reason.label} {case.decline_text}".strip()


def reason_words(case: Return, code: str, locale: str) -> str:
    """Return a reason for a return as the policy of its order words it, else its code."""
    reason = case.policy_version.policy.reason(code)
    if reason is None and code == WITHDRAWAL:
        with override(locale):
            return _("Withdrawal from the contract")
    return reason.label[locale] if reason and locale in reason.label else code
