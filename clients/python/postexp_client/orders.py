"""Orders, their customers and products, and what of them is cancelled or withdrawn from."""

from __future__ import annotations

from postexp_client.asking import Asking, Json, part


class OrdersApi(Asking):
    """Orders, their customers and products, and what of them is cancelled or withdrawn from."""

    def list_cancellations(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        order_id: str | None = None,
        state: str | None = None,
    ) -> Json:
        """List cancellations, newest first."""
        return self._ask(
            "GET",
            "/cancellations",
            query={"cursor": cursor, "limit": limit, "order_id": order_id, "state": state},
        )

    def create_cancellation(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Cancel units of an order."""
        return self._ask("POST", "/cancellations", body=body, idempotency_key=idempotency_key)

    def get_cancellation(self, cancellation_id: str) -> Json:
        """Get a cancellation."""
        return self._ask("GET", f"/cancellations/{part(cancellation_id)}")

    def approve_cancellation(
        self, cancellation_id: str, *, idempotency_key: str | None = None
    ) -> Json:
        """Let a cancellation that needs review go ahead."""
        return self._ask(
            "POST",
            f"/cancellations/{part(cancellation_id)}/approve",
            idempotency_key=idempotency_key,
        )

    def decline_cancellation(
        self,
        cancellation_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Decline a cancellation."""
        return self._ask(
            "POST",
            f"/cancellations/{part(cancellation_id)}/decline",
            body=body,
            idempotency_key=idempotency_key,
        )

    def settle_cancellation(
        self,
        cancellation_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Settle a cancellation that could not be settled by itself."""
        return self._ask(
            "POST",
            f"/cancellations/{part(cancellation_id)}/settle",
            body=body,
            idempotency_key=idempotency_key,
        )

    def tell_platform_of_cancellation(
        self, cancellation_id: str, *, idempotency_key: str | None = None
    ) -> Json:
        """Tell the order's platform of a cancellation once more."""
        return self._ask(
            "POST",
            f"/cancellations/{part(cancellation_id)}/tell-platform",
            idempotency_key=idempotency_key,
        )

    def withdraw_cancellation(
        self, cancellation_id: str, *, idempotency_key: str | None = None
    ) -> Json:
        """Take a cancellation back."""
        return self._ask(
            "POST",
            f"/cancellations/{part(cancellation_id)}/withdraw",
            idempotency_key=idempotency_key,
        )

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

    def get_customer(self, customer_id: str, *, expand: str | None = None) -> Json:
        """Get a customer."""
        return self._ask("GET", f"/customers/{part(customer_id)}", query={"expand": expand})

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

    def get_order(self, external_id: str, *, expand: str | None = None) -> Json:
        """Get an order."""
        return self._ask("GET", f"/orders/{part(external_id)}", query={"expand": expand})

    def put_order(
        self,
        external_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Create or update an order."""
        return self._ask(
            "PUT", f"/orders/{part(external_id)}", body=body, idempotency_key=idempotency_key
        )

    def get_cancellable(self, external_id: str) -> Json:
        """Say what of an order can be cancelled."""
        return self._ask("GET", f"/orders/{part(external_id)}/cancellable")

    def quote_cancellation(
        self,
        external_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Quote a cancellation."""
        return self._ask(
            "POST",
            f"/orders/{part(external_id)}/cancellation-quote",
            body=body,
            idempotency_key=idempotency_key,
        )

    def put_dispute(
        self,
        external_id: str,
        dispute_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Tell of a chargeback, or how it ended."""
        return self._ask(
            "PUT",
            f"/orders/{part(external_id)}/disputes/{part(dispute_id)}",
            body=body,
            idempotency_key=idempotency_key,
        )

    def list_order_fulfilments(self, external_id: str) -> Json:
        """List the fulfilments of an order, oldest first."""
        return self._ask("GET", f"/orders/{part(external_id)}/fulfilments")

    def get_picks(self, external_id: str) -> Json:
        """Say what of an order was picked."""
        return self._ask("GET", f"/orders/{part(external_id)}/picks")

    def put_picks(
        self,
        external_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Confirm what was picked."""
        return self._ask(
            "PUT",
            f"/orders/{part(external_id)}/picks",
            body=body,
            idempotency_key=idempotency_key,
        )

    def list_promo_codes(
        self,
        *,
        cursor: str | None = None,
        customer_id: str | None = None,
        limit: int | None = None,
        state: str | None = None,
    ) -> Json:
        """List promo codes, newest first."""
        return self._ask(
            "GET",
            "/promo-codes",
            query={"cursor": cursor, "customer_id": customer_id, "limit": limit, "state": state},
        )

    def get_promo_code(self, promo_id: str) -> Json:
        """Get a promo code."""
        return self._ask("GET", f"/promo-codes/{part(promo_id)}")

    def list_products(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        sku: str | None = None,
    ) -> Json:
        """List products with their variants, newest first."""
        return self._ask("GET", "/products", query={"cursor": cursor, "limit": limit, "sku": sku})

    def get_product(self, product_id: str) -> Json:
        """Get a product."""
        return self._ask("GET", f"/products/{part(product_id)}")

    def list_withdrawals(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        state: str | None = None,
    ) -> Json:
        """List withdrawals, newest first."""
        return self._ask(
            "GET",
            "/withdrawals",
            query={"cursor": cursor, "limit": limit, "state": state},
        )

    def get_withdrawal(self, withdrawal_id: str) -> Json:
        """Get a withdrawal."""
        return self._ask("GET", f"/withdrawals/{part(withdrawal_id)}")

    def close_withdrawal(
        self,
        withdrawal_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Close a withdrawal, with words for the shopper."""
        return self._ask(
            "POST",
            f"/withdrawals/{part(withdrawal_id)}/close",
            body=body,
            idempotency_key=idempotency_key,
        )

    def match_withdrawal(
        self,
        withdrawal_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Say which order a withdrawal is about."""
        return self._ask(
            "POST",
            f"/withdrawals/{part(withdrawal_id)}/match",
            body=body,
            idempotency_key=idempotency_key,
        )

    def return_withdrawal(
        self,
        withdrawal_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Make an approved return of a withdrawal."""
        return self._ask(
            "POST",
            f"/withdrawals/{part(withdrawal_id)}/return",
            body=body,
            idempotency_key=idempotency_key,
        )
