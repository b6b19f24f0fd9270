"""How events about carriers read, and the alert that calls staff to an account."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from integrations.polling.events import CarrierRecovered, CarrierTroubled
from notifications.ports import AlertKind, register_alert
from postexp.kernel.history import describe

describe(
    CarrierTroubled,
    _("A carrier is not asked any more"),
    icon="plug",
    tone="problem",
    detail=lambda payload: payload["detail"],
)
describe(
    CarrierRecovered,
    _("A carrier answers again"),
    icon="plug",
    detail=lambda payload: payload["detail"],
)
register_alert(
    AlertKind(
        name="carrier_account.troubled",
        title=pgettext_lazy("kind of alert", "A carrier is not asked any more"),
        event=CarrierTroubled,
        object_id=lambda event: f"{event.connection_id}:{event.since}",
        detail=lambda event: event.detail,
        page=lambda event: ("connection_list", []),
        icon="plug",
        tone="problem",
    )
)
