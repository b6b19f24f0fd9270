"""What the shop does, and what it refuses and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from graphql import GraphQLError, GraphQLResolveInfo, parse

from integrations.shopify.fake import bulk, engine, graph, queries
from integrations.shopify.fake.shop import FakeShop, Rest
from postexp.kernel.money import Money, MoneyError

Answer = dict[str, Any]

KEY_REQUIRED = frozenset({"refundCreate"})
MOST_BULK_OPERATIONS = 5
REFUSED = "userErrors"


def keyed(name: str) -> Callable[..., Any]:
    """Return a mutation that, with a key, happens once: the same again gets the first answer."""
    act = RESOLVERS[name]

    def resolve(shop: FakeShop, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        key = engine.key_of(info)
        if not key:
            if name in KEY_REQUIRED:
                raise GraphQLError(
                    "The @idempotent directive is required for this mutation but was not provided.",
                    extensions={"code": "BAD_REQUEST"},
                )
            return act(shop, arguments)
        asked = json.dumps(arguments, sort_keys=True, default=str)
        known = shop.answers.get(f"{name}:{key}")
        if known is None:
            answer = act(shop, arguments)
            if not answer[REFUSED]:
                shop.answers[f"{name}:{key}"] = (asked, answer)
            return answer
        if known[0] != asked:
            raise GraphQLError(
                "The same idempotency key cannot be used with different parameters.",
                extensions={"code": "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"},
            )
        return known[1]

    return resolve


def refuse(message: str, *field: str, code: str | None = None, errors: str = REFUSED) -> Answer:
    """Return a payload that says why nothing was done."""
    return {errors: [{"field": list(field) or None, "message": message, "code": code}]}


def _refund_create(shop: FakeShop, told: Rest) -> Answer:
    asked_for = told["input"]
    order = shop.orders.get(_number(asked_for["orderId"]))
    if order is None:
        return refuse("Order does not exist", "orderId")
    asked, wrong = _asked(shop, order, asked_for.get("transactions") or [])
    if wrong:
        return wrong
    lines, wrong = _refund_lines(shop, order, asked_for.get("refundLineItems") or [])
    if wrong:
        return wrong
    made = shop.refund(int(order["id"]), asked, asked_for.get("note") or "", lines)
    return {
        "order": graph.order_node(shop, order),
        "refund": graph.refund_node(made, order),
        REFUSED: [],
    }


def _asked(
    shop: FakeShop, order: Rest, transactions: Iterable[Rest]
) -> tuple[list[Rest], Answer | None]:
    asked: list[Rest] = []
    paid = {one["id"]: one for one in shop.transactions.get(int(order["id"]), [])}
    currency = order.get("presentment_currency") or order["currency"]
    for one in transactions:
        parent = paid.get(_number(one["parentId"] or "0"))
        if parent is None or parent["kind"] not in ("sale", "capture"):
            return [], refuse("Parent transaction is not refundable", "transactions", "parentId")
        try:
            amount = Money.parse(str(one["amount"]), currency).amount
        except MoneyError:
            return [], refuse("Amount is invalid", "transactions", "amount")
        if amount > shop.refundable(int(order["id"]), parent):
            return [], refuse(
                "Refund amount is greater than the amount that can be refunded", "transactions"
            )
        if one["gateway"] != parent["gateway"]:
            return [], refuse("Gateway is not that of the payment", "transactions", "gateway")
        asked.append(
            {"gateway": one["gateway"], "amount": str(one["amount"]), "parent_id": parent["id"]}
        )
    return asked, None


def _refund_lines(
    shop: FakeShop, order: Rest, lines: Iterable[Rest]
) -> tuple[list[Rest], Answer | None]:
    rows = {row["id"]: row for row in order["line_items"]}
    refunded = []
    for line in lines:
        row = rows.get(_number(line["lineItemId"]))
        if row is None:
            return [], refuse("Line item does not exist", "refundLineItems", "lineItemId")
        left, unsent = shop.units(order, row)
        if line["quantity"] > left:
            return [], refuse(
                "Quantity cannot refund more items than were purchased",
                *("refundLineItems", "quantity"),
            )
        cancels = line.get("restockType") == "CANCEL"
        if cancels and line["quantity"] > unsent:
            return [], refuse(
                "Quantity cannot remove more items than are unfulfilled",
                *("refundLineItems", "quantity"),
            )
        if cancels and line.get("locationId") != graph.LOCATION:
            return [], refuse("Location can't be blank", "refundLineItems", "locationId")
        subtotal = float(row["price"]) * line["quantity"]
        refunded.append(
            {
                "line_item_id": row["id"],
                "quantity": line["quantity"],
                "subtotal": f"{subtotal:g}",
                "total_tax": "0",
            }
        )
    return refunded, None


def _store_credit(shop: FakeShop, told: Rest) -> Answer:
    customer, amount = _number(told["id"]), told["creditInput"]["creditAmount"]
    if customer not in shop.customers:
        return refuse("Owner does not exist", "id", code="OWNER_NOT_FOUND")
    if float(amount["amount"]) <= 0:
        return refuse(
            "A positive amount must be used to credit a store credit account",
            *("creditInput", "creditAmount", "amount"),
            code="NEGATIVE_OR_ZERO_AMOUNT",
        )
    if amount["currencyCode"] != shop.currency:
        return refuse(
            "The currency provided is not currently supported",
            *("creditInput", "creditAmount", "currencyCode"),
            code="UNSUPPORTED_CURRENCY",
        )
    given = {
        "id": shop.new_id(),
        "amount": str(amount["amount"]),
        "currency": amount["currencyCode"],
        "created_at": shop.now().isoformat(),
    }
    shop.credits.setdefault(customer, []).append(given)
    return {"storeCreditAccountTransaction": graph.credit_node(given), REFUSED: []}


def _discount(shop: FakeShop, told: Rest) -> Answer:
    asked = told["basicCodeDiscount"]

    def no(message: str, *field: str, code: str) -> Answer:
        return refuse(message, "basicCodeDiscount", *field, code=code)

    for name in ("title", "code", "startsAt", "context", "customerGets"):
        if not asked.get(name):
            return no(f"{name} can't be blank", name, code="BLANK")
    code = asked["code"].upper()
    if code in shop.discounts:
        return no("Code must be unique. Please try a different code.", "code", code="TAKEN")
    if asked.get("endsAt") and _moment(asked["endsAt"]) <= _moment(asked["startsAt"]):
        return no("Ends at needs to be after starts_at", "endsAt", code="INVALID")
    value = asked["customerGets"]["value"]
    percentage = value.get("percentage")
    if percentage is not None and not 0.0 < percentage <= 1.0:
        return no(
            "Value must be between 0.0 and 1.0",
            *("customerGets", "value", "percentage"),
            code="VALUE_OUTSIDE_RANGE",
        )
    if percentage is None and float(value["discountAmount"]["amount"]) <= 0:
        return no(
            "Value must be greater than 0",
            *("customerGets", "value", "discountAmount", "amount"),
            code="GREATER_THAN",
        )
    made = {**asked, "id": shop.new_id()}
    shop.discounts[code] = made
    return {"codeDiscountNode": {"id": graph.gid("DiscountCodeNode", made["id"])}, REFUSED: []}


def _moment(told: str) -> datetime:
    return datetime.fromisoformat(told)


def _scan(shop: FakeShop, told: Rest) -> Answer:
    event = told["fulfillmentEvent"]
    identity = _number(event["fulfillmentId"])
    order, row = queries.find_fulfilment(shop, identity)
    if order is None or row is None:
        return refuse("Fulfillment does not exist", "fulfillmentEvent", "fulfillmentId")
    made = shop.scan(
        int(order["id"]),
        identity,
        {
            "status": event["status"].lower(),
            "happened_at": event.get("happenedAt") or shop.now().isoformat(),
            "message": event.get("message"),
            "city": event.get("city"),
            "province": event.get("province"),
            "country": event.get("country"),
        },
    )
    return {
        "fulfillmentEvent": {
            "id": graph.gid("FulfillmentEvent", made["id"]),
            "status": event["status"],
            "happenedAt": made["happened_at"],
            "message": made["message"],
        },
        REFUSED: [],
    }


def _cancel(shop: FakeShop, told: Rest) -> Answer:
    order = shop.orders.get(_number(told["orderId"]))
    ours = "orderCancelUserErrors"
    if order is None:
        return {
            **refuse("Order does not exist", "orderId", code="NOT_FOUND", errors=ours),
            REFUSED: [],
        }
    if order.get("cancelled_at"):
        return {
            **refuse("Order has been canceled", "orderId", code="ORDER_IS_CANCELED", errors=ours),
            REFUSED: [],
        }
    if order.get("fulfillments"):
        return {
            **refuse(
                "Cannot cancel an order that has fulfilled items",
                "orderId",
                code="INVALID",
                errors=ours,
            ),
            REFUSED: [],
        }
    if (told.get("refundMethod") or {}).get("originalPaymentMethodsRefund"):
        asked = [
            {"gateway": one["gateway"], "amount": one["amount"], "parent_id": one["id"]}
            for one in shop.transactions.get(int(order["id"]), [])
            if one["kind"] in ("sale", "capture")
        ]
        if asked:
            shop.refund(int(order["id"]), asked, "", [])
    shop.cancel(order, told["reason"].lower())
    job = {"id": graph.gid("Job", shop.new_id()), "done": False}
    return {"job": job, ours: [], REFUSED: []}


def _bulk_run(shop: FakeShop, told: Rest) -> Answer:
    query = told["query"]
    running = [
        one
        for one in shop.bulk_operations.values()
        if one["status"] in ("CREATED", "RUNNING", "CANCELING")
    ]
    if len(running) >= MOST_BULK_OPERATIONS:
        return refuse(
            "A bulk query operation for this app and shop is already in progress.",
            code="OPERATION_IN_PROGRESS",
        )
    document = parse(query)
    wrong = bulk.refused(engine.load_schema(), document)
    if wrong:
        return refuse(wrong, "query", code="INVALID")
    identity = shop.new_id()
    roots, lines = bulk.lines_of(engine.Engine(shop).run(document))
    shop.results[identity] = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    operation = {
        "__typename": "BulkOperation",
        "id": graph.gid("BulkOperation", identity),
        "status": "CREATED",
        "errorCode": None,
        "type": "QUERY",
        "createdAt": shop.now().isoformat(),
        "completedAt": None,
        "objectCount": "0",
        "rootObjectCount": "0",
        "fileSize": str(len(shop.results[identity])),
        "url": None,
        "partialDataUrl": None,
        "query": query,
        "polls": 0,
        "objects": len(lines),
        "roots": roots,
        "result_url": f"{shop.results_url}/results/{identity}.jsonl" if lines else None,
    }
    shop.bulk_operations[identity] = operation
    return {"bulkOperation": dict(operation), REFUSED: []}


def _bulk_cancel(shop: FakeShop, told: Rest) -> Answer:
    operation = shop.bulk_operations.get(_number(told["id"]))
    if operation is None:
        return refuse("Bulk operation does not exist", "id")
    if operation["status"] not in ("CREATED", "RUNNING"):
        ended = operation["status"].lower()
        return refuse(f"A bulk operation cannot be canceled when it is {ended}", "id")
    operation["status"] = "CANCELING"
    return {"bulkOperation": dict(operation), REFUSED: []}


def _subscribe(shop: FakeShop, told: Rest) -> Answer:
    topic, asked_for = told["topic"], told["webhookSubscription"]
    uri = asked_for.get("uri") or ""
    known = [
        one for one in shop.subscriptions.values() if (one["topic"], one["uri"]) == (topic, uri)
    ]
    if known:
        return refuse("Address for this topic has already been taken", "webhookSubscription", "uri")
    identity = shop.new_id()
    made = {
        "__typename": "WebhookSubscription",
        "id": graph.gid("WebhookSubscription", identity),
        "topic": topic,
        "uri": uri,
        "format": asked_for.get("format") or "JSON",
    }
    shop.subscriptions[identity] = made
    return {"webhookSubscription": made, REFUSED: []}


def _unsubscribe(shop: FakeShop, told: Rest) -> Answer:
    if shop.subscriptions.pop(_number(told["id"]), None) is None:
        return refuse("Webhook subscription does not exist", "id")
    return {"deletedWebhookSubscriptionId": told["id"], REFUSED: []}


def _number(gid: str) -> int:
    number = gid.rpartition("/")[2]
    return int(number) if number.isdigit() else -1


RESOLVERS: dict[str, Callable[..., Answer]] = {
    "refundCreate": _refund_create,
    "storeCreditAccountCredit": _store_credit,
    "discountCodeBasicCreate": _discount,
    "fulfillmentEventCreate": _scan,
    "orderCancel": _cancel,
    "bulkOperationRunQuery": _bulk_run,
    "bulkOperationCancel": _bulk_cancel,
    "webhookSubscriptionCreate": _subscribe,
    "webhookSubscriptionDelete": _unsubscribe,
}
