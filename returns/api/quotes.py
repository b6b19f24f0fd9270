"""What a return comes to over REST, before it is asked for and before it is settled."""

from __future__ import annotations

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors as commerce
from commerce.api_base import external_id_of
from postexp.kernel import clock
from returns import selectors, services
from returns.api.base import ReturnsView, told
from returns.enums import ReturnChannel, ReturnState
from returns.errors import InvalidTransition
from returns.models import Return
from returns.rules.quotes import Quote
from returns.serializers import wire_quotes as wire
from returns.serializers.quotes import represent_return_quote, represent_settlement_quotes
from returns.serializers.wire_in import ReturnQuoteIn
from returns.services.quotes import quote_return


class ReturnQuote(ReturnsView):
    """What returning some units comes to."""

    @extend_schema(
        operation_id="quote_return",
        tags=["Returns"],
        summary="Quote a return",
        request=ReturnQuoteIn,
        responses={200: wire.ReturnQuoteOut},
    )
    def post(self, request: Request, external_id: str) -> Response:
        """Return the exact sum of each outcome; no return is made.

        An outcome that cannot be had says so in its `refusal`, with the code that asking for it is
        answered with. An exchange without `exchange_for` is priced for the first variant in stock.
        422 `not_returnable` for a line of another order.
        """
        body = self.read(ReturnQuoteIn)
        order = commerce.get_order_by_external_id(external_id_of(external_id))
        if order is None:
            raise Http404
        judgement = selectors.judge(order, at=clock.now(), channel=ReturnChannel.API)
        wishes = body.wishes({one.line.external_id: one.line.public_id for one in judgement.lines})
        quoted = told(
            lambda: quote_return(
                judgement, wishes, actor=self.actor, method=body.validated_data["method"]
            )
        )
        services.remember_deadlines(judgement)
        return Response(represent_return_quote(judgement, wishes, quoted))


class SettlementQuote(ReturnsView):
    """What settling a return comes to."""

    @extend_schema(
        operation_id="quote_settlement",
        tags=["Returns"],
        summary="Quote the settlement of a return",
        responses={200: wire.SettlementQuoteOut},
    )
    def get(self, request: Request, return_id: str) -> Response:
        """Return the exact sums of settling now: as was asked for, then in the other ways.

        409 `invalid_transition` where the return is not to be settled, `nothing_to_settle`, and
        `refund_exceeds_balance` where less is left than it comes to.
        """
        case = selectors.access_return(return_id)
        return Response(represent_settlement_quotes(case, told(lambda: _quotes(case))))


def _quotes(case: Return) -> list[Quote]:
    if case.state != ReturnState.RESOLVING:
        raise InvalidTransition
    return [services.quote_settlement(case), *services.quote_other_outcomes(case)]
