"""What has to be done for exchanges by the clock alone, over all shops."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from postexp.kernel.tenancy import merchant_scope
from returns.enums.exchanges import ConvertedFor
from returns.rules.exchange_moves import REMINDERS
from returns.rules.reminders import reminder_due
from returns.selectors.exchanges import (
    get_exchange,
    get_exchange_payment,
    list_known_short,
    list_lapsing,
    list_short,
    list_to_remind,
    list_unfillable,
    list_unpaid,
    local_day,
    merchants_with_exchanges,
)
from returns.services.exchange_cases import remind, renew_hold
from returns.services.exchange_endings import not_possible, time_is_over
from returns.services.exchange_rest import note_short, note_stock_back

logger = logging.getLogger(__name__)


def sweep_exchanges(*, at: datetime) -> int:
    """Do everything that is due for exchanges; return how many things were done.

    What fails is logged, and is due again the next time.
    """
    return (
        _each(list_lapsing(at=at), lambda one: renew_hold(get_exchange_payment(one), at=at))
        + _each(list_unpaid(at=at), lambda one: time_is_over(one, at=at))
        + _each(list_to_remind(), lambda one: _remind(one, at))
        + sum(_find_sold_out(merchant_id, at) for merchant_id in merchants_with_exchanges())
    )


def _each(due: Iterable[tuple[int, str]], act: Callable[[str], None]) -> int:
    done = 0
    for merchant_id, public_id in due:
        with merchant_scope(merchant_id):
            try:
                act(public_id)
                done += 1
            except Exception:
                logger.exception("%s could not go on", public_id)
    return done


def _remind(exchange_id: str, at: datetime) -> None:
    exchange = get_exchange(exchange_id)
    assert exchange.return_by is not None
    left = (exchange.return_by - local_day(at)).days
    days = reminder_due(left, exchange.reminded, REMINDERS)
    if days is not None:
        remind(exchange_id, days=days, at=at)


def _find_sold_out(merchant_id: int, at: datetime) -> int:
    with merchant_scope(merchant_id):
        sold_out = [(merchant_id, one.public_id) for one in list_unfillable()]
        short = {one.public_id for one in list_short()}
        known = {one.public_id for one in list_known_short()}
    return (
        _each(sold_out, lambda one: _sold_out(one, at))
        + _each(_of(merchant_id, short - known), lambda one: note_short(one, at=at))
        + _each(_of(merchant_id, known - short), lambda one: note_stock_back(one, at=at))
    )


def _of(merchant_id: int, exchanges: set[str]) -> list[tuple[int, str]]:
    return [(merchant_id, one) for one in sorted(exchanges)]


def _sold_out(exchange_id: str, at: datetime) -> None:
    not_possible(exchange_id=exchange_id, why=ConvertedFor.SOLD_OUT, at=at, actor="system")
