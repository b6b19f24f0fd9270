"""Returns that were opened on the platform."""

from typing import Any

from integrations.payload import Payload
from integrations.shopify.parse.admin import number
from returns.enums.platform import PlatformReturnState
from returns.ports import PlatformReturnFacts, PlatformReturnUnits

_STATES = {
    "REQUESTED": PlatformReturnState.REQUESTED,
    "OPEN": PlatformReturnState.OPEN,
    "CLOSED": PlatformReturnState.CLOSED,
    "DECLINED": PlatformReturnState.DECLINED,
    "CANCELED": PlatformReturnState.CANCELLED,
}


def parse_return_id(body: bytes) -> str:
    """Read which return a `returns/…` webhook is about; "" where it does not say."""
    return Payload.read(body, "Shopify").text("id")


def parse_return_of_refund(body: bytes) -> str:
    """Read which return a refund of `refunds/create` pays back; "" for none."""
    return Payload.read(body, "Shopify").child("return").text("id")


def parse_returns_of_order(body: bytes) -> tuple[str, ...]:
    """Read the returns of an order, which the API tells."""
    rows = Payload.read(body, "Shopify").children("returns")
    return tuple(row.identity("id") for row in rows)


def platform_return(case: dict[str, Any]) -> PlatformReturnFacts:
    """Return a return of `return_lines.graphql`, with all its lines, as facts.

    Shopify may keep several rows of one line.
    """
    told = Payload(case, "Shopify")
    units: dict[str, list[int]] = {}
    for row in case["returnLineItems"]["nodes"]:
        # What is returned without having been sourced from a fulfilment names no line of an order.
        if sent := row.get("fulfillmentLineItem"):
            counts = units.setdefault(str(number(sent["lineItem"]["id"])), [0, 0, 0])
            for place, name in enumerate(("quantity", "processedQuantity", "refundedQuantity")):
                counts[place] += row[name]
    return PlatformReturnFacts(
        external_id=str(number(case["id"])),
        order_external_id=case["order"]["legacyResourceId"],
        number=case["name"],
        state=(_STATES.get(case["status"]) or told.refuse("status", "is not known")).value,
        opened_at=told.required_moment("createdAt"),
        closed_at=told.moment("closedAt"),
        units=tuple(
            PlatformReturnUnits(
                line_external_id=line, quantity=quantity, arrived=arrived, refunded=refunded
            )
            for line, (quantity, arrived, refunded) in units.items()
        ),
    )
