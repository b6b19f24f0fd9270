"""Reads of exchanges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet, Sum
from django.http import Http404

from commerce.selectors import (
    get_merchant,
    get_order,
    get_variant,
    list_lines,
    list_same_product,
)
from postexp.kernel.money import cumulative_share
from returns.enums import Outcome, ReplacementState, ReturnState, SettlementKind
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
    ReturnLine,
    ReturnParcel,
    Settlement,
    SettlementLine,
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
from returns.rules.states import UNDO_TIME
from returns.selectors.cases import list_lines_of
from returns.selectors.eligibility import reserved_stock
from returns.selectors.losses import standing_loss
from returns.selectors.money import locked_rate

if TYPE_CHECKING:
    from commerce.models import Order, OrderLine, Variant
    from returns.rules.commands import Wish
    from returns.rules.quotes import Quote
    from returns.selectors.eligibility import Judgement

_WITH = ("case__order__customer", "case__policy_version", "order")


def exchange_terms() -> ExchangeTerms:
    """Return how the shop carries out exchanges."""
    return ExchangeTerms.objects.first() or ExchangeTerms()


def exchange_of(case: Return) -> Exchange | None:
    """Return the exchange of a return; None for another outcome, or one older than exchanges."""
    return Exchange.objects.select_related(*_WITH).filter(case=case).first()


def is_of_exchange(order: Order) -> bool:
    """Whether an order is that of the replacements of an exchange."""
    return order.sale_id is not None and Exchange.objects.filter(order=order).exists()


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


def was_let_go(references: Sequence[str], amount: int, *, made_at: datetime) -> bool:
    """Whether a refund of a payment, by any of its references, is what was held and not taken.

    Some providers tell of it so, in the moment in which the rest is taken; who refunds as much of
    what was taken does so later.
    """
    taken = ExchangePayment.objects.filter(
        Q(finished_at=None) | Q(finished_at__gte=made_at - CLOCKS_DIFFER),
        kind=ExchangePaymentKind.HOLD,
        reference__in=references,
        to_take__isnull=False,
    )
    return any(one.amount - one.wanted == amount for one in taken)


CLOCKS_DIFFER = timedelta(minutes=10)


def _payments() -> QuerySet[ExchangePayment]:
    found: QuerySet[ExchangePayment] = ExchangePayment.objects.select_related(
        *(f"exchange__{name}" for name in _WITH)
    )
    return found


def sum_paid(exchange: Exchange) -> int:
    """Return what came in from the shopper, in minor units: on pages, by hand and of holds."""
    return sum(one.came_in for one in list_payments_of(exchange))


def is_difference_paid(case: Return) -> bool:
    """Whether the shopper has paid what an exchange costs on top, or it can be taken of a hold."""
    exchange = exchange_of(case)
    if exchange is None:
        return False
    hold = hold_of(exchange)
    return 0 < exchange.due <= sum_paid(exchange) + (hold.wanted if hold else 0)


def cost_of_sent(exchange: Exchange, *, settled: bool = False) -> int:
    """Return what the replacements cost that were sent, in minor units.

    `settled`: only those for which as many units of the return were settled already.
    """
    sent = Sum("replacements__quantity", filter=Q(replacements__state=ReplacementState.SHIPPED))
    lines = ReturnLine.objects.filter(case=exchange.case).order_by().annotate(sent=sent)
    return sum(
        cumulative_share(exchange.costs[position], quantity, min(units, paid) if settled else units)
        for position, quantity, paid, units in lines.filter(sent__gt=0).values_list(
            "position", "quantity", "settled", "sent"
        )
    )


def due_for_sent(exchange: Exchange) -> int:
    """Return what was sent costs beyond the credit that is booked for it, or will be."""
    case = exchange.case
    booked = Settlement.objects.filter(case=case, outcome=Outcome.EXCHANGE)
    to_come: int = case.quote["total"] - sum(one.total for one in booked)
    cost = cost_of_sent(exchange)
    paid_later = min(to_come, cost - cost_of_sent(exchange, settled=True))
    return max(0, cost - credit_booked(case) - max(0, paid_later))


def balance_of(exchange: Exchange) -> int:
    """Return what is still owed for what was sent, below zero what was paid too much for it.

    Credit of the return counts as paid once it is booked for the order of the replacements.
    """
    if exchange.order is None:
        return cost_of_sent(exchange)
    given_back = Settlement.objects.filter(order=exchange.order, kind=SettlementKind.EXCHANGE)
    back: int = given_back.aggregate(total=Sum("total"))["total"] or 0
    captured: int = get_order(exchange.order.public_id).captured
    return cost_of_sent(exchange) - captured + back


def what_is_due(exchange: Exchange, *, at: datetime) -> tuple[ExchangePaymentKind, int] | None:
    """Return what a shopper was asked to pay, or to let be held, and may now; None for nothing."""
    if exchange.pay_by is None or exchange.pay_by <= at or exchange.asked_at is not None:
        return None
    if exchange.state == ExchangeState.REQUESTED:
        return (ExchangePaymentKind.HOLD, exchange.cost)
    owed = owed_now(exchange)
    unreturned = exchange.state == ExchangeState.UNRETURNED
    kind = ExchangePaymentKind.PRICE if unreturned else ExchangePaymentKind.DIFFERENCE
    return (kind, owed) if owed else None


def owed_now(exchange: Exchange) -> int:
    """Return what a shopper owes that no hold covers: a difference, or the price of what they keep.

    Of what was sent already the difference is owed where it could not be taken of a hold.
    """
    if hold_of(exchange) is not None:
        return 0
    match exchange.state:
        case ExchangeState.PAYMENT_DUE:
            owed = exchange.due - sum_paid(exchange)
        case ExchangeState.UNRETURNED:
            owed = balance_of(exchange)
        case ExchangeState.SHIPPED if _was_refused(list_payments_of(exchange)):
            settled = exchange.case.state == ReturnState.COMPLETED
            owed = balance_of(exchange) if settled else exchange.due - sum_paid(exchange)
        case _:
            owed = 0
    return max(0, owed)


def _was_refused(payments: Iterable[ExchangePayment]) -> bool:
    return any(one.state == ExchangePaymentState.REFUSED for one in payments)


def given_up_units(exchange: Exchange) -> dict[str, int]:
    """Return how many units of each line (by public id) are not sent after all.

    They were taken off the order of the replacements.
    """
    if exchange.order is None:
        return {}
    taken_off = SettlementLine.objects.filter(
        settlement__order=exchange.order, settlement__key__startswith=rest_key(exchange)
    )
    sold = list(taken_off.values_list("order_line__external_id", "quantity"))
    others = Replacement.objects.filter(public_id__in=[key for key, _units in sold])
    line_of = dict(others.values_list("public_id", "line__public_id"))
    units = Counter[str]()
    for key, quantity in sold:
        units[line_of.get(key, key)] += quantity
    return dict(units)


def sold_as(order: Order, replacements: Sequence[Replacement]) -> dict[int, str]:
    """Return by which line (by its external id) of their order replacements (by row) are sold.

    It is named as the line of the return, or as the replacement where another variant is sent for
    a part of that line.
    """
    apart = {line.external_id for line in list_lines(order)}
    return {
        one.pk: one.public_id if one.public_id in apart else one.line.public_id
        for one in replacements
    }


def rest_key(exchange: Exchange) -> str:
    """Return how the keys of settlements begin that take units off what is sent."""
    return f"{exchange.public_id}:rest:"


def units_to_send(case: Return) -> dict[str, int]:
    """Return how many of the units of each line (by public id) a replacement is sent for."""
    exchange = exchange_of(case)
    given_up = given_up_units(exchange) if exchange is not None else {}
    lines = ReturnLine.objects.filter(case=case)
    return {one.public_id: one.quantity - given_up.get(one.public_id, 0) for one in lines}


def was_sent_ahead(case: Return) -> bool:
    """Whether something was sent instead of what a return has yet to bring."""
    sent = Replacement.objects.filter(line__case=case, state=ReplacementState.SHIPPED)
    return sent.exists()


def is_partly_sent(exchange: Exchange) -> bool:
    """Whether something of an exchange has left the shop: it cannot be undone as a whole."""
    sent = Replacement.objects.filter(line__case=exchange.case, state=ReplacementState.SHIPPED)
    return sent.exists()


UNSENT = (ReplacementState.RESERVED, ReplacementState.READY)


def list_unsent(exchange: Exchange) -> list[Replacement]:
    """Return the replacements that are held and were not sent."""
    held = Replacement.objects.filter(line__case=exchange.case, state__in=UNSENT)
    return list(held.select_related("line", "variant__product").order_by("id"))


def count_unsent(exchange: Exchange) -> int:
    """Return how many units are held and were not sent."""
    return sum(one.quantity for one in list_unsent(exchange))


def list_others(replacement: Replacement) -> list[Variant]:
    """Return the other variants of the same product of which as many are there."""
    found = list_same_product(replacement.variant)
    held = reserved_stock([one.pk for one in found])
    return [
        one
        for one in found
        if one.pk != replacement.variant_id
        and (one.stock is None or one.stock - held.get(one.pk, 0) >= replacement.quantity)
    ]


def rest_outcomes(exchange: Exchange) -> list[Outcome]:
    """Return what can be given for what of an exchange is not sent; of a gift nothing is money."""
    gift = exchange.case.gift_id is not None
    holder = exchange.case.recipient if gift else exchange.case.order.customer
    outcomes = [] if gift else [Outcome.REFUND]
    return outcomes + ([Outcome.STORE_CREDIT] if holder else [])


def rest_choices(judgement: Judgement, wishes: Sequence[Wish]) -> list[Outcome]:
    """Return where what an exchange leaves may go: money or store credit, as the policy gives them.

    Money where it gives neither, since that is how it was paid.
    """
    paid = (Outcome.REFUND, Outcome.STORE_CREDIT)
    return [one for one in paid if _is_open(judgement, wishes, one)] or [Outcome.REFUND]


def _is_open(judgement: Judgement, wishes: Sequence[Wish], outcome: Outcome) -> bool:
    _facts, decided = judgement.decide(wishes, outcome)
    lines = [judgement.line(wish.line) for wish in wishes]
    return all(
        one is not None and one.decision.offer(outcome) and line.offer(outcome)
        for one, line in zip(lines, decided.lines, strict=False)
    )


def chosen_for_rest(case: Return) -> Outcome:
    """Return where its shopper wants what an exchange leaves of its value."""
    exchange = exchange_of(case) if case.outcome == Outcome.EXCHANGE else None
    return Outcome(exchange.rest_to) if exchange is not None else Outcome.REFUND


def may_give_up(exchange: Exchange) -> bool:
    """Whether something of an exchange was sent and the rest can still be given up."""
    waiting = (ExchangeState.APPROVED, ExchangeState.READY_TO_SHIP)
    if exchange.state not in waiting or not is_partly_sent(exchange):
        return False
    return bool(list_unsent(exchange))


def hold_of(exchange: Exchange) -> ExchangePayment | None:
    """Return the hold that stands for an exchange, or None."""
    return ExchangePayment.objects.filter(
        exchange=exchange,
        state__in=_STANDING,
    ).first()


_STANDING = (ExchangePaymentState.HELD, ExchangePaymentState.LAPSING)


def credit_booked(case: Return) -> int:
    """Return the credit that was booked for replacements of a return and not paid out since."""
    booked = Settlement.objects.filter(case=case, outcome=Outcome.EXCHANGE)
    paid_out = Settlement.objects.filter(key=f"{_key_of(case)}:converted")
    return sum(one.total - one.quote.get("rest", 0) for one in [*booked, *paid_out])


def _key_of(case: Return) -> str:
    found = Exchange.objects.filter(case=case).values_list("public_id", flat=True).first()
    return found or ""


def is_on_its_way(case: Return) -> bool:
    """Whether a carrier has a parcel of a return, or everything of it was received.

    That its shopper says so is no proof of it.
    """
    if ReturnParcel.objects.filter(cases=case, scanned_at__isnull=False).exists():
        return True
    received = case.state == ReturnState.RECEIVED
    return received and not any(line.missing for line in list_lines_of(case))


def facts_of_exchange(exchange: Exchange, *, at: datetime) -> ExchangeFacts:
    """Return what decides at an instant how an exchange goes on."""
    case = exchange.case
    units = dict(
        Replacement.objects.filter(line__case=case)
        .order_by()
        .values_list("state")
        .annotate(units=Sum("quantity"))
    )
    payments = list_payments_of(exchange)
    hold = next((one for one in payments if one.state in _STANDING), None)
    accepted = Settlement.objects.filter(case=case, outcome=Outcome.EXCHANGE).exists()
    return ExchangeFacts(
        state=ExchangeState(exchange.state),
        returned=ReturnState(case.state),
        timing=ExchangeTiming(exchange.timing),
        revocable=_is_loss_revocable(case, at),
        due=exchange.due,
        paid=sum(one.came_in for one in payments),
        held=hold is not None,
        charging=hold is not None and hold.to_take is not None,
        unpaid=accepted and _was_refused(payments) and balance_of(exchange) > 0,
        reserved=units.get(ReplacementState.RESERVED, 0),
        ready=units.get(ReplacementState.READY, 0),
        shipped=units.get(ReplacementState.SHIPPED, 0),
        accepted=accepted,
        owing=accepted and _is_owing(exchange),
    )


def _is_loss_revocable(case: Return, at: datetime) -> bool:
    loss = standing_loss(case) if case.state == ReturnState.LOST else None
    return loss is not None and at < loss.at + UNDO_TIME


def _is_owing(exchange: Exchange) -> bool:
    """Whether units were sent for which none was settled, and nothing paid for them yet."""
    ahead = cost_of_sent(exchange) > cost_of_sent(exchange, settled=True)
    return ahead and balance_of(exchange) > 0


def due_of(order: Order, amount: int) -> Due:
    """Return money owed for an order as a taker of payments needs it."""
    return Due(
        order_id=order.public_id, source=order.source, amount=amount, currency=order.currency
    )


def may_be_instant(order: Order, quoted: Quote) -> bool:
    """Whether a shopper may have the replacement at once, with its price held on their card.

    What it costs more is taken of what is held, once the original has come.
    """
    terms, cost = exchange_terms(), sum(one.cost for one in quoted.replacements)
    allowed = quoted.timing is ExchangeTiming.INSTANT if quoted.timing else terms.instant
    if not allowed or not cost:
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
    so are exchanges of which something was sent already: see `list_short`.
    """
    found = _short().filter(asked_at=None)
    return list(found.exclude(case__in=_sent_in_part()).order_by("id"))


