"""Webhook endpoints over REST."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.api_base import PAGING, MerchantView, Problem, page
from commerce.enums import Scope
from commerce.serializers.fields import StrictSerializer
from integrations.outgoing import selectors, services
from integrations.outgoing import serializers as wire
from integrations.outgoing.enums import DeliveryState
from integrations.outgoing.errors import OutgoingError
from integrations.outgoing.models import Endpoint
from integrations.outgoing.serializers import represent_delivery, represent_endpoint
from postexp.kernel import clock

T = TypeVar("T")


class EndpointView(MerchantView):
    """What every view of endpoints needs of its key."""

    read_scope: ClassVar[str] = Scope.READ_WEBHOOKS
    write_scope: ClassVar[str] = Scope.WRITE_WEBHOOKS

    def read(self, shape: type[StrictSerializer]) -> dict[str, Any]:
        """Return the body, read strictly."""
        serializer = shape(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        read: dict[str, Any] = serializer.validated_data
        return read

    def command(self, carry_out: Callable[[], Response]) -> Response:
        """Carry a write out once per key; what is anticipated is answered as problem+json."""

        def told() -> Response:
            try:
                return carry_out()
            except OutgoingError as refused:
                raise Problem(422, refused.code, refused.message) from refused

        return self.once(f"{self.request.method} {self.request.path}", told)


class EndpointList(EndpointView):
    """The webhook endpoints of your shop."""

    secrets_told: ClassVar[frozenset[str]] = frozenset({"secret"})

    @extend_schema(
        operation_id="list_webhook_endpoints",
        tags=["Webhooks"],
        summary="List webhook endpoints, newest first",
        parameters=[*PAGING],
        responses={200: wire.EndpointPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of endpoints, without their secrets."""
        return page(request, selectors.list_endpoints(), represent_endpoint)

    @extend_schema(
        operation_id="create_webhook_endpoint",
        tags=["Webhooks"],
        summary="Add a webhook endpoint",
        request=wire.EndpointIn,
        responses={201: wire.EndpointSecretOut},
    )
    def post(self, request: Request) -> Response:
        """Add an endpoint; the answer holds the secret that signs what is sent to it.

        422 `invalid_url`, `unknown_event`, `too_many_endpoints`.
        """
        data = self.read(wire.EndpointIn)

        def add() -> Response:
            endpoint = services.add_endpoint(**data, at=clock.now(), actor=self.actor)
            return Response(_with_secret(endpoint), status=201)

        return self.command(add)


class EndpointDetail(EndpointView):
    """One webhook endpoint."""

    @extend_schema(
        operation_id="get_webhook_endpoint",
        tags=["Webhooks"],
        summary="Get a webhook endpoint",
        responses={200: wire.EndpointOut},
    )
    def get(self, request: Request, endpoint_id: str) -> Response:
        """Return an endpoint, without its secret."""
        return Response(represent_endpoint(selectors.access_endpoint(endpoint_id)))

    @extend_schema(
        operation_id="update_webhook_endpoint",
        tags=["Webhooks"],
        summary="Change a webhook endpoint",
        request=wire.EndpointIn,
        responses={200: wire.EndpointOut},
    )
    def put(self, request: Request, endpoint_id: str) -> Response:
        """Change where an endpoint is and what it is told of; 422 as when adding one."""
        endpoint = selectors.access_endpoint(endpoint_id)
        data = self.read(wire.EndpointIn)

        def change() -> Response:
            changed = services.change_endpoint(
                endpoint=endpoint, **data, at=clock.now(), actor=self.actor
            )
            return Response(represent_endpoint(changed))

        return self.command(change)

    @extend_schema(
        operation_id="delete_webhook_endpoint",
        tags=["Webhooks"],
        summary="Delete a webhook endpoint",
        responses={200: wire.EndpointOut},
    )
    def delete(self, request: Request, endpoint_id: str) -> Response:
        """Delete an endpoint with its log; the answer is the endpoint as it was."""

        def delete() -> Response:
            endpoint = selectors.access_endpoint(endpoint_id)
            services.delete_endpoint(endpoint=endpoint, at=clock.now(), actor=self.actor)
            return Response(represent_endpoint(endpoint))

        return self.command(delete)


class EndpointRotate(EndpointView):
    """A new secret."""

    secrets_told: ClassVar[frozenset[str]] = frozenset({"secret"})

    @extend_schema(
        operation_id="rotate_webhook_secret",
        tags=["Webhooks"],
        summary="Give a webhook endpoint a new secret",
        request=wire.EmptyIn,
        responses={200: wire.EndpointSecretOut},
    )
    def post(self, request: Request, endpoint_id: str) -> Response:
        """Make a new secret; for 24 hours the former one signs too."""
        endpoint = selectors.access_endpoint(endpoint_id)
        self.read(wire.EmptyIn)

        def rotate() -> Response:
            changed = services.rotate_secret(endpoint=endpoint, at=clock.now(), actor=self.actor)
            return Response(_with_secret(changed))

        return self.command(rotate)


class EndpointTest(EndpointView):
    """A test event."""

    @extend_schema(
        operation_id="test_webhook_endpoint",
        tags=["Webhooks"],
        summary="Send a test event",
        request=wire.EmptyIn,
        responses={202: wire.WebhookDeliveryOut},
    )
    def post(self, request: Request, endpoint_id: str) -> Response:
        """Send an event of type `webhook_endpoint.test`; its delivery tells how it went."""
        endpoint = selectors.access_endpoint(endpoint_id)
        self.read(wire.EmptyIn)

        def test() -> Response:
            sent = services.send_test(endpoint=endpoint, at=clock.now(), actor=self.actor)
            return Response(represent_delivery(sent), status=202)

        return self.command(test)


class EndpointReplay(EndpointView):
    """Past events, sent again."""

    @extend_schema(
        operation_id="replay_webhooks",
        tags=["Webhooks"],
        summary="Send the events of a time range again",
        request=wire.ReplayIn,
        responses={202: wire.ReplayOut},
    )
    def post(self, request: Request, endpoint_id: str) -> Response:
        """Send every event of the range that the endpoint is told of, under its own id again.

        422 `too_many_events` above 10,000.
        """
        endpoint = selectors.access_endpoint(endpoint_id)
        data = self.read(wire.ReplayIn)

        def replay() -> Response:
            count = services.replay_range(
                endpoint=endpoint, **data, at=clock.now(), actor=self.actor
            )
            return Response({"count": count}, status=202)

        return self.command(replay)


class DeliveryList(EndpointView):
    """What was sent to one endpoint."""

    @extend_schema(
        operation_id="list_webhook_deliveries",
        tags=["Webhooks"],
        summary="List what was sent to a webhook endpoint, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter("state", {"type": "string", "enum": DeliveryState.values}),
        ],
        responses={200: wire.DeliveryPageOut},
    )
    def get(self, request: Request, endpoint_id: str) -> Response:
        """Return one page of deliveries with the answer to the last attempt of each."""
        endpoint = selectors.access_endpoint(endpoint_id)
        state = self.choice("state", DeliveryState)
        return page(request, selectors.list_deliveries(endpoint, state=state), represent_delivery)


def _with_secret(endpoint: Endpoint) -> dict[str, Any]:
    return {**represent_endpoint(endpoint), "secret": endpoint.secret}
