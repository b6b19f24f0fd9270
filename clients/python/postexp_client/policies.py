"""Return policies, and drafts tried on the past."""

from __future__ import annotations

from postexp_client.asking import Asking, Json, part


class PoliciesApi(Asking):
    """Return policies, and drafts tried on the past."""

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
