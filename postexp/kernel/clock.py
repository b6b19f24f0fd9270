"""The one place that asks what time it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_played: ContextVar[datetime | None] = ContextVar("played_time", default=None)


def now() -> datetime:
    """Return the present instant, aware, in UTC. Faces call it; services take `at=`."""
    return _played.get() or datetime.now(UTC)


@contextmanager
def played(at: datetime) -> Iterator[None]:
    """Let the block happen at another instant: so the demo shops get their past."""
    token = _played.set(at)
    try:
        yield
    finally:
        _played.reset(token)
