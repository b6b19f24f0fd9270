"""The returns of the demo, asked for and worked on through the services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from commerce import selectors as commerce
from commerce.selectors.products import find_product
from integrations.demo import detours
from integrations.demo.journeys import Wished
from postexp.kernel import clock
from returns import selectors, services
from returns.enums import DeclineReason, Grade, Outcome
from returns.errors import ReturnsError

if TYPE_CHECKING:
    from commerce.models import OrderLine
    from returns.models import Return

Settle = Callable[[datetime], None]

DECLINED = {
    "ja": "お届けした商品にご使用の跡が見られるため、お受けできませんでした。",
    "en": "The photos show that the item has been used.",
}


def play(wish: Wished, *, settle: Settle) -> None:
    """Ask for a return as its shopper would; nothing happens where the policy does not allow it."""
    _ask(wish)
    settle(wish.at)


def go_on(wish: Wished, *, move: str, at: datetime, actor: str, settle: Settle) -> None:
    """Take the next step with a return, where it was asked for."""
    case = _asked(wish)
    if case is None:
        return
    with clock.played(at):
        if move == "decide":
            _decide(case, wish, actor, at)
        elif move == "receive":
            _receive(case, actor, at)
        elif move == "pay":
            _pay(case, actor, at)
        else:
            detours.take(case, wish, move=move, at=at, actor=actor)
    settle(at)


def _asked(wish: Wished) -> Return | None:
    order = commerce.get_order_by_external_id(wish.order_external_id)
    cases = selectors.list_returns_of_order(order) if order else []
    return next((case for case in cases if case.requested_at == wish.at), None)


def _ask(wish: Wished) -> Return | None:
    order = commerce.get_order_by_external_id(wish.order_external_id)
    if order is None:
        return None
    judgement = selectors.judge(order, at=wish.at)
    judged = next(
        (one for one in judgement.lines if one.line.external_id == wish.line_external_id), None
    )
    if judged is None:
        return None
    outcome, variant = Outcome(wish.outcome), ""
    if outcome == Outcome.EXCHANGE:
        variant = _instead(judged.line, wish)
        outcome = outcome if variant else Outcome.REFUND
    try:
        with clock.played(wish.at):
            return services.request_return(
                order_id=order.public_id,
                wishes=[
                    services.Wish(
                        line=judged.line.public_id,
                        quantity=1,
                        reason=wish.reason,
                        variant=variant,
                    )
                ],
                outcome=outcome,
                at=wish.at,
                actor="shopper",
            )
    except ReturnsError:
        return None


def _instead(line: OrderLine, wish: Wished) -> str:
    """Return the variant an exchange is for by its public id, "" where there is none."""
    product = find_product(wish.instead) if wish.instead else None
    if product is not None:
        return str(product.variants.order_by("-price", "pk").values_list("public_id", flat=True)[0])
    variants = selectors.list_replacements(line)
    return str(variants[-1][0].public_id) if variants else ""


def _decide(case: Return, wish: Wished, actor: str, at: datetime) -> None:
    if wish.ends == "declined":
        services.decline_return(
            return_id=case.public_id,
            reason=DeclineReason.USED,
            text=DECLINED[case.locale],
            at=at,
            actor=actor,
        )
    else:
        services.approve_return(return_id=case.public_id, at=at, actor=actor)


def _receive(case: Return, actor: str, at: datetime) -> None:
    lines = selectors.list_lines_of(case)
    services.receive_return(
        return_id=case.public_id,
        counts={line.public_id: line.quantity for line in lines},
        at=at,
        actor=actor,
    )


def _pay(case: Return, actor: str, at: datetime) -> None:
    services.inspect_return(
        return_id=case.public_id,
        findings=[
            services.Finding(
                line=line.public_id, grade=Grade.NEW, quantity=line.received, accepted=True
            )
            for line in selectors.list_lines_of(case)
        ],
        at=at,
        actor=actor,
    )
    settled = services.settle_return(
        return_id=case.public_id, key=f"demo-{case.public_id}", at=at, actor=actor
    )
    for refund in selectors.get_settlement(settled.public_id).refunds.all():
        services.refund_succeeded(refund.public_id, reference="demo", at=at, actor=actor)
