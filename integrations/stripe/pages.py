"""Pages at Stripe on which shoppers pay, or let money be held; and what becomes of what is held.

Pages are Checkout Sessions for cards: paid at once, or held with the card kept for holding again
without its owner. What Stripe tells of them by webhook comes to `integrations.stripe.inbound`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.utils.translation import gettext as _

from integrations.connections import find_api
from integrations.models import Service
from integrations.stripe import access
from integrations.stripe.amounts import to_stripe
from integrations.stripe.calls import Made, make_once
from integrations.stripe.client import Form, StripeClient
from integrations.stripe.errors import Declined, Refused, StripeError, Unpayable
from integrations.stripe.outbound import STRIPE, asked
from integrations.stripe.parse import (
    HOLD_MARK,
    OUR_REASON,
    PAGE_MARK,
    ToldIntent,
    ToldPage,
    read_intent,
    read_page,
)
from postexp.kernel import clock
from returns.ports import Due, Hold, PageWanted, PaymentPage, PaymentRefused, PaymentUnclear
from returns.services import exchanges, payments_told

PAGE, HOLD = "page", "hold"
SESSIONS, INTENTS = "checkout/sessions", "payment_intents"
# How long Stripe lets a page stand; a little is kept back for clocks that differ.
SHORTEST, LONGEST = timedelta(minutes=31), timedelta(hours=23, minutes=59)
LOCALES = ("en", "ja")
WITH_CHARGE = ("latest_charge",)
LONGEST_NAME = 250

Result = TypeVar("Result")


class StripePayments:
    """Takes what shoppers owe, and holds the worth of what is sent ahead."""

    name = STRIPE

    def takes(self, due: Due) -> bool:
        """Whether the shop is connected, and Stripe has such an amount."""
        try:
            to_stripe(due.amount, due.currency)
        except Unpayable:
            return False
        return find_api(Service.STRIPE) is not None

    def open_page(self, wanted: PageWanted) -> PaymentPage:
        """Open a page on which a card is charged at once."""
        return _open(wanted, {}, {})

    def hold_page(self, wanted: PageWanted) -> PaymentPage:
        """Open a page on which the amount is held, and the card kept for holding it again."""
        holding: dict[str, Form] = {"capture_method": "manual", "setup_future_usage": "off_session"}
        return _open(wanted, {"customer_creation": "always"}, holding)

    def close_page(self, reference: str) -> bool:
        """Close a page. One that was paid is told of at once, in case no webhook came."""

        def close(client: StripeClient) -> ToldPage:
            path = f"{SESSIONS}/{reference}"
            return read_page(_do(client, f"{path}/expire", path, {}, lambda made: _ended(made)))

        page = _asked(close)
        if page.is_complete:
            _tell(page)
        return not page.is_complete

    def renew(self, reference: str, key: str) -> Hold:
        """Hold the same amount on the same card, its owner away, and let the hold so far go."""
        before = _asked(lambda client: read_intent(client.get(f"{INTENTS}/{reference}")))
        if before.is_taken:
            raise PaymentRefused(_("It was taken already."))

        def hold() -> Made:
            connection = access.find_account()
            with access.open_client(connection) as client:
                return make_once(
                    client,
                    connection,
                    operation=HOLD,
                    key=key,
                    path=INTENTS,
                    form={
                        "amount": before.told_amount,
                        "currency": before.currency.lower(),
                        "customer": before.customer,
                        "payment_method": before.card,
                        "payment_method_types": ["card"],
                        "capture_method": "manual",
                        "off_session": True,
                        "confirm": True,
                        "metadata": {HOLD_MARK: key},
                    },
                    expand=WITH_CHARGE,
                    look=lambda client: _find_hold(client, before.customer, key),
                )

        made = read_intent(asked(HOLD, key, hold))
        if not made.is_held:
            raise PaymentRefused(_("The card was not held again."))
        self.release(reference, key)
        return made.hold

    def capture(self, reference: str, amount: int, key: str) -> str:
        """Take money that is held; the rest is let go."""

        def take(client: StripeClient) -> Made:
            path = f"{INTENTS}/{reference}"
            held = read_intent(client.get(path))
            wanted = to_stripe(amount, held.currency)
            return _do(
                client,
                f"{path}/capture",
                path,
                {"amount_to_capture": wanted},
                lambda made: read_intent(made).is_taken and made["amount_received"] == wanted,
                key=key,
            )

        return read_intent(_asked(take)).external_id

    def release(self, reference: str, key: str) -> None:
        """Let go of a hold."""

        def let_go(client: StripeClient) -> Made:
            path = f"{INTENTS}/{reference}"
            return _do(
                client,
                f"{path}/cancel",
                path,
                {"cancellation_reason": OUR_REASON},
                lambda made: read_intent(made).is_let_go,
                key=key,
            )

        _asked(let_go)


def _open(wanted: PageWanted, page: dict[str, Form], intent: dict[str, Form]) -> PaymentPage:
    marked = {PAGE_MARK: wanted.key}
    words = wanted.words[:LONGEST_NAME]

    def ask() -> Made:
        connection = access.find_account()
        item: dict[str, Form] = {
            "currency": wanted.due.currency.lower(),
            "unit_amount": to_stripe(wanted.due.amount, wanted.due.currency),
            "product_data": {"name": words},
        }
        form: dict[str, Form] = {
            "mode": "payment",
            "payment_method_types": ["card"],
            "line_items": [{"quantity": 1, "price_data": item}],
            "success_url": wanted.return_url,
            "cancel_url": wanted.cancel_url,
            "client_reference_id": wanted.due.order_id,
            "locale": wanted.locale if wanted.locale in LOCALES else "auto",
            "expires_at": int(_closing(wanted.closes_at).timestamp()),
            "metadata": marked,
            "payment_intent_data": {"description": words, "metadata": marked, **intent},
            **({"customer_email": wanted.email} if wanted.email else {}),
            **page,
        }
        with access.open_client(connection) as client:
            return make_once(
                client,
                connection,
                operation=PAGE,
                key=wanted.key,
                path=SESSIONS,
                form=form,
                # A page whose address nobody heard harms nobody.
                look=lambda client: None,
            )

    opened = read_page(asked(PAGE, wanted.key, ask))
    if not opened.is_open:
        raise PaymentRefused(_("This page is closed."))
    return PaymentPage(url=opened.url, reference=opened.reference, expires_at=opened.expires_at)


def _closing(wanted: datetime) -> datetime:
    now = clock.now()
    return min(max(wanted, now + SHORTEST), now + LONGEST)


def _find_hold(client: StripeClient, customer: str, key: str) -> Made | None:
    """Return the hold that was made under a key, with its charge, if one was."""
    for made in client.pages(INTENTS, customer=customer, expand=[f"data.{WITH_CHARGE[0]}"]):
        told = read_intent(made)
        if told.hold_key == key and told.is_held:
            return made
    return None


def _ended(page: Made) -> bool:
    return not read_page(page).is_open


def _do(
    client: StripeClient,
    path: str,
    state_path: str,
    form: dict[str, Form],
    done: Callable[[Made], bool],
    key: str = "",
) -> Made:
    """Do what can be done to a thing only once; where Stripe says no, look whether it was done.

    The thing itself tells: so each call has a key of its own, which only its repeats share.
    """
    try:
        return client.post(path, form, key=f"{key}:{secrets.token_hex(8)}")
    except Refused as error:
        found = client.get(state_path)
        if not done(found):
            raise error
        return found


def _asked(ask: Callable[[StripeClient], Result]) -> Result:
    """Return what was found or done, with failures as the port names them."""
    connection = find_api(Service.STRIPE)
    if connection is None:
        raise PaymentRefused(_("The shop is no longer connected to Stripe."))
    try:
        with access.open_client(connection) as client:
            return ask(client)
    except (Refused, Declined, Unpayable) as error:
        raise PaymentRefused(str(error)) from error
    except StripeError as error:
        raise PaymentUnclear(str(error)) from error


def _tell(page: ToldPage) -> None:
    """Tell what was paid or held on a page that is complete."""
    if page.is_paid:
        tell_paid(page, at=clock.now())
    else:
        tell_held(page.reference, page.payment)


def tell_paid(page: ToldPage, *, at: datetime) -> None:
    """Tell that a page was paid, and by which payment."""
    payments_told.note_paid(page.reference, page.amount, at, paid_as=page.payment)


def tell_held(page: str, payment: str) -> None:
    """Ask until when money is held, and tell it. Raises PaymentUnclear and PaymentRefused."""
    path = f"{INTENTS}/{payment}"
    told: ToldIntent = _asked(lambda client: read_intent(client.get(path, expand=WITH_CHARGE)))
    if told.is_held:
        hold = told.hold
        exchanges.note_held(page, told.amount, hold.expires_at, clock.now(), held_as=hold.reference)
