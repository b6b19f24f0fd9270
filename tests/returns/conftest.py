"""Orders that were sent, policies, and returns in every state."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from commerce.models import Merchant, Order
from commerce.ports import (
    FulfilmentFacts,
    FulfilmentLineFacts,
    OrderFacts,
    ProductFacts,
    VariantFacts,
)
from commerce.selectors import list_lines
from commerce.services.orders import take_in_order
from commerce.services.products import take_in_product
from returns import services
from returns.enums import Grade, Outcome
from returns.models import PolicyVersion, Return
from returns.rules.defaults import DEFAULT_POLICY
from returns.selectors import list_lines_of
from tests.facts import order_facts
from tests.kept import keep_commands, keep_helpers, keeps, kept


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep what the commands write that tests of this directory give."""
    here = Path(__file__).parent
    for module in {item.module for item in items if isinstance(item, pytest.Function)}:
        if Path(module.__file__).is_relative_to(here):
            keep_commands(module)


@pytest.fixture(autouse=True)
def _kept_helpers(request: pytest.FixtureRequest) -> None:
    """Keep what helpers write: returns are judged, decided and paid in the database alone.

    What a test patches is unknown to a story, and so is what others write beside one that commits.
    """
    marked = request.node.get_closest_marker("django_db")
    commits = marked is not None and marked.kwargs.get("transaction", False)
    if not commits and "monkeypatch" not in signature(request.function).parameters:
        keep_helpers()


# None of the people of the tests: what one does oneself, one is not told of.
STAFF = "staff:0"
SENT = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)

MUGS = ProductFacts(
    external_id="p1",
    title="マグカップ",
    updated_at=SENT,
    variants=(
        VariantFacts(external_id="v1", title="白", price=2500, stock=5),
        VariantFacts(external_id="v2", title="青", price=2500, stock=1),
        VariantFacts(external_id="v3", title="黒", price=2500, stock=0),
    ),
)


@keeps
def sent_order(merchant: Merchant, facts: OrderFacts, *, at: datetime = SENT) -> Order:
    """An order whose every unit was handed to a carrier."""
    parcel = FulfilmentFacts(
        external_id=f"f-{facts.external_id}",
        order_external_id=facts.external_id,
        created_at=at,
        lines=tuple(
            FulfilmentLineFacts(line_external_id=line.external_id, quantity=line.quantity)
            for line in facts.lines
        ),
    )
    return take_in_order(replace(facts, fulfilments=(parcel,)), merchant=merchant, at=at).order


@pytest.fixture
def mugs(scope: Merchant) -> None:
    """The product behind the order's mugs, in two colours, one of which is nearly gone."""
    kept(("mugs", scope.pk), lambda: take_in_product(MUGS, at=SENT).public_id)


def mug_facts(**changes: Any) -> OrderFacts:
    """The order of the shop's fixtures, with its mugs tied to their product."""
    facts = order_facts()
    mug, towel = facts.lines
    mug = replace(mug, product_external_id="p1", variant_external_id="v1")
    return replace(facts, lines=(mug, towel), **changes)


@pytest.fixture
def bought(scope: Merchant, mugs: None) -> Order:
    """Two mugs at ¥2,500, a towel at ¥2,000 and delivery at ¥500, sent on 20 November."""
    return kept(("bought", scope.pk), lambda: sent_order(scope, mug_facts()))


@pytest.fixture
def publish(scope: Merchant) -> Callable[..., PolicyVersion]:
    """Publish the default policy with changes, in force for every order so far."""
    return publish_changes


@keeps
def publish_changes(**changes: Any) -> PolicyVersion:
    policy = replace(DEFAULT_POLICY, **changes)
    return services.publish_policy(
        content=policy.to_json(),
        effective_from=SENT - timedelta(days=999),
        at=SENT,
        actor=STAFF,
    )


def line_ids(order: Order) -> list[str]:
    """The public ids of an order's lines."""
    return [line.public_id for line in list_lines(order)]


@keeps
def ask(
    order: Order,
    at: datetime,
    *units: tuple[int, int, str],
    outcome: Outcome = Outcome.REFUND,
    method: str = "",
    **more: Any,
) -> Return:
    """Ask for a return of (line, quantity, reason)."""
    ids = line_ids(order)
    return services.request_return(
        order_id=order.public_id,
        wishes=[
            services.Wish(line=ids[line], quantity=quantity, reason=reason, **more)
            for line, quantity, reason in units
        ],
        outcome=outcome,
        at=at,
        actor="shopper",
        method=method,
    )


@keeps
def arrive(case: Return, at: datetime, *counts: int) -> None:
    """Let units of each line arrive, all of them where no counts are given."""
    lines = list_lines_of(case)
    services.receive_return(
        return_id=case.public_id,
        counts={
            line.public_id: count
            for line, count in zip(lines, counts or [line.missing for line in lines], strict=True)
        },
        at=at,
        actor=STAFF,
    )


@keeps
def grade(case: Return, at: datetime, *, refused: int = 0) -> None:
    """Accept what arrived as new, but refuse the last `refused` units."""
    findings = []
    for line in reversed(list_lines_of(case)):
        bad = min(refused, line.uninspected)
        refused -= bad
        for quantity, mark, accepted in (
            (line.uninspected - bad, Grade.NEW, True),
            (bad, Grade.WORN, False),
        ):
            if quantity:
                findings.append(
                    services.Finding(
                        line=line.public_id, grade=mark, quantity=quantity, accepted=accepted
                    )
                )
    services.inspect_return(return_id=case.public_id, findings=findings, at=at, actor=STAFF)


@keeps
def resolve(case: Return, at: datetime, *counts: int, refused: int = 0) -> Return:
    """Approve, receive and grade a return, ready to be settled."""
    services.approve_return(return_id=case.public_id, at=at, actor=STAFF)
    arrive(case, at, *counts)
    grade(case, at, refused=refused)
    return fresh(case)


def fresh(case: Return) -> Return:
    """The return as it stands now."""
    found: Return = Return.objects.select_related("order__customer", "policy_version").get(
        pk=case.pk
    )
    return found
