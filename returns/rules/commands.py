"""When two commands are the same command."""

import hashlib
import json
from collections.abc import Mapping

from returns.errors import IdempotencyMismatch


def fingerprint(body: Mapping[str, object]) -> str:
    """Return what must be equal for two bodies of plain JSON values to be the same command."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def require_same(first: str, again: str) -> None:
    """Raise IdempotencyMismatch when a key comes back with another body."""
    if first != again:
        raise IdempotencyMismatch
