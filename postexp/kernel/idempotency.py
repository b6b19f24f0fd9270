"""Idempotency keys: the same key with the same body gives the first answer again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from postexp.kernel.locks import try_lock
from postexp.kernel.models import IdempotencyRecord

KEEP = timedelta(days=7)
LONGEST_KEY = 255


class IdempotencyMismatch(Exception):
    """The key was used before with another body or on another operation."""


class IdempotencyInProgress(Exception):
    """The first request with this key is still being carried out."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer as it goes out; one that is `secret`, which is text, is kept encrypted."""

    status: int
    body: bytes
    content_type: str
    secret: bool = False


def fingerprint(operation: str, body: bytes) -> str:
    """Return what must be equal for two requests to be the same command."""
    return hashlib.sha256(operation.encode() + b"\0" + body).hexdigest()


def once(
    *, key: str, operation: str, body: bytes, at: datetime, carry_out: Callable[[], Answer]
) -> Answer:
    """Carry a command out once per key, and give its answer to every repeat.

    The command, its effects and its answer commit together: after a crash the repeat starts anew.
    A repeat that comes while the first still runs waits for nothing: raises IdempotencyInProgress.
    Raises IdempotencyMismatch for another body.
    """
    mark = fingerprint(operation, body)
    with transaction.atomic():
        if not try_lock(f"idempotency:{key}"):
            raise IdempotencyInProgress
        first = IdempotencyRecord.objects.filter(key=key).first()
        if first is None:
            answer = carry_out()
            IdempotencyRecord.objects.create(
                key=key,
                operation=operation[:200],
                fingerprint=mark,
                status=answer.status,
                **_kept(answer),
                content_type=answer.content_type,
                created_at=at,
            )
            return answer
    if first.fingerprint != mark:
        raise IdempotencyMismatch
    return _first_answer(first)


def _kept(answer: Answer) -> dict[str, Any]:
    return {"sealed": answer.body.decode()} if answer.secret else {"body": answer.body}


def _first_answer(first: IdempotencyRecord) -> Answer:
    return Answer(
        status=first.status,
        body=first.sealed.encode() if first.sealed is not None else bytes(first.body),
        content_type=first.content_type,
        secret=first.sealed is not None,
    )


def is_kept(*, key: str, at: datetime) -> bool:
    """Whether a repeat under a key would get the first answer, or a refusal, and do nothing."""
    records = IdempotencyRecord.objects.filter(key=key, created_at__gt=at - KEEP)
    return records.exists()


def purge(*, before: datetime) -> int:
    """Forget keys first used before an instant."""
    count, _ = IdempotencyRecord.every_merchant.filter(created_at__lt=before).delete()
    return count
