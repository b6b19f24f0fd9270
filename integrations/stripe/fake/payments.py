"""What happens to money at the account: payments, charges, holds, refunds, disputes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrations.stripe.fake.account import (
    ASKS_EACH_TIME,
    DECLINED,
    GOOD,
    HELD,
    HOLDS_LAST,
    REFUNDS_COME_BACK,
    REFUNDS_LATE,
    Complaint,
    FakeAccount,
    Thing,
    invalid,
)

Form = Mapping[str, Any]


def save_card(account: FakeAccount, number: str, *, customer: str | None = None) -> Thing:
    """Keep a card as somebody types it."""
    return account.make(
        "payment_method",
        "pm",
        type="card",
        customer=customer,
        card={"brand": "visa", "last4": number[-4:]},
        _number=number,
    )


def pay(
    account: FakeAccount,
    amount: int,
    currency: str = "usd",
    *,
    number: str = GOOD,
    metadata: Form | None = None,
) -> Thing:
    """Take a payment as a shop's checkout does, and return it."""
    card = save_card(account, number)
    return create_intent(
        account,
        {
            "amount": str(amount),
            "currency": currency.lower(),
            "payment_method": card["id"],
            "confirm": "true",
            "metadata": dict(metadata or {}),
        },
    )


def create_intent(account: FakeAccount, form: Form) -> Thing:
    """Create a payment, and confirm it where it is asked for; raises Complaint."""
    amount = whole(form, "amount")
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", kept=False)
    intent = account.make(
        "payment_intent",
        "pi",
        amount=amount,
        amount_capturable=0,
        amount_received=0,
        canceled_at=None,
        cancellation_reason=None,
        capture_method=form.get("capture_method", "automatic_async"),
        currency=form["currency"],
        customer=form.get("customer"),
        description=form.get("description"),
        latest_charge=None,
        last_payment_error=None,
        metadata=dict(form.get("metadata", {})),
        payment_method=form.get("payment_method"),
        setup_future_usage=form.get("setup_future_usage"),
        status="requires_confirmation",
        _lapses=0,
    )
    if form.get("confirm") == "true":
        confirm(account, intent, off_session=form.get("off_session") == "true")
    return intent


def confirm(account: FakeAccount, intent: Thing, *, off_session: bool = False) -> None:
    """Ask the bank for the money: it is held, or taken, or declined (raises Complaint)."""
    card = account.find("payment_method", intent["payment_method"] or "")
    why = _no(account, card, off_session=off_session)
    charge = account.make(
        "charge",
        "ch",
        amount=intent["amount"],
        amount_captured=0,
        amount_refunded=0,
        captured=False,
        currency=intent["currency"],
        customer=intent["customer"],
        disputed=False,
        metadata=dict(intent["metadata"]),
        paid=not why,
        payment_intent=intent["id"],
        payment_method=card["id"],
        payment_method_details={"type": "card", "card": {"capture_before": None, **card["card"]}},
        refunded=False,
        status="failed" if why else "succeeded",
    )
    intent["latest_charge"] = charge["id"]
    if why:
        _decline(account, intent, charge, why)
    if intent["capture_method"] == "manual":
        lapses = int((account.now() + HOLDS_LAST).timestamp())
        charge["payment_method_details"]["card"]["capture_before"] = lapses
        intent.update(status=HELD, amount_capturable=intent["amount"], _lapses=lapses)
        account.happen("charge.succeeded", charge)
        account.happen("payment_intent.amount_capturable_updated", intent)
        return
    charge.update(captured=True, amount_captured=intent["amount"])
    intent.update(status="succeeded", amount_received=intent["amount"])
    account.happen("charge.succeeded", charge)
    account.happen("payment_intent.succeeded", intent)


def _no(account: FakeAccount, card: Thing, *, off_session: bool) -> str:
    """Return why the bank says no, or ""."""
    if card["_number"] == DECLINED or card["id"] in account.declining:
        return "card_declined"
    return "authentication_required" if off_session and card["_number"] == ASKS_EACH_TIME else ""


def _decline(account: FakeAccount, intent: Thing, charge: Thing, code: str) -> None:
    words = {
        "card_declined": "Your card was declined.",
        "authentication_required": (
            "Your card was declined. This transaction requires authentication."
        ),
    }[code]
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        last_payment_error={"type": "card_error", "code": code, "message": words},
    )
    account.happen("charge.failed", charge)
    account.happen("payment_intent.payment_failed", intent)
    raise Complaint(
        402,
        "card_error",
        words,
        code=code,
        decline_code="generic_decline" if code == "card_declined" else code,
        charge=charge["id"],
        payment_intent={**intent},
    )


def capture(account: FakeAccount, identity: str, form: Form) -> Thing:
    """Take money that is held; the rest is free again, told of as a refund. Raises Complaint."""
    intent = account.find("payment_intent", identity)
    if intent["status"] != HELD:
        raise _not_now(intent, "captured", HELD)
    amount = whole(form, "amount_to_capture") if "amount_to_capture" in form else intent["amount"]
    if not 1 <= amount <= intent["amount_capturable"]:
        raise invalid("The amount to capture is larger than what can be captured.", kept=False)
    charge = account.find("charge", intent["latest_charge"])
    charge.update(captured=True, amount_captured=amount, amount_refunded=0)
    intent.update(status="succeeded", amount_received=amount, amount_capturable=0)
    if amount < charge["amount"]:
        _let_go_of_rest(account, charge)
    account.happen("charge.captured", charge)
    account.happen("payment_intent.succeeded", intent)
    return intent


