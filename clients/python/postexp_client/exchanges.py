"""Exchanges, gifts, and units that were refused or not announced."""

from __future__ import annotations

from postexp_client.asking import Asking, Json, part


class ExchangesApi(Asking):
    """Exchanges, gifts, and units that were refused or not announced."""

    def list_exchanges(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        return_id: str | None = None,
        state: str | None = None,
    ) -> Json:
        """List exchanges, newest first."""
        return self._ask(
            "GET",
            "/exchanges",
            query={"cursor": cursor, "limit": limit, "return_id": return_id, "state": state},
        )

    def get_exchange(self, exchange_id: str) -> Json:
        """Get an exchange."""
        return self._ask("GET", f"/exchanges/{part(exchange_id)}")

    def choose_instead_of_exchange(
        self,
        exchange_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Say what the shopper wants where an exchange is not possible."""
        return self._ask(
            "POST",
            f"/exchanges/{part(exchange_id)}/choose",
            body=body,
            idempotency_key=idempotency_key,
        )

    def forgive_exchange(
        self,
        exchange_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Leave a replacement to its shopper without the original."""
        return self._ask(
            "POST",
            f"/exchanges/{part(exchange_id)}/forgive",
            idempotency_key=idempotency_key,
        )

    def confirm_exchange_payment(
        self,
        exchange_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Confirm that what is owed for an exchange was paid."""
        return self._ask(
            "POST",
            f"/exchanges/{part(exchange_id)}/paid",
            body=body,
            idempotency_key=idempotency_key,
        )

    def open_exchange_payment_page(
        self,
        exchange_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Open the page on which what is due for an exchange is paid or held."""
        return self._ask(
            "POST",
            f"/exchanges/{part(exchange_id)}/payment-page",
            idempotency_key=idempotency_key,
        )

    def sell_out_exchange(
        self,
        exchange_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Tell that what an exchange is for is sold out."""
        return self._ask(
            "POST",
            f"/exchanges/{part(exchange_id)}/sold-out",
            idempotency_key=idempotency_key,
        )

    def undo_exchange(
        self,
        exchange_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Undo an exchange whose replacement came back instead of the original."""
        return self._ask(
            "POST",
            f"/exchanges/{part(exchange_id)}/undo",
            idempotency_key=idempotency_key,
        )

    def ask_exchange_payment(
        self,
        exchange_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Ask the shopper to pay what they owe for a replacement they have."""
        return self._ask(
            "POST",
            f"/exchanges/{part(exchange_id)}/ask",
            idempotency_key=idempotency_key,
        )

    def give_up_rest_of_exchange(
        self,
        exchange_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Send no more of an exchange of which a part was sent."""
        return self._ask(
            "POST",
            f"/exchanges/{part(exchange_id)}/rest",
            body=body,
            idempotency_key=idempotency_key,
        )

    def change_replacement(
        self,
        replacement_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Send another variant than was asked for, at the same price."""
        return self._ask(
            "POST",
            f"/replacements/{part(replacement_id)}/change",
            body=body,
            idempotency_key=idempotency_key,
        )

    def ship_replacement(
        self,
        replacement_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Ship a replacement."""
        return self._ask(
            "POST",
            f"/replacements/{part(replacement_id)}/ship",
            body=body,
            idempotency_key=idempotency_key,
        )

    def list_restocks(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        state: str | None = None,
    ) -> Json:
        """List units that go back on the shelf, newest first."""
        return self._ask(
            "GET", "/restocks", query={"cursor": cursor, "limit": limit, "state": state}
        )

    def count_restock(
        self,
        restock_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Note that units are on the shelf again."""
        return self._ask(
            "POST", f"/restocks/{part(restock_id)}/counted", idempotency_key=idempotency_key
        )

    def end_gift_code(
        self,
        gift_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """End a gift code."""
        return self._ask(
            "POST",
            f"/gift-codes/{part(gift_id)}/end",
            idempotency_key=idempotency_key,
        )

    def create_gift_return(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Ask for a return with a gift code."""
        return self._ask("POST", "/gift-returns", body=body, idempotency_key=idempotency_key)

    def list_gift_codes(self, external_id: str) -> Json:
        """List the gift codes of an order."""
        return self._ask("GET", f"/orders/{part(external_id)}/gift-codes")

    def create_gift_code(
        self,
        external_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Make a gift code."""
        return self._ask(
            "POST",
            f"/orders/{part(external_id)}/gift-codes",
            body=body,
            idempotency_key=idempotency_key,
        )

    def arrange_pickup(
        self,
        return_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Say when a return is picked up."""
        return self._ask(
            "POST",
            f"/returns/{part(return_id)}/pickup",
            body=body,
            idempotency_key=idempotency_key,
        )

    def extend_return_time(
        self,
        external_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Give more time to return something."""
        return self._ask(
            "POST",
            f"/orders/{part(external_id)}/return-extensions",
            body=body,
            idempotency_key=idempotency_key,
        )

    def list_refused_units(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        state: str | None = None,
    ) -> Json:
        """List refused units, newest first."""
        return self._ask(
            "GET",
            "/refused-units",
            query={"cursor": cursor, "limit": limit, "state": state},
        )

    def get_refused_units(self, refused_id: str) -> Json:
        """Get refused units."""
        return self._ask("GET", f"/refused-units/{part(refused_id)}")

    def get_refused_units_photo(self, refused_id: str) -> bytes:
        """Download the photo of refused units."""
        return self._fetch(f"/refused-units/{part(refused_id)}/photo")

    def add_receiving_photo(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Add a photo before units are graded."""
        return self._ask("POST", "/receiving-photos", form=body, idempotency_key=idempotency_key)

    def settle_send_back_fee(
        self,
        refused_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Note that the fee was paid, or waive it."""
        return self._ask(
            "POST",
            f"/refused-units/{part(refused_id)}/fee",
            body=body,
            idempotency_key=idempotency_key,
        )

    def open_send_back_fee_page(
        self,
        refused_id: str,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Open the page on which the fee for sending back is paid."""
        return self._ask(
            "POST",
            f"/refused-units/{part(refused_id)}/payment-page",
            idempotency_key=idempotency_key,
        )

    def offer_part_refund(
        self,
        refused_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Offer a partial refund for refused units."""
        return self._ask(
            "POST",
            f"/refused-units/{part(refused_id)}/offer",
            body=body,
            idempotency_key=idempotency_key,
        )

    def resolve_refused_units(
        self,
        refused_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Resolve refused units."""
        return self._ask(
            "POST",
            f"/refused-units/{part(refused_id)}/resolve",
            body=body,
            idempotency_key=idempotency_key,
        )

    def send_refused_units(
        self,
        refused_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Note that refused units were sent back."""
        return self._ask(
            "POST",
            f"/refused-units/{part(refused_id)}/send",
            body=body,
            idempotency_key=idempotency_key,
        )

    def list_unannounced_goods(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
        state: str | None = None,
    ) -> Json:
        """List unannounced goods, newest first."""
        return self._ask(
            "GET",
            "/unannounced-goods",
            query={"cursor": cursor, "limit": limit, "state": state},
        )

    def receive_unannounced_goods(
        self,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Keep goods nobody announced."""
        return self._ask(
            "POST",
            "/unannounced-goods",
            body=body,
            idempotency_key=idempotency_key,
        )

    def get_unannounced_goods(self, unannounced_id: str) -> Json:
        """Get unannounced goods."""
        return self._ask("GET", f"/unannounced-goods/{part(unannounced_id)}")

    def close_unannounced_goods(
        self,
        unannounced_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Close unannounced goods."""
        return self._ask(
            "POST",
            f"/unannounced-goods/{part(unannounced_id)}/close",
            body=body,
            idempotency_key=idempotency_key,
        )

    def match_unannounced_goods(
        self,
        unannounced_id: str,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Match unannounced goods to an order or a return."""
        return self._ask(
            "POST",
            f"/unannounced-goods/{part(unannounced_id)}/match",
            body=body,
            idempotency_key=idempotency_key,
        )
