"""Reads of exchanges."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet, Sum
from django.http import Http404

from commerce.selectors import get_merchant, get_variant
from returns.enums import Outcome, ReplacementState, ReturnState
from returns.enums.exchanges import (
    ExchangePaymentKind,
    ExchangePaymentState,
    ExchangeState,
    ExchangeTiming,
)
from returns.models import (
    Exchange,
    ExchangePayment,
    ExchangeTerms,
    Replacement,
    Return,
    Settlement,
)
from returns.ports import Due, payment_provider_for
from returns.rules.exchange_moves import (
    BEFORE_SHIPPING,
    REMINDERS,
    RENEW_BEFORE,
    ExchangeFacts,
    HeldUnits,
    unfillable,
)
from returns.selectors.eligibility import reserved_stock
from returns.selectors.money import locked_rate

if TYPE_CHECKING:
    from commerce.models import Order, OrderLine, Variant
    from returns.rules.quotes import Quote

_WITH = ("case__order__customer", "case__policy_version", "order")


def exchange_terms() -> ExchangeTerms:
    """Return how the shop carries out exchanges."""
    return ExchangeTerms.objects.first() or ExchangeTerms()


def exchange_of(case: Return) -> Exchange | None:
    """Return the exchange of a return; None for another outcome, or one older than exchanges."""
    return Exchange.objects.select_related(*_WITH).filter(case=case).first()


def get_exchange(public_id: str) -> Exchange:
    """Return an exchange with its return and orders; raises Exchange.DoesNotExist."""
    found: Exchange = Exchange.objects.select_related(*_WITH).get(public_id=public_id)
    return found


def access_exchange(public_id: str) -> Exchange:
    """Return an exchange of the scope's shop for a page; raises Http404."""
    found = Exchange.objects.select_related(*_WITH).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def list_exchanges(*, state: str = "", return_id: str = "") -> QuerySet[Exchange]:
    """Return exchanges, newest first, in one state or of one return where that is given."""
    found: QuerySet[Exchange] = Exchange.objects.select_related(*_WITH).order_by("-id")
    if state:
        found = found.filter(state=state)
    return found.filter(case__public_id=return_id) if return_id else found


def exchanges_around(order: Order) -> list[Exchange]:
    """Return the exchanges that sent something instead of units of an order, or that it is of.

    Only those whose replacements have an order of their own; oldest first.
    """
    found = Exchange.objects.filter(Q(case__order=order) | Q(order=order), order__isnull=False)
    return list(found.select_related(*_WITH).order_by("id"))


def list_payments_of(exchange: Exchange) -> list[ExchangePayment]:
    """Return the payment pages and holds of an exchange, oldest first."""
    return list(ExchangePayment.objects.filter(exchange=exchange).order_by("id"))


def get_exchange_payment(public_id: str) -> ExchangePayment:
    """Return a payment with its exchange; raises ExchangePayment.DoesNotExist."""
    return _payments().get(public_id=public_id)


def payment_by_reference(reference: str) -> ExchangePayment | None:
    """Return the payment that a provider knows by this name, or None."""
    return _payments().filter(reference=reference).exclude(reference="").first()


def _payments() -> QuerySet[ExchangePayment]:
    found: QuerySet[ExchangePayment] = ExchangePayment.objects.select_related(
        *(f"exchange__{name}" for name in _WITH)
    )
    return found


def sum_paid(exchange: Exchange) -> int:
    """Return what was paid on top, in minor units: differences, no charges."""
    paid = ExchangePayment.objects.filter(
        exchange=exchange,
        kind=ExchangePaymentKind.DIFFERENCE,
        state=ExchangePaymentState.PAID,
    )
    return paid.aggregate(total=Sum("amount"))["total"] or 0


def is_difference_paid(case: Return) -> bool:
    """Whether the shopper has paid what the exchange of a return costs on top."""
    exchange = exchange_of(case)
    return exchange is not None and 0 < exchange.due <= sum_paid(exchange)


def was_sent_ahead(case: Return) -> bool:
    """Whether the replacement of a return was sent before the original came."""
    return Exchange.objects.filter(case=case, state=ExchangeState.SHIPPED).exists()


def is_partly_sent(exchange: Exchange) -> bool:
    """Whether something of an exchange has left the shop: it cannot be undone as a whole."""
    sent = Replacement.objects.filter(line__case=exchange.case, state=ReplacementState.SHIPPED)
    return sent.exists()


def hold_of(exchange: Exchange) -> ExchangePayment | None:
    """Return the hold that stands for an exchange, or None."""
    return ExchangePayment.objects.filter(
        exchange=exchange,
        state__in=[ExchangePaymentState.HELD, ExchangePaymentState.LAPSING],
    ).first()


def credit_booked(case: Return) -> int:
    """Return the credit that was booked for replacements of a return and not paid out since."""
    booked = Settlement.objects.filter(case=case, outcome=Outcome.EXCHANGE)
    paid_out = Settlement.objects.filter(key=f"{_key_of(case)}:converted")
    return sum(one.total - one.quote.get("rest", 0) for one in [*booked, *paid_out])


def _key_of(case: Return) -> str:
    found = Exchange.objects.filter(case=case).values_list("public_id", flat=True).first()
    return found or ""


