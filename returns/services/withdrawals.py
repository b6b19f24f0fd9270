"""Withdrawal from a contract: the statement is kept and acknowledged whatever it says.

A statement with the number and the e-mail address of an order finds it; any other waits for staff.
Whoever states it is answered alike, so that nobody learns here which orders there are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commerce.selectors import get_merchant, get_order
from postexp.kernel.events import append
from postexp.kernel.locks import lock
from returns.enums import CancellationState, WithdrawalEnd, WithdrawalState
from returns.errors import ReturnsError, WithdrawalIsClosed, WithdrawalIsMatched
from returns.events import (
    WithdrawalClosed,
    WithdrawalMatched,
    WithdrawalReceived,
    WithdrawalSettingsChanged,
)
from returns.models import Withdrawal, WithdrawalSettings
from returns.rules.commands import fingerprint
from returns.rules.withdrawals import numbers_in, refund_due
from returns.selectors.cancellations import get_cancellation
from returns.selectors.withdrawals import (
    get_withdrawal,
    is_under_way,
    period_of,
)
from returns.services.withdrawal_returns import (
    cancel_withdrawn,
    is_fulfilled,
    return_withdrawn,
    speaks_for_itself,
)
from tracking.errors import TooManyTries
from tracking.services import look_up_order

SYSTEM = "system"
LONGEST_ANSWER = 2000


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a shopper typed and confirmed; `words` is the whole of it as it was shown."""

    name: str
    contract: str
    contact: str
    goods: str
    words: str
    locale: str


def receive_withdrawal(statement: Statement, *, key: str, at: datetime) -> Withdrawal:
    """Keep a statement, and find the order it is about where it names one.

    The same words under the same `key` are kept once; other words are another statement.

    Publishes WithdrawalReceived, WithdrawalMatched where the order was found, and what
    `return_withdrawn` publishes where the whole order is withdrawn from in time.
    """
    with transaction.atomic():
        lock("withdrawal")
        first = _stated(key)
        if first is not None and first.statement != statement.words:
            # Somebody went back and stated more with the same form: no word of it may be lost.
            key = fingerprint({"key": key, "words": statement.words})
            first = _stated(key)
        if first is not None:
            return first
        withdrawal: Withdrawal = Withdrawal.objects.create(
            number=f"W-{Withdrawal.objects.count() + 1}",
            request_key=key,
            name=statement.name,
            contract=statement.contract,
            contact=statement.contact.lower(),
            goods=statement.goods,
            statement=statement.words,
            locale=statement.locale,
            received_at=at,
            refund_due=refund_due(at, get_merchant().zone),
        )
        append(WithdrawalReceived(withdrawal_id=withdrawal.public_id), at=at, actor="shopper")
    # The tries count for good, so they stand outside of what might still be taken back.
    order_id = _find_order(statement, at)
    if order_id:
        with suppress(ReturnsError):
            return _carry_out(withdrawal.public_id, order_id, at)
    return withdrawal


def _stated(key: str) -> Withdrawal | None:
    found: Withdrawal | None = Withdrawal.objects.filter(request_key=key).first()
    return found


def _carry_out(withdrawal_id: str, order_id: str, at: datetime) -> Withdrawal:
    """Match a statement with its order; what cannot be returned by itself waits for staff."""
    withdrawal = match_withdrawal(
        withdrawal_id=withdrawal_id, order_id=order_id, at=at, actor=SYSTEM
    )
    period = speaks_for_itself(withdrawal)
    if period is None:
        return withdrawal
    with suppress(ReturnsError):
        if period.nothing_sent:
            cancel_withdrawn(withdrawal_id=withdrawal_id, at=at, actor=SYSTEM)
        else:
            return_withdrawn(withdrawal_id=withdrawal_id, at=at, actor=SYSTEM)
    return get_withdrawal(withdrawal_id)


def _find_order(statement: Statement, at: datetime) -> str:
    """Return the public id of the order whose number and e-mail address were stated, or "".

    Failed tries are counted with those of the lookup; after too many, staff look for it.
    """
    for number in numbers_in(statement.contract):
        with suppress(TooManyTries):
            found = look_up_order(number=number, contact=statement.contact, at=at)
            if found is not None and found.is_proven:
                return found.order_id
    return ""


def match_withdrawal(*, withdrawal_id: str, order_id: str, at: datetime, actor: str) -> Withdrawal:
    """Say which order a statement is about; a wrong one can be corrected.

    Publishes WithdrawalMatched. Raises WithdrawalIsClosed, WithdrawalIsMatched while a return or a
    cancellation made of it is open, and Order.DoesNotExist.
    """
    with transaction.atomic():
        order = get_order(order_id)
        withdrawal = _lock_open(withdrawal_id)
        if is_under_way(withdrawal):
            raise WithdrawalIsMatched
        withdrawal.order, withdrawal.case = order, None
        withdrawal.state = WithdrawalState.MATCHED
        withdrawal.matched_at, withdrawal.matched_by = at, actor
        withdrawal.save()
        append(
            WithdrawalMatched(
                withdrawal_id=withdrawal.public_id,
                order_id=order.public_id,
                nothing_sent=period_of(order).nothing_sent,
            ),
            at=at,
            actor=actor,
        )
    return withdrawal


