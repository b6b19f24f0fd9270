"""What Stripe tells in its events, and in answers of the same form: pure readers of JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from commerce.enums import DisputeState
from commerce.ports import DisputeFacts
from integrations.payload import Payload
from integrations.stripe.amounts import from_stripe
from postexp.kernel.money import MoneyError
from returns.ports import Hold

PROVIDER = "Stripe"
REFUND_MARK, PAGE_MARK, HOLD_MARK = "postexp_refund", "postexp_page", "postexp_hold"
"""Where the metadata of a refund, of a page with what is paid on it, and of a hold that was made
anew, name our key."""
OUR_REASON = "abandoned"
"""The reason with which we cancel payments, so that we know our own cancelling when it is told."""
LAST_SECOND = 253_402_300_799

_DISPUTES = {
    "needs_response": DisputeState.OPEN,
    "under_review": DisputeState.OPEN,
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}
# An inquiry only asks; what the bank stopped before it became a chargeback took no money either.
_NO_MONEY = ("warning_", "prevented")


@dataclass(frozen=True, kw_only=True)
class Told:
    """An event: what happened, when, with real money or not, and the thing it happened to.

    `version` is the version of the API in which the thing is written.
    """

    topic: str
    happened_at: datetime
    live: bool
    version: str
    thing: Payload


@dataclass(frozen=True, kw_only=True)
class ToldRefund:
    """A refund as Stripe has it. `key` is ours, or "" where somebody else asked for it."""

    external_id: str
    key: str
    status: str
    failure: str
    amount: int
    currency: str
    payment: str
    charge: str
    made_at: datetime

    @property
    def succeeded(self) -> bool:
        """Whether the money is on its way to the shopper."""
        return self.status == "succeeded"

    @property
    def came_to_nothing(self) -> bool:
        """Whether the money came back to the shop, or never left."""
        return self.status in ("failed", "canceled")

    @property
    def why(self) -> str:
        """Why it came to nothing, for staff."""
        reason = self.failure.replace("_", " ") or self.status
        return _("Stripe could not pay it back: %(reason)s.") % {"reason": reason}

    @property
    def paid_by(self) -> tuple[str, ...]:
        """What a tender may call the payment that goes back."""
        return tuple(one for one in (self.payment, self.charge) if one)


@dataclass(frozen=True, kw_only=True)
class ToldPage:
    """A page as Stripe has it. `key` is ours, or "" for one that we did not open."""

    reference: str
    key: str
    status: str
    is_paid: bool
    url: str
    expires_at: datetime
    payment: str
    amount: int

    @property
    def is_open(self) -> bool:
        """Whether somebody can still pay on it."""
        return self.status == "open"

    @property
    def is_complete(self) -> bool:
        """Whether it was paid, or the money held."""
        return self.status == "complete"


@dataclass(frozen=True, kw_only=True)
class ToldIntent:
    """A payment as Stripe has it; `told_amount` as Stripe counts it.

    `page_key` and `hold_key` are ours, or "". `lapses_at` is known where the charge was asked for.
    """

    external_id: str
    page_key: str
    hold_key: str
    status: str
    amount: int
    told_amount: int
    currency: str
    customer: str
    card: str
    cancelled_by_us: bool
    lapses_at: datetime | None

    @property
    def is_held(self) -> bool:
        """Whether the money is held, and not taken."""
        return self.status == "requires_capture"

    @property
    def is_taken(self) -> bool:
        """Whether the money was taken."""
        return self.status == "succeeded"

    @property
    def is_let_go(self) -> bool:
        """Whether nothing is held any more, and nothing was taken."""
        return self.status == "canceled"

    @property
    def hold(self) -> Hold:
        """What is held; raises Unreadable where nobody said until when."""
        if self.lapses_at is None:
            Payload({}, PROVIDER).refuse("capture_before", "is missing")
        return Hold(reference=self.external_id, expires_at=self.lapses_at)


@dataclass(frozen=True, kw_only=True)
class ToldDispute:
    """A dispute and the payment it is about; `facts` is None where no money was taken yet."""

    paid_by: tuple[str, ...]
    facts: DisputeFacts | None


def read_event(body: bytes) -> Told:
    """Read an event as Stripe sends it; raises Unreadable."""
    event = Payload.read(body, PROVIDER)
    return Told(
        topic=event.text("type"),
        happened_at=instant(event, "created"),
        live=event.flag("livemode"),
        version=event.text("api_version"),
        thing=event.child("data").child("object"),
    )


def read_refund(made: dict[str, Any] | Payload) -> ToldRefund:
    """Read a refund, of an event or an answer; raises Unreadable."""
    refund = _payload(made)
    currency = refund.text("currency").upper()
    return ToldRefund(
        external_id=refund.identity("id"),
        key=refund.child("metadata").text(REFUND_MARK),
        # Old refunds, and those of some ways to pay, have no status: they were paid.
        status=refund.text("status") or "succeeded",
        failure=refund.text("failure_reason"),
        amount=amount_in(refund, "amount", currency),
        currency=currency,
        payment=reference(refund, "payment_intent"),
        charge=reference(refund, "charge"),
        made_at=instant(refund, "created"),
    )


def read_page(made: dict[str, Any] | Payload) -> ToldPage:
    """Read a page, of an event or an answer; raises Unreadable."""
    page = _payload(made)
    return ToldPage(
        reference=page.text("id") or page.refuse("id", "is missing"),
        key=page.child("metadata").text(PAGE_MARK),
        status=page.text("status"),
        is_paid=page.text("payment_status") == "paid",
        url=page.text("url"),
        expires_at=instant(page, "expires_at"),
        payment=reference(page, "payment_intent"),
        amount=amount_in(page, "amount_total", page.text("currency").upper()),
    )


def read_intent(made: dict[str, Any] | Payload) -> ToldIntent:
    """Read a payment, of an event or an answer; raises Unreadable."""
    intent = _payload(made)
    marks, currency = intent.child("metadata"), intent.text("currency").upper()
    card = intent.child("latest_charge").child("payment_method_details").child("card")
    return ToldIntent(
        external_id=intent.identity("id"),
        page_key=marks.text(PAGE_MARK),
        hold_key=marks.text(HOLD_MARK),
        status=intent.text("status"),
        amount=amount_in(intent, "amount", currency),
        told_amount=intent.data["amount"],
        currency=currency,
        customer=reference(intent, "customer"),
        card=reference(intent, "payment_method"),
        cancelled_by_us=intent.text("cancellation_reason") == OUR_REASON,
        lapses_at=instant(card, "capture_before") if "capture_before" in card else None,
    )


def _payload(made: dict[str, Any] | Payload) -> Payload:
    return made if isinstance(made, Payload) else Payload(made, PROVIDER)


def read_dispute(told: Told) -> ToldDispute:
    """Read a dispute as the `charge.dispute.*` events tell of it; raises Unreadable."""
    dispute = told.thing
    paid_by = tuple(
        one for one in (reference(dispute, "payment_intent"), reference(dispute, "charge")) if one
    )
    status = dispute.text("status")
    if status.startswith(_NO_MONEY):
        return ToldDispute(paid_by=paid_by, facts=None)
    state = _DISPUTES.get(status) or dispute.refuse("status", "is not known")
    currency = dispute.text("currency").upper()
    return ToldDispute(
        paid_by=paid_by,
        facts=DisputeFacts(
            external_id=dispute.identity("id"),
            state=state,
            reason=dispute.text("reason"),
            amount=amount_in(dispute, "amount", currency),
            opened_at=instant(dispute, "created"),
            closed_at=None if state == DisputeState.OPEN else told.happened_at,
        ),
    )


def instant(thing: Payload, name: str) -> datetime:
    """Return seconds since 1970 as an instant; raises Unreadable where there are none."""
    value = thing.data.get(name)
    if type(value) is not int or not 0 < value <= LAST_SECOND:
        thing.refuse(name, "is not a time in seconds")
    return datetime.fromtimestamp(value, UTC)


def amount_in(thing: Payload, name: str, currency: str) -> int:
    """Return an amount in minor units of a currency; raises Unreadable."""
    value = thing.data.get(name)
    if type(value) is not int or value < 0:
        thing.refuse(name, "is not a whole number of the currency's units")
    try:
        return from_stripe(value, currency)
    except (MoneyError, ValueError) as error:
        thing.refuse(name, f"is no amount of {currency}: {error}")


def reference(thing: Payload, name: str) -> str:
    """Return the id of another thing, whether Stripe wrote its id or all of it."""
    return thing.text(name) or thing.child(name).text("id")
