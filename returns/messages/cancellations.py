"""What shoppers are told of their cancellations, and what staff are told of them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from commerce.links import order_token, site_url
from commerce.selectors import get_merchant, get_order
from notifications.ports import (
    OF_ORDER,
    AlertKind,
    MessageKind,
    MessageVariables,
    register_alert,
    register_kind,
)
from notifications.selectors import order_variables
from returns.enums import CancellationState
from returns.events import (
    CancellationDeclined,
    CancellationEvent,
    CancellationRefunded,
    CancellationRequested,
    CancellationTooLate,
    CancelledUnitsSent,
    PlatformStopFailed,
)
from returns.messages.required import DECIDED, REFUNDED
from returns.models import Cancellation
from returns.selectors.cancellations import get_cancellation, list_cancellations_of_order
from returns.serializers.cancellations import represent_cancellation


def _told(cancellation: Cancellation) -> MessageVariables:
    token = order_token(cancellation.order.public_id)
    url = site_url(
        get_merchant(), "site:cancel_status", cancellation.locale, token, cancellation.public_id
    )
    told = {
        **represent_cancellation(cancellation),
        "paid": cancellation.quote["payout"] > 0,
        "url": url,
    }
    return order_variables(cancellation.order.public_id, cancellation=told)


def cancellation_variables(event: CancellationEvent) -> MessageVariables:
    """The order and the cancellation."""
    return _told(get_cancellation(event.cancellation_id))


def refunded_variables(event: CancellationRefunded) -> MessageVariables | None:
    """Platforms tell shoppers of their own refunds themselves."""
    cancellation = get_cancellation(event.cancellation_id)
    return _told(cancellation) if cancellation.settlement is not None else None


def why_not_requested(cancellation_id: str) -> str:
    """Why it is no longer news that something was cancelled."""
    gone = (CancellationState.WITHDRAWN, CancellationState.DECLINED, CancellationState.TOO_LATE)
    if get_cancellation(cancellation_id).state in gone:
        return gettext_noop("The cancellation was taken back, declined or too late.")
    return ""


def cancellation_example(order_id: str) -> MessageVariables | None:
    """The order's newest cancellation, as it stands."""
    found = list_cancellations_of_order(get_order(order_id))
    return _told(found[0]) if found else None


register_kind(
    MessageKind(
        name="cancellation.confirmed",
        room="returns",
        title=_("Cancellation confirmed"),
        event=CancellationRequested,
        object_id=lambda event: event.cancellation_id,
        variables=cancellation_variables,
        tells=(*OF_ORDER, "cancellation"),
        still_true=why_not_requested,
        example=cancellation_example,
    )
)
register_kind(
    MessageKind(
        name="cancellation.refunded",
        room="returns",
        title=_("Cancellation refunded"),
        event=CancellationRefunded,
        object_id=lambda event: event.cancellation_id,
        variables=refunded_variables,
        tells=(*OF_ORDER, "cancellation"),
        example=cancellation_example,
        required=REFUNDED,
    )
)
register_kind(
    MessageKind(
        name="cancellation.too_late",
        room="returns",
        title=_("Too late to cancel"),
        event=CancellationTooLate,
        object_id=lambda event: f"{event.cancellation_id}:{event.return_id}",
        variables=cancellation_variables,
        tells=(*OF_ORDER, "cancellation"),
        example=cancellation_example,
    )
)
register_kind(
    MessageKind(
        name="cancellation.declined",
        room="returns",
        title=_("Cancellation declined"),
        event=CancellationDeclined,
        object_id=lambda event: event.cancellation_id,
        variables=cancellation_variables,
        tells=(*OF_ORDER, "cancellation"),
        example=cancellation_example,
        required=DECIDED,
    )
)
register_alert(
    AlertKind(
        name="cancellation.requested",
        title=pgettext_lazy("kind of alert", "Cancellation to decide"),
        event=CancellationRequested,
        object_id=lambda event: event.cancellation_id,
        detail=lambda event: get_cancellation(event.cancellation_id).number,
        page=lambda event: ("order_detail", [event.order_id]),
        icon="ban",
        applies=lambda event: get_cancellation(event.cancellation_id).needs_review,
    )
)
register_alert(
    AlertKind(
        name="cancellation.sent_anyway",
        title=pgettext_lazy("kind of alert", "Sent although it was cancelled"),
        event=CancelledUnitsSent,
        object_id=lambda event: event.cancellation_id,
        detail=lambda event: get_cancellation(event.cancellation_id).number,
        page=lambda event: ("order_detail", [event.order_id]),
        icon="triangle-alert",
        tone="problem",
    )
)
register_alert(
    AlertKind(
        name="cancellation.platform_stop_failed",
        title=pgettext_lazy("kind of alert", "Platform not told of a cancellation"),
        event=PlatformStopFailed,
        object_id=lambda event: event.cancellation_id,
        detail=lambda event: get_cancellation(event.cancellation_id).number,
        page=lambda event: ("order_detail", [event.order_id]),
        icon="triangle-alert",
        tone="problem",
    )
)