def close_withdrawal(
    *, withdrawal_id: str, end: WithdrawalEnd, text: str, at: datetime, actor: str
) -> Withdrawal:
    """End a withdrawal, with words for the shopper. Publishes WithdrawalClosed.

    Raises WithdrawalIsClosed.
    """
    with transaction.atomic():
        withdrawal = _lock_open(withdrawal_id)
        _close(withdrawal, end, text[:LONGEST_ANSWER], at=at, actor=actor)
    return withdrawal


def close_with_return(return_id: str, *, at: datetime) -> None:
    """End the withdrawals of which a return was made that is completed now.

    One from a whole order of which something is left stays with staff.
    """
    with transaction.atomic():
        found = Withdrawal.objects.select_for_update(no_key=True, of=("self",)).filter(
            case__public_id=return_id
        )
        for withdrawal in found.exclude(state=WithdrawalState.CLOSED):
            if is_fulfilled(withdrawal, at=at):
                _close(withdrawal, WithdrawalEnd.REFUNDED, "", at=at, actor=SYSTEM)


def follow_cancellation(cancellation_id: str, *, at: datetime) -> None:
    """Take over what became of the cancellation made of a withdrawal: it ends with the refund, or
    goes on as the return of what had left the shop already.
    """
    with transaction.atomic():
        cancellation = get_cancellation(cancellation_id)
        withdrawal: Withdrawal | None = (
            Withdrawal.objects.select_for_update(no_key=True)
            .filter(public_id=cancellation.request_key, order=cancellation.order)
            .exclude(state=WithdrawalState.CLOSED)
            .first()
        )
        if withdrawal is None:
            return
        if cancellation.case is not None:
            withdrawal.case = cancellation.case
            withdrawal.save(update_fields=["case"])
        elif cancellation.state == CancellationState.REFUNDED:
            _close(withdrawal, WithdrawalEnd.CANCELLED, "", at=at, actor=SYSTEM)


def _close(
    withdrawal: Withdrawal, end: WithdrawalEnd, text: str, *, at: datetime, actor: str
) -> None:
    withdrawal.state, withdrawal.closed_at = WithdrawalState.CLOSED, at
    withdrawal.end, withdrawal.answer = end, text
    withdrawal.save()
    append(
        WithdrawalClosed(
            withdrawal_id=withdrawal.public_id,
            order_id=withdrawal.order.public_id if withdrawal.order else "",
            end=end,
        ),
        at=at,
        actor=actor,
    )


def _lock_open(withdrawal_id: str) -> Withdrawal:
    """Return an open withdrawal, locked; raises Withdrawal.DoesNotExist, WithdrawalIsClosed."""
    withdrawal: Withdrawal = Withdrawal.objects.select_for_update(no_key=True).get(
        public_id=withdrawal_id
    )
    if withdrawal.state == WithdrawalState.CLOSED:
        raise WithdrawalIsClosed
    return withdrawal


def offer_withdrawal(*, offered: bool, at: datetime, actor: str) -> None:
    """Show the way to the withdrawal on shopper pages, or hide it; its page stays where it is.

    Publishes WithdrawalSettingsChanged where it was otherwise.
    """
    change_withdrawal(offered=offered, exempt_tags=None, at=at, actor=actor)


def change_withdrawal(
    *, offered: bool, exempt_tags: Mapping[str, Sequence[str]] | None, at: datetime, actor: str
) -> None:
    """Say how the shop deals with withdrawal; `exempt_tags` stay as they are without any given.

    `exempt_tags` are tags of products the law exempts, by an Exemption. Publishes
    WithdrawalSettingsChanged where it was otherwise.
    """
    with transaction.atomic():
        lock("withdrawal")
        kept = WithdrawalSettings.objects.first() or WithdrawalSettings()
        now = {"offered": kept.offered, "exempt_tags": kept.exempt_tags}
        tags = kept.exempt_tags if exempt_tags is None else exempt_tags
        told = {"offered": offered, "exempt_tags": {why: list(tags[why]) for why in tags}}
        changed = {name: one for name, one in told.items() if one != now[name]}
        if not changed:
            return
        WithdrawalSettings.objects.update_or_create(defaults=told)
        append(
            WithdrawalSettingsChanged(
                merchant_public_id=get_merchant().public_id,
                detail=", ".join(f"{name}={one}" for name, one in changed.items()),
            ),
            at=at,
            actor=actor,
        )
