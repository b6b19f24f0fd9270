"""Messages, events and webhooks."""

from __future__ import annotations

from postexp_client.asking import Asking, Json, part


class MessagesApi(Asking):
    """Messages, events and webhooks."""

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

    def get_event(self, event_id: str) -> Json:
        """Get an event."""
        return self._ask("GET", f"/events/{part(event_id)}")

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

    def get_message(self, message_id: str) -> Json:
        """Get a message."""
        return self._ask("GET", f"/messages/{part(message_id)}")

    def report_receipt(
        self,
        message_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Say what became of a message."""
        return self._ask(
            "POST",
            f"/messages/{part(message_id)}/receipts",
            body=body,
            idempotency_key=idempotency_key,
        )

    def list_flows(self) -> Json:
        """List how each kind of message is sent."""
        return self._ask("GET", "/message-flows")

    def get_flow(self, kind: str) -> Json:
        """Get how a kind of message is sent."""
        return self._ask("GET", f"/message-flows/{part(kind)}")

    def put_flow(self, kind: str, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Set how a kind of message is sent."""
        return self._ask(
            "PUT", f"/message-flows/{part(kind)}", body=body, idempotency_key=idempotency_key
        )

    def list_webhook_endpoints(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Json:
        """List webhook endpoints, newest first."""
        return self._ask("GET", "/webhook-endpoints", query={"cursor": cursor, "limit": limit})

    def create_webhook_endpoint(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Add a webhook endpoint."""
        return self._ask("POST", "/webhook-endpoints", body=body, idempotency_key=idempotency_key)

    def get_webhook_endpoint(self, endpoint_id: str) -> Json:
        """Get a webhook endpoint."""
        return self._ask("GET", f"/webhook-endpoints/{part(endpoint_id)}")

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
            f"/webhook-endpoints/{part(endpoint_id)}",
            body=body,
            idempotency_key=idempotency_key,
        )

    def delete_webhook_endpoint(
        self,
        endpoint_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Delete a webhook endpoint."""
        return self._ask(
            "DELETE", f"/webhook-endpoints/{part(endpoint_id)}", idempotency_key=idempotency_key
        )

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
            f"/webhook-endpoints/{part(endpoint_id)}/deliveries",
            query={"cursor": cursor, "limit": limit, "state": state},
        )

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
            f"/webhook-endpoints/{part(endpoint_id)}/replay",
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
            f"/webhook-endpoints/{part(endpoint_id)}/rotate-secret",
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
            "POST", f"/webhook-endpoints/{part(endpoint_id)}/test", idempotency_key=idempotency_key
        )
