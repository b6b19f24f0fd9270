"""What shoppers are told of their exchanges, and staff of those that need them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_noop, override, pgettext_lazy

from commerce.links import order_token, site_url
from commerce.selectors import get_merchant, get_order
from notifications.ports import (
    OF_ORDER,
    AlertKind,
    MessageKind,
    MessageVariables,
    register_alert,
    register_kind,
)
from notifications.selectors import order_variables
from postexp.kernel import clock
from returns.enums import Outcome, ReturnState
from returns.enums.exchanges import (
    ConvertedFor,
    ExchangePaymentKind,
    ExchangeState,
    Instead,
)
from returns.events import (
    ExchangeChoiceNeeded,
    ExchangeConverted,
    ExchangeDowngraded,
    ExchangeEvent,
    ExchangeHoldFailed,
    ExchangeMoved,
    ExchangePaymentDue,
    ExchangeReminded,
    ExchangeRestGivenUp,
    ExchangeStockShort,
)
from returns.models import Exchange
from returns.ports import payment_provider_for
from returns.rules.states import UNDO_TIME
from returns.selectors import list_returns_of_order
from returns.selectors.exchanges import (
    due_of,
    exchange_of,
    get_exchange,
    hold_of,
    sum_paid,
    what_is_due,
)
from returns.serializers.exchanges import (
    converted_words,
    represent_exchange,
    rest_words,
    trouble_words,
)


def _told(
    exchange: Exchange, why: str = "", instead: str = "", outcome: str = ""
) -> MessageVariables | None:
    case = exchange.case
    url = site_url(
        get_merchant(),
        "site:return_status",
        case.locale,
        order_token(case.order.public_id),
        case.public_id,
    )
    with override(case.locale):
        trouble = trouble_words(why) if why else ""
        outcome = converted_words(why, instead) if instead else outcome
    told = {
        **represent_exchange(exchange),
        "url": url,
        "why": trouble,
        "outcome_words": outcome,
        "is_hold": exchange.state == ExchangeState.REQUESTED,
        "has_difference": exchange.due > sum_paid(exchange),
        "is_kept": exchange.state == ExchangeState.UNRETURNED,
        "is_online": payment_provider_for(due_of(case.order, exchange.due)) is not None,
    }
    return order_variables(case.order.public_id, exchange=told)


def exchange_variables(event: ExchangeEvent) -> MessageVariables | None:
    """The order and the exchange; `why` and `outcome_words` say what went otherwise.

    Nobody is written to of a gift, least of all its buyer.
    """
    exchange = get_exchange(event.exchange_id)
    if exchange.case.gift_id is not None:
        return None
    return _told(exchange, getattr(event, "why", ""), getattr(event, "instead", ""))


def rest_variables(event: ExchangeRestGivenUp) -> MessageVariables | None:
    """The order and the exchange; `outcome_words` say what is not sent, and what is given for it.

    Nobody is written to of a gift.
    """
    exchange = get_exchange(event.exchange_id)
    if exchange.case.gift_id is not None:
        return None
    with override(exchange.case.locale):
        return _told(exchange, outcome=rest_words(event.units, event.instead))


def _rest_example(order_id: str) -> MessageVariables | None:
    """The order's newest exchange, as if one item of it could not be sent."""
    for case in list_returns_of_order(get_order(order_id)):
        exchange = exchange_of(case)
        if exchange is not None:
            with override(case.locale):
                return _told(exchange, outcome=rest_words(1, Outcome.REFUND))
    return None


def _example(order_id: str) -> MessageVariables | None:
    """The order's newest exchange, as it stands."""
    for case in list_returns_of_order(get_order(order_id)):
        exchange = exchange_of(case)
        if exchange is not None:
            why = exchange.trouble or ConvertedFor.SOLD_OUT
            found = _told(exchange, why, exchange.instead or Instead.REFUND)
            return found and replace(found, facts=_as_if_waited_for(found.facts))
    return None


