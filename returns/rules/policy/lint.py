"""What is odd about a policy: rules that never apply, words that are missing, what the law forbids.

Pure; the words of each finding are those of FindingCode, in the reader's language.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from returns.enums import FactName, Fault, FindingCode, IfUnknown, Operator, Outcome, Slot
from returns.rules.paid import WHOLE
from returns.rules.policy.conditions import AllOf, AnyOf, Comparison, Node, comparisons
from returns.rules.policy.document import Policy
from returns.rules.policy.engine import usual_slots
from returns.rules.policy.facts import FACTS
from returns.rules.policy.overlap import days_from, exclude, implies, possible
from returns.rules.policy.reading import LANGUAGES
from returns.rules.policy.slots import ALL, Rule
from returns.rules.policy.statutory import Pack, pack_for

_BLOCKING = frozenset({FindingCode.STATUTORY_BREACH})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd about a rule, or about the defaults where `rule` is empty.

    `params` fill the blanks of the code's words: names of slots, outcomes, facts and languages as
    codes, rules by id, countries as two capitals.
    """

    code: FindingCode
    rule: str = ""
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        """Whether the policy cannot be published with it."""
        return self.code in _BLOCKING

    @property
    def text(self) -> str:
        """The finding in a sentence, in the language in force."""
        shown = {
            name: str(label.label) if (label := _LABELLED.get((name, value))) else value
            for name, value in self.params.items()
        }
        return str(self.code.label) % shown


_LABELLED: Mapping[tuple[str, str], Slot | Outcome | FactName] = {
    **{("slot", slot.value): slot for slot in Slot},
    **{("outcome", outcome.value): outcome for outcome in Outcome},
    **{("fact", fact.value): fact for fact in FactName},
    ("slot", "say"): Slot.MESSAGE,
    ("slot", "instructions"): Slot.METHODS,
}
"""What a param is called in words; others are written as they are."""


def lint(
    policy: Policy, *, countries: Collection[str], currencies: Collection[str]
) -> list[Finding]:
    """Return what is odd about a policy of a shop, in the order of its rules, defaults last.

    `countries` are those it sends to, as far as known, `currencies` those it sells in.
    """
    rules = [rule for rule in policy.rules if rule.active]
    findings: list[Finding] = []
    for index, rule in enumerate(rules):
        if not possible(rule.when):
            findings.append(Finding(FindingCode.NEVER_MATCHES, rule.id))
            continue
        findings += [
            *_shadows(rule, rules[:index]),
            *_contradictions(rule),
            *_unreachable(rule, policy),
            *_gaps(rule, policy, currencies),
            *_never_known(rule),
            *_languages(rule),
            *_breaches(rule, policy, countries),
        ]
    words = dict(policy.instructions)
    findings += _missing(words, "", "instructions")
    if policy.postage_unsaid:
        findings.append(Finding(FindingCode.POSTAGE_UNSAID))
    findings += _default_breaches(policy, countries)
    return findings


def _shadows(rule: Rule, earlier: list[Rule]) -> Iterator[Finding]:
    """Yield, for each slot, the rule above that always comes first, or those that sometimes do."""
    for slot in rule.effects:
        above = [one for one in earlier if slot in one.effects]
        always = next((one for one in above if _always_first(rule, one)), None)
        if always is not None:
            yield Finding(FindingCode.SHADOWED, rule.id, {"slot": slot.value, "by": always.id})
            continue
        for one in above:
            differs = one.effects[slot] != rule.effects[slot]
            if differs and not exclude(one.when, rule.when):
                yield Finding(
                    FindingCode.PARTLY_SHADOWED, rule.id, {"slot": slot.value, "by": one.id}
                )


def _always_first(rule: Rule, above: Rule) -> bool:
    """Whether a rule above applies wherever this one does, unknown facts included."""
    sure = rule.if_unknown is not IfUnknown.MATCH or above.if_unknown is IfUnknown.MATCH
    return sure and implies(rule.when, above.when)


