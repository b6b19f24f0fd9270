"""What returns tells shoppers by message, and while it is still true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from commerce.selectors import get_order
from notifications.ports import (
    OF_ORDER,
    AlertKind,
    MessageKind,
    MessageVariables,
    register_alert,
    register_kind,
)
from notifications.selectors import order_variables
from returns.enums import ReturnState, SettlementKind
from returns.events import (
    RefundFailed,
    ReturnApproved,
    ReturnDeclined,
    ReturnEvent,
    ReturnReceived,
    ReturnRequested,
    SettlementPaid,
)
from returns.messages.required import DECIDED, REFUNDED
from returns.rules.states import UNDO_TIME
from returns.selectors import (
    get_return,
    get_settlement,
    list_returns_of_order,
    list_settlements,
)
from returns.selectors.cancellations import is_ahead
from returns.serializers import represent_changes, represent_return, represent_settlement
from returns.serializers.sending import represent_sending

if TYPE_CHECKING:
    from returns.models import Return, Settlement


def return_variables(event: ReturnEvent) -> MessageVariables | None:
    """The order and the return; nobody is written to of a gift, least of all its buyer."""
    case = get_return(event.return_id)
    if case.gift_id is not None:
        return None
    return order_variables(event.order_id, **{"return": represent_return(case)})


def approved_variables(event: ReturnApproved) -> MessageVariables | None:
    """A return for what was too late to cancel was told of with that; nobody of a gift."""
    case = get_return(event.return_id)
    if is_ahead(case) or case.gift_id is not None:
        return None
    return _with_sending(event.order_id, case)


def _with_sending(order_id: str, case: Return) -> MessageVariables:
    return order_variables(
        order_id,
        sending=represent_sending(case),
        **{"return": represent_return(case)},
    )


def requested_variables(event: ReturnRequested) -> MessageVariables | None:
    """A return that was approved at once, or needs photos, has one message only: about that."""
    case = get_return(event.return_id)
    if case.decided_by == "policy" or case.evidence_asked:
        return None
    return return_variables(event)


def received_variables(event: ReturnReceived) -> MessageVariables | None:
    """The return, and whether everything of it was paid for before: it may have been lost."""
    case = get_return(event.return_id)
    if case.gift_id is not None:
        return None
    return _with_payment(event.order_id, case)


def _with_payment(order_id: str, case: Return) -> MessageVariables:
    return order_variables(
        order_id, paid_before=was_paid_before(case), **{"return": represent_return(case)}
    )


def was_paid_before(case: Return) -> bool:
    """Whether everything of a return was paid for before it came."""
    return all(line.settled >= line.quantity for line in case.lines.all())


def was_checked(case: Return) -> bool:
    """Whether anything of a return was checked and accepted; it may be paid for without."""
    return any(line.accepted for line in case.lines.all())


def settlement_variables(event: SettlementPaid) -> MessageVariables | None:
    """The return and what it came to; platforms tell shoppers of their own refunds themselves."""
    settlement = get_settlement(event.settlement_id)
    case = settlement.case
    if settlement.kind != SettlementKind.RETURN or case is None or case.gift_id is not None:
        return None
    return _of_settlement(event.order_id, settlement)


def _of_settlement(order_id: str, settlement: Settlement) -> MessageVariables:
    assert settlement.case is not None
    return order_variables(
        order_id,
        settlement=represent_settlement(settlement),
        changes=represent_changes(settlement, locale=settlement.case.locale),
        checked=was_checked(settlement.case),
        lost=any(line.lost for line in settlement.case.lines.all()),
        **{"return": represent_return(settlement.case)},
    )


def decision_id(event: ReturnApproved | ReturnDeclined) -> str:
    """Name a decision: one that was taken back and taken anew is told anew."""
    return f"{event.return_id}:{event.decision}"


def why_not_requested(return_id: str) -> str:
    """Why it is no longer news that a return was asked for."""
    if get_return(return_id).state != ReturnState.IN_REVIEW:
        return gettext_noop("The return was decided or cancelled in the meantime.")
    return ""


def why_not_approved(object_id: str) -> str:
    """Why an approval, `ret_…:1` for the first decision, does not hold any more."""
    return_id, _colon, decision = object_id.partition(":")
    case = get_return(return_id)
    gone = (ReturnState.IN_REVIEW, ReturnState.REJECTED, ReturnState.CANCELLED)
    if case.decisions != int(decision) or case.state in gone:
        return gettext_noop("The approval was taken back or the return cancelled.")
    return ""


def why_not_declined(object_id: str) -> str:
    """Why a refusal does not hold any more."""
    return_id, _colon, decision = object_id.partition(":")
    case = get_return(return_id)
    if case.decisions != int(decision) or case.state != ReturnState.REJECTED:
        return gettext_noop("The refusal was taken back.")
    return ""


def return_example(order_id: str) -> MessageVariables | None:
    """The order's newest return, as it stands."""
    cases = list_returns_of_order(get_order(order_id))
    if not cases:
        return None
    return order_variables(order_id, **{"return": represent_return(get_return(cases[0].public_id))})


