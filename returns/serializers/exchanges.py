"""Exchanges as the API, messages and pages tell of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commerce.serializers import instant, money
from postexp.design import formats
from postexp.kernel.money import Money
from returns.enums import Outcome
from returns.enums.exchanges import (
    ConvertedFor,
    ExchangePaymentKind,
    ExchangePaymentState,
    ExchangeState,
    ExchangeTiming,
    Instead,
)
from returns.models import Exchange, ExchangePayment, ReturnLine
from returns.ports import payment_provider_for
from returns.selectors import list_lines_of
from returns.selectors.exchanges import (
    due_of,
    hold_of,
    is_partly_sent,
    list_payments_of,
    may_give_up,
    owed_now,
    sum_paid,
    what_is_due,
)

if TYPE_CHECKING:
    from commerce.models import OrderLine, Variant
    from returns.rules.quotes import Quote

EXCHANGE_TONES: dict[str, str] = {
    ExchangeState.QUOTED: "neutral",
    ExchangeState.REQUESTED: "information",
    ExchangeState.PAYMENT_DUE: "attention",
    ExchangeState.APPROVED: "information",
    ExchangeState.READY_TO_SHIP: "attention",
    ExchangeState.SHIPPED: "accent",
    ExchangeState.COMPLETED: "good",
    ExchangeState.CONVERTED: "neutral",
    ExchangeState.UNRETURNED: "problem",
    ExchangeState.CHARGED: "attention",
    ExchangeState.CANCELLED: "neutral",
}


def represent_exchange(exchange: Exchange) -> dict[str, Any]:
    """Return an exchange; amounts are in the currency of its order.

    `rest_to` is where what it leaves of the value goes. `due` is what the shopper still pays on
    top, until `pay_by` or as it is taken of a hold, and of an original that did not come what they
    owe for what they keep; `held_until` is when a hold on their card lapses; `replacement_order_id`
    is the order that sells the replacements, once there is one; `short_since` is since when stock
    is missing for the rest of what was sent in part.
    """
    case, currency = exchange.case, exchange.case.order.currency
    hold = hold_of(exchange)
    return {
        "id": exchange.public_id,
        "return_id": case.public_id,
        "return_number": case.number,
        "order_id": case.order.public_id,
        "state": exchange.state,
        "timing": exchange.timing,
        "instead": exchange.instead or None,
        "trouble": exchange.trouble or None,
        "rest_to": exchange.rest_to,
        "cost": money(exchange.cost, currency),
        "due": money(_still_due(exchange), currency),
        "pay_by": instant(exchange.pay_by),
        "held_until": instant(hold.expires_at) if hold else None,
        "return_by": exchange.return_by.isoformat() if exchange.return_by else None,
        "short_since": instant(exchange.short_since),
        "replacement_order_id": exchange.order.public_id if exchange.order else None,
        "lines": [_line(line) for line in list_lines_of(case) if line.variant],
        "payments": [_payment(one, currency) for one in list_payments_of(exchange)],
    }


def _still_due(exchange: Exchange) -> int:
    if exchange.state == ExchangeState.UNRETURNED:
        return owed_now(exchange)
    return max(0, exchange.due - sum_paid(exchange))


def _line(line: ReturnLine) -> dict[str, Any]:
    assert line.variant is not None
    product = line.variant.product
    return {
        "return_line_id": line.public_id,
        "variant_id": line.variant.public_id,
        "title": product.title,
        "variant_title": line.variant.title,
        "image_url": product.image.url if product.image else "",
        "quantity": line.quantity,
    }


def _payment(payment: ExchangePayment, currency: str) -> dict[str, Any]:
    return {
        "id": payment.public_id,
        "kind": payment.kind,
        "state": payment.state,
        "amount": money(payment.amount, currency),
        "taken": money(payment.came_in, currency),
        "provider": payment.provider,
        "reference": payment.reference,
        "pay_url": payment.pay_url,
    }


def title_instead(sold: OrderLine, variant: Variant) -> str:
    """Return what is sent instead of a line: the variant, with its product where it is another."""
    if sold.product_id == variant.product_id:
        return variant.title or variant.product.title
    return f"{variant.product.title} {variant.title}".strip()


def exchange_for_shopper(exchange: Exchange | None, *, at: datetime) -> dict[str, Any] | None:
    """Return what the shopper's page tells of an exchange and asks for; None where nothing is."""
    if exchange is None:
        return None
    pay, may_choose = _to_pay(exchange, at), exchange.asked_at is not None
    ended = exchange.state == ExchangeState.CONVERTED
    told = {
        "exchange": exchange,
        "sentence": _sentence(exchange, pay),
        "pay": pay,
        "choices": _choices(exchange) if may_choose and not ended else [],
    }
    return told if told["sentence"] or pay or told["choices"] else None