def _let_go_of_rest(account: FakeAccount, charge: Thing) -> None:
    """Free what was held and not taken, as a refund within the charge: nobody's money moves."""
    rest = charge["amount"] - charge["amount_captured"]
    charge["amount_refunded"] = rest
    account.happen("refund.created", _refund(account, charge, rest, {}))
    account.happen("charge.refunded", charge)


def cancel(account: FakeAccount, identity: str, form: Form) -> Thing:
    """Cancel a payment that was not taken; raises Complaint."""
    intent = account.find("payment_intent", identity)
    if intent["status"] in ("succeeded", "canceled"):
        raise _not_now(intent, "canceled", "requires_payment_method, requires_capture")
    account.let_go(intent, form.get("cancellation_reason", "requested_by_customer"))
    return intent


def _not_now(intent: Thing, done: str, wanted: str) -> Complaint:
    return invalid(
        f"This PaymentIntent could not be {done} because it has a status of {intent['status']}. "
        f"Only a PaymentIntent with one of the following statuses may be {done}: {wanted}.",
        code="payment_intent_unexpected_state",
    )


def create_refund(account: FakeAccount, form: Form) -> Thing:
    """Pay a charge back, whole or in part; raises Complaint."""
    charge = _charge(account, form)
    taken = charge["amount_captured"]
    left = charge["amount"] - charge["amount_refunded"]
    if charge["disputed"]:
        words = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise invalid(words, code="charge_disputed")
    if taken and not left:
        words = f"Charge {charge['id']} has already been refunded."
        raise invalid(words, code="charge_already_refunded")
    amount = whole(form, "amount") if "amount" in form else left
    if amount > left:
        raise invalid(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        )
    refund = _refund(account, charge, amount, form)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    account.happen("refund.created", refund)
    account.happen("charge.refunded", charge)
    return refund


def _refund(account: FakeAccount, charge: Thing, amount: int, form: Form) -> Thing:
    number = account.find("payment_method", charge["payment_method"])["_number"]
    refund = account.make(
        "refund",
        "re",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        failure_reason=None,
        metadata=dict(form.get("metadata", {})),
        payment_intent=charge["payment_intent"],
        reason=form.get("reason"),
        status="pending" if number == REFUNDS_LATE else "succeeded",
    )
    del refund["livemode"]
    return refund


def _charge(account: FakeAccount, form: Form) -> Thing:
    if "charge" in form:
        return account.find("charge", form["charge"])
    if "payment_intent" not in form:
        raise invalid(
            "One of the following params should be provided for this request: "
            "payment_intent or charge.",
            code="parameter_missing",
            kept=False,
        )
    intent = account.find("payment_intent", form["payment_intent"])
    if intent["status"] != "succeeded":
        raise invalid(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        )
    return account.find("charge", intent["latest_charge"])


def end_refund(account: FakeAccount, refund: Thing, *, failure: str = "") -> None:
    """Let a bank say days later what became of a refund."""
    refund.update(status="failed" if failure else "succeeded", failure_reason=failure or None)
    if failure:
        charge = account.find("charge", refund["charge"])
        charge["amount_refunded"] -= refund["amount"]
        charge["refunded"] = False
        account.happen("refund.failed", refund)
    account.happen("refund.updated", refund)
    account.happen("charge.refund.updated", refund)


def banks_answer(account: FakeAccount) -> None:
    """Let the banks answer what is waiting for them, as Stripe's cards for trials have it."""
    for refund in account.all("refund"):
        card = account.find("charge", refund["charge"])["payment_method"]
        number = account.find("payment_method", card)["_number"]
        if refund["status"] == "pending":
            end_refund(account, refund)
        elif refund["status"] == "succeeded" and number == REFUNDS_COME_BACK:
            end_refund(account, refund, failure="expired_or_canceled_card")


def dispute(account: FakeAccount, charge_id: str, *, status: str = "needs_response") -> Thing:
    """Let the cardholder's bank take a charge back, or ask about it."""
    charge = account.find("charge", charge_id)
    charge["disputed"] = not status.startswith("warning_")
    made = account.make(
        "dispute",
        "du",
        amount=charge["amount_captured"],
        charge=charge["id"],
        currency=charge["currency"],
        payment_intent=charge["payment_intent"],
        reason="fraudulent",
        status=status,
    )
    account.happen("charge.dispute.created", made)
    return made


def close_dispute(account: FakeAccount, made: Thing, status: str) -> None:
    """Let a dispute end: won, or lost."""
    made["status"] = status
    account.find("charge", made["charge"])["disputed"] = status == "lost"
    account.happen("charge.dispute.closed", made)


def whole(form: Form, name: str) -> int:
    """Return a whole number of a form; raises Complaint."""
    value = form.get(name)
    if value is None:
        raise invalid(f"Missing required param: {name}.", code="parameter_missing", kept=False)
    if not (isinstance(value, str) and value.isascii() and value.isdigit()):
        raise invalid(f"Invalid integer: {value}", code="parameter_invalid_integer", kept=False)
    return int(value)