_OF_WHAT_COMES_BACK = (
    *(Slot.WINDOW, Slot.OUTCOMES, Slot.METHODS, Slot.FEES, Slot.BONUS),
    *(Slot.PART_CREDIT, Slot.SHOP_NOW, Slot.EXCHANGE_TIMING),
)


def _contradictions(rule: Rule) -> Iterator[Finding]:
    if rule.effects.get(Slot.ELIGIBLE) is False:
        for slot in _OF_WHAT_COMES_BACK:
            if slot in rule.effects:
                yield Finding(FindingCode.CONTRADICTION, rule.id, {"slot": slot.value})


def _unreachable(rule: Rule, policy: Policy) -> Iterator[Finding]:
    offered = {terms.outcome.value for terms in policy.outcomes}
    for one in policy.rules:
        offered |= set(one.effects.get(Slot.OUTCOMES, ())) if one.active else set()
    named = [key for key in rule.effects.get(Slot.WINDOW, ()) if key != ALL]
    if Slot.BONUS in rule.effects:
        named.append(Outcome.STORE_CREDIT.value)
    if not {Slot.SHOP_NOW, Slot.EXCHANGE_TIMING}.isdisjoint(rule.effects):
        named.append(Outcome.EXCHANGE.value)
    for outcome in named:
        if outcome not in offered:
            yield Finding(FindingCode.UNREACHABLE_OUTCOME, rule.id, {"outcome": outcome})
    first = days_from(rule.when)
    if first > longest_window(policy):
        yield Finding(FindingCode.OUTSIDE_WINDOW, rule.id, {"days": str(first)})


def longest_window(policy: Policy) -> int:
    """Return the most days any outcome has anywhere; a day named in a rule counts as endless."""
    longest = max(terms.days for terms in policy.outcomes)
    for rule in policy.rules:
        for terms in rule.effects.get(Slot.WINDOW, {}).values() if rule.active else ():
            longest = max(longest, 10**6 if terms["not_before"] else terms["days"])
    return longest


def _gaps(rule: Rule, policy: Policy, currencies: Collection[str]) -> Iterator[Finding]:
    postage = rule.effects.get(Slot.FEES, {}).get("postage")
    if postage:
        for currency in sorted(set(currencies) - set(postage)):
            yield Finding(FindingCode.GAP_CURRENCY, rule.id, {"currency": currency})
    named = list(rule.effects.get(Slot.REASONS, ()))
    for one in comparisons(rule.when):
        if one.fact is FactName.REASON and one.operator in _NAMING:
            named += one.value if isinstance(one.value, tuple) else [one.value]
    for reason in dict.fromkeys(named):
        if policy.reason(reason) is None:
            yield Finding(FindingCode.GAP_REASON, rule.id, {"reason": reason})


_NAMING = (Operator.IS, Operator.IS_NOT, Operator.IN, Operator.NOT_IN)


def _never_known(rule: Rule) -> Iterator[Finding]:
    asked = dict.fromkeys(one.fact for one in comparisons(rule.when))
    for fact in asked:
        if not FACTS[fact].told:
            yield Finding(FindingCode.NEVER_KNOWN, rule.id, {"fact": fact.value})


def _languages(rule: Rule) -> Iterator[Finding]:
    yield from _missing(rule.say, rule.id, "say")
    yield from _missing(rule.effects.get(Slot.MESSAGE, {}), rule.id, Slot.MESSAGE.value)


def _missing(words: Mapping[str, str], rule: str, slot: str) -> list[Finding]:
    lacking = [language for language in LANGUAGES if not words.get(language, "").strip()]
    if len(lacking) == len(LANGUAGES):
        return []
    return [
        Finding(FindingCode.MISSING_LANGUAGE, rule, {"slot": slot, "language": language})
        for language in lacking
    ]