def _to_pay(exchange: Exchange, at: datetime) -> dict[str, Any] | None:
    asked = what_is_due(exchange, at=at)
    if asked is None:
        return None
    (kind, amount), order = asked, exchange.case.order
    return {
        "is_hold": kind is ExchangePaymentKind.HOLD,
        "is_price": kind is ExchangePaymentKind.PRICE,
        "difference": Money(exchange.due, order.currency) if exchange.due else None,
        "amount": Money(amount, order.currency),
        "until": exchange.pay_by,
        "online": payment_provider_for(due_of(order, amount)) is not None,
    }


def _sentence(exchange: Exchange, pay: dict[str, Any] | None) -> str:
    if exchange.state == ExchangeState.CONVERTED:
        return converted_words(exchange.trouble, exchange.instead)
    if exchange.asked_at is not None:
        return f"{trouble_words(exchange.trouble)} {_('What would you like instead?')}"
    if pay is not None:
        return ""
    if exchange.state == ExchangeState.SHIPPED and exchange.return_by is not None:
        return _sent_words(exchange, formats.day(exchange.return_by, "auto"))
    if exchange.state == ExchangeState.APPROVED and exchange.timing != ExchangeTiming.ON_RECEIPT:
        return _("We send your new one as soon as the carrier has your parcel.")
    if exchange.state == ExchangeState.CHARGED:
        if any(one.kind == ExchangePaymentKind.PRICE for one in list_payments_of(exchange)):
            return _(
                "You paid for your new one, since the other one did not come. If it still comes, "
                "you get that back."
            )
        return _(
            "We charged the held amount, since the other one did not come. If it still comes, you "
            "get it back."
        )
    return ""


def _sent_words(exchange: Exchange, day: str) -> str:
    difference = exchange.due - sum_paid(exchange)
    if hold_of(exchange) is not None and difference > 0:
        amount = formats.money(Money(difference, exchange.case.order.currency))
        return _(
            "Your new one is on its way. Please send the other one back by %(day)s: then only the "
            "difference of %(amount)s is taken of what is held on your card."
        ) % {"day": day, "amount": amount}
    return _(
        "Your new one is on its way. Please send the other one back by %(day)s: then nothing "
        "is charged."
    ) % {"day": day}


def hold_words(quoted: Quote) -> list[str]:
    """Return what is held for a replacement that is sent at once, and what is taken of it when."""
    cost = formats.money(Money(sum(one.cost for one in quoted.replacements), quoted.currency))
    held = _("%(cost)s is held on your card, and nothing taken, so that we send it at once.")
    if not quoted.due:
        later = _(
            "It is let go as soon as your parcel is on its way to us. If you do not send it in "
            "time, %(cost)s is charged."
        )
        return [held % {"cost": cost}, later % {"cost": cost}]
    due = formats.money(Money(quoted.due, quoted.currency))
    taken = _(
        "When your parcel has arrived in good order, we take only the difference of %(due)s and "
        "let go of the rest. Where your bank lets us hold it no longer, we take the difference "
        "before."
    )
    kept = _(
        "What does not come in time and in good order you keep, and it is charged as well: never "
        "more than %(cost)s in all."
    )
    return [held % {"cost": cost}, taken % {"due": due}, kept % {"cost": cost}]


