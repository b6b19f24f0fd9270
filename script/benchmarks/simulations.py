"""How long a draft of a policy takes on 10,000 past requests, from the first query to the last row.

A thousand orders of three lines in two parts each were asked about ten times, by customers with
several orders. The draft has 200 rules and changes a good half of the answers.
"""

from __future__ import annotations

import random
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

ORDERS, TIMES = 1_000, 10
AT_MOST_SECONDS = 60.0
DAYS = 90
KEPT_AT_ONCE = 1_000


def measure(rules: list[dict[str, Any]]) -> bool:
    """Print the figure beside its limit; return whether it is kept."""
    import django

    django.setup()
    from commerce.models import User
    from commerce.services.merchants import open_shop
    from integrations.demo.shops import SHOPS
    from postexp.kernel import clock
    from postexp.kernel.tenancy import merchant_scope

    at, draw = clock.now(), random.Random(2026)
    owner = User.objects.create_user("simulations@postexp.example", name="Bench Owner")
    merchant = open_shop(owner=owner, at=at, **{**SHOPS[0].settings, "slug": "bench-simulation"})
    with merchant_scope(merchant.pk):
        keep_requests(merchant, at, draw)
        seconds, busy, changed = simulate(rules, at)
    requests = ORDERS * TIMES
    print(f"{requests:,} past requests by {len(rules)} rules, {changed:,} changed: ", end="")
    print(f"{seconds:.1f} s (at most {AT_MOST_SECONDS:g} s)", end="")
    print(f", {busy:.1f} s of them in this process")
    return seconds <= AT_MOST_SECONDS


def keep_requests(merchant: Any, at: datetime, draw: random.Random) -> None:
    """Write orders, and what was decided of requests for them in the last weeks."""
    from returns.models import PolicyDecision
    from returns.rules.defaults import DEFAULT_POLICY
    from returns.services.policies import publish_policy

    version = publish_policy(
        content=replace(DEFAULT_POLICY, review=False).to_json(),
        effective_from=at - timedelta(days=999),
        at=at - timedelta(days=200),
        actor="bench",
    )
    kept: list[PolicyDecision] = []
    for number in range(ORDERS):
        kept += decisions_of(sold(merchant, number, at, draw), version, at, draw)
        if len(kept) >= KEPT_AT_ONCE or number == ORDERS - 1:
            PolicyDecision.objects.bulk_create(kept)
            kept = []


def sold(merchant: Any, number: int, at: datetime, draw: random.Random) -> Any:
    """Take an order in that left the shop some weeks ago; each customer has a few."""
    from commerce.ports import (
        AddressFacts,
        CustomerFacts,
        FulfilmentFacts,
        FulfilmentLineFacts,
        LineFacts,
        OrderFacts,
        TenderFacts,
    )
    from commerce.services.orders import take_in_order

    placed = at - timedelta(days=draw.randint(30, 80))
    email = f"shopper{number % 400}@example.jp"
    prices = [draw.randint(500, 9000) for _line in range(3)]
    lines = tuple(
        LineFacts(external_id=f"l{place}", title=f"Item {place}", quantity=2, unit_price=price)
        for place, price in enumerate(prices)
    )
    facts = OrderFacts(
        external_id=f"bench-{number}",
        number=f"#{number}",
        placed_at=placed,
        updated_at=placed,
        currency=merchant.currency,
        tax_included=True,
        total=2 * sum(prices),
        locale="ja",
        email=email,
        customer=CustomerFacts(external_id=email, email=email),
        address=AddressFacts(name="Bench", postcode="150-0001", country="JP"),
        lines=lines,
        tenders=(TenderFacts(kind="card", gateway="card", captured=2 * sum(prices)),),
        fulfilments=(
            FulfilmentFacts(
                external_id=f"f-{number}",
                order_external_id=f"bench-{number}",
                created_at=placed + timedelta(days=1),
                lines=tuple(
                    FulfilmentLineFacts(line_external_id=line.external_id, quantity=2)
                    for line in lines
                ),
            ),
        ),
    )
    return take_in_order(facts, merchant=merchant, at=placed).order


def decisions_of(order: Any, version: Any, at: datetime, draw: random.Random) -> list[Any]:
    """Return what was decided of requests for one or two lines of an order each."""
    from returns.enums import Outcome, Verdict
    from returns.models import PolicyDecision
    from returns.rules.commands import Wish
    from returns.selectors import judge

    kept = []
    asked = at - timedelta(days=draw.randint(0, 29), seconds=draw.randint(1, 9999))
    judgement = judge(order, at=asked)
    reasons = [reason.code for reason in judgement.policy.reasons]
    for _time in range(TIMES):
        wishes = [
            Wish(line=one.line.public_id, quantity=1, reason=draw.choice(reasons))
            for one in draw.sample(judgement.lines, draw.randint(1, 2))
        ]
        outcome = draw.choice([Outcome.REFUND, Outcome.STORE_CREDIT])
        facts, decision = judgement.decide(wishes, outcome)
        kept.append(
            PolicyDecision(
                order=order,
                policy_version=version,
                policy_hash=version.hash,
                outcome=outcome,
                verdict=Verdict.OPEN,
                wishes=[
                    {"line": wish.line, "quantity": wish.quantity, "reason": wish.reason}
                    for wish in wishes
                ],
                facts=facts.to_json(),
                decision=decision.to_json(),
                at=asked,
                actor="bench",
            )
        )
    return kept


def simulate(rules: list[dict[str, Any]], at: datetime) -> tuple[float, float, int]:
    """Simulate a draft to its end, as its task does; return the seconds, those of the
    processor here, and what changed.
    """
    from postexp.kernel import clock
    from returns.selectors.drafts import newest_version
    from returns.services.simulations import start_simulation, work_on

    content = {**newest_version().content, "rules": rules}
    began, idle = time.perf_counter(), time.process_time()
    made = start_simulation(content=content, days=DAYS, at=at, actor="bench")
    while work_on(made.public_id, until=clock.now() + timedelta(seconds=20), now=clock.now):
        pass
    took, busy = time.perf_counter() - began, time.process_time() - idle
    made.refresh_from_db()
    assert (made.state, made.done) == ("done", ORDERS * TIMES)
    return took, busy, made.summary.get("changed", 0)
