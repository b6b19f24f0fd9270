"""What we ask Shopify to do, each under a key of ours so that it happens once.

Where Shopify honours a key, the same request is sent again to the letter. Where it does not, we
look whether it was done before we ask again. Every function raises ShopifyError; after Unanswered
it may have been done, and the same call with the same key finds out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from commerce.enums import STORE_VALUE
from integrations.connections import find_api
from integrations.models import Connection, OutboundCall, Service
from integrations.shopify import access
from integrations.shopify.calls import (
    PAYMENT_PATIENCE,
    begin,
    find_call,
    note_answer,
    once,
    send,
)
from integrations.shopify.client import ShopifyClient
from integrations.shopify.errors import (
    Busy,
    NotRefundable,
    QueryRefused,
    ShopifyError,
    Unanswered,
)
from integrations.shopify.parse import (
    OwnRefund,
    kind_of,
    own_note,
    parse_payments,
    platform_return,
)
from integrations.shopify.parse.admin import payments_body
from integrations.shopify.scans import Scan
from postexp.kernel import clock
from postexp.kernel.money import Money
from returns import services as returns
from returns.ports import Credit, Payment, PaymentRefused, PaymentUnclear

if TYPE_CHECKING:
    from commerce.models import Order
    from commerce.ports import TenderFacts
    from returns.ports import PlatformReturnFacts

# Shopify forgets a key after a day; an unanswered payment older than this is for staff to look at.
KEYS_LAST = timedelta(hours=23)
PAGE = 100


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a refund: how much of one payment goes back, in minor units."""

    transaction: str
    gateway: str
    amount: int


def refund(connection: Connection, payment: Payment) -> str:
    """Pay a part of an order back to its tender and return the refund's id at Shopify."""
    return keyed_refund(
        connection, payment.key, lambda client: _refund_of(payment, _parts(client, payment))
    )


def keyed_refund(
    connection: Connection, key: str, build: Callable[[ShopifyClient], dict[str, Any]]
) -> str:
    """Make a refund once per key and return its id; `build` says what it is, the first time."""
    with access.open_client(connection, within=PAYMENT_PATIENCE) as client:
        known = call = find_call("refund_create", key)
        if call is None:
            call, _new = begin(connection, "refund_create", key, build(client))
        elif not call.reference and clock.now() - call.first_sent_at > KEYS_LAST:
            raise Unanswered("The key is too old to ask again.")
        return send(
            client,
            call,
            {"key": key},
            lambda data: str(data["refundCreate"]["refund"]["legacyResourceId"]),
            fresh=known is None,
        )


def give_store_credit(
    connection: Connection, *, key: str, customer_external_id: str, amount: int, currency: str
) -> str:
    """Give a customer credit to spend in the shop; return the id of the transaction."""
    owner = f"gid://shopify/Customer/{customer_external_id}"
    asked = {"id": owner, "creditInput": {"creditAmount": _money_input(amount, currency)}}

    def done(client: ShopifyClient) -> str:
        return _credit_given(client, find_call("store_credit", key), owner)

    return once(
        connection,
        "store_credit",
        key,
        asked,
        done=done,
        reference=lambda data: str(
            data["storeCreditAccountCredit"]["storeCreditAccountTransaction"]["id"]
        ),
    )


def tell_scan(connection: Connection, scan: Scan) -> str:
    """Show a scan of a parcel in Shopify, once; return its id."""
    fulfilment = f"gid://shopify/Fulfillment/{scan.fulfilment_external_id}"
    happened_at = scan.happened_at.replace(microsecond=0)
    asked = {
        "event": {
            "fulfillmentId": fulfilment,
            "status": scan.status,
            "happenedAt": happened_at.isoformat(),
        }
    }

    def done(client: ShopifyClient) -> str:
        node = client.run("fulfilment_events_known", {"id": fulfilment})["node"]
        events = node["events"]["nodes"] if node else ()
        return next(
            (
                str(event["id"])
                for event in events
                if event["status"] == scan.status
                and datetime.fromisoformat(event["happenedAt"]) == happened_at
            ),
            "",
        )

    return once(
        connection,
        "fulfilment_event",
        scan.key,
        asked,
        done=done,
        reference=lambda data: str(data["fulfillmentEventCreate"]["fulfillmentEvent"]["id"]),
    )


