"""What ends outside when a shop is closed for good."""

from __future__ import annotations

from datetime import datetime

from integrations.connections import disconnect
from integrations.models import Connection
from integrations.outgoing.enums import EndpointState
from integrations.outgoing.models import Endpoint


def end_wires(at: datetime) -> None:
    """End every connection of the scope's shop, and send nothing more to its endpoints.

    What opened the services to us is forgotten.
    """
    for connection in Connection.objects.filter(ended_at=None):
        disconnect(service=connection.service, account=connection.account, at=at)
    Endpoint.objects.exclude(state=EndpointState.DISABLED).update(
        state=EndpointState.DISABLED, stopped_at=at
    )
