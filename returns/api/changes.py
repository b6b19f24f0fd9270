"""Changing a return over REST, before anything of it was sent."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors as commerce
from commerce.serializers.fields import MoneyField, StrictSerializer, TextField
from postexp.kernel import clock
from returns import selectors
from returns.api.base import ReturnsView
from returns.api.cases import whole
from returns.enums import Outcome
from returns.rules.commands import Wish
from returns.serializers import wire_in as incoming
from returns.serializers import wire_out as out
from returns.services.changes import change_return


class ChangeIn(StrictSerializer):
    """What is asked for instead."""

    outcome = serializers.ChoiceField(choices=Outcome.choices, help_text="What is wanted for it.")
    lines = incoming.WishIn(many=True, allow_empty=False, help_text="What is to be returned.")
    note = TextField(max_length=2000, help_text="What the shopper adds, for staff.")
    expected_total = MoneyField(
        required=False, help_text="The sum the shopper saw; another is refused."
    )


class ReturnChange(ReturnsView):
    """Ask for something else instead."""

    @extend_schema(
        operation_id="change_return",
        tags=["Returns"],
        summary="Change a return before it is sent",
        request=ChangeIn,
        responses={201: out.ReturnOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """End a return and ask for another one with its units, both or neither.

        The answer is the new return. 409 `invalid_transition` once something was sent; otherwise
        as for a new return.
        """
        case = selectors.access_return(return_id)
        data = self.read(ChangeIn).validated_data
        lines = {one.external_id: one.public_id for one in commerce.list_lines(case.order)}
        wishes = [
            Wish(
                line=row["line_id"] or lines.get(row["line_external_id"], row["line_external_id"]),
                quantity=row["quantity"],
                reason=row["reason"],
                variant=row["exchange_for"],
            )
            for row in data["lines"]
        ]
        shown = incoming.minor_units(data.get("expected_total"), case.order.currency)

        def change() -> Response:
            changed = change_return(
                return_id=case.public_id,
                wishes=wishes,
                outcome=Outcome(data["outcome"]),
                at=clock.now(),
                actor=self.actor,
                note=data["note"],
                shown_payout=shown,
            )
            return Response(whole(changed.public_id), status=201)

        return self.command(change)