def confirm_own_scan(scan: Scan, *, external_id: str) -> bool:
    """Whether a scan that Shopify tells of is one we told it; perhaps before it answered us."""
    call = find_call("fulfilment_event", scan.key)
    if call is not None and not call.reference:
        note_answer(call, f"gid://shopify/FulfillmentEvent/{external_id}")
    return call is not None


def cancel_order(
    connection: Connection,
    *,
    key: str,
    order_external_id: str,
    refund: bool,
    restock: bool,
    reason: str = "CUSTOMER",
    note: str = "",
) -> str:
    """Cancel an order at Shopify, with its money back or without; return the order's id.

    Shopify cancels in the background and tells by `orders/cancelled` when it has.
    """
    order = f"gid://shopify/Order/{order_external_id}"
    asked = {
        "orderId": order,
        "refundMethod": {"originalPaymentMethodsRefund": refund},
        "restock": restock,
        "reason": reason,
        "staffNote": note or None,
    }

    def done(client: ShopifyClient) -> str:
        found = client.run("order_cancelled", {"id": order})["order"]
        return order if found and found["cancelledAt"] else ""

    return once(connection, "order_cancel", key, asked, done=done, reference=lambda _data: order)


class ShopifyRefunds:
    """Pays refunds of Shopify's orders back through Shopify, to the tender they were paid by."""

    name = "shopify"
    honours_keys = True
    # What else an order was paid by never went through Shopify: staff pay it back by hand.
    TENDERS = frozenset({"card", "gift_card", "store_credit"})

    def takes(self, payment: Payment) -> bool:
        """Whether the order is Shopify's, its money went through there, and we may ask."""
        return (
            payment.source == Service.SHOPIFY
            and payment.tender in self.TENDERS
            and find_api(Service.SHOPIFY) is not None
        )

    def pay(self, payment: Payment) -> str:
        """Pay, and return the id of the refund at Shopify."""
        connection = find_api(Service.SHOPIFY)
        if connection is None:
            raise PaymentRefused("The shop is no longer connected to Shopify.")
        try:
            return refund(connection, payment)
        except (Unanswered, Busy) as error:
            raise PaymentUnclear(str(error)) from error
        except ShopifyError as error:
            raise PaymentRefused(str(error)) from error


class ShopifyCredits:
    """Gives the store credit of Shopify's orders at Shopify, where the shopper spends it."""

    name = "shopify"

    def takes(self, credit: Credit) -> bool:
        """Whether the customer is Shopify's, and we may ask."""
        return (
            credit.source == Service.SHOPIFY
            and bool(credit.customer_external_id)
            and find_api(Service.SHOPIFY) is not None
        )

    def give(self, credit: Credit) -> str:
        """Give, and return the id of the transaction at Shopify."""
        connection = find_api(Service.SHOPIFY)
        if connection is None:
            raise PaymentRefused("The shop is no longer connected to Shopify.")
        try:
            return give_store_credit(
                connection,
                key=credit.key,
                customer_external_id=credit.customer_external_id,
                amount=credit.amount,
                currency=credit.currency,
            )
        except (Unanswered, Busy) as error:
            raise PaymentUnclear(str(error)) from error
        except ShopifyError as error:
            raise PaymentRefused(str(error)) from error


def confirm_own_refund(own: OwnRefund, *, at: datetime) -> None:
    """Note that a refund we asked for was paid: Shopify tells of it, perhaps before it answers."""
    call = OutboundCall.objects.filter(operation="refund_create", key=own.key).first()
    if call is None:
        return
    if not call.reference:
        note_answer(call, own.external_id)
    returns.refund_succeeded(own.key, reference=own.external_id, at=at, actor=ShopifyRefunds.name)


def read_payments(connection: Connection, order: Order) -> tuple[TenderFacts, ...]:
    """Return what each gateway took of an order, as Shopify says now. Raises ShopifyError."""
    with access.open_client(connection) as client:
        return parse_payments(
            payments_body(_payments_of(client, order.external_id)), order.currency
        )


def read_return(connection: Connection, external_id: str) -> PlatformReturnFacts | None:
    """Return how a return stands at Shopify now, None where there is none. Raises ShopifyError."""
    asked: dict[str, Any] = {
        "id": f"gid://shopify/Return/{external_id}",
        "first": PAGE,
        "after": None,
    }
    case: dict[str, Any] | None = None
    with access.open_client(connection) as client:
        while True:
            page = client.run("return_lines", asked)["node"]
            if page is None:
                return None
            lines = page["returnLineItems"]
            if case is None:
                case = page
            else:
                case["returnLineItems"]["nodes"] += lines["nodes"]
            if not lines["pageInfo"]["hasNextPage"]:
                return platform_return(case)
            asked["after"] = lines["pageInfo"]["endCursor"]


