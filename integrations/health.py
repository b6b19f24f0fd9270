"""What the shop's health page tells of its connections."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from integrations.models import Connection
from postexp.kernel import doctor
from postexp.kernel.models import InboxMessage

if TYPE_CHECKING:
    from commerce.models import Merchant

FIRST_PATIENCE = timedelta(hours=24)


def check_connections(merchant: Merchant, at: datetime) -> doctor.Finding:
    """Every connected service has been heard of."""
    about = _("Connections")
    connected = Connection.objects.filter(ended_at=None)
    if not connected:
        return doctor.good(about, _("Nothing is connected."))
    heard = set(InboxMessage.objects.values_list("source", flat=True).distinct())
    silent = [
        connection.account
        for connection in connected
        if connection.service not in heard and at - connection.connected_at > FIRST_PATIENCE
    ]
    if not silent:
        return doctor.good(about, _("Every connected service has been heard of."))
    return doctor.warning(
        about,
        _("Nothing ever came from %(accounts)s.") % {"accounts": ", ".join(silent)},
        _("Check the address and the secret of its webhooks."),
        page="dashboard:connection_list",
    )


doctor.register_shop_check(check_connections, order=60)