def list_short() -> list[Exchange]:
    """Return the exchanges of the shop of which something was sent and the rest is not there."""
    return list(_short().filter(case__in=_sent_in_part()).order_by("id"))


def list_known_short() -> list[Exchange]:
    """Return the exchanges of which staff know that the rest is not there."""
    found = Exchange.objects.select_related(*_WITH).filter(short_since__isnull=False)
    return list(found.filter(state__in=BEFORE_SHIPPING).order_by("id"))


def _sent_in_part() -> QuerySet[Replacement, int]:
    sent = Replacement.objects.filter(
        state=ReplacementState.SHIPPED, line__case__exchange__state__in=BEFORE_SHIPPING
    )
    return sent.order_by().values_list("line__case_id", flat=True)


def _short() -> QuerySet[Exchange]:
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
    found: QuerySet[Exchange] = Exchange.objects.select_related(*_WITH).filter(pk__in=short)
    return found


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


def list_needing_staff() -> QuerySet[Exchange]:
    """Return the exchanges that only staff can bring on, oldest first.

    Stock is missing for the rest of what was sent, or the original did not come and nothing is
    held that could be taken.
    """
    held = ExchangePayment.objects.filter(state__in=_STANDING).values("exchange_id")
    short = Q(short_since__isnull=False, state__in=BEFORE_SHIPPING)
    unreturned = Q(state=ExchangeState.UNRETURNED) & ~Q(pk__in=held)
    found: QuerySet[Exchange] = Exchange.objects.filter(short | unreturned)
    return found.select_related("case").order_by("id")


def merchants_with_exchanges() -> list[int]:
    """Return the shops in which an exchange waits for stock it holds."""
    open_ones = Exchange.every_merchant.filter(state__in=BEFORE_SHIPPING).order_by()
    return list(open_ones.values_list("merchant_id", flat=True).distinct())


def local_day(at: datetime) -> date:
    """Return the day it is in the shop."""
    return at.astimezone(get_merchant().zone).date()