def trouble_words(why: str) -> str:
    """Return why an exchange is not possible, as its shopper reads it."""
    if why == ConvertedFor.NOT_PAID:
        return _("The difference was not paid in time, so the exchange could not go on.")
    return _("What you wanted instead is sold out.")


def converted_words(why: str, instead: str) -> str:
    """Return what a shopper gets in place of their exchange, and why."""
    what = {
        Instead.REFUND: _("You get your money back, as you chose."),
        Instead.STORE_CREDIT: _("You get store credit, as you chose."),
        Instead.SAME: _("We send you the same item again, as you chose."),
    }[Instead(instead)]
    return f"{trouble_words(why)} {what}"


def rest_words(units: int, instead: str) -> str:
    """Return what a shopper gets for units of their exchange that are not sent after all."""
    missing = ngettext(
        "%(count)s item of your exchange is sold out and cannot be sent.",
        "%(count)s items of your exchange are sold out and cannot be sent.",
        units,
    ) % {"count": units}
    if instead == Outcome.STORE_CREDIT:
        return f"{missing} {_('For what you return, you get store credit instead.')}"
    return f"{missing} {_('For what you return, you get your money back instead.')}"


def _choices(exchange: Exchange) -> list[tuple[str, str]]:
    case = exchange.case
    return [
        (one.value, str(one.label))
        for one in Instead
        if not (one is Instead.STORE_CREDIT and case.order.customer_id is None)
        and not (one is Instead.REFUND and case.gift_id is not None)
    ]


def exchange_for_staff(exchange: Exchange | None, *, at: datetime) -> dict[str, Any] | None:
    """Return what staff see of an exchange on the page of its return; None where there is none."""
    if exchange is None:
        return None
    currency = exchange.case.order.currency
    hold, due, owed = hold_of(exchange), _still_due(exchange), owed_now(exchange)
    rest = exchange.case.quote.get("rest", 0)
    state = ExchangeState(exchange.state)
    owes_what_it_has = state in (ExchangeState.UNRETURNED, ExchangeState.SHIPPED) and owed > 0
    return {
        "exchange": exchange,
        "tone": EXCHANGE_TONES[state],
        "cost": Money(exchange.cost, currency),
        "due": Money(due, currency) if due > 0 else None,
        "rest": Money(rest, currency) if rest else None,
        "hold": hold,
        "held": Money(hold.amount, currency) if hold else None,
        "payments": [
            {
                "payment": one,
                "amount": Money(one.amount, currency),
                "taken": Money(one.came_in, currency) if one.came_in != one.amount else None,
                "tone": _PAYMENT_TONES.get(ExchangePaymentState(one.state), "neutral"),
            }
            for one in list_payments_of(exchange)
        ],
        "may_take": owed > 0,
        "may_ask": owes_what_it_has,
        "owed": Money(owed, currency),
        "asked_until": exchange.pay_by if what_is_due(exchange, at=at) else None,
        "may_give_up": may_give_up(exchange),
        "choices": _choices(exchange) if exchange.asked_at and not exchange.closed_at else [],
        "may_convert": exchange.asked_at is None
        and state
        in (
            ExchangeState.REQUESTED,
            ExchangeState.PAYMENT_DUE,
            ExchangeState.APPROVED,
            ExchangeState.READY_TO_SHIP,
        )
        and not is_partly_sent(exchange),
        "may_undo": state in (ExchangeState.SHIPPED, ExchangeState.UNRETURNED),
        "may_forgive": state is ExchangeState.UNRETURNED or owes_what_it_has,
        "trouble": exchange.get_trouble_display() if exchange.trouble else "",
    }


_PAYMENT_TONES = {
    ExchangePaymentState.OPEN: "attention",
    ExchangePaymentState.PAID: "good",
    ExchangePaymentState.HELD: "information",
    ExchangePaymentState.LAPSING: "attention",
    ExchangePaymentState.CHARGED: "good",
    ExchangePaymentState.REFUSED: "problem",
    ExchangePaymentState.LOST: "attention",
}
