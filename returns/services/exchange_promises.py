"""What is promised to a shopper whose exchange goes another way, or whose replacement is sent."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from commerce.selectors import get_merchant, list_lines
from returns.enums import Fault, Outcome
from returns.models import Exchange, Return, ReturnLine, ShownDeadline
from returns.rules.exchange_moves import OWN_RETURN_DAYS
from returns.rules.money import quote
from returns.rules.paid import Units
from returns.rules.quotes import Quote
from returns.selectors import list_lines_of, paid_order, wanted_instead
from returns.selectors.policies import terms_of_lines


def quote_instead(case: Return, outcome: Outcome) -> Quote:
    """Return the sum of another outcome for what of a return was not settled yet."""
    lines = _open_lines(case)
    terms, fees = terms_of_lines(case, lines, outcome)
    units = [_units(line, fee) for line, fee in zip(lines, fees, strict=True)]
    return quote(paid_order(case.order), units, terms, outcome)


def quote_same(case: Return) -> Quote:
    """Return the sum of an exchange for the same items once more: nothing is due."""
    lines = _open_lines(case)
    terms, _fees = terms_of_lines(case, lines, Outcome.EXCHANGE)
    units = [_units(line, None) for line in lines]
    paid = paid_order(case.order)
    worth = quote(paid, units, terms, Outcome.EXCHANGE)
    wanted = [
        wanted_instead(case.order, line.order_line, line.variant, line.quantity, value.goods)
        for line, value in zip(lines, worth.units, strict=True)
        if line.variant is not None
    ]
    return quote(paid, units, terms, Outcome.EXCHANGE, wanted=wanted)


def _open_lines(case: Return) -> list[ReturnLine]:
    return [line for line in list_lines_of(case) if line.quantity > line.settled]


def _units(line: ReturnLine, restocking: int | None) -> Units:
    return Units(
        line=line.order_line.public_id,
        quantity=line.quantity - line.settled,
        fault=Fault(line.fault),
        restocking=restocking,
    )


def promise_own_return(exchange: Exchange, *, at: datetime) -> None:
    """Let a replacement that is sent come back as long as what it was exchanged for could have."""
    if exchange.order is None:
        return
    of_case = {line.public_id: line.order_line_id for line in list_lines_of(exchange.case)}
    originals: dict[int, list[ShownDeadline]] = {}
    for shown in ShownDeadline.objects.filter(order_line__in=of_case.values()):
        originals.setdefault(shown.order_line_id, []).append(shown)
    for line in list_lines(exchange.order):
        for shown in originals.get(of_case.get(line.external_id, 0), ()):
            _promise(line.pk, shown.outcome, shown.until)


def count_replacement_from_arrival(order_id: str, *, at: datetime) -> None:
    """Let a replacement that arrived come back for 14 days at least; others are left alone."""
    exchange = Exchange.objects.filter(order__public_id=order_id).select_related("order").first()
    if exchange is None or exchange.order is None:
        return
    zone = get_merchant().zone
    last = at.astimezone(zone).date() + timedelta(days=OWN_RETURN_DAYS)
    until = datetime.combine(last, time(23, 59, 59), zone)
    for line in list_lines(exchange.order):
        for outcome in Outcome:
            _promise(line.pk, outcome.value, until)


def _promise(line: int, outcome: str, until: datetime) -> None:
    known = ShownDeadline.objects.filter(order_line_id=line, outcome=outcome).first()
    if known is None or known.until < until:
        ShownDeadline.objects.update_or_create(
            order_line_id=line, outcome=outcome, defaults={"until": until}
        )
