"""Counting requests in windows of time, in Valkey: one count for all processes."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import cache

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.2
# After a failure nobody waits for the counter again for this long.
REST_SECONDS = 5.0
_resting_until = 0.0


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """How much of a limit is left, and in how many seconds it is whole again."""

    limit: int
    remaining: int
    reset: int

    @property
    def exceeded(self) -> bool:
        """Whether this request was one too many."""
        return self.remaining < 0


def spend(name: str, *, limit: int, window: int) -> Allowance | None:
    """Count one request under a name, `limit` of which fit in a window of so many seconds.

    None where the counter is out of reach: a limit that cannot be counted holds nobody up.
    """
    global _resting_until
    now = time.time()
    if now < _resting_until:
        return None
    number, passed = divmod(int(now), window)
    key = f"rate:{name}:{number}"
    try:
        with _counter(settings.REDIS_URL).pipeline(transaction=False) as commands:
            commands.incr(key)
            commands.expire(key, window + 1)
            count = int(commands.execute()[0])
    except redis.RedisError as error:
        _resting_until = now + REST_SECONDS
        logger.warning("requests are not counted: %s", type(error).__name__)
        return None
    return Allowance(limit=limit, remaining=limit - count, reset=window - passed)


@cache
def _counter(url: str) -> redis.Redis:
    return redis.Redis.from_url(
        url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
    )