def _breaches(rule: Rule, policy: Policy, countries: Collection[str]) -> Iterator[Finding]:
    """Yield what a rule takes away that the law of a country gives, one for each slot and law."""
    told: set[tuple[str, str]] = set()
    for country in sorted({*countries, *_named_countries(rule.when)}):
        pack = pack_for(policy, country)
        if pack is None or not _concerns(rule, country, pack):
            continue
        for slot in _taken(rule, policy, pack):
            if (pack.name, slot.value) in told:
                continue
            told.add((pack.name, slot.value))
            of_goods = slot is Slot.ELIGIBLE and pack.exempting and _is_about_goods(rule.when)
            code = FindingCode.CHECK_EXEMPTION if of_goods else FindingCode.STATUTORY_BREACH
            yield Finding(code, rule.id, {"country": country, "slot": slot.value})


def _concerns(rule: Rule, country: str, pack: Pack) -> bool:
    """Whether a rule can apply to what the law is about: a withdrawal in time."""
    here = Comparison(FactName.COUNTRY, Operator.IS, country)
    in_time = Comparison(FactName.DAYS_SINCE_START, Operator.AT_MOST, pack.days)
    own_choice = Comparison(FactName.FAULT, Operator.IS, Fault.SHOPPER.value)
    not_exempt = Comparison(FactName.EXEMPTION, Operator.IS, "none")
    parts = (rule.when, here, in_time, own_choice, *((not_exempt,) if pack.exempting else ()))
    return possible(AllOf(parts))


def _taken(rule: Rule, policy: Policy, pack: Pack) -> Iterator[Slot]:
    """Yield the slots in which a rule gives less than a law does."""
    effects = rule.effects
    if effects.get(Slot.ELIGIBLE) is False:
        yield Slot.ELIGIBLE
    if Outcome.REFUND.value not in effects.get(Slot.OUTCOMES, (Outcome.REFUND.value,)):
        yield Slot.OUTCOMES
    window = effects.get(Slot.WINDOW, {})
    terms = window.get(Outcome.REFUND.value) or window.get(ALL)
    if terms and terms["days"] < pack.days:
        yield Slot.WINDOW
    fees = effects.get(Slot.FEES, {})
    hidden = not (pack.postage_always or policy.terms_displayed)
    if not fees.get("waive") and (fees.get("restocking") or (hidden and fees.get("postage"))):
        yield Slot.FEES
    if effects.get(Slot.PART_CREDIT, WHOLE) < WHOLE:
        yield Slot.PART_CREDIT


def _default_breaches(policy: Policy, countries: Collection[str]) -> Iterator[Finding]:
    usual = Rule(
        id="defaults",
        when=AllOf(()),
        effects={slot: usual_slots(policy)[slot].value for slot in _BY_DEFAULT},
    )
    for finding in _breaches(usual, policy, countries):
        yield Finding(finding.code, "", finding.params)


_BY_DEFAULT = (Slot.OUTCOMES, Slot.WINDOW, Slot.FEES)


def _named_countries(node: Node) -> set[str]:
    """Return the countries a rule says it is for."""
    named: set[str] = set()
    for one in comparisons(node):
        if one.fact is FactName.COUNTRY and one.operator in (Operator.IS, Operator.IN):
            named |= set(one.value if isinstance(one.value, tuple) else [one.value])
    return named


_GOODS = frozenset(
    {
        FactName.PRODUCT,
        FactName.CATEGORY,
        FactName.SKU,
        FactName.PRODUCT_TAGS,
        FactName.PRODUCT_TYPE,
        FactName.VENDOR,
        FactName.FINAL_SALE,
    }
)


def _is_about_goods(node: Node) -> bool:
    """Whether a rule is for certain goods only, which the law may exempt."""
    if isinstance(node, AllOf):
        return any(_is_about_goods(part) for part in node.parts)
    if isinstance(node, AnyOf):
        return all(_is_about_goods(part) for part in node.parts)
    return isinstance(node, Comparison) and node.fact in _GOODS
