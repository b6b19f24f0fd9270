"""What who returns a gift is told by message.

The facts of these kinds hold no price, nothing of the order and nothing of its buyer, so that no
words of a shop can tell them.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import override, pgettext_lazy

from commerce.selectors import get_merchant, get_order
from notifications.ports import MessageKind, MessageVariables, Recipient, register_kind
from notifications.selectors import greeting_name, spoken_locale
from returns.enums import Outcome, SettlementKind
from returns.events import (
    EvidenceAsked,
    ExchangeConverted,
    ExchangeRestGivenUp,
    LossEvent,
    PickUpArranged,
    RefusedFeeDue,
    RefusedFeeEvent,
    RefusedFeeReminded,
    ReturnApproved,
    ReturnDeclined,
    ReturnEvent,
    ReturnLossBorne,
    ReturnLossDeclined,
    ReturnReceived,
    ReturnRequested,
    SettlementPaid,
    SurplusFound,
    UnitsRefused,
)
from returns.messages import cases, evidence, losses, pickups, refused
from returns.messages.required import DECIDED, REFUNDED
from returns.models import Return, ReturnLoss
from returns.rules.states import UNDO_TIME
from returns.selectors import get_return, get_settlement, list_returns_of_order
from returns.selectors.exchanges import get_exchange
from returns.selectors.losses import get_loss, list_losses_of
from returns.selectors.pickups import pickup_of
from returns.selectors.receiving import (
    get_refused,
    get_unannounced,
    list_refused_of,
    list_surplus_of,
)
from returns.serializers.exchanges import converted_words, rest_words
from returns.serializers.gifts import represent_gift, represent_gift_refused
from returns.serializers.pickups import represent_pickup
from returns.serializers.sending import represent_sending

# What the messages of gifts tell: nothing of the order, of prices or of who gave it.
GIFT = ("customer_name", "gift")
GIFT_CASE = (
    *GIFT,
    "checked",
    "evidence",
    "outcome",
    "outcome_words",
    "paid_before",
    "sending",
)


def gift_variables(case: Return, **facts: Any) -> MessageVariables | None:
    """The return of a gift, for its recipient; None for another return."""
    recipient = case.recipient
    if case.gift_id is None or recipient is None:
        return None
    locale = spoken_locale(case.locale, get_merchant())
    told = {"customer_name": greeting_name(recipient, locale), "gift": represent_gift(case)}
    return MessageVariables(
        recipient=Recipient(
            address=recipient.email, locale=locale, customer_id=recipient.public_id
        ),
        order_id=case.order.public_id,
        facts={**told, **facts},
    )


def of_return(event: ReturnEvent) -> MessageVariables | None:
    """The return of a gift."""
    return gift_variables(get_return(event.return_id))


def requested(event: ReturnRequested) -> MessageVariables | None:
    """One that was approved at once, or needs photos, has one message only: about that."""
    case = get_return(event.return_id)
    if case.decided_by == "policy" or case.evidence_asked:
        return None
    return gift_variables(case)


def approved(event: ReturnApproved) -> MessageVariables | None:
    """The return of a gift, and how it is sent."""
    return _with_sending(get_return(event.return_id))


def _with_sending(case: Return) -> MessageVariables | None:
    return gift_variables(case, sending=represent_sending(case))


def received(event: ReturnReceived) -> MessageVariables | None:
    """The return of a gift, and whether everything of it was given for before it came."""
    case = get_return(event.return_id)
    return gift_variables(case, paid_before=cases.was_paid_before(case))


def photos_wanted(event: EvidenceAsked) -> MessageVariables | None:
    """The return of a gift, and what its photos should show."""
    case = get_return(event.return_id)
    return gift_variables(case, evidence=_evidence(case))


def _evidence(case: Return) -> dict[str, str]:
    return {"text": case.evidence_text, "url": represent_sending(case)["url"]}


def settled(event: SettlementPaid) -> MessageVariables | None:
    """The return of a gift, of which credit was given or another one is sent; no sum."""
    settlement = get_settlement(event.settlement_id)
    case = settlement.case
    if settlement.kind != SettlementKind.RETURN or case is None:
        return None
    return gift_variables(case, outcome=settlement.outcome, checked=cases.was_checked(case))


def converted(event: ExchangeConverted) -> MessageVariables | None:
    """The return of a gift, and why another one is not possible."""
    case = get_exchange(event.exchange_id).case
    with override(case.locale):
        return gift_variables(case, outcome_words=converted_words(event.why, event.instead))


def refused_units(event: UnitsRefused | RefusedFeeEvent) -> MessageVariables | None:
    """The return of a gift, the units that were refused, and what is done without an answer."""
    return _of_refused(get_return(event.return_id), event.refused_id)


def _of_refused(case: Return, refused_id: str) -> MessageVariables | None:
    return gift_variables(case, gift_refused=represent_gift_refused(get_refused(refused_id)))


def surplus(event: SurplusFound) -> MessageVariables | None:
    """The return of a gift, and what came with it unannounced."""
    return _of_surplus(get_return(event.return_id), event.unannounced_id)


def _of_surplus(case: Return, unannounced_id: str) -> MessageVariables | None:
    goods = get_unannounced(unannounced_id)
    return gift_variables(case, gift_surplus={"title": goods.title, "quantity": goods.quantity})


def rest_given_up(event: ExchangeRestGivenUp) -> MessageVariables | None:
    """The return of a gift, what of it is not sent, and that there is store credit for it."""
    return _of_rest(get_exchange(event.exchange_id).case, event.units)


def _of_rest(case: Return, units: int) -> MessageVariables | None:
    with override(case.locale):
        return gift_variables(case, outcome_words=rest_words(units, Outcome.STORE_CREDIT))


def pickup(event: PickUpArranged) -> MessageVariables | None:
    """The return of a gift, and when it is fetched."""
    return _of_pickup(get_return(event.return_id))


def _of_pickup(case: Return) -> MessageVariables | None:
    arranged = pickup_of(case)
    if arranged is None:
        return None
    return gift_variables(case, collection=represent_pickup(arranged))


def lost(event: LossEvent) -> MessageVariables | None:
    """The return of a gift, and what was decided of its loss."""
    return _of_loss(get_loss(event.loss_id))


def _of_loss(loss: ReturnLoss) -> MessageVariables | None:
    case = get_return(loss.case.public_id)
    return gift_variables(case, loss=losses.loss_facts(loss, case))


def gift_of_order(order_id: str) -> Return | None:
    """Return the newest return of a gift of an order, or None."""
    found = list_returns_of_order(get_order(order_id))
    return next((case for case in found if case.gift_id is not None), None)


def gift_example(order_id: str) -> MessageVariables | None:
    """The newest return of a gift of the order, with all that the kinds tell of one."""
    case = gift_of_order(order_id)
    if case is None:
        return None
    return gift_variables(
        case,
        sending=represent_sending(case),
        evidence=_evidence(case),
        outcome=case.outcome,
        outcome_words="",
        checked=True,
        paid_before=False,
    )


def refused_example(order_id: str) -> MessageVariables | None:
    """The newest refused units of the newest return of a gift of the order."""
    case = gift_of_order(order_id)
    found = list_refused_of(case) if case else []
    return _of_refused(found[-1].case, found[-1].public_id) if found else None


def surplus_example(order_id: str) -> MessageVariables | None:
    """The newest goods that came unannounced with the newest return of a gift of the order."""
    case = gift_of_order(order_id)
    found = list_surplus_of(case) if case else []
    return _of_surplus(case, found[-1].public_id) if case and found else None


def rest_example(order_id: str) -> MessageVariables | None:
    """The newest return of a gift of the order, as if one item could not be sent."""
    case = gift_of_order(order_id)
    return _of_rest(case, 1) if case else None


def pickup_example(order_id: str) -> MessageVariables | None:
    """The newest return of a gift of the order, where it is fetched."""
    case = gift_of_order(order_id)
    return _of_pickup(case) if case else None


def loss_example(order_id: str) -> MessageVariables | None:
    """The newest loss of the newest return of a gift of the order."""
    case = gift_of_order(order_id)
    found = list_losses_of(case) if case else []
    return _of_loss(found[0]) if found else None


register_kind(
    MessageKind(
        name="gift.requested",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: return requested"),
        event=ReturnRequested,
        object_id=lambda event: event.return_id,
        variables=requested,
        tells=GIFT_CASE,
        still_true=cases.why_not_requested,
        example=gift_example,
    )
)
register_kind(
    MessageKind(
        name="gift.approved",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: return approved"),
        event=ReturnApproved,
        object_id=cases.decision_id,
        variables=approved,
        tells=GIFT_CASE,
        still_true=cases.why_not_approved,
        hold=UNDO_TIME,
        example=gift_example,
        required=DECIDED,
    )
)
register_kind(
    MessageKind(
        name="gift.declined",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: return declined"),
        event=ReturnDeclined,
        object_id=cases.decision_id,
        variables=of_return,
        tells=GIFT_CASE,
        still_true=cases.why_not_declined,
        hold=UNDO_TIME,
        example=gift_example,
        required=DECIDED,
    )
)
register_kind(
    MessageKind(
        name="gift.photos_wanted",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: asked for photos"),
        event=EvidenceAsked,
        object_id=lambda event: f"{event.return_id}:{event.asked}",
        variables=photos_wanted,
        tells=GIFT_CASE,
        still_true=evidence.why_not_asked,
        example=gift_example,
    )
)
register_kind(
    MessageKind(
        name="gift.received",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: return received"),
        event=ReturnReceived,
        object_id=lambda event: f"{event.return_id}:{event.parcel}",
        variables=received,
        tells=GIFT_CASE,
        example=gift_example,
    )
)
register_kind(
    MessageKind(
        name="gift.settled",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: exchanged or credited"),
        event=SettlementPaid,
        object_id=lambda event: event.settlement_id,
        variables=settled,
        tells=GIFT_CASE,
        example=gift_example,
        required=REFUNDED,
    )
)
register_kind(
    MessageKind(
        name="gift.converted",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: exchange not possible"),
        event=ExchangeConverted,
        object_id=lambda event: f"{event.exchange_id}:{event.why}:{event.instead}",
        variables=converted,
        tells=GIFT_CASE,
        example=gift_example,
    )
)
register_kind(
    MessageKind(
        name="gift.rest_given_up",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: the rest of an exchange is not sent"),
        event=ExchangeRestGivenUp,
        object_id=lambda event: f"{event.exchange_id}:{event.units}",
        variables=rest_given_up,
        tells=(*GIFT, "outcome_words"),
        example=rest_example,
    )
)
register_kind(
    MessageKind(
        name="gift.surplus_found",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: more arrived than announced"),
        event=SurplusFound,
        object_id=lambda event: event.unannounced_id,
        variables=surplus,
        tells=(*GIFT, "gift_surplus"),
        example=surplus_example,
    )
)
register_kind(
    MessageKind(
        name="gift.units_refused",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: item not accepted"),
        event=UnitsRefused,
        object_id=lambda event: f"{event.refused_id}:{event.offer}",
        variables=refused_units,
        tells=(*GIFT, "gift_refused"),
        still_true=refused.why_not_asked,
        example=refused_example,
        required=DECIDED,
    )
)
for _event, _name, _title in (
    (
        RefusedFeeDue,
        "gift.fee_due",
        pgettext_lazy("kind of message", "Gift: postage for an item that goes back"),
    ),
    (
        RefusedFeeReminded,
        "gift.fee_reminded",
        pgettext_lazy("kind of message", "Gift: reminder of that postage"),
    ),
):
    register_kind(
        MessageKind(
            name=_name,
            room="returns",
            title=_title,
            event=_event,
            object_id=lambda event: event.refused_id,
            variables=refused_units,
            tells=(*GIFT, "gift_refused"),
            still_true=refused.why_no_fee,
            example=refused_example,
        )
    )
register_kind(
    MessageKind(
        name="gift.pickup_arranged",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: pick-up arranged"),
        event=PickUpArranged,
        object_id=lambda event: f"{event.return_id}:{event.turn}",
        variables=pickup,
        tells=(*GIFT, "collection"),
        still_true=pickups.why_not_arranged,
        example=pickup_example,
    )
)
register_kind(
    MessageKind(
        name="gift.loss_borne",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: lost on its way, made good"),
        event=ReturnLossBorne,
        object_id=lambda event: event.loss_id,
        variables=lost,
        tells=(*GIFT, "loss"),
        still_true=losses.why_not_decided,
        hold=UNDO_TIME,
        example=loss_example,
    )
)
register_kind(
    MessageKind(
        name="gift.loss_declined",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: lost on its way, not made good"),
        event=ReturnLossDeclined,
        object_id=lambda event: event.loss_id,
        variables=lost,
        tells=(*GIFT, "loss"),
        still_true=losses.why_not_decided,
        hold=UNDO_TIME,
        example=loss_example,
        required=DECIDED,
    )
)
