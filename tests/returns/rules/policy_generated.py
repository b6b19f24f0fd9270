"""Generated conditions, rules, policies and facts, drawn from few values so that they meet."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from returns.enums import FactName, FactType, IfUnknown, Operator, Outcome, Slot
from returns.enums.exchanges import ExchangeTiming
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import Facts, Line, Policy, read_policy
from returns.rules.policy.conditions import OPERATORS
from returns.rules.policy.facts import FACTS

TEXTS = ["Acme", "acme/one", "Bolt"]
REASONS = [reason.code for reason in DEFAULT_POLICY.reasons]
COUNTRIES = ["DE", "GB", "JP", "US"]
DAYS = ["2026-09-01", "2026-10-01", "2026-11-01"]
NOON = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
MANY = (Operator.IN, Operator.NOT_IN, Operator.CONTAINS_ANY, Operator.CONTAINS_NONE)


def one_value(name: FactName) -> st.SearchStrategy[Any]:
    """A value of a fact, or of what it is compared with."""
    fact = FACTS[name]
    if name is FactName.REASON:
        return st.sampled_from(REASONS)
    if fact.choices is not None:
        return st.sampled_from([choice.value for choice in fact.choices])
    return {
        FactType.TEXT: st.sampled_from(TEXTS),
        FactType.TEXTS: st.sampled_from(TEXTS),
        FactType.COUNTRY: st.sampled_from(COUNTRIES),
        FactType.FLAG: st.booleans(),
        FactType.DATE: st.sampled_from(DAYS),
    }.get(fact.kind, st.integers(0, 40))


def known_value(name: FactName) -> st.SearchStrategy[Any]:
    """A known fact as it is written."""
    one = one_value(name)
    return st.lists(one, max_size=2) if FACTS[name].kind is FactType.TEXTS else one


@st.composite
def a_comparison(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(list(FactName)))
    operator = draw(st.sampled_from(OPERATORS[FACTS[name].kind]))
    value: Any = one_value(name)
    if operator in MANY:
        value = st.lists(value, min_size=1, max_size=2, unique=True)
    elif operator is Operator.BETWEEN:
        value = st.tuples(value, value).map(sorted)
    if FACTS[name].kind is FactType.MONEY:
        value = st.dictionaries(st.sampled_from(["JPY", "USD"]), value, min_size=1)
    return {"fact": name.value, "operator": operator.value, "value": draw(value)}


def conditions() -> st.SearchStrategy[dict[str, Any]]:
    """Trees as they are written, at most four deep."""
    return st.recursive(
        a_comparison(),
        lambda node: st.one_of(
            st.fixed_dictionaries({"all": st.lists(node, max_size=3)}),
            st.fixed_dictionaries({"any": st.lists(node, min_size=1, max_size=3)}),
            st.fixed_dictionaries({"not": node}),
        ),
        max_leaves=6,
    )


ENDS = st.fixed_dictionaries(
    {"days": st.integers(0, 60), "not_before": st.none() | st.sampled_from(DAYS)}
)
POSTAGE = st.dictionaries(st.sampled_from(["JPY", "USD"]), st.integers(0, 900))
EFFECTS: dict[Slot, st.SearchStrategy[Any]] = {
    Slot.ELIGIBLE: st.booleans(),
    Slot.REASONS: st.lists(st.sampled_from(REASONS), min_size=1, unique=True),
    Slot.START_EVENT: st.sampled_from(["delivered", "shipped", "placed"]),
    Slot.WINDOW: st.dictionaries(st.sampled_from(["all", *Outcome]), ENDS, min_size=1),
    Slot.OUTCOMES: st.lists(st.sampled_from(list(Outcome)), min_size=1, unique=True),
    Slot.FEES: st.fixed_dictionaries(
        {},
        optional={
            "restocking": st.integers(0, 10_000),
            "postage": POSTAGE,
            "refund_shipping": st.sampled_from(["never", "full_return"]),
            "waive": st.booleans(),
        },
    ).filter(bool),
    Slot.BONUS: st.integers(0, 10_000),
    Slot.PART_CREDIT: st.integers(0, 10_000),
    Slot.SHOP_NOW: st.integers(0, 10_000),
    Slot.EXCHANGE_TIMING: st.sampled_from(list(ExchangeTiming)),
    Slot.EVIDENCE: st.integers(0, 3),
    Slot.REVIEW: st.booleans(),
}


@st.composite
def policies(draw: st.DrawFn, most: int = 6) -> Policy:
    """Whole policies, through JSON."""
    rules = [
        {
            "id": f"r{index}",
            "when": draw(conditions()),
            "effects": draw(
                st.fixed_dictionaries(
                    {}, optional={slot.value: value for slot, value in EFFECTS.items()}
                ).filter(bool)
            ),
            "if_unknown": draw(st.sampled_from([one.value for one in IfUnknown])),
            "say": {"en": "", "ja": ""},
            "note": "",
            "active": draw(st.integers(0, 9)) > 0,
        }
        for index in range(draw(st.integers(0, most)))
    ]
    offered = draw(st.lists(st.sampled_from(list(Outcome)), min_size=1, unique=True))
    content = {
        **DEFAULT_POLICY.to_json(),
        "outcomes": [
            {"outcome": outcome.value, "days": draw(st.integers(0, 60)), "bonus": 0}
            for outcome in offered
        ],
        "restocking": draw(st.integers(0, 3000)),
        "postage": draw(POSTAGE),
        "rules": rules,
        "terms_displayed": draw(st.booleans()),
        "working_days": draw(st.booleans()),
    }
    return read_policy(content)


def known(*levels: str) -> st.SearchStrategy[dict[str, Any]]:
    """Facts of some levels, each known or not."""
    own = [name for name, fact in FACTS.items() if fact.level.value in levels and not fact.derived]
    return st.fixed_dictionaries({}, optional={name.value: known_value(name) for name in own})


def moments() -> st.SearchStrategy[datetime]:
    """Instants around the order's days."""
    return st.integers(-2000, 2000).map(lambda hours: NOON + timedelta(hours=hours))


def lines(name: str) -> st.SearchStrategy[Line]:
    """A line in any state."""
    return st.builds(
        Line,
        line=st.just(name),
        quantity=st.just(3),
        settled=st.integers(0, 1),
        reserved=st.integers(0, 1),
        refused=st.integers(0, 1),
        goods=st.integers(0, 9).map(bool),
        shipped=st.none() | moments(),
        delivered=st.none() | moments() | moments().map(datetime.date),
        promised=st.dictionaries(st.sampled_from(list(Outcome)), moments()),
        barred=st.frozensets(st.sampled_from(list(Outcome)), max_size=1),
        photos=st.integers(0, 2),
        known=known("line"),
    )


def all_facts() -> st.SearchStrategy[Facts]:
    """What may be known of an order of three lines."""
    return st.builds(
        Facts,
        at=moments(),
        zone=st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/New_York"]),
        currency=st.sampled_from(["JPY", "USD", "KWD"]),
        lines=st.tuples(lines("one"), lines("two"), lines("three")),
        placed=st.none() | moments(),
        known=known("customer", "order", "return"),
        days_off=st.just((date(2026, 10, 12), date(2026, 11, 3))),
        zones=st.sampled_from([(), ("Europe/Madrid", "Atlantic/Canary"), ("Pacific/Honolulu",)]),
    )