def due_booked(case: Return) -> int:
    """Return what replacements cost beyond the credit, as far as they were settled."""
    booked = Settlement.objects.filter(case=case, outcome=Outcome.EXCHANGE)
    return sum(one.quote.get("due", 0) for one in booked)


def facts_of_exchange(exchange: Exchange) -> ExchangeFacts:
    """Return what decides how an exchange goes on, as it is now."""
    case = exchange.case
    units = dict(
        Replacement.objects.filter(line__case=case)
        .order_by()
        .values_list("state")
        .annotate(units=Sum("quantity"))
    )
    return ExchangeFacts(
        state=ExchangeState(exchange.state),
        returned=ReturnState(case.state),
        timing=ExchangeTiming(exchange.timing),
        due=exchange.due,
        paid=sum_paid(exchange),
        held=hold_of(exchange) is not None,
        reserved=units.get(ReplacementState.RESERVED, 0),
        ready=units.get(ReplacementState.READY, 0),
        shipped=units.get(ReplacementState.SHIPPED, 0),
        accepted=Settlement.objects.filter(case=case, outcome=Outcome.EXCHANGE).exists(),
    )


def due_of(order: Order, amount: int) -> Due:
    """Return money owed for an order as a taker of payments needs it."""
    return Due(
        order_id=order.public_id, source=order.source, amount=amount, currency=order.currency
    )


def may_be_instant(order: Order, quoted: Quote) -> bool:
    """Whether a shopper may have the replacement at once, with its price held on their card.

    It is for even exchanges: what costs more is paid first.
    """
    terms, cost = exchange_terms(), sum(one.cost for one in quoted.replacements)
    if not terms.instant or quoted.due or not cost:
        return False
    rate = locked_rate(order)
    at_home = rate.mirror(cost) if rate else cost
    if terms.instant_cap is not None and at_home > terms.instant_cap:
        return False
    return payment_provider_for(due_of(order, cost)) is not None


def wanted_variant(line: OrderLine, public_id: str) -> tuple[Variant, int | None] | None:
    """Return a variant a line may be exchanged for with its free stock, or None.

    Another product than the line's may be chosen where the shop lets shoppers shop now; None as
    stock means that nobody counts it.
    """
    variant = get_variant(public_id)
    if variant is None:
        return None
    same = line.variant is not None and variant.product_id == line.variant.product_id
    if not same and not exchange_terms().shop_now:
        return None
    if variant.stock is None:
        return (variant, None)
    return (variant, variant.stock - reserved_stock([variant.pk]).get(variant.pk, 0))


def list_unfillable() -> list[Exchange]:
    """Return the exchanges of the shop that hold units which are not there any more.

    Who asked first is served first; shoppers who were asked what they want are left in peace, and
    so are exchanges of which something was sent already: what is missing waits for stock.
    """
    held = Replacement.objects.filter(
        state__in=[ReplacementState.RESERVED, ReplacementState.READY],
        variant__stock__isnull=False,
        line__case__exchange__state__in=BEFORE_SHIPPING,
    )
    by_variant: dict[int, tuple[int, list[HeldUnits]]] = {}
    for one in held.select_related("variant", "line__case__exchange").order_by("id"):
        _stock, units = by_variant.setdefault(one.variant_id, (one.variant.stock or 0, []))
        units.append(HeldUnits(exchange=one.line.case.exchange.pk, quantity=one.quantity))
    short = {pk for stock, units in by_variant.values() for pk in unfillable(stock, units)}
    sent = Replacement.objects.filter(
        state=ReplacementState.SHIPPED, line__case__exchange__in=short
    ).values("line__case")
    found = Exchange.objects.select_related(*_WITH).filter(pk__in=short, asked_at=None)
    return list(found.exclude(case__in=sent).order_by("id"))


def list_unpaid(*, at: datetime) -> list[tuple[int, str]]:
    """Return merchant and public id of exchanges whose time to be paid or held is over."""
    late = Exchange.every_merchant.filter(
        Q(state=ExchangeState.PAYMENT_DUE)
        | Q(state=ExchangeState.REQUESTED, timing=ExchangeTiming.INSTANT),
        pay_by__lte=at,
        asked_at=None,
    )
    return list(late.order_by("id").values_list("merchant_id", "public_id"))


def list_lapsing(*, at: datetime) -> list[tuple[int, str]]:
    """Return merchant and public id of the holds to be renewed."""
    lapsing = ExchangePayment.every_merchant.filter(
        state=ExchangePaymentState.HELD, expires_at__lte=at + RENEW_BEFORE
    )
    return list(lapsing.order_by("id").values_list("merchant_id", "public_id"))


def list_to_remind() -> list[tuple[int, str]]:
    """Return merchant and public id of exchanges whose original is due back within days."""
    waiting = Exchange.every_merchant.filter(
        state=ExchangeState.SHIPPED,
        case__state=ReturnState.APPROVED,
        return_by__isnull=False,
    ).exclude(reminded=min(REMINDERS))
    return list(waiting.order_by("id").values_list("merchant_id", "public_id"))


def merchants_with_exchanges() -> list[int]:
    """Return the shops in which an exchange waits for stock it holds."""
    open_ones = Exchange.every_merchant.filter(state__in=BEFORE_SHIPPING).order_by()
    return list(open_ones.values_list("merchant_id", flat=True).distinct())


def local_day(at: datetime) -> date:
    """Return the day it is in the shop."""
    return at.astimezone(get_merchant().zone).date()
