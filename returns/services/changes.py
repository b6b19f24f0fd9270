"""Changing a return before anything of it was sent: the old one ends and the new one takes its
units, in one go.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from postexp.kernel.events import append
from returns.enums import Outcome, ReturnMove, ReturnState
from returns.errors import InvalidTransition
from returns.events import ReturnChanged
from returns.models import EvidenceFile, Return
from returns.models.cases import return_id as new_return_id
from returns.rules.commands import ExchangeWish, Wish
from returns.rules.states import RETURN_MOVES, possible
from returns.selectors import find_request
from returns.selectors.changes import judge_change
from returns.services.locks import lock_return
from returns.services.policies import saved_version
from returns.services.requests import Request, carry_out, end_return


def change_return(
    *,
    return_id: str,
    wishes: Sequence[Wish],
    outcome: Outcome,
    at: datetime,
    actor: str,
    note: str = "",
    locale: str = "",
    shown_payout: int | None = None,
    key: str = "",
    method: str = "",
    drop_off: str = "",
    exchange: ExchangeWish | None = None,
) -> Return:
    """Ask for something else instead of a return of which nothing was sent; return the new one.

    Both happen or neither: what cannot be had leaves the return as it was. What was asked for in
    time may be changed after its last day, to no more units of the same lines. The policy decides
    anew, and the photos come along. The same `key` again gives the first answer. Publishes
    ReturnCancelled, ReturnChanged, and what `request_return` publishes. Raises InvalidTransition,
    and what `request_return` raises.
    """
    asked = Request(
        wishes=wishes,
        outcome=outcome,
        actor=actor,
        note=note,
        locale=locale,
        shown_payout=shown_payout,
        key=key or new_return_id(),
        method=method,
        drop_off=drop_off,
        exchange=exchange,
    )
    with transaction.atomic():
        case = lock_return(return_id)
        first = find_request(case.order, asked.key)
        if first is not None:
            return first
        if case.gift_id is not None or not _may_change(case):
            raise InvalidTransition
        judgement = judge_change(case, at=at)
        end_return(case, at=at, actor=actor)
        changed = carry_out(
            asked,
            judgement,
            version=saved_version(case.order, at=at),
            at=at,
            replaces=case,
        )
        lines = changed.lines.values_list("order_line", flat=True)
        EvidenceFile.objects.filter(case=case, order_line__in=lines).update(case=changed)
        append(
            ReturnChanged(
                order_id=case.order.public_id,
                return_id=case.public_id,
                changed_to=changed.public_id,
            ),
            at=at,
            actor=actor,
        )
    return changed


def _may_change(case: Return) -> bool:
    return ReturnMove.CANCEL in possible(RETURN_MOVES, ReturnState(case.state))
