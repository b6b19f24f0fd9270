"""A rule of a policy as a sentence, in the language of the moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from babel import Locale
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from postexp.design import formats
from postexp.kernel.money import Money
from returns.enums import (
    FactName,
    FactType,
    Fault,
    KeepItem,
    Operator,
    Outcome,
    ProcessingEvent,
    ReturnMethod,
    Slot,
    StartEvent,
)
from returns.enums.exchanges import ExchangeTiming
from returns.rules.policy import Policy, Rule
from returns.rules.policy.conditions import AllOf, AnyOf, Comparison, Node, Not
from returns.rules.policy.facts import FACTS, Fact
from returns.rules.policy.slots import ALL


def rule_sentence(rule: Rule, policy: Policy, *, currency: str) -> str:
    """Return what a rule says: where it holds, and what then does. Amounts are in `currency`."""
    effects = effects_in_words(rule, policy, currency=currency)
    when = condition_in_words(rule.when, policy, currency=currency)
    if not when:
        return _("Always: %(effects)s.") % {"effects": effects}
    return _("Where %(condition)s: %(effects)s.") % {"condition": when, "effects": effects}


def condition_in_words(node: Node, policy: Policy, *, currency: str) -> str:
    """Return a condition in words; empty for one that always holds."""
    if isinstance(node, Comparison):
        return _comparison(node, policy, currency)
    if isinstance(node, Not):
        inner = condition_in_words(node.part, policy, currency=currency)
        return _("not: %(condition)s") % {"condition": inner}
    parts = [condition_in_words(part, policy, currency=currency) for part in node.parts]
    joined = (
        pgettext("between conditions", " and ")
        if isinstance(node, AllOf)
        else pgettext("between conditions", " or ")
    )
    return joined.join(
        f"({one})" if isinstance(part, AllOf | AnyOf) else one
        for part, one in zip(node.parts, parts, strict=True)
        if one
    )


def _comparison(one: Comparison, policy: Policy, currency: str) -> str:
    fact = FACTS[one.fact]
    if fact.kind is FactType.FLAG:
        return _flag(one)
    value = _value(one, policy, currency)
    if one.fact is FactName.COUNTRY and one.operator in (Operator.IS, Operator.IN):
        return _("the order goes to %(value)s") % {"value": value}
    if one.fact is FactName.PLACED_ON and one.operator is Operator.BETWEEN:
        return _("the order was placed %(value)s") % {"value": value}
    if one.fact is FactName.FAULT and one.operator in (Operator.IS, Operator.IN):
        return _("the cause is %(value)s") % {"value": _quoted_causes(one)}
    return _PHRASES[one.operator]() % {"fact": _counted(fact), "value": value}


def _quoted_causes(one: Comparison) -> str:
    causes = one.value if isinstance(one.value, list | tuple) else [one.value]
    return pgettext("between alternatives", " or ").join(
        pgettext("a value in quotes", "“%(value)s”") % {"value": Fault(cause).label}
        for cause in causes
    )


def _flag(one: Comparison) -> str:
    told = {"fact": _inside(one.fact)}
    if one.value:
        return pgettext("condition of a rule", "%(fact)s: yes") % told
    return pgettext("condition of a rule", "%(fact)s: no") % told


def _inside(name: FactName) -> str:
    """Return what a fact is called inside a sentence: a capital is left to names such as SKU."""
    label = str(name.label)
    return label if label[1:2].isupper() else f"{label[0].lower()}{label[1:]}"


def _counted(fact: Fact) -> str:
    """Return a fact as the subject of a sentence; what is counted is told by its number."""
    if fact.kind is FactType.COUNT:
        return pgettext("subject of a condition", "the number of %(things)s") % {
            "things": _inside(fact.name)
        }
    return _inside(fact.name)


_PHRASES: Mapping[Operator, Callable[[], str]] = {
    Operator.IS: lambda: pgettext("condition of a rule", "%(fact)s is %(value)s"),
    Operator.IS_NOT: lambda: pgettext("condition of a rule", "%(fact)s is not %(value)s"),
    Operator.IN: lambda: pgettext("condition of a rule", "%(fact)s is one of %(value)s"),
    Operator.NOT_IN: lambda: pgettext("condition of a rule", "%(fact)s is none of %(value)s"),
    Operator.AT_LEAST: lambda: pgettext("condition of a rule", "%(fact)s is at least %(value)s"),
    Operator.AT_MOST: lambda: pgettext("condition of a rule", "%(fact)s is at most %(value)s"),
    Operator.BETWEEN: lambda: pgettext("condition of a rule", "%(fact)s is %(value)s"),
    Operator.BEGINS_WITH: lambda: pgettext("condition of a rule", "%(fact)s begins with %(value)s"),
    Operator.CONTAINS: lambda: pgettext("condition of a rule", "%(fact)s has %(value)s"),
    Operator.CONTAINS_ANY: lambda: pgettext(
        "condition of a rule", "%(fact)s have one of %(value)s"
    ),
    Operator.CONTAINS_NONE: lambda: pgettext(
        "condition of a rule", "%(fact)s have none of %(value)s"
    ),
}


def _value(one: Comparison, policy: Policy, currency: str) -> str:
    value = one.value
    if FACTS[one.fact].kind is FactType.MONEY:
        code = currency if currency in value else next(iter(value))
        value = value[code]
        currency = code
    if one.operator is Operator.BETWEEN:
        first, last = (_single(one.fact, part, policy, currency) for part in value)
        return pgettext("from one value to another", "%(first)s to %(last)s") % {
            "first": first,
            "last": last,
        }
    if isinstance(value, list | tuple):
        return _listed([_single(one.fact, part, policy, currency) for part in value])
    return _single(one.fact, value, policy, currency)


def _single(name: FactName, value: Any, policy: Policy, currency: str) -> str:
    fact = FACTS[name]
    if fact.kind is FactType.MONEY:
        return formats.money(Money(value, currency))
    if fact.kind is FactType.PERCENT:
        return _percent(value)
    if fact.kind is FactType.DATE:
        return formats.day(date.fromisoformat(str(value)), "year")
    if fact.kind is FactType.DAYS:
        return _days(value)
    if fact.kind is FactType.COUNTRY:
        return str(Locale.parse(formats.language()).territories.get(value, value))
    if fact.choices is not None:
        choice: Any = fact.choices(value)
        return str(choice.label)
    if name is FactName.REASON:
        return _reason(policy, str(value))
    if fact.kind is FactType.COUNT:
        return formats.number(value)
    return pgettext("a value in quotes", "“%(value)s”") % {"value": value}


def effects_in_words(rule: Rule, policy: Policy, *, currency: str) -> str:
    """Return what a rule does, in words, in the order of the slots."""
    told = [
        words
        for slot, value in rule.effects.items()
        if (words := _EFFECTS[slot](value, policy, currency))
    ]
    return pgettext("between effects", "; ").join(told)


def _eligible(value: Any, policy: Policy, currency: str) -> str:
    return _("it can be returned") if value else _("it cannot be returned")


def _window(value: Any, policy: Policy, currency: str) -> str:
    told = []
    for key, terms in value.items():
        words = _days_to_return(terms)
        told.append(words if key == ALL else f"{Outcome(key).label}: {words}")
    return _listed(told)


def _days_to_return(terms: Mapping[str, Any]) -> str:
    days = _days(terms["days"])
    if not terms["not_before"]:
        return _("%(days)s to return it") % {"days": days}
    until = formats.day(date.fromisoformat(terms["not_before"]), "year")
    return _("until %(day)s, or %(days)s where that is later") % {"day": until, "days": days}


def _fees(value: Any, policy: Policy, currency: str) -> str:
    if value.get("waive"):
        return _("nothing is taken off")
    told = []
    if "postage" in value:
        postage = value["postage"].get(currency, 0)
        told.append(
            _("%(sum)s for postage is taken off") % {"sum": formats.money(Money(postage, currency))}
            if postage
            else _("no postage is taken off")
        )
    if "restocking" in value:
        told.append(
            _("a restocking fee of %(percent)s is taken off")
            % {"percent": _percent(value["restocking"])}
            if value["restocking"]
            else _("no restocking fee is taken off")
        )
    return _listed(told)


def _photos(value: Any, policy: Policy, currency: str) -> str:
    if not value:
        return ""
    return ngettext("%(n)s photo is asked for", "%(n)s photos are asked for", value) % {"n": value}


def _keep(value: Any, policy: Policy, currency: str) -> str:
    return "" if value == KeepItem.SEND else str(KeepItem(value).label)


_EFFECTS: Mapping[Slot, Callable[[Any, Policy, str], str]] = {
    Slot.ELIGIBLE: _eligible,
    Slot.REASONS: lambda value, policy, _c: (
        _("only for: %(values)s") % {"values": _listed([_reason(policy, code) for code in value])}
    ),
    Slot.START_EVENT: lambda value, _p, _c: (
        _("the days count from: %(event)s") % {"event": StartEvent(value).label}
    ),
    Slot.WINDOW: _window,
    Slot.OUTCOMES: lambda value, _p, _c: (
        _("only for: %(values)s") % {"values": _listed([str(Outcome(one).label) for one in value])}
    ),
    Slot.METHODS: lambda value, _p, _c: (
        _("ways of sending: %(values)s")
        % {"values": _listed([str(ReturnMethod(one).label) for one in value])}
    ),
    Slot.FEES: _fees,
    Slot.BONUS: lambda value, _p, _c: (
        _("%(percent)s on top for store credit") % {"percent": _percent(value)}
    ),
    Slot.PART_CREDIT: lambda value, _p, _c: (
        _("%(percent)s of the value is given") % {"percent": _percent(value)}
    ),
    Slot.SHOP_NOW: lambda value, _p, _c: (
        _("%(percent)s off another product in exchange") % {"percent": _percent(value)}
    ),
    Slot.EXCHANGE_TIMING: lambda value, _p, _c: (
        _("a replacement is sent: %(when)s") % {"when": ExchangeTiming(value).label}
    ),
    Slot.EVIDENCE: _photos,
    Slot.REVIEW: lambda value, _p, _c: (
        _("each request is looked at first") if value else _("it is approved at once")
    ),
    Slot.PROCESSING_EVENT: lambda value, _p, _c: (
        _("it is paid after: %(event)s") % {"event": ProcessingEvent(value).label}
    ),
    Slot.DESTINATION: lambda value, _p, _c: _("it is sent to %(name)s") % {"name": value["name"]},
    Slot.KEEP_ITEM: _keep,
    Slot.MESSAGE: lambda value, _p, _c: str(value[formats.language()]),
}


def _reason(policy: Policy, code: str) -> str:
    reason = policy.reason(code)
    return str(reason.label[formats.language()]) if reason else code


def _days(days: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": formats.number(days)}


def _percent(points: int) -> str:
    return f"{points / 100:g} %" if formats.language() == "en" else f"{points / 100:g}％"


def _listed(values: list[str]) -> str:
    return pgettext("between the values of a list", ", ").join(values)
