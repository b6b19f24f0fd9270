"""Refunds, goodwill, credit notes and what does not fit."""

from __future__ import annotations

from postexp_client.asking import Asking, Json, part


class MoneyApi(Asking):
    """Refunds, goodwill, credit notes and what does not fit."""

    def list_credit_notes(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        order_id: str | None = None,
        return_id: str | None = None,
    ) -> Json:
        """List credit notes, newest first."""
        return self._ask(
            "GET",
            "/credit-notes",
            query={"cursor": cursor, "limit": limit, "order_id": order_id, "return_id": return_id},
        )

    def get_credit_note(self, note_id: str) -> Json:
        """Get a credit note."""
        return self._ask("GET", f"/credit-notes/{part(note_id)}")

    def get_credit_note_pdf(self, note_id: str) -> bytes:
        """Download a credit note."""
        return self._fetch(f"/credit-notes/{part(note_id)}/pdf")

    def give_goodwill(
        self,
        external_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Give goodwill for an order."""
        return self._ask(
            "POST",
            f"/orders/{part(external_id)}/goodwill",
            body=body,
            idempotency_key=idempotency_key,
        )

    def refund_shipping(
        self,
        external_id: str,
        body: Json | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Refund an order's shipping."""
        return self._ask(
            "POST",
            f"/orders/{part(external_id)}/shipping-refund",
            body=body,
            idempotency_key=idempotency_key,
        )

    def list_refund_mismatches(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Json:
        """List refunds that do not fit, newest first."""
        return self._ask(
            "GET",
            "/refund-mismatches",
            query={"cursor": cursor, "limit": limit},
        )

    def clear_refund_mismatch(
        self,
        mismatch_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Note that somebody looked at a refund that does not fit."""
        return self._ask(
            "POST",
            f"/refund-mismatches/{part(mismatch_id)}/clear",
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

    def get_refund(self, refund_id: str) -> Json:
        """Get a refund."""
        return self._ask("GET", f"/refunds/{part(refund_id)}")

    def confirm_refund(
        self,
        refund_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Confirm that a refund was paid."""
        return self._ask(
            "POST", f"/refunds/{part(refund_id)}/paid", body=body, idempotency_key=idempotency_key
        )

    def refute_refund(
        self,
        refund_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Say that an unclear refund was not paid."""
        return self._ask(
            "POST", f"/refunds/{part(refund_id)}/not-paid", idempotency_key=idempotency_key
        )

    def retry_refund(
        self,
        refund_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Try a failed refund again."""
        return self._ask(
            "POST", f"/refunds/{part(refund_id)}/retry", body=body, idempotency_key=idempotency_key
        )
