"""Parcels lost on their way back over REST: what tracking knows, and who bears them."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce.serializers.fields import FlagField, StrictSerializer, TextField
from postexp.kernel import clock
from returns import selectors
from returns.api.cases import ReturnCommand
from returns.enums.losses import Bearer, LossEnd, LossGround, SendingProof
from returns.models import Return
from returns.selectors.losses import list_losses_of, outlook_of
from returns.serializers import wire_out as out
from returns.serializers.losses import represent_outlook
from returns.services.losses import bear_loss, decline_loss


class LossIn(StrictSerializer):
    """Who bears what of a return was lost, and how it is known.

    `receipt`: the shopper showed that it was sent. `text` is for the shopper, in their language.
    """

    bearer = serializers.ChoiceField(choices=Bearer.choices)
    ground = serializers.ChoiceField(choices=LossGround.choices)
    receipt = FlagField(required=False, default=False)
    text = TextField(max_length=1000)


class TraceOut(out.Shape):
    """What is known of a parcel of a return.

    `sign` is why it seems lost, empty where it does not: `lost`, `disposed`, `under_investigation`,
    `expired` or `no_scan`.
    """

    parcel_id = serializers.CharField()
    tracking_number = serializers.CharField()
    carrier = serializers.CharField()
    label_by_shop = serializers.BooleanField()
    status = serializers.CharField()
    substatus = serializers.CharField()
    sign = serializers.CharField()
    last_heard_at = serializers.DateTimeField(allow_null=True)
    scanned_at = serializers.DateTimeField(allow_null=True)
    arrived_at = serializers.DateTimeField(allow_null=True)


class LossOut(out.Shape):
    """What was decided of a loss, and what tracking knew then; `end` is why it no longer stands."""

    id = serializers.CharField()
    bearer = serializers.ChoiceField(choices=Bearer.choices)
    ground = serializers.ChoiceField(choices=LossGround.choices)
    proof = serializers.ChoiceField(choices=SendingProof.choices, allow_blank=True)
    units = serializers.IntegerField()
    text = serializers.CharField()
    parcels = TraceOut(many=True)
    decided_at = serializers.DateTimeField()
    decided_by = serializers.CharField()
    end = serializers.ChoiceField(choices=LossEnd.choices, allow_blank=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class LossListOut(out.Shape):
    """What of a return has not arrived, what tracking knows of it, and what was decided so far.

    `units` have not arrived. `offered_ground` is why tracking takes them for lost, null where it
    does not. `proof` is what shows by itself that they were sent; who then usually bears them is
    `usual_bearer`. There is no choice where `bearer_by_law` is not null, or they were `paid_ahead`.
    """

    units = serializers.IntegerField()
    offered_ground = serializers.ChoiceField(choices=LossGround.choices, allow_null=True)
    proof = serializers.ChoiceField(choices=SendingProof.choices, allow_blank=True)
    usual_bearer = serializers.ChoiceField(choices=Bearer.choices)
    bearer_by_law = serializers.ChoiceField(choices=Bearer.choices, allow_null=True)
    paid_ahead = serializers.BooleanField()
    parcels = TraceOut(many=True)
    data = LossOut(many=True)  # type: ignore[assignment]  # a key of the wire


class ReturnLossList(ReturnCommand):
    """What of a return was lost on its way."""

    @extend_schema(
        operation_id="list_return_losses",
        tags=["Returns"],
        summary="Get what is known of the lost parcels of a return",
        responses={200: LossListOut},
    )
    def get(self, request: Request, return_id: str) -> Response:
        """Return what tracking knows of a return's parcels, and the decisions, newest first."""
        case = selectors.access_return(return_id)
        outlook = outlook_of(case, at=clock.now())
        return Response(represent_outlook(outlook, list_losses_of(case)))

    @extend_schema(
        operation_id="decide_return_loss",
        tags=["Returns"],
        summary="Decide who bears a lost return",
        request=LossIn,
        responses={200: out.ReturnOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """End a return that was lost on its way; nothing does so by itself.

        Borne by the `shop` it is to be settled as if it had arrived, borne by the `shopper` nothing
        is paid. `undo` takes it back within 30 seconds, and what turns up is received as ever. 409
        `loss_is_the_shops` where a law or a payment leaves you no choice, `invalid_transition`
        where nothing of it is on its way, `unit_already_settled` for an expired return.
        """
        data = self.read(LossIn).validated_data
        decide = bear_loss if data["bearer"] == Bearer.SHOP else decline_loss

        def carry_out(case: Return) -> object:
            return decide(
                return_id=case.public_id,
                ground=LossGround(data["ground"]),
                receipt=data["receipt"],
                text=data["text"],
                at=clock.now(),
                actor=self.actor,
            )

        return self.run(return_id, carry_out)
