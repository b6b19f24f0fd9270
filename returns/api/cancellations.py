"""Cancellations over REST: the same services as every other face."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors as commerce
from commerce.api_base import PAGING, Problem, external_id_of, page
from postexp.kernel import clock
from returns.api.base import ReturnsView, told
from returns.enums import CancellationState
from returns.models import Cancellation
from returns.rules.cancellations import CancelWish
from returns.selectors.cancellations import (
    CancelJudgement,
    access_cancellation,
    judge_cancel,
    list_cancellations,
)
from returns.serializers import wire_cancel as wire
from returns.serializers.cancellations import represent_cancellable, represent_cancellation
from returns.serializers.represent import represent_sum
from returns.serializers.wire_in import EmptyIn, minor_units
from returns.serializers.wire_out import SumOut
from returns.services.cancellations import (
    approve_cancellation,
    decline_cancellation,
    quote_cancellation,
    request_cancellation,
    split_wishes,
    withdraw_cancellation,
)
from returns.services.cancelling import settle_cancellation
from returns.services.platform_stops import tell_platform_again

if TYPE_CHECKING:
    from commerce.models import Order


def _order(external_id: str) -> Order:
    order = commerce.get_order_by_external_id(external_id_of(external_id))
    if order is None:
        raise Http404
    return order


def _line_ids(order: Order) -> dict[str, str]:
    return {line.external_id: line.public_id for line in commerce.list_lines(order)}


class OrderCancellable(ReturnsView):
    """What of an order can be cancelled."""

    @extend_schema(
        operation_id="get_cancellable",
        tags=["Cancellations"],
        summary="Say what of an order can be cancelled",
        responses={200: wire.CancellableOut},
    )
    def get(self, request: Request, external_id: str) -> Response:
        """Say how many units of each line, until when, the sum of all, and if not, why not."""
        judgement = judge_cancel(_order(external_id), at=clock.now())
        return Response(represent_cancellable(judgement, _quote_of_all(judgement)))


def _quote_of_all(judgement: CancelJudgement) -> dict[str, Any]:
    """Return the sum of cancelling everything that can be cancelled."""
    wishes = [
        CancelWish(line=one.line, quantity=one.cancellable)
        for one in judgement.decision.lines
        if one.cancellable
    ]
    return quote_cancellation(
        judgement.order, wishes, nothing_gone=judgement.nothing_gone
    ).to_json()


class CancellationQuote(ReturnsView):
    """What cancelling some units comes to."""

    @extend_schema(
        operation_id="quote_cancellation",
        tags=["Cancellations"],
        summary="Quote a cancellation",
        request=wire.CancelQuoteIn,
        responses={200: SumOut},
    )
    def post(self, request: Request, external_id: str) -> Response:
        """Return the exact sum of cancelling units; nothing is changed.

        Refused like the cancellation itself; 409 `too_late` where units were picked or sent.
        """
        body = self.read(wire.CancelQuoteIn)
        order = _order(external_id)
        judgement = judge_cancel(order, at=clock.now(), by_staff=body.by_staff)
        wishes = body.wishes(_line_ids(order))
        split = told(lambda: split_wishes(judgement, wishes, by_staff=body.by_staff))
        if any(split.gone.values()):
            raise Problem(
                409, "too_late", _("These items are already being packed or are on their way.")
            )
        quoted = quote_cancellation(order, wishes, nothing_gone=judgement.nothing_gone)
        return Response(represent_sum(quoted.to_json(), [one.line for one in judgement.lines]))


class CancellationList(ReturnsView):
    """The cancellations of your shop."""

    @extend_schema(
        operation_id="list_cancellations",
        tags=["Cancellations"],
        summary="List cancellations, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter("state", {"type": "string", "enum": CancellationState.values}),
            OpenApiParameter("order_id", str, description="The id of an order, ord_…"),
        ],
        responses={200: wire.CancellationPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of cancellations."""
        found = list_cancellations()
        if state := self.choice("state", CancellationState):
            found = found.filter(state=state)
        if order_id := request.query_params.get("order_id", ""):
            found = found.filter(order__public_id=order_id)
        return page(request, found, lambda one: represent_cancellation(one, with_parts=False))

    @extend_schema(
        operation_id="create_cancellation",
        tags=["Cancellations"],
        summary="Cancel units of an order",
        request=wire.CancellationIn,
        responses={201: wire.CancellationOut},
    )
    def post(self, request: Request) -> Response:
        """Cancel units; for five minutes it can be withdrawn, and no money moves.

        Where all units were picked or sent the answer's state is `too_late`, and `return_id` is a
        return approved for when they arrive. 409 `cancel_window_ended`, `cancellation_open`,
        `quote_changed` where the sum is not `expected_total`; 422 `not_cancellable`,
        `quantity_exceeds_cancellable`.
        """
        return self.command(self._request)

    def _request(self) -> Response:
        body = self.read(wire.CancellationIn)
        data = body.validated_data
        order = commerce.get_order_by_external_id(data["order_external_id"])
        if order is None:
            raise Problem(422, "unknown_order", _("There is no such order."))
        cancellation = request_cancellation(
            order_id=order.public_id,
            wishes=body.wishes(_line_ids(order)),
            at=clock.now(),
            actor=self.actor,
            by_staff=body.by_staff,
            note=data["note"],
            shown_payout=minor_units(data.get("expected_total"), order.currency),
        )
        found = access_cancellation(cancellation.public_id)
        return Response(represent_cancellation(found), status=201)


