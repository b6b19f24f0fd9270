"""Returns made of withdrawals: under the law's terms, whatever the policy says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from commerce.selectors import get_merchant, lock_order
from returns.enums import Fault, Outcome, WithdrawalState
from returns.errors import (
    NothingToSendBack,
    QuantityExceedsReturnable,
    WithdrawalIsClosed,
    WithdrawalIsMatched,
)
from returns.models import Cancellation, Return, Withdrawal
from returns.models.cases import return_id
from returns.rules.cancellations import CancelWish
from returns.rules.commands import Wish
from returns.rules.paid import Units
from returns.rules.quotes import Quote
from returns.rules.withdrawals import REASON, send_back_by
from returns.selectors import Judged, Judgement, judge
from returns.selectors.cancellations import judge_cancel
from returns.selectors.withdrawals import Period, period_of
from returns.services.cancellations import request_cancellation
from returns.services.decisions import approve_by_policy
from returns.services.policies import saved_version
from returns.services.requests import Checked, open_return, quote_wishes

if TYPE_CHECKING:
    from commerce.models import Order


def withdrawable_units(order: Order, *, at: datetime) -> dict[str, int]:
    """Return how many units of each line (by public id) were sent and can still come back."""
    return _units(judge(order, at=at))


def quote_withdrawal(order: Order, units: Mapping[str, int], *, at: datetime) -> Quote:
    """Return the exact sum of a withdrawal from `units` if everything arrives as sent.

    Raises NothingToSendBack, and QuantityExceedsReturnable.
    """
    judgement = judge(order, at=at)
    return quote_wishes(judgement, _checked(judgement, units), Outcome.REFUND, withdrawn=True)


def return_withdrawn(
    *,
    withdrawal_id: str,
    at: datetime,
    actor: str,
    units: Mapping[str, int] | None = None,
) -> Return:
    """Make an approved return of a withdrawal: of all units that were sent, or of `units` by line.

    Publishes ReturnRequested and ReturnApproved. Raises WithdrawalIsClosed, WithdrawalIsMatched
    where a return was made already or another order was chosen, NothingToSendBack, and
    QuantityExceedsReturnable.
    """
    with transaction.atomic():
        known: Withdrawal = Withdrawal.objects.select_related("order").get(public_id=withdrawal_id)
        if known.order is None:
            raise NothingToSendBack
        order = lock_order(known.order.public_id)
        withdrawal: Withdrawal = Withdrawal.objects.select_for_update(no_key=True).get(pk=known.pk)
        if withdrawal.state == WithdrawalState.CLOSED:
            raise WithdrawalIsClosed
        if withdrawal.case_id is not None or withdrawal.order_id != order.pk:
            raise WithdrawalIsMatched
        version = saved_version(order, at=at)
        judgement = judge(order, at=at)
        checked = _checked(judgement, _units(judgement) if units is None else units)
        case = open_return(
            judgement,
            checked,
            quote_wishes(judgement, checked, Outcome.REFUND, withdrawn=True),
            version=version,
            # Another one may follow, from another order: one at a time is held by `case`.
            key=return_id(),
            at=at,
            actor=actor,
            locale=withdrawal.locale,
        )
        approve_by_policy(case, at=at)
        assert case.send_by is not None
        case.send_by = send_back_by(at.astimezone(get_merchant().zone).date(), case.send_by)
        case.save(update_fields=["send_by"])
        withdrawal.case = case
        withdrawal.save(update_fields=["case"])
    return case


def cancel_withdrawn(*, withdrawal_id: str, at: datetime, actor: str) -> Cancellation:
    """Cancel the whole order of a withdrawal, nothing of which was sent, once.

    Units the warehouse has taken come back by a return, which is then that of the withdrawal.
    Publishes and raises what `request_cancellation` does; NothingToSendBack where the order is not
    known, and WithdrawalIsMatched where another one was chosen meanwhile.
    """
    with transaction.atomic():
        known: Withdrawal = Withdrawal.objects.select_related("order").get(public_id=withdrawal_id)
        if known.order is None:
            raise NothingToSendBack
        order = lock_order(known.order.public_id)
        withdrawal: Withdrawal = Withdrawal.objects.select_for_update(no_key=True).get(pk=known.pk)
        if withdrawal.order_id != order.pk:
            raise WithdrawalIsMatched
        judgement = judge_cancel(order, at=at, by_staff=True)
        cancellation = request_cancellation(
            order_id=order.public_id,
            wishes=[
                CancelWish(line=one.line.public_id, quantity=one.facts.unsettled)
                for one in judgement.lines
                if one.facts.unsettled > 0
            ],
            at=at,
            actor=actor,
            by_staff=True,
            locale=withdrawal.locale,
            key=withdrawal.public_id,
        )
        if cancellation.case is not None:
            withdrawal.case = cancellation.case
            withdrawal.save(update_fields=["case"])
    return cancellation


def speaks_for_itself(withdrawal: Withdrawal) -> Period | None:
    """Return the period of a matched statement that can be carried out without anybody looking.

    It is about the whole of an order that went to the EU or the UK, came in time, and holds
    nothing that may be exempt; of which all was sent, or nothing. None for any other.
    """
    if withdrawal.order is None or withdrawal.goods:
        return None
    period = period_of(withdrawal.order)
    in_time = period.covered and period.is_open(withdrawal.received_at)
    return period if in_time and not period.exempt and not period.partly_sent else None


def is_fulfilled(withdrawal: Withdrawal, *, at: datetime) -> bool:
    """Return whether nothing that was withdrawn from is left: neither sent nor to be sent.

    One that names its goods is about what staff made of it.
    """
    order = withdrawal.order
    if order is None or withdrawal.goods:
        return True
    return not period_of(order).partly_sent and not withdrawable_units(order, at=at)


def _units(judgement: Judgement) -> dict[str, int]:
    free = {one.line.public_id: _free(one) for one in judgement.lines}
    return {line: units for line, units in free.items() if units > 0}


def _free(one: Judged) -> int:
    facts = one.facts
    if not facts.goods or (facts.shipped is None and facts.delivered is None):
        return 0
    return facts.quantity - facts.settled - facts.reserved - facts.refused


def _checked(judgement: Judgement, units: Mapping[str, int]) -> list[Checked]:
    checked = []
    for one in judgement.lines:
        line = one.line.public_id
        if not (asked := units.get(line, 0)):
            continue
        if not 0 < asked <= _free(one):
            raise QuantityExceedsReturnable
        checked.append(
            Checked(
                wish=Wish(line=line, quantity=asked, reason=REASON),
                judged=one,
                units=Units(line=line, quantity=asked, fault=Fault.SHOPPER),
                variant=None,
            )
        )
    if not checked:
        raise NothingToSendBack
    return checked
