"""What each of Stripe's events leads to: one named effect per request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from commerce.ports import RefundFacts
from commerce.selectors import get_merchant, get_order_paid_by
from commerce.services.disputes import take_in_dispute
from commerce.services.refunds import take_back_refund, take_in_refund
from integrations.connections import DISCONNECTED, find_api, was_disconnected
from integrations.events import HoldTaken
from integrations.models import Service
from integrations.stripe import parse
from integrations.stripe.access import is_live
from integrations.stripe.calls import find_call
from integrations.stripe.outbound import STRIPE, follow_own
from integrations.stripe.pages import PAGE, tell_paid
from postexp.kernel.events import append
from postexp.kernel.inbox import Effect, Unreadable
from postexp.kernel.models import InboxMessage
from returns.selectors.exchanges import was_let_go
from returns.services import exchanges, payments_told

if TYPE_CHECKING:
    from commerce.models import Order

# From this version of the API on, every refund is told of by an event of its own.
TELLS_REFUNDS = "2024-10-28"

Reader = Callable[[parse.Told, datetime], Effect]


def process(message: InboxMessage, at: datetime) -> Effect:
    """Lead one stored webhook to its effect. Topics nobody reads end as `ignored`, said aloud.

    What comes after the shop disconnected is kept and has no effect, and so are rehearsals told to
    a shop with real money, and real ones told to a shop that rehearses.
    """
    if was_disconnected(service=Service.STRIPE, at=message.received_at):
        return DISCONNECTED
    told = parse.read_event(bytes(message.body))
    reader = READERS.get(told.topic)
    if reader is None:
        return _ignored(f"No use for the topic {told.topic!r}.")
    connection = find_api(Service.STRIPE)
    if connection is None or is_live(connection) != told.live:
        return _ignored("It is of test mode and the key is not, or the other way round.")
    return reader(told, at)


def _refund(told: parse.Told, at: datetime) -> Effect:
    return _take_in_refund(parse.read_refund(told.thing), at)


def _take_in_refund(refund: parse.ToldRefund, at: datetime) -> Effect:
    """A refund of ours ends as told; one that was made at Stripe goes into the same ledger."""
    own = follow_own(refund, at=at)
    if own is not None:
        return own
    if was_let_go(refund.paid_by, refund.amount, made_at=refund.made_at):
        return _ignored("It is what was held and not taken: Stripe lets go of it by a refund.")
    order = _order(refund.paid_by)
    if order is None:
        return _ignored("It is about a payment of no order here.")
    if not (refund.succeeded or refund.came_to_nothing):
        return _ignored(f"The refund is {refund.status}: no money went back.")
    if refund.currency != order.currency:
        raise Unreadable(
            f"The refund is in {refund.currency}, and the order in {order.currency}.",
            "Look at the payment in Stripe, and book the refund by hand.",
        )
    # Stripe may tell in any order: one that failed is kept, so that its success is not news later.
    take = take_in_refund if refund.succeeded else take_back_refund
    taken = take(
        RefundFacts(
            external_id=refund.external_id,
            order_external_id=order.external_id,
            processed_at=refund.made_at,
            amount=refund.amount,
            currency=refund.currency,
        ),
        at=at,
        actor=STRIPE,
    )
    came_back = taken.came_back_at is not None
    return Effect(
        kind="platform_refund",
        object_id=taken.public_id,
        detail={"lines": 0, **({"state": refund.status} if came_back else {})},
    )


def _refunded_charge(told: parse.Told, at: datetime) -> Effect:
    """Older versions tell of refunds in their charge, newer ones apart."""
    refunds = list(told.thing.child("refunds").children("data"))
    if refunds:
        # All of them, the newest first: each is taken in once.
        effects = [_take_in_refund(parse.read_refund(one), at) for one in reversed(refunds)]
        return effects[-1]
    if told.version < TELLS_REFUNDS:
        raise Unreadable(
            f"Version {told.version or '(none)'} of Stripe's API does not tell of refunds.",
            f"Create the endpoint anew in Stripe, with version {TELLS_REFUNDS} or later.",
        )
    return _ignored("Its refunds are told of by refund.created.")


def _dispute(told: parse.Told, at: datetime) -> Effect:
    dispute = parse.read_dispute(told)
    if dispute.facts is None:
        return _ignored("An inquiry takes no money yet.")
    order = _order(dispute.paid_by)
    if order is None:
        return _ignored("It is about a payment of no order here.")
    taken = take_in_dispute(dispute.facts, order_id=order.public_id, at=at, actor=STRIPE)
    return Effect(kind="order", object_id=order.public_id, detail={"chargeback": taken.state})


def _page_complete(told: parse.Told, at: datetime) -> Effect:
    page = parse.read_page(told.thing)
    if not page.key:
        return _ignored("It is a page that we did not open.")
    if not page.is_paid:
        return _ignored("What is held is told of apart.")
    tell_paid(page, at=at)
    return Effect(kind="payment", object_id=page.payment, detail={"state": "paid"})


def _page_closed(told: parse.Told, at: datetime) -> Effect:
    page = parse.read_page(told.thing)
    if not page.key:
        return _ignored("It is a page that we did not open.")
    payments_told.note_page_closed(page.reference, at)
    return Effect(kind="payment", detail={"state": "closed"})


def _held(told: parse.Told, at: datetime) -> Effect:
    """Money is held; until when, Stripe has to be asked."""
    intent = parse.read_intent(told.thing)
    page = find_call(PAGE, intent.page_key) if intent.page_key else None
    if page is None or not page.reference:
        return _ignored("It was held on no page of ours, or held anew by us.")
    append(
        HoldTaken(
            merchant_public_id=get_merchant().public_id,
            payment=intent.external_id,
            page=page.reference,
        ),
        at=at,
        actor=STRIPE,
    )
    return Effect(kind="payment", object_id=intent.external_id, detail={"state": "held"})


def _let_go(told: parse.Told, at: datetime) -> Effect:
    intent = parse.read_intent(told.thing)
    if not (intent.page_key or intent.hold_key):
        return _ignored("It is a payment that we did not ask for.")
    if intent.cancelled_by_us:
        return _ignored("We let go of it ourselves.")
    exchanges.note_hold_ended(intent.external_id, at)
    return Effect(kind="payment", object_id=intent.external_id, detail={"state": "let go"})


def _declined(told: parse.Told, at: datetime) -> Effect:
    return _ignored("A card was declined: on a page another may be tried.")


def _order(paid_by: tuple[str, ...]) -> Order | None:
    return get_order_paid_by(STRIPE, paid_by)


def _ignored(reason: str) -> Effect:
    return Effect(kind="ignored", detail={"reason": reason})


READERS: dict[str, Reader] = {
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.refund.updated": _refund,
    "charge.refunded": _refunded_charge,
    "charge.dispute.created": _dispute,
    "charge.dispute.updated": _dispute,
    "charge.dispute.closed": _dispute,
    "checkout.session.completed": _page_complete,
    "checkout.session.expired": _page_closed,
    "payment_intent.amount_capturable_updated": _held,
    "payment_intent.canceled": _let_go,
    "payment_intent.payment_failed": _declined,
}
"""The events to choose in Stripe."""
