"""Trying a policy on past returns over REST, before it is published."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.api_base import PAGING, page, page_of
from postexp.kernel import clock
from postexp.kernel.tasks import begin
from postexp.kernel.tenancy import current_merchant_id
from returns.api.base import ReturnsView
from returns.selectors.simulations import access_simulation, list_changes, list_simulations
from returns.serializers import wire_simulations as wire
from returns.serializers.simulations import represent_change, represent_simulation
from returns.services.simulations import start_simulation
from returns.tasks import work_on_simulation


class SimulationList(ReturnsView):
    """Policies tried on past returns."""

    @extend_schema(
        operation_id="list_return_policy_simulations",
        tags=["Returns"],
        summary="List simulations of a return policy, newest first",
        parameters=PAGING,
        responses={200: wire.SimulationPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of the simulations that are kept: the last few since the last publish."""
        return page(request, list_simulations(), represent_simulation)

    @extend_schema(
        operation_id="simulate_return_policy",
        tags=["Returns"],
        summary="Try a return policy on past returns",
        request=wire.SimulationIn,
        responses={202: wire.SimulationOut},
    )
    def post(self, request: Request) -> Response:
        """Judge every request of the last days again under a policy. It changes nothing.

        The answer comes at once; ask for the simulation until it is done. 409 `no_draft` without a
        draft and `content`, 422 `invalid_policy` names the field that is wrong.
        """
        data = self.read(wire.SimulationIn).validated_data

        def start() -> Response:
            simulation = start_simulation(
                content=data.get("content"), days=data["days"], at=clock.now(), actor=self.actor
            )
            begin(work_on_simulation, current_merchant_id(), simulation.public_id)
            return Response(represent_simulation(simulation), status=202)

        return self.command(start)


class SimulationDetail(ReturnsView):
    """One simulation."""

    @extend_schema(
        operation_id="get_return_policy_simulation",
        tags=["Returns"],
        summary="Get a simulation of a return policy",
        responses={200: wire.SimulationOut},
    )
    def get(self, request: Request, simulation_id: str) -> Response:
        """Return a simulation with what it has found so far."""
        return Response(represent_simulation(access_simulation(simulation_id)))


class SimulationChanges(ReturnsView):
    """What a simulated policy decides otherwise."""

    @extend_schema(
        operation_id="list_simulated_changes",
        tags=["Returns"],
        summary="List what a simulated return policy decides otherwise",
        parameters=PAGING,
        responses={200: wire.SimulatedChangePageOut},
    )
    def get(self, request: Request, simulation_id: str) -> Response:
        """Return one page of changed answers, the latest request first."""
        simulation = access_simulation(simulation_id)
        policy = simulation.policy
        return page_of(
            request,
            list_changes(simulation),
            lambda rows: [represent_change(row, policy) for row in rows],
        )
