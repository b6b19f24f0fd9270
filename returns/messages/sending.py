"""What shoppers are told of goods they have to send: a reminder in time, and a label that is ready.

Each has a kind of its own for who returns a gift.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from commerce.selectors import get_order
from notifications.ports import OF_ORDER, MessageKind, MessageVariables, register_kind
from notifications.selectors import order_variables
from postexp.kernel import clock
from returns.enums import LabelFileKind, LabelState, ReturnState
from returns.events import LabelReady, ReturnSendReminded
from returns.messages.gifts import gift_of_order, gift_variables
from returns.models import Return, ReturnParcel
from returns.rules.methods import comes_later
from returns.selectors import get_return, list_returns_of_order
from returns.selectors.parcels import get_parcel, kinds_of_files, list_parcels_of
from returns.selectors.reminders import waits_for_shopper
from returns.serializers import represent_return
from returns.serializers.sending import represent_sending
from tracking.rules import carrier_of


def reminded(event: ReturnSendReminded) -> MessageVariables | None:
    """The return, and how it is sent; that of a gift has a kind of its own."""
    return _of_buyer(get_return(event.return_id))


def gift_reminded(event: ReturnSendReminded) -> MessageVariables | None:
    """The return of a gift, and how it is sent."""
    return _of_gift(get_return(event.return_id))


def _of_buyer(case: Return, **facts: Any) -> MessageVariables | None:
    if case.gift_id is not None:
        return None
    return order_variables(
        case.order.public_id,
        sending=represent_sending(case),
        **{"return": represent_return(case)},
        **facts,
    )


def _of_gift(case: Return, **facts: Any) -> MessageVariables | None:
    return gift_variables(case, sending=represent_sending(case), **facts)


def why_not_awaited(object_id: str) -> str:
    """Why a return, `ret_…:2026-11-28:3`, needs no reminder of that day any more."""
    return_id, send_by, _days = object_id.split(":")
    case = get_return(return_id)
    if case.send_by is None or case.send_by.isoformat() != send_by:
        return gettext_noop("Another day was set in the meantime.")
    if not waits_for_shopper(case, at=clock.now()):
        return gettext_noop("The goods are on their way, or need not be sent any more.")
    return ""


def label_ready(event: LabelReady) -> MessageVariables | None:
    """The return and its label, where that comes later than the approval had announced it."""
    case, parcel = get_return(event.return_id), get_parcel(event.parcel_id)
    return _of_buyer(case, label=label_facts(case, parcel)) if is_news(case, parcel) else None


def gift_label_ready(event: LabelReady) -> MessageVariables | None:
    """The return of a gift and its label, as `label_ready`."""
    case, parcel = get_return(event.return_id), get_parcel(event.parcel_id)
    return _of_gift(case, label=label_facts(case, parcel)) if is_news(case, parcel) else None


def is_news(case: Return, parcel: ReturnParcel) -> bool:
    """Whether its shopper does not expect a label already: it came late, or was not announced."""
    if case.decided_at is None or parcel.ready_at is None:
        return False
    return comes_later(case.method, decided_at=case.decided_at, ready_at=parcel.ready_at)


def label_facts(case: Return, parcel: ReturnParcel) -> dict[str, Any]:
    """What a label is: whether it is a code to show, and the carrier's name, "" where unknown."""
    files = kinds_of_files([parcel]).get(parcel.pk, [])
    carrier = carrier_of(parcel.carrier).name_in(case.locale[:2]) if parcel.carrier else ""
    return {"is_code": files == [LabelFileKind.QR], "carrier_name": carrier}


def why_no_label(parcel_id: str) -> str:
    """Why a label is of no use any more."""
    parcel = get_parcel(parcel_id)
    used = parcel.state != LabelState.READY or parcel.scanned_at is not None
    if used or not parcel.cases.filter(state=ReturnState.APPROVED).exists():
        return gettext_noop("The label was used, or is not wanted any more.")
    return ""


def sending_example(order_id: str) -> MessageVariables | None:
    """The order's newest return that is no gift's, with its newest label or as if it had one."""
    found = list_returns_of_order(get_order(order_id), for_buyer=True)
    return _example(get_return(found[0].public_id)) if found else None


def gift_sending_example(order_id: str) -> MessageVariables | None:
    """The newest return of a gift of the order, as `sending_example`."""
    case = gift_of_order(order_id)
    return _example(case) if case else None


def _example(case: Return) -> MessageVariables | None:
    parcels = list_parcels_of(case)
    label = label_facts(case, parcels[0]) if parcels else {"is_code": False, "carrier_name": ""}
    return _of_gift(case, label=label) if case.gift_id is not None else _of_buyer(case, label=label)


def _reminder_id(event: ReturnSendReminded) -> str:
    return f"{event.return_id}:{event.send_by}:{event.days}"


register_kind(
    MessageKind(
        name="return.send_reminded",
        room="returns",
        title=_("Return due soon"),
        event=ReturnSendReminded,
        object_id=_reminder_id,
        variables=reminded,
        tells=(*OF_ORDER, "return", "label", "sending"),
        still_true=why_not_awaited,
        example=sending_example,
    )
)
register_kind(
    MessageKind(
        name="gift.send_reminded",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: return due soon"),
        event=ReturnSendReminded,
        object_id=_reminder_id,
        variables=gift_reminded,
        tells=("customer_name", "gift", "label", "sending"),
        still_true=why_not_awaited,
        example=gift_sending_example,
    )
)
register_kind(
    MessageKind(
        name="return.label_ready",
        room="returns",
        title=_("Label ready later"),
        event=LabelReady,
        object_id=lambda event: event.parcel_id,
        variables=label_ready,
        tells=(*OF_ORDER, "return", "label", "sending"),
        still_true=why_no_label,
        example=sending_example,
    )
)
register_kind(
    MessageKind(
        name="gift.label_ready",
        room="returns",
        title=pgettext_lazy("kind of message", "Gift: label ready later"),
        event=LabelReady,
        object_id=lambda event: event.parcel_id,
        variables=gift_label_ready,
        tells=("customer_name", "gift", "label", "sending"),
        still_true=why_no_label,
        example=gift_sending_example,
    )
)
