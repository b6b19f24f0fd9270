"""Telling Shopify what of an order is not to be sent.

Nothing is paid back by it: that goes by the payments of the settlement, once. An order of which
nothing else is left is cancelled. Out of any other the units are taken by a refund of them without
money, as Shopify has it for units that were never sent; they are back in stock at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from integrations.connections import find_api
from integrations.models import Connection, Service
from integrations.shopify import access
from integrations.shopify.calls import PAYMENT_PATIENCE, find_call, note_answer
from integrations.shopify.client import ShopifyClient
from integrations.shopify.errors import Busy, QueryRefused, Refused, ShopifyError, Unanswered
from integrations.shopify.outbound import cancel_order, keyed_refund
from integrations.shopify.parse import OwnRefund, own_stop_note
from returns.ports import StoppedUnits, StopRefused, StopUnclear

PAGE = 100
ALREADY = "ORDER_IS_CANCELED"
CANCEL, TAKE_OUT = "order_cancel", "refund_create"


@dataclass(frozen=True, kw_only=True)
class _Left:
    """Units of a line at Shopify: what is left of it, and what of that was not sent."""

    ordered: int
    unsent: int


def stop_units(connection: Connection, units: StoppedUnits) -> None:
    """Tell Shopify what not to send, once per key. Raises ShopifyError.

    Units that were sent there, or taken out by its staff, are none of these any more.
    """
    if find_call(CANCEL, units.key) is not None:
        _cancel(connection, units)
        return
    lines: dict[str, int] = {}
    if find_call(TAKE_OUT, units.key) is None:
        left = _look(connection, units)
        lines = {
            line: min(count, left[line].unsent)
            for line, count in units.lines.items()
            if line in left and left[line].unsent
        }
        if not lines:
            return
        if all(one.ordered == one.unsent == lines.get(line, 0) for line, one in left.items()):
            _cancel(connection, units)
            return
    keyed_refund(connection, units.key, lambda client: _taken_out(client, units, lines))


def _look(connection: Connection, units: StoppedUnits) -> dict[str, _Left]:
    """Return what is left of each line (by id); nothing of an order that is cancelled there."""
    left: dict[str, _Left] = {}
    asked: dict[str, Any] = {"id": _order_id(units), "first": PAGE, "after": None}
    with access.open_client(connection, within=PAYMENT_PATIENCE) as client:
        while True:
            order = client.run("order_units", asked)["order"]
            if order is None:
                raise QueryRefused("The order does not exist.")
            if order["cancelledAt"]:
                return {}
            for line in order["lineItems"]["nodes"]:
                left[line["id"].rpartition("/")[2]] = _Left(
                    ordered=line["currentQuantity"], unsent=line["unfulfilledQuantity"]
                )
            if not order["lineItems"]["pageInfo"]["hasNextPage"]:
                return left
            asked["after"] = order["lineItems"]["pageInfo"]["endCursor"]


def _cancel(connection: Connection, units: StoppedUnits) -> None:
    try:
        cancel_order(
            connection,
            key=units.key,
            order_external_id=units.order_external_id,
            refund=False,
            restock=True,
            reason="CUSTOMER" if units.by_shopper else "OTHER",
            note=own_stop_note(units.key, units.number),
        )
    except Refused as refused:
        # Its staff were quicker.
        if not refused.has(ALREADY):
            raise


def _taken_out(
    client: ShopifyClient, units: StoppedUnits, lines: Mapping[str, int]
) -> dict[str, Any]:
    """Return the refund that takes units out of an order, each back to where it lay."""
    rows = [
        {"lineItemId": f"gid://shopify/LineItem/{line}", "quantity": count, "restockType": "CANCEL"}
        for line, count in lines.items()
    ]
    order = client.run("suggested_refund", {"id": _order_id(units), "lines": rows})["order"]
    suggested = order["suggestedRefund"]["refundLineItems"] if order["suggestedRefund"] else ()
    places = {row["lineItem"]["id"]: row["location"]["id"] for row in suggested if row["location"]}
    return {
        "input": {
            "orderId": _order_id(units),
            "currency": units.currency,
            "note": own_stop_note(units.key, units.number),
            "notify": False,
            "refundLineItems": [
                {**row, "locationId": places.get(row["lineItemId"])} for row in rows
            ],
            "transactions": [],
        }
    }


def _order_id(units: StoppedUnits) -> str:
    return f"gid://shopify/Order/{units.order_external_id}"


def confirm_own_stop(own: OwnRefund) -> None:
    """Note that units were taken out as we asked: it may be told before it is answered."""
    call = find_call(TAKE_OUT, own.key)
    if call is not None and not call.reference:
        note_answer(call, own.external_id)


class ShopifyStops:
    """Tells Shopify which units of its orders are not to be sent."""

    name = "shopify"

    def takes(self, source: str) -> bool:
        """Whether the order is Shopify's, and we may ask."""
        return source == Service.SHOPIFY and find_api(Service.SHOPIFY) is not None

    def stop(self, units: StoppedUnits) -> None:
        """Tell Shopify."""
        connection = find_api(Service.SHOPIFY)
        if connection is None:
            raise StopRefused("The shop is no longer connected to Shopify.")
        try:
            stop_units(connection, units)
        except (Unanswered, Busy) as error:
            raise StopUnclear(str(error)) from error
        except ShopifyError as error:
            raise StopRefused(str(error)) from error