def approved_example(order_id: str) -> MessageVariables | None:
    """The order's newest return, with how it is sent."""
    cases = list_returns_of_order(get_order(order_id))
    return _with_sending(order_id, get_return(cases[0].public_id)) if cases else None


def received_example(order_id: str) -> MessageVariables | None:
    """The order's newest return, and whether it was paid for before it came."""
    cases = list_returns_of_order(get_order(order_id))
    return _with_payment(order_id, get_return(cases[0].public_id)) if cases else None


def settlement_example(order_id: str) -> MessageVariables | None:
    """The order's newest settlement of a return."""
    for settlement in reversed(list_settlements(get_order(order_id))):
        if settlement.kind == SettlementKind.RETURN and settlement.case is not None:
            return _of_settlement(order_id, settlement)
    return None


register_kind(
    MessageKind(
        name="return.requested",
        room="returns",
        title=_("Return requested"),
        event=ReturnRequested,
        object_id=lambda event: event.return_id,
        variables=requested_variables,
        tells=(*OF_ORDER, "return"),
        still_true=why_not_requested,
        example=return_example,
    )
)
register_kind(
    MessageKind(
        name="return.approved",
        room="returns",
        title=_("Return approved"),
        event=ReturnApproved,
        object_id=decision_id,
        variables=approved_variables,
        tells=(*OF_ORDER, "return", "sending"),
        still_true=why_not_approved,
        hold=UNDO_TIME,
        example=approved_example,
        required=DECIDED,
    )
)
register_kind(
    MessageKind(
        name="return.declined",
        room="returns",
        title=_("Return declined"),
        event=ReturnDeclined,
        object_id=decision_id,
        variables=return_variables,
        tells=(*OF_ORDER, "return"),
        still_true=why_not_declined,
        hold=UNDO_TIME,
        example=return_example,
        required=DECIDED,
    )
)
register_kind(
    MessageKind(
        name="return.received",
        room="returns",
        title=_("Return received"),
        event=ReturnReceived,
        object_id=lambda event: f"{event.return_id}:{event.parcel}",
        variables=received_variables,
        tells=(*OF_ORDER, "return", "paid_before"),
        example=received_example,
    )
)
register_kind(
    MessageKind(
        name="return.refunded",
        room="returns",
        title=_("Return refunded"),
        event=SettlementPaid,
        object_id=lambda event: event.settlement_id,
        variables=settlement_variables,
        tells=(*OF_ORDER, "return", "changes", "checked", "lost", "settlement"),
        example=settlement_example,
        required=REFUNDED,
    )
)
register_alert(
    AlertKind(
        name="return.requested",
        title=pgettext_lazy("kind of alert", "New return"),
        event=ReturnRequested,
        object_id=lambda event: event.return_id,
        detail=lambda event: get_return(event.return_id).number,
        page=lambda event: ("return_detail", [event.return_id]),
        icon="undo-2",
        # What the policy approved by itself waits for nobody.
        applies=lambda event: get_return(event.return_id).decided_by != "policy",
    )
)
register_alert(
    AlertKind(
        name="refund.failed",
        title=pgettext_lazy("kind of alert", "Refund failed"),
        event=RefundFailed,
        object_id=lambda event: event.refund_id,
        detail=lambda event: get_order(event.order_id).number,
        page=lambda event: ("order_detail", [event.order_id]),
        icon="banknote",
        tone="problem",
    )
)
