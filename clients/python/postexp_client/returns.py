"""Returns from asked for to settled, with their photos and parcels."""

from __future__ import annotations

from postexp_client.asking import Asking, Json, part


class ReturnsApi(Asking):
    """Returns from asked for to settled, with their photos and parcels."""

    def add_order_evidence(
        self,
        external_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Add a photo before asking for a return."""
        return self._ask(
            "POST",
            f"/orders/{part(external_id)}/return-evidence",
            form=body,
            idempotency_key=idempotency_key,
        )

    def get_returnable(self, external_id: str) -> Json:
        """Say what of an order can come back."""
        return self._ask("GET", f"/orders/{part(external_id)}/returnable")

    def quote_return(
        self,
        external_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Quote a return."""
        return self._ask(
            "POST",
            f"/orders/{part(external_id)}/return-quote",
            body=body,
            idempotency_key=idempotency_key,
        )

    def get_return_report(
        self,
        *,
        basis: str | None = None,
        by: str | None = None,
        currency: str | None = None,
        span: str | None = None,
    ) -> Json:
        """Get the return report."""
        return self._ask(
            "GET",
            "/reports/returns",
            query={"basis": basis, "by": by, "currency": currency, "span": span},
        )

    def get_return_label_file(self, parcel_id: str, paper: str) -> bytes:
        """Download a label of a return."""
        return self._fetch(f"/return-labels/{part(parcel_id)}/files/{part(paper)}")

    def void_return_label(
        self,
        parcel_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Give an unused label back."""
        return self._ask(
            "POST",
            f"/return-labels/{part(parcel_id)}/void",
            idempotency_key=idempotency_key,
        )

    def list_returns(
        self,
        *,
        cursor: str | None = None,
        due: str | None = None,
        limit: int | None = None,
        order_id: str | None = None,
        outcome: str | None = None,
        q: str | None = None,
        state: str | None = None,
        view: str | None = None,
    ) -> Json:
        """List returns, newest first."""
        return self._ask(
            "GET",
            "/returns",
            query={
                "cursor": cursor,
                "due": due,
                "limit": limit,
                "order_id": order_id,
                "outcome": outcome,
                "q": q,
                "state": state,
                "view": view,
            },
        )

    def get_return_decision(self, return_id: str) -> Json:
        """Get what the policy decided of a return."""
        return self._ask("GET", f"/returns/{part(return_id)}/decision")

    def create_return(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Ask for a return."""
        return self._ask("POST", "/returns", body=body, idempotency_key=idempotency_key)

    def get_return(self, return_id: str) -> Json:
        """Get a return."""
        return self._ask("GET", f"/returns/{part(return_id)}")

    def approve_return(self, return_id: str, *, idempotency_key: str | None = None) -> Json:
        """Approve a return."""
        return self._ask(
            "POST", f"/returns/{part(return_id)}/approve", idempotency_key=idempotency_key
        )

    def undo_return_decision(
        self,
        return_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Undo the decision on a return."""
        return self._ask(
            "POST", f"/returns/{part(return_id)}/undo", idempotency_key=idempotency_key
        )

    def list_platform_returns(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        order_id: str | None = None,
        state: str | None = None,
    ) -> Json:
        """List returns opened on your platform, newest first."""
        return self._ask(
            "GET",
            "/platform-returns",
            query={"cursor": cursor, "limit": limit, "order_id": order_id, "state": state},
        )

    def list_return_losses(self, return_id: str) -> Json:
        """Get what is known of the lost parcels of a return."""
        return self._ask("GET", f"/returns/{part(return_id)}/losses")

    def decide_return_loss(
        self,
        return_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Decide who bears a lost return."""
        return self._ask(
            "POST",
            f"/returns/{part(return_id)}/losses",
            body=body,
            idempotency_key=idempotency_key,
        )

    def write_to_shopper(
        self,
        return_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Write to the shopper of a return."""
        return self._ask(
            "POST",
            f"/returns/{part(return_id)}/write",
            body=body,
            idempotency_key=idempotency_key,
        )

    def note_shopper_answered(
        self,
        return_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Note that the shopper of a return has answered."""
        return self._ask(
            "POST", f"/returns/{part(return_id)}/answered", idempotency_key=idempotency_key
        )

    def list_macros(self) -> Json:
        """List saved texts."""
        return self._ask("GET", "/macros")

    def create_macro(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Save a text."""
        return self._ask("POST", "/macros", body=body, idempotency_key=idempotency_key)

    def get_macro(self, macro_id: str) -> Json:
        """Get a saved text."""
        return self._ask("GET", f"/macros/{part(macro_id)}")

    def put_macro(
        self,
        macro_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Change a saved text."""
        return self._ask(
            "PUT", f"/macros/{part(macro_id)}", body=body, idempotency_key=idempotency_key
        )

    def remove_macro(self, macro_id: str, *, idempotency_key: str | None = None) -> Json:
        """Remove a saved text."""
        return self._ask("DELETE", f"/macros/{part(macro_id)}", idempotency_key=idempotency_key)

    def cancel_return(self, return_id: str, *, idempotency_key: str | None = None) -> Json:
        """Cancel a return."""
        return self._ask(
            "POST", f"/returns/{part(return_id)}/cancel", idempotency_key=idempotency_key
        )

    def change_return(
        self,
        return_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Change a return before it is sent."""
        return self._ask(
            "POST",
            f"/returns/{part(return_id)}/change",
            body=body,
            idempotency_key=idempotency_key,
        )

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
            f"/returns/{part(return_id)}/decline",
            body=body,
            idempotency_key=idempotency_key,
        )

    def list_return_evidence(self, return_id: str) -> Json:
        """List the photos of a return."""
        return self._ask("GET", f"/returns/{part(return_id)}/evidence")

    def get_return_photo(
        self, return_id: str, evidence_id: str, *, size: str | None = None
    ) -> bytes:
        """Download a photo of a return."""
        return self._fetch(
            f"/returns/{part(return_id)}/evidence/{part(evidence_id)}", query={"size": size}
        )

    def add_return_evidence(
        self,
        return_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Add a photo to a return."""
        return self._ask(
            "POST",
            f"/returns/{part(return_id)}/evidence",
            form=body,
            idempotency_key=idempotency_key,
        )

    def ask_for_return_evidence(
        self,
        return_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Ask the shopper for photos."""
        return self._ask(
            "POST",
            f"/returns/{part(return_id)}/evidence-requests",
            body=body,
            idempotency_key=idempotency_key,
        )

    def give_away_return(
        self,
        return_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Note that the goods of a return were given away."""
        return self._ask(
            "POST",
            f"/returns/{part(return_id)}/given-away",
            idempotency_key=idempotency_key,
        )

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
            f"/returns/{part(return_id)}/inspect",
            body=body,
            idempotency_key=idempotency_key,
        )

    def list_return_labels(self, return_id: str) -> Json:
        """List the labels and parcels of a return."""
        return self._ask("GET", f"/returns/{part(return_id)}/labels")

    def create_return_label(
        self,
        return_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Make the label of a return."""
        return self._ask(
            "POST",
            f"/returns/{part(return_id)}/labels",
            body=body,
            idempotency_key=idempotency_key,
        )

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
            f"/returns/{part(return_id)}/receive",
            body=body,
            idempotency_key=idempotency_key,
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
            f"/returns/{part(return_id)}/settle",
            body=body,
            idempotency_key=idempotency_key,
        )

    def quote_settlement(self, return_id: str) -> Json:
        """Quote the settlement of a return."""
        return self._ask("GET", f"/returns/{part(return_id)}/settlement-quote")

    def add_return_label_file(
        self,
        return_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Hand a label that was made elsewhere to the shopper."""
        return self._ask(
            "POST",
            f"/returns/{part(return_id)}/label-files",
            form=body,
            idempotency_key=idempotency_key,
        )

    def add_return_tracking_number(
        self,
        return_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Add the tracking number of a parcel sent back."""
        return self._ask(
            "POST",
            f"/returns/{part(return_id)}/tracking-numbers",
            body=body,
            idempotency_key=idempotency_key,
        )

    def choose_drop_off_point(
        self,
        return_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Choose where a return is handed in."""
        return self._ask(
            "POST",
            f"/returns/{part(return_id)}/drop-off-point",
            body=body,
            idempotency_key=idempotency_key,
        )
