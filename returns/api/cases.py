"""Returns over REST: the same services as every other face."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from commerce import selectors as commerce
from commerce.api_base import PAGING, Problem, page
from commerce.api_expand import of_orders
from commerce.serializers import instant, money
from postexp.kernel import clock
from returns import selectors, services
from returns.api.base import ReturnsView
from returns.enums import DeclineReason, Outcome, ReturnState
from returns.errors import NotReturnable
from returns.models import Return
from returns.rules.commands import ExchangeWish, Wish
from returns.selectors.receiving import list_refused_of, open_second_look
from returns.serializers import represent_refund, represent_return, represent_settlement
from returns.serializers import wire_in as incoming
from returns.serializers import wire_out as out
from returns.serializers.refused import represent_refused
from returns.services.paying import note_given_away

if TYPE_CHECKING:
    from commerce.models import Order


DESK_VIEWS = [*selectors.VIEWS, "to_ship", "lost"]
DUE = ["overdue"]


@of_orders.offer("returns")
def returns_of(orders: Sequence[Order]) -> dict[int, Any]:
    """Return the returns of orders, by their row."""
    found: dict[int, list[dict[str, Any]]] = {}
    for case in selectors.list_returns_of_orders([order.pk for order in orders]):
        found.setdefault(case.order_id, []).append(represent_return(case, with_parts=False))
    return found


class ReturnList(ReturnsView):
    """The returns of your shop."""

    @extend_schema(
        operation_id="list_returns",
        tags=["Returns"],
        summary="List returns, newest first",
        parameters=[
            *PAGING,
            OpenApiParameter("state", {"type": "string", "enum": ReturnState.values}),
            OpenApiParameter("order_id", str, description="The id of an order, ord_…"),
            OpenApiParameter("outcome", {"type": "string", "enum": Outcome.values}),
            OpenApiParameter(
                "view",
                {"type": "string", "enum": DESK_VIEWS},
                description="Only those of this view of the desk.",
            ),
            OpenApiParameter(
                "due",
                {"type": "string", "enum": DUE},
                description="Only those that wait for the shop longer than they should.",
            ),
            OpenApiParameter(
                "q",
                str,
                description="A number of a return, an order or a parcel, an e-mail address or a "
                "name.",
            ),
        ],
        responses={200: out.ReturnPageOut},
    )
    def get(self, request: Request) -> Response:
        """Return one page of returns."""
        cases = selectors.list_returns(
            view=self._one_of("view", DESK_VIEWS),
            search=request.query_params.get("q", "").strip(),
            outcome=self.choice("outcome", Outcome),
            overdue_at=clock.now() if self._one_of("due", DUE) else None,
        )
        if state := self.choice("state", ReturnState):
            cases = cases.filter(state=state)
        if order_id := request.query_params.get("order_id", ""):
            cases = cases.filter(order__public_id=order_id)
        return page(request, cases, lambda case: represent_return(case, with_parts=False))

    def _one_of(self, name: str, known: list[str]) -> str:
        chosen = self.request.query_params.get(name, "")
        if chosen and chosen not in known:
            raise self.no_such(name, known)
        return chosen

    @extend_schema(
        operation_id="create_return",
        tags=["Returns"],
        summary="Ask for a return",
        request=incoming.ReturnIn,
        responses={201: out.ReturnOut},
    )
    def post(self, request: Request) -> Response:
        """Ask for a return, as a shopper would.

        422 `not_returnable` or `quantity_exceeds_returnable` where the policy does not allow it,
        409 `quote_changed` where the sum is not `expected_total`, 409 `out_of_stock`.
        """
        try:
            return self.command(self._request)
        except Problem as refusal:
            # The transaction of the key has taken the kept decision back with everything else.
            if isinstance(refusal.__cause__, NotReturnable) and request.headers.get(
                "Idempotency-Key"
            ):
                order, wishes, outcome = self._asked()
                services.keep_refusal(
                    order_id=order.public_id,
                    wishes=wishes,
                    outcome=outcome,
                    at=clock.now(),
                    actor=self.actor,
                )
            raise

    def _asked(self) -> tuple[Order, list[Wish], Outcome]:
        """Return what is asked for, of which order and how."""
        body = self.read(incoming.ReturnIn)
        order = commerce.get_order_by_external_id(body.validated_data["order_external_id"])
        if order is None:
            raise Problem(422, "unknown_order", _("There is no such order."))
        lines = {line.external_id: line.public_id for line in commerce.list_lines(order)}
        return order, body.wishes(lines), Outcome(body.validated_data["outcome"])

    def _request(self) -> Response:
        order, wishes, outcome = self._asked()
        data = self.read(incoming.ReturnIn).validated_data
        case = services.request_return(
            order_id=order.public_id,
            wishes=wishes,
            outcome=outcome,
            at=clock.now(),
            actor=self.actor,
            note=data["note"],
            method=data["method"],
            drop_off=data["drop_off_point_id"],
            shown_payout=incoming.minor_units(data.get("expected_total"), order.currency),
            exchange=ExchangeWish(
                instead=data.get("instead", ""),
                instant=data.get("instant", False),
                rest_to=data.get("rest_to", ""),
            ),
        )
        return Response(whole(case.public_id), status=201)


class ReturnDetail(ReturnsView):
    """One return."""

    @extend_schema(
        operation_id="get_return",
        tags=["Returns"],
        summary="Get a return",
        responses={200: out.ReturnOut},
    )
    def get(self, request: Request, return_id: str) -> Response:
        """Return a return, whole."""
        return Response(whole(return_id))


def whole(return_id: str) -> dict[str, Any]:
    """Return a return with what was settled for it; raises Http404."""
    case = selectors.access_return(return_id)
    settlements = [one for one in selectors.list_settlements(case.order) if one.case_id == case.pk]
    return {
        **represent_return(case),
        "settlements": [represent_settlement(settlement) for settlement in settlements],
        "refused_units": [
            represent_refused(one, locale=case.locale) for one in list_refused_of(case)
        ],
        "second_look": _second_look(case),
    }


def _second_look(case: Return) -> dict[str, Any] | None:
    asked = open_second_look(case)
    if asked is None:
        return None
    return {
        "value": money(asked.value, case.order.currency),
        "asked_at": instant(asked.asked_at),
        "asked_by": asked.asked_by,
    }


class ReturnCommand(ReturnsView):
    """Something to do with one return; the answer is the return as it then stands."""

    def run(self, return_id: str, act: Callable[[Return], object]) -> Response:
        """Do it once per key."""

        def carry_out() -> Response:
            act(selectors.access_return(return_id))
            return Response(whole(return_id))

        return self.command(carry_out)


class ReturnApprove(ReturnCommand):
    """Approve a return."""

    @extend_schema(
        operation_id="approve_return",
        tags=["Returns"],
        summary="Approve a return",
        request=incoming.EmptyIn,
        responses={200: out.ReturnOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Approve a return that waits for a decision, or one that was declined."""
        self.read(incoming.EmptyIn)
        return self.run(
            return_id,
            lambda case: services.approve_return(
                return_id=case.public_id, at=clock.now(), actor=self.actor
            ),
        )


