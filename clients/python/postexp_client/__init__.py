"""A client of the Postexp REST API: one method for each operation, named as in its description.

    postexp = Postexp("https://post.example.com", "pxk_…")
    for order in postexp.each(postexp.list_orders, email="hana@example.jp"):
        print(order["number"])

Bodies and answers are the JSON of the API. Refusals raise Refused with their `code`. A write gets
an Idempotency-Key of its own unless one is given, so requests that fail on the way are tried again.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

__all__ = ("Json", "Postexp", "Refused")

Json = dict[str, Any]

VERSION = "2026-11-01"
TRIES = 4
LONGEST_WAIT = 30.0
AGAIN = frozenset({429, 502, 503, 504})


class Refused(Exception):
    """The API refused a request; `code` is stable, `detail` is for people."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", ""))
        self.detail = str(problem.get("detail", ""))
        self.errors = problem.get("errors")
        super().__init__(f"{status} {self.code}: {self.detail}")


def _part(text: str) -> str:
    return quote(text, safe="")


class Postexp:
    """The API of one shop, as one key may use it. Close it, or use it as a context manager."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        timeout: float = 20.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(
            base_url=f"{base_url.rstrip('/')}/api/v1",
            headers={"Authorization": f"Bearer {key}", "Postexp-Version": VERSION},
            timeout=timeout,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def each(self, listed: Callable[..., Json], *parts: str, **filters: Any) -> Iterator[Json]:
        """Go through every row of a list, page by page: `each(postexp.list_orders)`."""
        cursor: str | None = None
        while True:
            page = listed(*parts, **filters, cursor=cursor)
            yield from page["data"]
            cursor = page["next"]
            if cursor is None:
                return

    def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Json | None = None,
        idempotency_key: str | None = None,
    ) -> Json:
        headers = (
            {} if method == "GET" else {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        )
        asked = {name: value for name, value in (query or {}).items() if value is not None}
        for attempt in range(1, TRIES + 1):
            try:
                answer = self._http.request(method, path, params=asked, json=body, headers=headers)
            except httpx.TransportError:
                if attempt == TRIES:
                    raise
                time.sleep(2.0**attempt / 4)
                continue
            if answer.status_code not in AGAIN or attempt == TRIES:
                return _read(answer)
            time.sleep(_wait(answer, attempt))
        raise AssertionError("the last try returns or raises")

    def get_customer(self, customer_id: str, *, expand: str | None = None) -> Json:
        """Get a customer."""
        return self._ask("GET", f"/customers/{_part(customer_id)}", query={"expand": expand})

    def list_customers(
        self,
        *,
        created_since: str | None = None,
        created_until: str | None = None,
        cursor: str | None = None,
        email: str | None = None,
        expand: str | None = None,
        external_id: str | None = None,
        limit: int | None = None,
    ) -> Json:
        """List customers, newest first."""
        return self._ask(
            "GET",
            "/customers",
            query={
                "created_since": created_since,
                "created_until": created_until,
                "cursor": cursor,
                "email": email,
                "expand": expand,
                "external_id": external_id,
                "limit": limit,
            },
        )

    def get_event(self, event_id: str) -> Json:
        """Get an event."""
        return self._ask("GET", f"/events/{_part(event_id)}")

    def list_events(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        subject: str | None = None,
        type: str | None = None,
    ) -> Json:
        """List events, newest first."""
        return self._ask(
            "GET",
            "/events",
            query={"cursor": cursor, "limit": limit, "subject": subject, "type": type},
        )

    def get_message(self, message_id: str) -> Json:
        """Get a message."""
        return self._ask("GET", f"/messages/{_part(message_id)}")

    def list_messages(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        order_id: str | None = None,
        state: str | None = None,
    ) -> Json:
        """List messages, newest first."""
        return self._ask(
            "GET",
            "/messages",
            query={"cursor": cursor, "limit": limit, "order_id": order_id, "state": state},
        )

    def get_order(self, external_id: str, *, expand: str | None = None) -> Json:
        """Get an order."""
        return self._ask("GET", f"/orders/{_part(external_id)}", query={"expand": expand})

    def list_order_fulfilments(self, external_id: str) -> Json:
        """List the fulfilments of an order, oldest first."""
        return self._ask("GET", f"/orders/{_part(external_id)}/fulfilments")

    def list_orders(
        self,
        *,
        cursor: str | None = None,
        customer_id: str | None = None,
        email: str | None = None,
        expand: str | None = None,
        limit: int | None = None,
        number: str | None = None,
        payment_state: str | None = None,
        placed_since: str | None = None,
        placed_until: str | None = None,
    ) -> Json:
        """List orders, newest first."""
        return self._ask(
            "GET",
            "/orders",
            query={
                "cursor": cursor,
                "customer_id": customer_id,
                "email": email,
                "expand": expand,
                "limit": limit,
                "number": number,
                "payment_state": payment_state,
                "placed_since": placed_since,
                "placed_until": placed_until,
            },
        )

    def put_order(
        self,
        external_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Create or update an order."""
        return self._ask(
            "PUT", f"/orders/{_part(external_id)}", body=body, idempotency_key=idempotency_key
        )

    def get_product(self, product_id: str) -> Json:
        """Get a product."""
        return self._ask("GET", f"/products/{_part(product_id)}")

    def list_products(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        sku: str | None = None,
    ) -> Json:
        """List products with their variants, newest first."""
        return self._ask("GET", "/products", query={"cursor": cursor, "limit": limit, "sku": sku})

    def approve_return(self, return_id: str, *, idempotency_key: str | None = None) -> Json:
        """Approve a return."""
        return self._ask(
            "POST", f"/returns/{_part(return_id)}/approve", idempotency_key=idempotency_key
        )

    def cancel_return(self, return_id: str, *, idempotency_key: str | None = None) -> Json:
        """Cancel a return."""
        return self._ask(
            "POST", f"/returns/{_part(return_id)}/cancel", idempotency_key=idempotency_key
        )

    def confirm_refund(
        self,
        refund_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Confirm that a refund was paid."""
        return self._ask(
            "POST", f"/refunds/{_part(refund_id)}/paid", body=body, idempotency_key=idempotency_key
        )

    def create_return(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Ask for a return."""
        return self._ask("POST", "/returns", body=body, idempotency_key=idempotency_key)

    def decline_return(
        self,
        return_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Decline a return."""
        return self._ask(
            "POST",
            f"/returns/{_part(return_id)}/decline",
            body=body,
            idempotency_key=idempotency_key,
        )

    def get_refund(self, refund_id: str) -> Json:
        """Get a refund."""
        return self._ask("GET", f"/refunds/{_part(refund_id)}")

    def get_return(self, return_id: str) -> Json:
        """Get a return."""
        return self._ask("GET", f"/returns/{_part(return_id)}")

    def get_returnable(self, external_id: str) -> Json:
        """Say what of an order can come back."""
        return self._ask("GET", f"/orders/{_part(external_id)}/returnable")

    def inspect_return(
        self,
        return_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Grade the units that arrived."""
        return self._ask(
            "POST",
            f"/returns/{_part(return_id)}/inspect",
            body=body,
            idempotency_key=idempotency_key,
        )

    def list_refunds(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        state: str | None = None,
    ) -> Json:
        """List refunds, newest first."""
        return self._ask(
            "GET", "/refunds", query={"cursor": cursor, "limit": limit, "state": state}
        )

    def list_return_policies(self) -> Json:
        """List the versions of the return policy."""
        return self._ask("GET", "/return_policies")

    def list_returns(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        order_id: str | None = None,
        state: str | None = None,
    ) -> Json:
        """List returns, newest first."""
        return self._ask(
            "GET",
            "/returns",
            query={"cursor": cursor, "limit": limit, "order_id": order_id, "state": state},
        )

    def publish_return_policy(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Publish a return policy."""
        return self._ask("POST", "/return_policies", body=body, idempotency_key=idempotency_key)

    def receive_return(
        self,
        return_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Receive a parcel of a return."""
        return self._ask(
            "POST",
            f"/returns/{_part(return_id)}/receive",
            body=body,
            idempotency_key=idempotency_key,
        )

    def refund_shipping(self, external_id: str, *, idempotency_key: str | None = None) -> Json:
        """Refund an order's shipping."""
        return self._ask(
            "POST", f"/orders/{_part(external_id)}/shipping_refund", idempotency_key=idempotency_key
        )

    def settle_return(
        self,
        return_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Settle a return."""
        return self._ask(
            "POST",
            f"/returns/{_part(return_id)}/settle",
            body=body,
            idempotency_key=idempotency_key,
        )

    def get_shipment(self, shipment_id: str) -> Json:
        """Get a shipment."""
        return self._ask("GET", f"/shipments/{_part(shipment_id)}")

    def list_shipment_events(self, shipment_id: str) -> Json:
        """List the tracking events of a shipment, newest first."""
        return self._ask("GET", f"/shipments/{_part(shipment_id)}/events")

    def list_shipments(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        order_id: str | None = None,
        status: str | None = None,
        tracking_number: str | None = None,
    ) -> Json:
        """List shipments, newest first."""
        return self._ask(
            "GET",
            "/shipments",
            query={
                "cursor": cursor,
                "limit": limit,
                "order_id": order_id,
                "status": status,
                "tracking_number": tracking_number,
            },
        )

    def send_shipment(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Create or update a shipment."""
        return self._ask("POST", "/shipments", body=body, idempotency_key=idempotency_key)

    def send_tracking_events(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Send 1 to 1,000 tracking events."""
        return self._ask("POST", "/tracking-events", body=body, idempotency_key=idempotency_key)

    def create_webhook_endpoint(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Add a webhook endpoint."""
        return self._ask("POST", "/webhook-endpoints", body=body, idempotency_key=idempotency_key)

    def delete_webhook_endpoint(
        self,
        endpoint_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Delete a webhook endpoint."""
        return self._ask(
            "DELETE", f"/webhook-endpoints/{_part(endpoint_id)}", idempotency_key=idempotency_key
        )

    def get_webhook_endpoint(self, endpoint_id: str) -> Json:
        """Get a webhook endpoint."""
        return self._ask("GET", f"/webhook-endpoints/{_part(endpoint_id)}")

    def list_webhook_deliveries(
        self,
        endpoint_id: str,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        state: str | None = None,
    ) -> Json:
        """List what was sent to a webhook endpoint, newest first."""
        return self._ask(
            "GET",
            f"/webhook-endpoints/{_part(endpoint_id)}/deliveries",
            query={"cursor": cursor, "limit": limit, "state": state},
        )

    def list_webhook_endpoints(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Json:
        """List webhook endpoints, newest first."""
        return self._ask("GET", "/webhook-endpoints", query={"cursor": cursor, "limit": limit})

    def replay_webhooks(
        self,
        endpoint_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Send the events of a time range again."""
        return self._ask(
            "POST",
            f"/webhook-endpoints/{_part(endpoint_id)}/replay",
            body=body,
            idempotency_key=idempotency_key,
        )

    def rotate_webhook_secret(
        self,
        endpoint_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Give a webhook endpoint a new secret."""
        return self._ask(
            "POST",
            f"/webhook-endpoints/{_part(endpoint_id)}/rotate-secret",
            idempotency_key=idempotency_key,
        )

    def test_webhook_endpoint(
        self,
        endpoint_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Send a test event."""
        return self._ask(
            "POST", f"/webhook-endpoints/{_part(endpoint_id)}/test", idempotency_key=idempotency_key
        )

    def update_webhook_endpoint(
        self,
        endpoint_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Change a webhook endpoint."""
        return self._ask(
            "PUT",
            f"/webhook-endpoints/{_part(endpoint_id)}",
            body=body,
            idempotency_key=idempotency_key,
        )


def _read(answer: httpx.Response) -> Json:
    if answer.is_success:
        told: Json = answer.json()
        return told
    try:
        problem = answer.json()
    except ValueError:
        problem = {"detail": answer.text[:200]}
    raise Refused(answer.status_code, problem)


def _wait(answer: httpx.Response, attempt: int) -> float:
    asked = answer.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_WAIT) if asked.isdigit() else 2.0**attempt / 4