class CancellationDetail(ReturnsView):
    """One cancellation."""

    @extend_schema(
        operation_id="get_cancellation",
        tags=["Cancellations"],
        summary="Get a cancellation",
        responses={200: wire.CancellationOut},
    )
    def get(self, request: Request, cancellation_id: str) -> Response:
        """Return a cancellation, whole."""
        return Response(represent_cancellation(access_cancellation(cancellation_id)))


class CancellationCommand(ReturnsView):
    """Something to do with one cancellation; the answer is the cancellation as it then stands."""

    def run(self, cancellation_id: str, act: Callable[[Cancellation], object]) -> Response:
        """Do it once per key."""

        def carry_out() -> Response:
            act(access_cancellation(cancellation_id))
            return Response(represent_cancellation(access_cancellation(cancellation_id)))

        return self.command(carry_out)


class CancellationWithdraw(CancellationCommand):
    """Take a cancellation back."""

    @extend_schema(
        operation_id="withdraw_cancellation",
        tags=["Cancellations"],
        summary="Take a cancellation back",
        request=EmptyIn,
        responses={200: wire.CancellationOut},
    )
    def post(self, request: Request, cancellation_id: str) -> Response:
        """Send the units after all; 409 `undo_time_over` after the five minutes."""
        self.read(EmptyIn)
        return self.run(
            cancellation_id,
            lambda one: withdraw_cancellation(
                cancellation_id=one.public_id, at=clock.now(), actor=self.actor
            ),
        )


class CancellationApprove(CancellationCommand):
    """Let a cancellation go on."""

    @extend_schema(
        operation_id="approve_cancellation",
        tags=["Cancellations"],
        summary="Let a cancellation that needs review go ahead",
        request=EmptyIn,
        responses={200: wire.CancellationOut},
    )
    def post(self, request: Request, cancellation_id: str) -> Response:
        """Let it go ahead; 409 `invalid_transition` where it waits for nobody."""
        self.read(EmptyIn)
        return self.run(
            cancellation_id,
            lambda one: approve_cancellation(
                cancellation_id=one.public_id, at=clock.now(), actor=self.actor
            ),
        )


class CancellationDecline(CancellationCommand):
    """Decline a cancellation."""

    @extend_schema(
        operation_id="decline_cancellation",
        tags=["Cancellations"],
        summary="Decline a cancellation",
        request=wire.CancelDeclineIn,
        responses={200: wire.CancellationOut},
    )
    def post(self, request: Request, cancellation_id: str) -> Response:
        """Send the units after all, with words for the shopper."""
        text = self.read(wire.CancelDeclineIn).validated_data["text"]
        return self.run(
            cancellation_id,
            lambda one: decline_cancellation(
                cancellation_id=one.public_id, text=text, at=clock.now(), actor=self.actor
            ),
        )


class CancellationTellPlatform(CancellationCommand):
    """Tell the platform again."""

    @extend_schema(
        operation_id="tell_platform_of_cancellation",
        tags=["Cancellations"],
        summary="Tell the order's platform of a cancellation once more",
        request=None,
        responses={200: wire.CancellationOut},
    )
    def post(self, request: Request, cancellation_id: str) -> Response:
        """Tell it what it refused to hear; 409 `invalid_transition` where it refused nothing."""
        return self.run(
            cancellation_id,
            lambda one: tell_platform_again(
                cancellation_id=one.public_id, at=clock.now(), actor=self.actor
            ),
        )


class CancellationSettle(CancellationCommand):
    """Settle a stopped cancellation."""

    @extend_schema(
        operation_id="settle_cancellation",
        tags=["Cancellations"],
        summary="Settle a cancellation that could not be settled by itself",
        request=wire.CancelSettleIn,
        responses={200: wire.CancellationOut},
    )
    def post(self, request: Request, cancellation_id: str) -> Response:
        """Settle it with `expected_total`; 409 `quote_changed` where it comes to another sum.

        409 `open_dispute` or `lost_dispute` for a chargeback where `despite` says nothing,
        `invalid_transition` where it is not stopped.
        """
        data = self.read(wire.CancelSettleIn).validated_data

        def settle(one: Cancellation) -> object:
            return settle_cancellation(
                cancellation_id=one.public_id,
                shown=minor_units(data["expected_total"], one.order.currency) or 0,
                despite=data["despite"],
                at=clock.now(),
                actor=self.actor,
            )

        return self.run(cancellation_id, settle)