def _payments_of(client: ShopifyClient, order_external_id: str) -> dict[str, Any]:
    asked = {"id": f"gid://shopify/Order/{order_external_id}"}
    order: dict[str, Any] | None = client.run("order_transactions", asked)["order"]
    if order is None:
        raise QueryRefused("The order does not exist.")
    return order


def _parts(client: ShopifyClient, payment: Payment) -> list[Part]:
    """Lay a payment back over the order's payments: its gateway's first, the oldest first."""
    order = _payments_of(client, payment.order_external_id)
    left = payment.amount
    parts = []
    for parent, gateway, refundable in _refundable(order["transactions"], payment):
        amount = min(left, refundable)
        if amount > 0:
            parts.append(Part(transaction=parent, gateway=gateway, amount=amount))
            left -= amount
    if left:
        short = Money(left, payment.currency).to_wire()
        raise NotRefundable(f"{short['amount']} {short['currency']}")
    return parts


def _refundable(rows: list[dict[str, Any]], payment: Payment) -> list[tuple[str, str, int]]:
    """Return what may still go back of each payment, as (id, gateway, minor units)."""
    paid, back = [], dict[str, int]()
    for row in rows:
        if row["status"] != "SUCCESS":
            continue
        told = row["amountSet"]["presentmentMoney"]
        if told["currencyCode"] != payment.currency:
            continue
        amount = Money.parse(_exact(told["amount"], payment.currency), payment.currency).amount
        if row["kind"] == "REFUND" and row["parentTransaction"]:
            parent = row["parentTransaction"]["id"]
            back[parent] = back.get(parent, 0) + amount
        elif row["kind"] in ("SALE", "CAPTURE"):
            paid.append((row["id"], row["gateway"] or "", amount))
    left = [(one, gateway, amount - back.get(one, 0)) for one, gateway, amount in paid]
    own = [one for one in left if one[1] == payment.gateway]
    if own and payment.tender_external_id:
        return own
    # Nobody has told yet how much each gateway took: this one may stand for all.
    others = [one for one in left if one[1] != payment.gateway]
    return own + sorted(others, key=lambda one: kind_of(one[1]) in STORE_VALUE)


def _refund_of(payment: Payment, parts: list[Part]) -> dict[str, Any]:
    order = f"gid://shopify/Order/{payment.order_external_id}"
    return {
        "input": {
            "orderId": order,
            "currency": payment.currency,
            "note": own_note(payment.key),
            "notify": False,
            "transactions": [
                {
                    "orderId": order,
                    "parentId": part.transaction,
                    "gateway": part.gateway,
                    "kind": "REFUND",
                    "amount": Money(part.amount, payment.currency).to_wire()["amount"],
                }
                for part in parts
            ],
        }
    }


def _credit_given(client: ShopifyClient, call: OutboundCall | None, owner: str) -> str:
    """Return the credit that a call without an answer made, if it made one."""
    if call is None:
        return ""
    customer = client.run("store_credit_given", {"id": owner})["customer"]
    accounts = customer["storeCreditAccounts"]["nodes"] if customer else ()
    others = set(
        OutboundCall.objects.filter(operation=call.operation)
        .exclude(pk=call.pk)
        .values_list("reference", flat=True)
    )
    asked = call.variables["creditInput"]["creditAmount"]
    return next(
        (
            str(row["id"])
            for account in accounts
            for row in account["transactions"]["nodes"]
            if row.get("id")
            and row["id"] not in others
            and row["amount"]["currencyCode"] == asked["currencyCode"]
            and float(row["amount"]["amount"]) == float(asked["amount"])
            # The two clocks may differ a little.
            and datetime.fromisoformat(row["createdAt"])
            >= call.first_sent_at - timedelta(seconds=30)
        ),
        "",
    )


def _money_input(amount: int, currency: str) -> dict[str, str]:
    return {"amount": Money(amount, currency).to_wire()["amount"], "currencyCode": currency}


def _exact(amount: str, currency: str) -> str:
    """Return an amount as money is read here: Shopify writes yen as "5900.0"."""
    whole, _, fraction = amount.partition(".")
    places = len(Money(0, currency).to_wire()["amount"].partition(".")[2])
    kept = fraction[:places] + fraction[places:].rstrip("0")
    return f"{whole}.{kept}" if kept else whole
