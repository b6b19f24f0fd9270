"""Places where parcels are handed in, and where they are sent."""

from __future__ import annotations

from postexp_client.asking import Asking, Json, part


class DropOffApi(Asking):
    """Places where parcels are handed in, and where they are sent."""

    def list_drop_off_points(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        withdrawn: str | None = None,
    ) -> Json:
        """List drop-off points, newest first."""
        return self._ask(
            "GET",
            "/drop-off-points",
            query={"cursor": cursor, "limit": limit, "withdrawn": withdrawn},
        )

    def put_drop_off_point(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Add or change a drop-off point."""
        return self._ask("POST", "/drop-off-points", body=body, idempotency_key=idempotency_key)

    def get_drop_off_point(self, point_id: str) -> Json:
        """Get a drop-off point."""
        return self._ask("GET", f"/drop-off-points/{part(point_id)}")

    def withdraw_drop_off_point(self, point_id: str, *, idempotency_key: str | None = None) -> Json:
        """Withdraw a drop-off point."""
        return self._ask(
            "POST", f"/drop-off-points/{part(point_id)}/withdraw", idempotency_key=idempotency_key
        )

    def search_drop_off_points(
        self,
        *,
        carrier: str | None = None,
        country: str | None = None,
        latitude: float | None = None,
        longitude: float | None = None,
        method: str | None = None,
        near: str | None = None,
        when: str | None = None,
    ) -> Json:
        """Search drop-off points near a place."""
        return self._ask(
            "GET",
            "/drop-off-points/near",
            query={
                "carrier": carrier,
                "country": country,
                "latitude": latitude,
                "longitude": longitude,
                "method": method,
                "near": near,
                "when": when,
            },
        )

    def list_return_addresses(self) -> Json:
        """List the addresses for returns."""
        return self._ask("GET", "/return-addresses")

    def create_return_address(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Add an address for returns."""
        return self._ask("POST", "/return-addresses", body=body, idempotency_key=idempotency_key)

    def get_return_address(self, address_id: str) -> Json:
        """Get an address for returns."""
        return self._ask("GET", f"/return-addresses/{part(address_id)}")

    def put_return_address(
        self,
        address_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Change an address for returns."""
        return self._ask(
            "PUT",
            f"/return-addresses/{part(address_id)}",
            body=body,
            idempotency_key=idempotency_key,
        )

    def remove_return_address(self, address_id: str, *, idempotency_key: str | None = None) -> Json:
        """Remove an address for returns."""
        return self._ask(
            "DELETE", f"/return-addresses/{part(address_id)}", idempotency_key=idempotency_key
        )
