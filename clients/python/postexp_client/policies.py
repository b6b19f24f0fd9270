"""Return policies, drafts tried on the past, and how the shop deals with returns."""

from __future__ import annotations

from postexp_client.asking import Asking, Json, part


class PoliciesApi(Asking):
    """Return policies, drafts tried on the past, and how the shop deals with returns."""

    def list_return_policies(self) -> Json:
        """List the versions of the return policy."""
        return self._ask("GET", "/return-policies")

    def publish_return_policy(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Publish a return policy."""
        return self._ask("POST", "/return-policies", body=body, idempotency_key=idempotency_key)

    def list_return_policy_simulations(
        self,
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Json:
        """List simulations of a return policy, newest first."""
        return self._ask(
            "GET",
            "/return-policy-simulations",
            query={"cursor": cursor, "limit": limit},
        )

    def simulate_return_policy(
        self,
        body: Json,
        *,
        idempotency_key: str | None = None,
    ) -> Json:
        """Try a return policy on past returns."""
        return self._ask(
            "POST",
            "/return-policy-simulations",
            body=body,
            idempotency_key=idempotency_key,
        )

    def get_return_policy_simulation(self, simulation_id: str) -> Json:
        """Get a simulation of a return policy."""
        return self._ask("GET", f"/return-policy-simulations/{part(simulation_id)}")

    def list_simulated_changes(
        self,
        simulation_id: str,
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Json:
        """List what a simulated return policy decides otherwise."""
        return self._ask(
            "GET",
            f"/return-policy-simulations/{part(simulation_id)}/changes",
            query={"cursor": cursor, "limit": limit},
        )

    def roll_back_return_policy(self, number: int, *, idempotency_key: str | None = None) -> Json:
        """Publish an earlier version of the return policy again."""
        return self._ask(
            "POST",
            f"/return-policies/{part(str(number))}/roll-back",
            idempotency_key=idempotency_key,
        )

    def get_return_policy_draft(self) -> Json:
        """Get the draft of the return policy."""
        return self._ask("GET", "/return-policy-draft")

    def put_return_policy_draft(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Change the draft of the return policy."""
        return self._ask("PUT", "/return-policy-draft", body=body, idempotency_key=idempotency_key)

    def publish_return_policy_draft(
        self, body: Json, *, idempotency_key: str | None = None
    ) -> Json:
        """Publish the draft of the return policy."""
        return self._ask(
            "POST", "/return-policy-draft/publish", body=body, idempotency_key=idempotency_key
        )

    def discard_return_policy_draft(
        self, body: Json, *, idempotency_key: str | None = None
    ) -> Json:
        """Discard the draft of the return policy."""
        return self._ask(
            "POST", "/return-policy-draft/discard", body=body, idempotency_key=idempotency_key
        )

    def rebase_return_policy_draft(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Put the draft of the return policy on the newest version."""
        return self._ask(
            "POST", "/return-policy-draft/rebase", body=body, idempotency_key=idempotency_key
        )

    def get_desk_settings(self) -> Json:
        """Get the times of the desk."""
        return self._ask("GET", "/settings/desk")

    def put_desk_settings(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Set the times of the desk."""
        return self._ask("PUT", "/settings/desk", body=body, idempotency_key=idempotency_key)

    def get_receiving_settings(self) -> Json:
        """Get how your shop receives."""
        return self._ask("GET", "/settings/receiving")

    def put_receiving_settings(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Set how your shop receives."""
        return self._ask("PUT", "/settings/receiving", body=body, idempotency_key=idempotency_key)

    def get_exchange_settings(self) -> Json:
        """Get how your shop carries out exchanges."""
        return self._ask("GET", "/settings/exchanges")

    def put_exchange_settings(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Set how your shop carries out exchanges."""
        return self._ask("PUT", "/settings/exchanges", body=body, idempotency_key=idempotency_key)

    def get_cancellation_settings(self) -> Json:
        """Get when shoppers may cancel."""
        return self._ask("GET", "/settings/cancellation")

    def get_withdrawal_settings(self) -> Json:
        """Get how withdrawal is dealt with."""
        return self._ask("GET", "/settings/withdrawal")

    def put_withdrawal_settings(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Set how withdrawal is dealt with."""
        return self._ask("PUT", "/settings/withdrawal", body=body, idempotency_key=idempotency_key)

    def put_cancellation_settings(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Set when shoppers may cancel."""
        return self._ask(
            "PUT", "/settings/cancellation", body=body, idempotency_key=idempotency_key
        )

    def get_credit_note_settings(self) -> Json:
        """Get who credit notes are from."""
        return self._ask("GET", "/settings/credit-notes")

    def put_credit_note_settings(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Set who credit notes are from."""
        return self._ask(
            "PUT", "/settings/credit-notes", body=body, idempotency_key=idempotency_key
        )

    def get_sending_settings(self) -> Json:
        """Get how goods may be sent back."""
        return self._ask("GET", "/settings/sending-back")

    def put_sending_settings(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        """Set how goods may be sent back."""
        return self._ask(
            "PUT", "/settings/sending-back", body=body, idempotency_key=idempotency_key
        )