class ReturnDecline(ReturnCommand):
    """Decline a return."""

    @extend_schema(
        operation_id="decline_return",
        tags=["Returns"],
        summary="Decline a return",
        request=incoming.DeclineIn,
        responses={200: out.ReturnOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Decline a return, with a reason its shopper reads.

        409 `lawful_right` where the law gives the shopper a right to it, unless the reason is an
        exemption of that law: `hygiene`, `digital`, `custom_made` or `perishable`.
        """
        data = self.read(incoming.DeclineIn).validated_data
        return self.run(
            return_id,
            lambda case: services.decline_return(
                return_id=case.public_id,
                reason=DeclineReason(data["reason"]),
                text=data["text"],
                at=clock.now(),
                actor=self.actor,
            ),
        )


class ReturnUndo(ReturnCommand):
    """Take a decision back."""

    @extend_schema(
        operation_id="undo_return_decision",
        tags=["Returns"],
        summary="Undo the decision on a return",
        request=incoming.EmptyIn,
        responses={200: out.ReturnOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Take an approval or refusal back within 30 seconds; the return waits for one again.

        What was decided of a lost parcel is taken back so, too, while no money went for it. The
        shopper is told, and labels are bought, after that time alone. 409 `undo_time_over` later,
        409 `invalid_transition` where the policy decided or nobody did, 409 `out_of_stock` or 422
        `quantity_exceeds_returnable` where the units of a declined return were promised elsewhere
        since.
        """
        self.read(incoming.EmptyIn)
        return self.run(
            return_id,
            lambda case: services.undo_decision(
                return_id=case.public_id, at=clock.now(), actor=self.actor
            ),
        )


class ReturnCancel(ReturnCommand):
    """Cancel a return."""

    @extend_schema(
        operation_id="cancel_return",
        tags=["Returns"],
        summary="Cancel a return",
        request=incoming.EmptyIn,
        responses={200: out.ReturnOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Cancel a return before anything was sent."""
        self.read(incoming.EmptyIn)
        return self.run(
            return_id,
            lambda case: services.cancel_return(
                return_id=case.public_id, at=clock.now(), actor=self.actor
            ),
        )


class ReturnGivenAway(ReturnCommand):
    """Note that goods were given away."""

    @extend_schema(
        operation_id="give_away_return",
        tags=["Returns"],
        summary="Note that the goods of a return were given away",
        request=incoming.EmptyIn,
        responses={200: out.ReturnOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Take the shopper's word for goods that need not come back, and pay for them."""
        self.read(incoming.EmptyIn)
        return self.run(
            return_id,
            lambda case: note_given_away(
                return_id=case.public_id, at=clock.now(), actor=self.actor
            ),
        )


class ReturnReceive(ReturnCommand):
    """Count what arrived."""

    @extend_schema(
        operation_id="receive_return",
        tags=["Returns"],
        summary="Receive a parcel of a return",
        request=incoming.ReceiveIn,
        responses={200: out.ReturnOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Note the units that arrived."""
        body = self.read(incoming.ReceiveIn)
        return self.run(
            return_id,
            lambda case: services.receive_return(
                return_id=case.public_id,
                counts=body.counts(),
                surplus=body.counts("surplus"),
                at=clock.now(),
                actor=self.actor,
            ),
        )


class ReturnInspect(ReturnCommand):
    """Grade what arrived."""

    @extend_schema(
        operation_id="inspect_return",
        tags=["Returns"],
        summary="Grade the units that arrived",
        request=incoming.InspectIn,
        responses={200: out.ReturnOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Grade every unit that arrived and was not looked at yet.

        Units that are not accepted are listed in `refused_units`: their shopper is asked what is to
        become of them, and the return is completed once that is known. 422 `unknown_photo` for one
        that is not there, or shows another order's goods.
        """
        body = self.read(incoming.InspectIn)
        return self.run(
            return_id,
            lambda case: services.inspect_return(
                return_id=case.public_id,
                findings=body.values(case.order.currency),
                at=clock.now(),
                actor=self.actor,
            ),
        )


class ReturnSettle(ReturnCommand):
    """Pay for what was accepted."""

    @extend_schema(
        operation_id="settle_return",
        tags=["Returns"],
        summary="Settle a return",
        request=incoming.SettleIn,
        responses={200: out.ReturnOut},
    )
    def post(self, request: Request, return_id: str) -> Response:
        """Settle the accepted units with their exact sum, or with a lower `amount`.

        409 `second_person_needed` while `second_look` waits, `refund_exceeds_balance` above what
        is left, `quote_changed` where it is not `expected_total`, `nothing_to_settle`,
        `invalid_transition`, `difference_due` where an exchange costs more, `open_dispute` or
        `lost_dispute` for a chargeback; 422 `not_an_exchange` where no replacements were chosen,
        `exchange_is_whole` for a lower amount of an exchange.
        """
        data = self.read(incoming.SettleIn).validated_data
        outcome, rest_to = data.get("outcome"), data.get("rest_to")

        def settle(case: Return) -> object:
            currency = case.order.currency
            return services.settle_return(
                return_id=case.public_id,
                key=self.settlement_key(),
                at=clock.now(),
                actor=self.actor,
                shown=incoming.minor_units(data.get("expected_total"), currency),
                pay=incoming.minor_units(data.get("amount"), currency),
                outcome=Outcome(outcome) if outcome else None,
                rest_to=Outcome(rest_to) if rest_to else None,
                difference=data["difference_reference"],
                despite=data["despite_dispute"],
            )

        return self.run(return_id, settle)


class RefundPaid(ReturnsView):
    """Confirm a payment by hand."""

    @extend_schema(
        operation_id="confirm_refund",
        tags=["Returns"],
        summary="Confirm that a refund was paid",
        request=incoming.PaidIn,
        responses={200: out.RefundOut},
    )
    def post(self, request: Request, refund_id: str) -> Response:
        """Note that a refund which waits for a person, or is unclear, was paid."""
        reference = self.read(incoming.PaidIn).validated_data["reference"]

        def confirm() -> Response:
            refund = selectors.access_refund(refund_id)
            services.refund_succeeded(
                refund.public_id, reference=reference, at=clock.now(), actor=self.actor
            )
            return Response(represent_refund(selectors.get_refund(refund_id)))

        return self.command(confirm)
