"""What happens to the demo's returns that take an unusual way, through the services."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from commerce import selectors as commerce
from integrations.demo.journeys import Wished
from returns import selectors, services
from returns.enums import Grade, Outcome
from returns.enums.exchanges import ConvertedFor, Instead
from returns.enums.losses import LossGround
from returns.enums.receiving import RefusedChoice
from returns.selectors.exchanges import exchange_of
from returns.selectors.receiving import list_refused_of
from returns.services.exchange_endings import choose_instead, not_possible
from returns.services.exchanges import confirm_payment
from returns.services.losses import bear_loss, decline_loss
from returns.services.refused import answer_refused
from returns.services.requests import mark_sent
from tracking.enums import Status, TimePrecision
from tracking.rules import NormalisedEvent, NormalisedShipment
from tracking.services import take_in_report

if TYPE_CHECKING:
    from returns.models import Exchange, Return

CARRIER = "demo-carrier"
WORN = {
    "ja": "表面に使用による傷がありました。",
    "en": "The surface is scratched from use.",
}
SHARE = 2
"""A partial refund is so many parts of what was agreed."""


def take(case: Return, wish: Wished, *, move: str, at: datetime, actor: str) -> None:
    """Take the next step of an unusual way; each is one call of a service."""
    match move:
        case "send":
            _send(case, wish.parcel, at)
        case "say_sent":
            mark_sent(return_id=case.public_id, tracking_number="", at=at, actor="shopper")
        case "call_lost":
            _scan(wish.parcel, Status.EXCEPTION, "lost", at)
        case "bear":
            bear_loss(return_id=case.public_id, ground=LossGround.CARRIER_SAYS, at=at, actor=actor)
        case "disown":
            decline_loss(
                return_id=case.public_id, ground=LossGround.KNOWN_OTHERWISE, at=at, actor=actor
            )
        case "settle":
            _settle(case, at, actor)
        case "refuse":
            _refuse(case, wish, at, actor)
        case "ask_back":
            _answer(case, RefusedChoice.SEND_BACK, at)
        case "take_part":
            _answer(case, RefusedChoice.PART_REFUND, at)
        case _:
            _exchange(case, move, at, actor)


def _send(case: Return, number: str, at: datetime) -> None:
    mark_sent(return_id=case.public_id, tracking_number=number, at=at, actor="shopper")
    _scan(number, Status.IN_TRANSIT, "picked_up", at)


def _scan(number: str, status: Status, substatus: str, at: datetime) -> None:
    zone = commerce.get_merchant().time_zone
    take_in_report(
        NormalisedShipment(
            source=CARRIER,
            tracking_number=number,
            events=(
                NormalisedEvent(
                    source=CARRIER,
                    occurred_at=at,
                    local_time=at.astimezone(commerce.get_merchant().zone).isoformat(),
                    time_precision=TimePrecision.SECOND,
                    zone=zone,
                    status=status,
                    substatus=substatus,
                ),
            ),
        ),
        at=at,
    )


def _settle(case: Return, at: datetime, actor: str) -> None:
    settled = services.settle_return(
        return_id=case.public_id, key=f"demo-{case.public_id}", at=at, actor=actor
    )
    for refund in selectors.get_settlement(settled.public_id).refunds.all():
        services.refund_succeeded(refund.public_id, reference="demo", at=at, actor=actor)


def _refuse(case: Return, wish: Wished, at: datetime, actor: str) -> None:
    """Grade what arrived as worn; one shopper is offered a part of the money."""
    offer = case.quote["payout"] // SHARE if wish.ends == "refused_part" else None
    services.inspect_return(
        return_id=case.public_id,
        findings=[
            services.Finding(
                line=line.public_id,
                grade=Grade.WORN,
                quantity=line.received,
                accepted=False,
                note=WORN[case.locale],
                offer=offer,
            )
            for line in selectors.list_lines_of(case)
        ],
        at=at,
        actor=actor,
    )


def _answer(case: Return, choice: RefusedChoice, at: datetime) -> None:
    for refused in list_refused_of(case):
        answered = answer_refused(
            refused_id=refused.public_id, choice=choice, at=at, actor="shopper"
        )
        if answered.settlement is None:
            continue
        for refund in answered.settlement.refunds.all():
            services.refund_succeeded(refund.public_id, reference="demo", at=at, actor="demo")


def _exchange(case: Return, move: str, at: datetime, actor: str) -> None:
    exchange = exchange_of(case)
    if exchange is None:
        return
    if move == "ship":
        _ship(case, at, actor)
    elif move == "charge":
        confirm_payment(exchange_id=exchange.public_id, reference="demo", at=at, actor=actor)
    elif move == "sold_out":
        _convert(exchange, at, actor)


def _ship(case: Return, at: datetime, actor: str) -> None:
    for line in selectors.list_lines_of(case):
        for replacement in line.replacements.filter(state="ready"):
            services.ship_replacement(
                replacement_id=replacement.public_id,
                carrier_name="",
                tracking_number="",
                at=at,
                actor=actor,
            )


def _convert(exchange: Exchange, at: datetime, actor: str) -> None:
    """Note that a replacement is sold out; its shopper takes the money."""
    not_possible(exchange_id=exchange.public_id, why=ConvertedFor.SOLD_OUT, at=at, actor=actor)
    choose_instead(
        exchange_id=exchange.public_id,
        instead=Instead(Outcome.REFUND.value),
        at=at,
        actor="shopper",
    )
