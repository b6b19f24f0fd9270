"""Pages to pay on: opened, paid with a card, closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from integrations.stripe.fake.account import Complaint, FakeAccount, Thing, invalid
from integrations.stripe.fake.payments import Form, create_intent, save_card, whole

SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=24)


def create_session(account: FakeAccount, form: Form) -> Thing:
    """Open a page; raises Complaint."""
    if form.get("mode") != "payment" or not form.get("line_items"):
        raise invalid("Only pages with mode=payment and line_items are made here.", kept=False)
    currencies = {line["price_data"]["currency"] for line in form["line_items"]}
    if len(currencies) != 1:
        raise invalid("All line items must have the same currency.", kept=False)
    total = sum(
        whole(line["price_data"], "unit_amount") * whole(line, "quantity")
        for line in form["line_items"]
    )
    session = account.make(
        "checkout.session",
        "cs_test",
        amount_subtotal=total,
        amount_total=total,
        cancel_url=form.get("cancel_url"),
        client_reference_id=form.get("client_reference_id"),
        currency=currencies.pop(),
        customer=None,
        customer_creation=form.get("customer_creation", "if_required"),
        customer_email=form.get("customer_email"),
        expires_at=_expiry(account, form),
        locale=form.get("locale"),
        metadata=dict(form.get("metadata", {})),
        mode="payment",
        payment_intent=None,
        payment_status="unpaid",
        status="open",
        success_url=form["success_url"],
        _words=[line["price_data"]["product_data"]["name"] for line in form["line_items"]],
        _intent=dict(form.get("payment_intent_data", {})),
    )
    session["url"] = f"{account.page_url}/c/pay/{session['id']}"
    return session


def _expiry(account: FakeAccount, form: Form) -> int:
    if "expires_at" not in form:
        return int((account.now() + LONGEST).timestamp())
    wanted = whole(form, "expires_at")
    # A minute of grace: our clock and Stripe's differ.
    earliest, latest = account.now() + SHORTEST, account.now() + LONGEST
    if not earliest.timestamp() - 60 <= wanted <= latest.timestamp() + 60:
        words = "The `expires_at` timestamp must be between 30 minutes and 24 hours from now."
        raise invalid(words, kept=False)
    return wanted


def expire_session(account: FakeAccount, identity: str) -> Thing:
    """Close a page before its time; raises Complaint."""
    session = account.find("checkout.session", identity)
    if session["status"] != "open":
        raise invalid(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of {session['status']}."
        )
    account.close(session)
    return session


def pay_session(account: FakeAccount, identity: str, number: str) -> Thing:
    """Pay on a page with a card, as a shopper does; raises Complaint where the bank says no."""
    with account.lock:
        session = account.find("checkout.session", identity)
        if session["status"] != "open":
            raise invalid("This page is closed.")
        wanted = session["_intent"]
        saved = "setup_future_usage" in wanted
        customer = account.make("customer", "cus")["id"] if saved else None
        card = save_card(account, number, customer=customer)
        intent = create_intent(account, _asked(session, wanted, customer, card))
        held = intent["status"] != "succeeded"
        session.update(
            status="complete",
            url=None,
            customer=customer,
            payment_intent=intent["id"],
            payment_status="unpaid" if held else "paid",
        )
        account.happen("checkout.session.completed", session)
        return session


def _asked(session: Thing, wanted: Form, customer: str | None, card: Thing) -> dict[str, Any]:
    return {
        **wanted,
        "amount": str(session["amount_total"]),
        "currency": session["currency"],
        "customer": customer,
        "payment_method": card["id"],
        "confirm": "true",
    }


def return_url(session: Thing) -> str:
    """Return where the browser goes after paying."""
    url: str = session["success_url"]
    return url.replace("{CHECKOUT_SESSION_ID}", session["id"])


def words_of(error: Complaint) -> str:
    """Return what a complaint says to a shopper."""
    return str(error.body["error"]["message"])
