"""What somebody must do before the parcel goes on, where the source does not say it itself."""

from tracking.enums import Actor, Deed, Status
from tracking.rules.facts import Action
from tracking.rules.state import ShipmentState

_OF_SUBSTATUS: dict[tuple[Status, str], tuple[Actor, Deed]] = {
    (Status.DELIVERY_ATTEMPTED, "address_problem"): (Actor.SHOPPER, Deed.CORRECT_ADDRESS),
    (Status.DELIVERY_ATTEMPTED, "payment_due"): (Actor.SHOPPER, Deed.PAY),
    (Status.EXCEPTION, "address_incorrect"): (Actor.SHOPPER, Deed.CORRECT_ADDRESS),
    (Status.EXCEPTION, "recipient_moved"): (Actor.SHOPPER, Deed.CORRECT_ADDRESS),
    (Status.EXCEPTION, "duties_unpaid"): (Actor.SHOPPER, Deed.PAY),
    (Status.EXCEPTION, "payment_due"): (Actor.SHOPPER, Deed.PAY),
    (Status.EXCEPTION, "unclaimed"): (Actor.SHOPPER, Deed.COLLECT),
    (Status.EXCEPTION, "documents_missing"): (Actor.MERCHANT, Deed.PROVIDE_DOCUMENTS),
    (Status.EXCEPTION, "damaged"): (Actor.MERCHANT, Deed.CONTACT_CARRIER),
    (Status.EXCEPTION, "lost"): (Actor.MERCHANT, Deed.CONTACT_CARRIER),
}
_OF_STATUS: dict[Status, tuple[Actor, Deed]] = {
    Status.AVAILABLE_FOR_PICKUP: (Actor.SHOPPER, Deed.COLLECT),
    Status.DELIVERY_ATTEMPTED: (Actor.SHOPPER, Deed.ARRANGE_REDELIVERY),
}


def action_of(state: ShipmentState, told: Action | None = None) -> Action | None:
    """Return whose turn it is and what is to be done; None where the parcel goes on by itself.

    What the source told goes first, as long as the journey is not over.
    """
    if state.status.is_final:
        return None
    known = _OF_SUBSTATUS.get((state.status, state.substatus)) or _OF_STATUS.get(state.status)
    return told or (Action(who=known[0], what=known[1]) if known else None)
