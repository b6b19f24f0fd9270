"""Refunds through Stripe: to the card that paid, once per key of ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from integrations.connections import find_api
from integrations.models import Service
from integrations.stripe import access
from integrations.stripe.amounts import to_stripe
from integrations.stripe.calls import Made, find_call, has_ended, make_once, note_answer, note_ended
from integrations.stripe.client import Form, StripeClient
from integrations.stripe.errors import Busy, StripeError, Unanswered
from integrations.stripe.parse import REFUND_MARK, ToldRefund, read_refund
from postexp.kernel.inbox import Effect
from returns import services as returns
from returns.ports import Payment, PaymentRefused, PaymentUnclear, PaymentUnderWay
from returns.selectors import find_refund

STRIPE = "stripe"
REFUND = "refund"
# What is refunded by its id: a payment, a charge, and how charges of bank transfers begin.
PAYMENTS, CHARGES = ("pi_",), ("ch_", "py_")


class StripeRefunds:
    """Pays back what was paid through Stripe, whatever platform the order came from."""

    name = STRIPE
    honours_keys = True

    def takes(self, payment: Payment) -> bool:
        """Whether the tender names a payment at Stripe, and we may ask there."""
        return (
            payment.gateway.lower() == STRIPE
            and payment.tender_external_id.startswith(PAYMENTS + CHARGES)
            and find_api(Service.STRIPE) is not None
        )

    def pay(self, payment: Payment) -> str:
        """Pay, and return the id of the refund at Stripe."""
        made = asked(REFUND, payment.key, lambda: _refund(payment))
        told = read_refund(made)
        if told.came_to_nothing:
            _forget(payment.key, told)
            raise PaymentRefused(told.why)
        if not told.succeeded:
            raise PaymentUnderWay(told.external_id)
        return told.external_id


def asked(operation: str, key: str, ask: Callable[[], Made]) -> Made:
    """Return what Stripe made under a key, with its failures as the port names them.

    Where what was asked is still known without an answer, it may have been made.
    """
    try:
        return ask()
    except (Unanswered, Busy) as error:
        raise PaymentUnclear(str(error)) from error
    except StripeError as error:
        if find_call(operation, key) is not None:
            raise PaymentUnclear(str(error)) from error
        raise PaymentRefused(str(error)) from error


def _refund(payment: Payment) -> Made:
    paid: dict[str, Form] = {
        "payment_intent"
        if payment.tender_external_id.startswith(PAYMENTS)
        else "charge": payment.tender_external_id
    }

    def look(client: StripeClient) -> Made | None:
        return next((one for one in client.pages("refunds", **paid) if _is_ours(one)), None)

    def _is_ours(made: Made) -> bool:
        told = read_refund(made)
        return told.key == payment.key and not told.came_to_nothing

    connection = access.find_account()
    amount = to_stripe(payment.amount, payment.currency)
    with access.open_client(connection) as client:
        return make_once(
            client,
            connection,
            operation=REFUND,
            key=payment.key,
            path="refunds",
            form={
                **paid,
                "amount": amount,
                "reason": "requested_by_customer",
                "metadata": {REFUND_MARK: payment.key},
            },
            look=look,
        )


def follow_own(told: ToldRefund, *, at: datetime) -> Effect | None:
    """Let a refund of ours end as Stripe tells; None for one that was made elsewhere.

    Stripe may tell before it answers us, and of an attempt that has long come to nothing.
    """
    refund = find_refund(told.key) if told.key else None
    if refund is None or refund.amount != told.amount:
        return None
    if has_ended(told.external_id):
        return Effect(kind="ignored", detail={"reason": "That attempt had come to nothing before."})
    call = find_call(REFUND, told.key)
    if told.came_to_nothing:
        _forget(told.key, told)
        _end(refund.state, told, at)
    elif told.succeeded:
        if call is not None:
            note_answer(call, told.external_id)
        returns.refund_succeeded(told.key, reference=told.external_id, at=at, actor=STRIPE)
    return Effect(kind="refund", object_id=told.key, detail={"state": told.status})


def _end(state: str, told: ToldRefund, at: datetime) -> None:
    """Note that the money did not arrive, whatever was known of the payment before."""
    if state == "succeeded":
        returns.refund_came_back(told.key, why=told.why, at=at, actor=STRIPE)
    elif state in ("processing", "outcome_unknown"):
        returns.refund_failed(told.key, why=told.why, at=at, actor=STRIPE)


def _forget(key: str, told: ToldRefund) -> None:
    """Let the next attempt under a key be a new one at Stripe."""
    call = find_call(REFUND, key)
    if call is not None and call.reference in ("", told.external_id):
        note_ended(call, told.external_id)
