"""Is every part at work? Processes leave heartbeats, `/health/` reads them."""

from datetime import datetime

from postexp.kernel.models import Heartbeat


def beat(part: str, *, at: datetime) -> None:
    """Say that a part (`drainer`, `worker`, `scheduler`) is alive."""
    Heartbeat.objects.update_or_create(part=part, defaults={"beat_at": at})
