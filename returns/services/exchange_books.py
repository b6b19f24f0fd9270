"""The books of an exchange: the sale of its replacements, what was taken for it, what goes back.

Money that comes in for an exchange is a tender of the order of its replacements; money that goes
back is a settlement of that order, or of the original one where it is credit that was not used.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from commerce.enums import TenderKind
from commerce.selectors import list_lines, list_tenders, lock_order
from commerce.services.exchange_orders import SoldInstead, capture_tender, open_exchange_order
from returns.enums import Fault, Outcome, SettlementKind
from returns.enums.exchanges import ExchangeMove, ExchangePaymentState
from returns.models import Exchange, ExchangePayment, ReturnLine, Settlement
from returns.rules.commands import fingerprint
from returns.rules.exchanges import tax_inside
from returns.rules.money import quote
from returns.rules.paid import Terms, Units
from returns.rules.quotes import Quote, TenderShare, UnitsValue
from returns.rules.tenders import split_over_tenders
from returns.selectors import list_lines_of, paid_order, version_of
from returns.selectors.exchanges import balance_of, credit_booked, rest_key
from returns.services.ledger import book
from returns.services.payouts import hand_over

if TYPE_CHECKING:
    from commerce.models import Order


def order_of(exchange: Exchange, *, at: datetime, actor: str) -> Order:
    """Return the order of an exchange's replacements, locked; written when it is first needed.

    The caller holds the lock of the original order and saves the exchange. Publishes OrderPlaced.
    """
    case = exchange.case
    if exchange.order is None:
        exchange.order = open_exchange_order(
            case.order,
            external_id=_name_of_sale(exchange),
            number=f"{case.order.number}-X{case.number.rpartition('-')[2]}",
            lines=[_sold(line, exchange) for line in list_lines_of(case) if line.variant],
            at=at,
            actor=actor,
            recipient=case.recipient,
            address=case.recipient_address,
            locale=case.locale,
        )
        exchange.save(update_fields=["order"])
    return lock_order(exchange.order.public_id)


def _name_of_sale(exchange: Exchange) -> str:
    """Return what names the sale of the replacements: another one where another item is sent."""
    swaps = exchange.transitions.filter(event=ExchangeMove.SWAP).count()
    return f"{exchange.public_id}:{swaps}" if swaps else exchange.public_id


def _sold(line: ReturnLine, exchange: Exchange) -> SoldInstead:
    assert line.variant is not None
    cost = exchange.costs[line.position]
    taxes, included = line.order_line.taxes, exchange.case.order.tax_included
    rate = sum(tax["rate"] for tax in taxes)
    tax = tax_inside(cost, rate)
    return SoldInstead(
        key=line.public_id,
        variant=line.variant,
        quantity=line.quantity,
        goods=cost if included else cost - tax,
        tax=tax,
        taxes=[{"title": taxes[0].get("title", ""), "rate": rate, "amount": tax}] if rate else [],
    )


def take_money(
    exchange: Exchange, *, gateway: str, reference: str, amount: int, at: datetime, actor: str
) -> None:
    """Note money a shopper paid for an exchange, in minor units; by hand without a `gateway`."""
    capture_tender(
        order_of(exchange, at=at, actor=actor),
        kind=TenderKind.CARD if gateway else TenderKind.MANUAL,
        gateway=gateway,
        external_id=reference,
        amount=amount,
    )


def cover_with_credit(exchange: Exchange, *, at: datetime, actor: str) -> None:
    """Let the credit of what came back pay for its replacement, as far as it is booked by now.

    It counts as paid the way the original was, so that it goes back there if the replacement comes
    back, too. The caller saves the exchange.
    """
    credit = credit_booked(exchange.case) - exchange.covered
    if credit <= 0:
        return
    order, original = order_of(exchange, at=at, actor=actor), exchange.case.order
    paid = paid_order(original).tenders
    means = {str(one.pk): one for one in list_tenders(original)}
    within = min(credit, sum(one.left for one in paid))
    for share in split_over_tenders(paid, within, _terms(original).tender_order):
        capture_tender(
            order,
            kind=TenderKind(means[share.tender].kind),
            gateway=means[share.tender].gateway,
            external_id=means[share.tender].external_id,
            amount=share.amount,
        )
    exchange.covered += credit


def give_back_payment(
    exchange: Exchange, amount: int, *, key: str, at: datetime, actor: str
) -> Settlement:
    """Give back money that was taken for an exchange and is not due any more, once per `key`.

    `amount` is in minor units. Publishes as `settle_return`. The caller holds the original's lock.
    """
    order = order_of(exchange, at=at, actor=actor)
    paid = paid_order(order)
    quoted = Quote(
        currency=order.currency,
        tax_included=order.tax_included,
        outcome=Outcome.REFUND,
        units=(),
        total=amount,
        not_due=amount,
        tenders=tuple(split_over_tenders(paid.tenders, amount, _terms(order).tender_order)),
    )
    return _settle(order, quoted, key=key, at=at, actor=actor)


def unsell(exchange: Exchange, *, at: datetime, actor: str) -> Settlement | None:
    """Undo the sale of replacements that were not sent, or came back instead of the original.

    What was paid on top goes back. Nothing happens where nothing was sold yet. Publishes as
    `settle_return`. The caller holds the original's lock.
    """
    if exchange.order is None:
        return None
    order = order_of(exchange, at=at, actor=actor)
    paid = paid_order(order)
    left = [
        Units(line=line.id, quantity=line.quantity - line.settled, fault=Fault.SHOPPER)
        for line in paid.lines
        if line.quantity > line.settled
    ]
    quoted = quote(paid, left, Terms(tender_order=_terms(order).tender_order))
    came_in = (ExchangePaymentState.PAID, ExchangePaymentState.CHARGED)
    ExchangePayment.objects.filter(exchange=exchange, state__in=came_in).update(
        state=ExchangePaymentState.RETURNED
    )
    return _settle(order, quoted, key=f"{order.public_id}:unsold", at=at, actor=actor)


def pay_out_credit(exchange: Exchange, to: Outcome, *, at: datetime, actor: str) -> None:
    """Give credit that was booked for a replacement which is not sent as money or store credit.

    Nothing happens while no credit is booked. Publishes as `settle_return`. The caller holds the
    order's lock.
    """
    case = exchange.case
    credit = credit_booked(case)
    if not credit:
        return
    order, paid = case.order, paid_order(case.order)
    quoted = Quote(
        currency=order.currency,
        tax_included=order.tax_included,
        outcome=Outcome.EXCHANGE,
        units=(),
        total=0,
        rest=credit,
        rest_to=to,
        tenders=tuple(split_over_tenders(paid.tenders, credit, _terms(order).tender_order))
        if to is Outcome.REFUND
        else (),
    )
    _settle(order, quoted, key=f"{exchange.public_id}:converted", at=at, actor=actor)


def give_back_excess(exchange: Exchange, *, at: datetime, actor: str) -> None:
    """Give back what came in, money or credit, beyond what the sent replacements cost.

    Publishes as `settle_return`. The caller holds the original's lock.
    """
    excess = -balance_of(exchange)
    if excess > 0:
        begun = Settlement.objects.filter(order=exchange.order, kind=SettlementKind.EXCHANGE)
        key = f"{exchange.public_id}:excess:{begun.count()}"
        give_back_payment(exchange, excess, key=key, at=at, actor=actor)


def take_off_rest(
    exchange: Exchange, units: Mapping[str, int], to: Outcome, *, at: datetime, actor: str
) -> Settlement:
    """Take units of lines (by their external id) off the order of what was sent in part.

    What came in for them goes back as `to`; what the return has yet to bring is settled with it.
    The caller holds the original's lock. Publishes as `settle_return`.
    """
    order = order_of(exchange, at=at, actor=actor)
    back = max(0, -balance_of(exchange))
    quoted = Quote(
        currency=order.currency,
        tax_included=order.tax_included,
        outcome=to,
        units=tuple(
            UnitsValue(
                line=line.public_id, quantity=units[line.external_id], price=0, goods=0, tax=0
            )
            for line in list_lines(order)
            if units.get(line.external_id)
        ),
        total=back,
        not_due=back,
        tenders=_shares(order, back) if to is Outcome.REFUND else (),
    )
    begun = Settlement.objects.filter(key__startswith=rest_key(exchange)).count()
    return _settle(order, quoted, key=f"{rest_key(exchange)}{begun}", at=at, actor=actor)


def _shares(order: Order, amount: int) -> tuple[TenderShare, ...]:
    paid = paid_order(order)
    return tuple(split_over_tenders(paid.tenders, amount, _terms(order).tender_order))


def _settle(order: Order, quoted: Quote, *, key: str, at: datetime, actor: str) -> Settlement:
    first: Settlement | None = Settlement.objects.filter(key=key).first()
    if first is not None:
        return first
    settlement = book(
        order,
        quoted,
        kind=SettlementKind.EXCHANGE,
        key=key,
        mark=fingerprint({"exchange": key}),
        at=at,
        actor=actor,
    )
    hand_over(settlement, quoted, at=at, actor=actor)
    return settlement


def _terms(order: Order) -> Terms:
    return version_of(order).policy.terms(Outcome.REFUND, order.currency)
