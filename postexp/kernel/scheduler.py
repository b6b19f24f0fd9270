"""The scheduler, which says by itself that it is alive."""

from datetime import timedelta
from typing import Any

from celery.beat import PersistentScheduler

from postexp.kernel import clock
from postexp.kernel.health import beat

HEARTBEAT = timedelta(seconds=2)


class BeatingScheduler(PersistentScheduler):
    """Celery's scheduler with a heartbeat of its own, apart from the workers'."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.beat_at = clock.now() - HEARTBEAT
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        """Do what is due, and say that the scheduler is alive."""
        at = clock.now()
        if at - self.beat_at >= HEARTBEAT:
            self.beat_at = at
            beat("scheduler", at=at)
        return super().tick(*args, **kwargs)
