"""What differs between two policies, in words, in the language of the moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from postexp.design import formats
from postexp.kernel.money import Money
from returns.enums import IfUnknown, Outcome
from returns.rules.policy import Policy, Reason, Rule
from returns.serializers.rule_words import rule_sentence


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that changes; `before` is empty for what is new, `after` for what goes."""

    title: str
    before: str
    after: str


def differences(old: Policy, new: Policy, *, currency: str) -> list[Difference]:
    """Return what changes from one policy to the other; amounts of rules are in `currency`."""
    return [
        *_of_settings(_settings(old), _settings(new)),
        *_of_rules(old, new, currency),
        *_of_order(old, new),
    ]


def rule_title(rules: tuple[Rule, ...], rule_id: str) -> str:
    """Return what people call a rule: its place, and its name if it has one."""
    for number, rule in enumerate(rules, 1):
        if rule.id == rule_id:
            return f"{number} · {rule.note}" if rule.note else str(number)
    return rule_id


def rule_in_full(rule: Rule, policy: Policy, *, currency: str) -> str:
    """Return all a rule says, line by line: what it does, its gaps and its words."""
    told = [rule_sentence(rule, policy, currency=currency)]
    if not rule.active:
        told.append(_("Switched off."))
    if rule.if_unknown is not IfUnknown.SKIP:
        told.append(_("Where something is not known: %(what)s.") % {"what": rule.if_unknown.label})
    told += [words for words in rule.say.values() if words]
    return "\n".join(told)


def _of_settings(old: dict[str, str], new: dict[str, str]) -> Iterator[Difference]:
    for label in dict.fromkeys((*old, *new)):
        before, after = old.get(label, ""), new.get(label, "")
        if before != after:
            yield Difference(label, before, after)


def _of_rules(old: Policy, new: Policy, currency: str) -> Iterator[Difference]:
    before = {rule.id: rule for rule in old.rules}
    after = {rule.id: rule for rule in new.rules}
    for rule in old.rules:
        if rule.id not in after:
            yield Difference(_title(old, rule), rule_in_full(rule, old, currency=currency), "")
    for rule in new.rules:
        now = rule_in_full(rule, new, currency=currency)
        if rule.id not in before:
            yield Difference(_title(new, rule), "", now)
        elif before[rule.id] != rule:
            then = rule_in_full(before[rule.id], old, currency=currency)
            yield Difference(_title(new, rule), then, now)


def _title(policy: Policy, rule: Rule) -> str:
    return _("Rule %(title)s") % {"title": rule_title(policy.rules, rule.id)}


def _of_order(old: Policy, new: Policy) -> Iterator[Difference]:
    kept = {rule.id for rule in old.rules} & {rule.id for rule in new.rules}
    before = [rule.id for rule in old.rules if rule.id in kept]
    after = [rule.id for rule in new.rules if rule.id in kept]
    if before != after:
        names = {rule.id: rule_title(old.rules, rule.id) for rule in old.rules}
        yield Difference(
            _("Order of the rules, by what they were called before"),
            _listed([names[one] for one in before]),
            _listed([names[one] for one in after]),
        )


def _settings(policy: Policy) -> dict[str, str]:
    """Return every setting of a policy by its label, in words; empty where it is not set."""
    told = {
        str(outcome.label): _days(terms.days) if (terms := policy.outcome(outcome)) else ""
        for outcome in Outcome
    }
    credit = policy.outcome(Outcome.STORE_CREDIT)
    told |= {
        _("Bonus on store credit, in percent"): _percent(credit.bonus if credit else 0),
        _("Days in transit, where no delivery is reported"): _days(policy.transit_allowance),
        _("Days to send an approved return"): _days(policy.send_within),
        _("Staff look at every request first"): _yes(policy.review),
        _("Restocking fee, in percent"): _percent(policy.restocking),
        _("Return postage, taken from the refund"): _listed(
            [formats.money(Money(amount, code)) for code, amount in policy.postage.items()]
        ),
        _("Refund outbound shipping"): str(policy.refund_shipping.label),
        _("Outbound shipping for faulty items"): str(policy.fault_shipping.label),
        _("Discounts with a minimum, when less than that is kept"): str(
            policy.threshold_promotion.label
        ),
        _("Buy-x-get-y discounts"): str(policy.bundle_discount.label),
        _("Where money goes back to"): str(policy.tender_order.label),
        _("Address for returns, line by line"): "\n".join(policy.address),
        _("Return terms are shown before the order"): _yes(policy.terms_displayed),
        _("A window that ends on a day off ends on the next working day"): _yes(
            policy.working_days
        ),
        _("Reasons shoppers choose from"): _listed(
            [_reason(reason, formats.language()) for reason in policy.reasons]
        ),
    }
    return told | {
        f"{_('How to send it')} ({language})": words
        for language, words in policy.instructions.items()
    }


def _days(days: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": formats.number(days)}


def _percent(points: int) -> str:
    return f"{points / 100:g} %"


def _yes(value: bool) -> str:
    return _("Yes") if value else _("No")


def _reason(reason: Reason, language: str) -> str:
    """Return a reason with its heading and, where its code does not say it, what it means."""
    meaning = str(reason.meaning.label) if reason.meaning else ""
    around = [part for part in (reason.group.get(language, ""), meaning) if part]
    words = reason.label[language]
    return f"{words} ({' · '.join(around)})" if around else words


def _listed(values: list[str]) -> str:
    return pgettext("between the values of a list", ", ").join(values)