def _as_if_waited_for(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give an exchange of which nothing is waited for the days of one in whose middle it is."""
    later, told = clock.now() + timedelta(days=3), facts["exchange"]
    days = {"pay_by": later.isoformat(), "return_by": later.date().isoformat()}
    return {**facts, "exchange": {**told, **{key: told[key] or days[key] for key in days}}}


def why_not_due(object_id: str) -> str:
    """Why nothing is to be paid, or held, any more."""
    exchange = get_exchange(object_id.partition(":")[0])
    if exchange.case.state == ReturnState.IN_REVIEW:
        return gettext_noop("The approval was taken back or the return cancelled.")
    due = what_is_due(exchange, at=clock.now())
    if due is None or due[0] != object_id.split(":")[1]:
        return gettext_noop("It was paid in the meantime, or is not wanted any more.")
    return ""


def due_id(event: ExchangePaymentDue) -> str:
    """Name what is asked for; what is kept may be asked for again, and is told of each time."""
    name = f"{event.exchange_id}:{event.kind}"
    return f"{name}:{event.pay_by}" if event.kind == ExchangePaymentKind.PRICE else name


def why_not_asked(object_id: str) -> str:
    """Why a shopper need not choose any more."""
    exchange = get_exchange(object_id.partition(":")[0])
    if exchange.closed_at is not None or exchange.asked_at is None:
        return gettext_noop("The shopper has chosen in the meantime.")
    return ""


def why_not_reminded(object_id: str) -> str:
    """Why a return is not missed any more."""
    exchange = get_exchange(object_id.partition(":")[0])
    if exchange.state != ExchangeState.SHIPPED:
        return gettext_noop("The return was sent in the meantime.")
    return ""


def _is_unreturned(event: ExchangeMoved) -> bool:
    """What can be taken of a hold needs nobody, nor what has come or was paid since."""
    exchange = get_exchange(event.exchange_id)
    gone = ExchangeState.UNRETURNED
    return event.state == gone == exchange.state and hold_of(exchange) is None


register_kind(
    MessageKind(
        name="exchange.payment_due",
        room="returns",
        title=pgettext_lazy("kind of message", "Exchange: payment due"),
        event=ExchangePaymentDue,
        object_id=due_id,
        variables=exchange_variables,
        tells=(*OF_ORDER, "exchange"),
        still_true=why_not_due,
        hold=UNDO_TIME,
        example=_example,
    )
)
register_kind(
    MessageKind(
        name="exchange.choice_needed",
        room="returns",
        title=pgettext_lazy("kind of message", "Exchange not possible: what instead?"),
        event=ExchangeChoiceNeeded,
        object_id=lambda event: f"{event.exchange_id}:{event.why}",
        variables=exchange_variables,
        tells=(*OF_ORDER, "exchange"),
        still_true=why_not_asked,
        example=_example,
    )
)
register_kind(
    MessageKind(
        name="exchange.converted",
        room="returns",
        title=pgettext_lazy("kind of message", "Exchange not possible: what you get"),
        event=ExchangeConverted,
        object_id=lambda event: f"{event.exchange_id}:{event.why}:{event.instead}",
        variables=exchange_variables,
        tells=(*OF_ORDER, "exchange"),
        example=_example,
    )
)
register_kind(
    MessageKind(
        name="exchange.rest_given_up",
        room="returns",
        title=pgettext_lazy("kind of message", "Exchange: the rest is not sent"),
        event=ExchangeRestGivenUp,
        object_id=lambda event: f"{event.exchange_id}:{event.units}",
        variables=rest_variables,
        tells=(*OF_ORDER, "exchange"),
        example=_rest_example,
    )
)
register_kind(
    MessageKind(
        name="exchange.downgraded",
        room="returns",
        title=pgettext_lazy("kind of message", "Exchange: sent once the return is on its way"),
        event=ExchangeDowngraded,
        object_id=lambda event: event.exchange_id,
        variables=exchange_variables,
        tells=(*OF_ORDER, "exchange"),
        example=_example,
    )
)
register_kind(
    MessageKind(
        name="exchange.return_reminded",
        room="returns",
        title=pgettext_lazy("kind of message", "Exchange: the return is due"),
        event=ExchangeReminded,
        object_id=lambda event: f"{event.exchange_id}:{event.days}",
        variables=exchange_variables,
        tells=(*OF_ORDER, "exchange"),
        still_true=why_not_reminded,
        example=_example,
    )
)
register_alert(
    AlertKind(
        name="exchange.hold_failed",
        title=pgettext_lazy("kind of alert", "Held amount of an exchange"),
        event=ExchangeHoldFailed,
        object_id=lambda event: f"{event.payment_id}",
        detail=lambda event: get_exchange(event.exchange_id).case.number,
        page=lambda event: ("return_detail", [event.return_id]),
        icon="octagon-alert",
        tone="problem",
    )
)
register_alert(
    AlertKind(
        name="exchange.choice_needed",
        title=pgettext_lazy("kind of alert", "Exchange not possible"),
        event=ExchangeChoiceNeeded,
        object_id=lambda event: f"{event.exchange_id}:{event.why}",
        detail=lambda event: get_exchange(event.exchange_id).case.number,
        page=lambda event: ("return_detail", [event.return_id]),
        icon="package-x",
    )
)
register_alert(
    AlertKind(
        name="exchange.stock_short",
        title=pgettext_lazy("kind of alert", "Rest of an exchange out of stock"),
        event=ExchangeStockShort,
        object_id=lambda event: event.exchange_id,
        detail=lambda event: get_exchange(event.exchange_id).case.number,
        page=lambda event: ("return_detail", [event.return_id]),
        icon="package-x",
    )
)
register_alert(
    AlertKind(
        name="exchange.unreturned",
        title=pgettext_lazy("kind of alert", "Original of an exchange did not come back"),
        event=ExchangeMoved,
        object_id=lambda event: event.exchange_id,
        detail=lambda event: get_exchange(event.exchange_id).case.number,
        page=lambda event: ("return_detail", [event.return_id]),
        icon="octagon-alert",
        tone="problem",
        applies=_is_unreturned,
    )
)
