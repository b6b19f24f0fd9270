"""The one place that asks what time it is."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, aware, in UTC. Faces call it; services take `at=`."""
    return datetime.now(UTC)
