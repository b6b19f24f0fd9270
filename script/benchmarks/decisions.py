"""How long a policy of 200 rules takes to decide about 20 lines with its trace, replays of it, and
how long it takes as a draft on 10,000 past requests.

Every line, order and rule is different. A decision counts from facts to plain JSON, in time of the
processor, which other work on the machine does not fall into; replays read
policy and facts from the JSON that was stored, and compare every byte.
"""

from __future__ import annotations

import json
import random
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks import simulations
from returns.enums import FactType, Operator
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import Engine, Facts, Line, read_facts, read_policy
from returns.rules.policy.facts import FACTS, Fact

LINES, RULES, ROUNDS, REPLAYS = 20, 200, 2000, 10_000
P95_MS = 5.0
NOON = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
TEXTS = [f"word {number}" for number in range(40)]
COUNTRIES = ["DE", "FR", "GB", "JP", "US", "CA"]


def main() -> int:
    """Print the figures beside their limits; return 1 where one is missed."""
    draw = random.Random(2026)
    content = {**DEFAULT_POLICY.to_json(), "rules": [a_rule(draw, n) for n in range(RULES)]}
    engine = Engine(read_policy(json.loads(json.dumps(content))))
    orders = [some_facts(draw) for _ in range(200)]
    took = []
    for number in range(ROUNDS):
        begun = time.process_time()
        engine.decide(orders[number % len(orders)]).to_json()
        took.append((time.process_time() - begun) * 1000)
    took.sort()
    p50, p95 = took[len(took) // 2], took[int(len(took) * 0.95)]
    same = replayed(engine, orders)
    print(f"{LINES} lines x {RULES} rules with trace: p50 {p50:.2f} ms, p95 {p95:.2f} ms", end="")
    print(f" (at most {P95_MS:g} ms)")
    print(f"replays that are the same, bit for bit: {same:,} of {REPLAYS:,}", flush=True)
    in_time = simulations.measure(content["rules"])
    return 0 if p95 <= P95_MS and same == REPLAYS and in_time else 1


def replayed(engine: Engine, orders: list[Facts]) -> int:
    """Return how many stored decisions a policy read anew makes again, byte for byte."""
    version = json.dumps(engine.policy.to_json())
    stored = [
        (json.dumps(one.to_json()), json.dumps(engine.decide(one).to_json())) for one in orders
    ]
    same = 0
    for number in range(REPLAYS):
        if number % 100 == 0:
            anew = Engine(read_policy(json.loads(version)))
        facts, decision = stored[number % len(stored)]
        same += json.dumps(anew.decide(read_facts(json.loads(facts))).to_json()) == decision
    return same


def a_rule(draw: random.Random, number: int) -> dict[str, Any]:
    """Return a rule of two to four comparisons with one or two effects."""
    asked = [a_comparison(draw) for _ in range(draw.randint(2, 4))]
    tree: dict[str, Any] = {draw.choice(["all", "all", "any"]): asked}
    if draw.random() < 0.3:
        tree = {"all": [tree, {"not": a_comparison(draw)}]}
    effects: dict[str, Any] = {
        "review": True,
        "bonus": draw.randint(0, 900),
        "fees": {"postage": {"JPY": draw.randint(0, 900)}},
        "window": {"all": {"days": draw.randint(14, 60), "not_before": None}},
    }
    for name in draw.sample(sorted(effects), draw.randint(2, 3)):
        del effects[name]
    return {
        "id": f"rule_{number}",
        "when": tree,
        "effects": effects,
        "if_unknown": draw.choice(["skip", "match", "review"]),
        "say": {"en": "", "ja": ""},
        "note": "",
        "active": True,
    }


def a_comparison(draw: random.Random) -> dict[str, Any]:
    """Return a comparison of any fact of the vocabulary."""
    fact = draw.choice(list(FACTS.values()))
    value: Any = a_value(draw, fact)
    operator = {
        FactType.TEXTS: Operator.CONTAINS,
        FactType.COUNT: Operator.AT_LEAST,
        FactType.DAYS: Operator.AT_LEAST,
        FactType.PERCENT: Operator.AT_LEAST,
        FactType.MONEY: Operator.AT_LEAST,
        FactType.DATE: Operator.AT_LEAST,
    }.get(fact.kind, Operator.IS)
    if fact.kind is FactType.MONEY:
        value = {"JPY": value}
    return {"fact": fact.name.value, "operator": operator.value, "value": value}


def a_value(draw: random.Random, fact: Fact) -> Any:
    """Return a value of a fact."""
    if fact.choices is not None:
        return draw.choice([choice.value for choice in fact.choices])
    if fact.kind is FactType.DATE:
        return (NOON + timedelta(days=draw.randint(-60, 60))).date().isoformat()
    if fact.kind is FactType.FLAG:
        return draw.random() < 0.5
    if fact.kind is FactType.COUNTRY:
        return draw.choice(COUNTRIES)
    if fact.kind in (FactType.TEXT, FactType.TEXTS):
        return draw.choice(TEXTS)
    return draw.randint(0, 1000)


def some_facts(draw: random.Random) -> Facts:
    """Return an order of which nine facts in ten are known."""

    def known(*levels: str) -> dict[str, Any]:
        return {
            name.value: [a_value(draw, fact)]
            if fact.kind is FactType.TEXTS
            else a_value(draw, fact)
            for name, fact in FACTS.items()
            if fact.level.value in levels and not fact.derived and draw.random() < 0.9
        }

    lines = tuple(
        Line(
            line=f"line_{number}",
            quantity=2,
            delivered=NOON - timedelta(hours=draw.randint(0, 900)),
            known=known("line"),
        )
        for number in range(LINES)
    )
    return Facts(
        at=NOON,
        zone="Asia/Tokyo",
        currency="JPY",
        lines=lines,
        known=known("customer", "order", "return"),
    )


if __name__ == "__main__":
    sys.exit(main())
