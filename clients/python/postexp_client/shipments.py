"""Parcels and what carriers say of them."""

from __future__ import annotations

from postexp_client.asking import Asking, Json, part


class ShipmentsApi(Asking):
    """Parcels and what carriers say of them."""

    def list_carrier_codes(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        state: str | None = None,
    ) -> Json:
        """List the codes of carriers that Postexp does not read."""
        return self._ask(
            "GET",
            "/carrier-codes",
            query={"cursor": cursor, "limit": limit, "state": state},
        )

    def map_carrier_code(
        self,
        code_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Say what a carrier's code means."""
        return self._ask(
            "POST",
            f"/carrier-codes/{part(code_id)}",
            body=body,
            idempotency_key=idempotency_key,
        )

    def list_incidents(
        self,
        *,
        carrier: str | None = None,
        cursor: str | None = None,
        kind: str | None = None,
        limit: int | None = None,
        order_id: str | None = None,
        shipment_id: str | None = None,
        state: str | None = None,
    ) -> Json:
        """List incidents, newest first."""
        return self._ask(
            "GET",
            "/incidents",
            query={
                "carrier": carrier,
                "cursor": cursor,
                "kind": kind,
                "limit": limit,
                "order_id": order_id,
                "shipment_id": shipment_id,
                "state": state,
            },
        )

    def get_delivery_report(
        self,
        *,
        by: str | None = None,
        carrier: str | None = None,
        span: int | None = None,
    ) -> Json:
        """Get the delivery report."""
        return self._ask(
            "GET", "/reports/delivery", query={"by": by, "carrier": carrier, "span": span}
        )

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

    def get_shipment(self, shipment_id: str) -> Json:
        """Get a shipment."""
        return self._ask("GET", f"/shipments/{part(shipment_id)}")

    def list_carrier_candidates(self, shipment_id: str) -> Json:
        """List the carriers a shipment's number may belong to."""
        return self._ask("GET", f"/shipments/{part(shipment_id)}/carrier")

    def correct_carrier(
        self,
        shipment_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Correct the carrier of a shipment."""
        return self._ask(
            "POST",
            f"/shipments/{part(shipment_id)}/carrier",
            body=body,
            idempotency_key=idempotency_key,
        )

    def withdraw_carrier(self, shipment_id: str, *, idempotency_key: str | None = None) -> Json:
        """Withdraw the corrected carrier of a shipment."""
        return self._ask(
            "DELETE", f"/shipments/{part(shipment_id)}/carrier", idempotency_key=idempotency_key
        )

    def list_shipment_events(self, shipment_id: str) -> Json:
        """List the tracking events of a shipment, newest first."""
        return self._ask("GET", f"/shipments/{part(shipment_id)}/events")

    def correct_status(
        self,
        shipment_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Correct the status of a shipment."""
        return self._ask(
            "POST",
            f"/shipments/{part(shipment_id)}/status",
            body=body,
            idempotency_key=idempotency_key,
        )

    def withdraw_status(self, shipment_id: str, *, idempotency_key: str | None = None) -> Json:
        """Withdraw the corrected status of a shipment."""
        return self._ask(
            "DELETE", f"/shipments/{part(shipment_id)}/status", idempotency_key=idempotency_key
        )

    def get_order_delay(self, external_id: str) -> Json:
        """Get what is said of an order that leaves later."""
        return self._ask("GET", f"/orders/{part(external_id)}/delay")

    def state_order_delay(
        self,
        external_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Say that an order leaves later than planned."""
        return self._ask(
            "POST",
            f"/orders/{part(external_id)}/delay",
            body=body,
            idempotency_key=idempotency_key,
        )

    def end_order_delay(self, external_id: str, *, idempotency_key: str | None = None) -> Json:
        """Take back that an order leaves later."""
        return self._ask(
            "DELETE", f"/orders/{part(external_id)}/delay", idempotency_key=idempotency_key
        )

    def send_tracking_events(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Send 1 to 1,000 tracking events."""
        return self._ask("POST", "/tracking-events", body=body, idempotency_key=idempotency_key)
