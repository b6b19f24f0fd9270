"""The inbox: verified raw requests, stored before anything reads them, replayable for months."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString

from django.db import transaction
from django.utils.translation import gettext_noop

from postexp.kernel import ids, logs
from postexp.kernel.events import wake_drainer
from postexp.kernel.models import InboxMessage, InboxState
from postexp.kernel.outbox import back_off, storable
from postexp.kernel.statements import fetch_kept
from postexp.kernel.tenancy import merchant_scope

logger = logging.getLogger(__name__)

BATCH = 50
MAX_ATTEMPTS = 5
# Kept in English; pages show it in the reader's language.
MEND = gettext_noop("Replay it after the cause is mended; the raw request is kept.")


class Unreadable(Exception):
    """A request that cannot be read: what is wrong with it, and what to do next."""

    def __init__(self, cause: str, next_step: str) -> None:
        super().__init__(cause)
        self.cause = cause
        self.next_step = next_step


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a request led to: the kind of effect, the object it touched, and details."""

    kind: str
    object_id: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Stored:
    """The inbox row of a request; `duplicate` when the provider had sent it before."""

    id: int
    duplicate: bool


Processor = Callable[[InboxMessage, datetime], Effect]

_sources: dict[str, Processor] = {}


def register_source(source: str, process: Processor) -> None:
    """Name the function that reads a source's requests, in the drainer's transaction and scope.

    It raises Unreadable for a request that no retry can help.
    """
    _sources[source] = process


class NoLongerSo(Exception):
    """What the caller knew when it asked to store a request has changed meanwhile."""


@dataclass(frozen=True)
class Provided:
    """What must be so at the instant of storing: an SQL condition, and its parameters."""

    condition: LiteralString = "TRUE"
    parameters: tuple[str | int, ...] = ()


ALWAYS = Provided()

STORE: LiteralString = """
INSERT INTO kernel_inbox (merchant_id, public_id, source, topic, provider_key, headers, body,
  state, attempts, next_at, cause, next_step, effect_kind, effect_object_id, effect_detail,
  request_id, received_at)
SELECT %s, %s, %s, %s, %s, %s, %b, 'received', 0, %s, '', '', '', '', '{}', %s, %s
WHERE """
ONCE: LiteralString = """
ON CONFLICT (merchant_id, source, provider_key) DO NOTHING RETURNING id
"""


def store(
    *,
    source: str,
    topic: str,
    provider_key: str,
    merchant_id: int,
    headers: dict[str, str],
    body: bytes,
    at: datetime,
    provided: Provided = ALWAYS,
) -> Stored:
    """Keep a verified request, once per provider key. Answer the sender only after this returns.

    Raises NoLongerSo, and keeps nothing, where what it is `provided` on does not hold.
    """
    row = fetch_kept(
        STORE + provided.condition + ONCE,
        [
            merchant_id,
            ids.new_id("inb"),
            source,
            topic[:80],
            provider_key[:200],
            json.dumps(headers),
            body,
            at,
            logs.request_id(),
            at,
            *provided.parameters,
        ],
    )
    if row is not None:
        wake_drainer()
        return Stored(id=row[0], duplicate=False)
    first = (
        InboxMessage.every_merchant.filter(
            merchant_id=merchant_id, source=source, provider_key=provider_key[:200]
        )
        .values_list("id", flat=True)
        .first()
    )
    if first is None:
        raise NoLongerSo
    return Stored(id=first, duplicate=True)


def drain(*, at: datetime, limit: int = BATCH) -> int:
    """Read one batch of waiting requests; return how many were taken.

    Each is read under its own savepoint, so one bad request never holds up its neighbours.
    """
    with transaction.atomic():
        waiting = list(
            InboxMessage.every_merchant.select_for_update(skip_locked=True)
            .filter(state=InboxState.RECEIVED, next_at__lte=at)
            .order_by("id")[:limit]
        )
        for message in waiting:
            with merchant_scope(message.merchant_id), logs.caused_by(message.request_id):
                _read(message, at)
    return len(waiting)


def _read(message: InboxMessage, at: datetime) -> None:
    """Read one request; whatever goes wrong with it, also with noting its effect, stays its own."""
    message.attempts += 1
    try:
        with transaction.atomic():
            _book(message, _sources[message.source](message, at), at)
    except Unreadable as error:
        message.state = InboxState.FAILED
        message.cause, message.next_step = storable(error.cause), storable(error.next_step)
    except Exception as error:
        logger.warning("inbox %s (%s): %s", message.id, message.source, type(error).__name__)
        message.cause = storable(f"{type(error).__name__}: {error}")
        message.next_step = MEND
        if message.attempts >= MAX_ATTEMPTS:
            message.state = InboxState.FAILED
        else:
            message.state = InboxState.RECEIVED
            message.next_at = at + back_off(message.attempts)
    else:
        logger.debug("inbox %s (%s) read", message.id, message.source)
        return
    message.save(update_fields=("state", "attempts", "next_at", "cause", "next_step"))


def _book(message: InboxMessage, effect: Effect, at: datetime) -> None:
    message.state = InboxState.PROCESSED
    message.cause = message.next_step = ""
    message.effect_kind = effect.kind
    message.effect_object_id = effect.object_id
    message.effect_detail = effect.detail
    message.processed_at = at
    message.save()


def replay(message: InboxMessage, *, at: datetime) -> None:
    """Read a kept request again from its raw bytes."""
    message.state = InboxState.RECEIVED
    message.attempts = 0
    message.next_at = at
    message.save()
    wake_drainer()


def purge(*, before: datetime) -> int:
    """Forget raw requests received before an instant, unless they still wait to be read.

    One that failed was before the eyes of staff all that time, and holds a person's data as well.
    """
    old = InboxMessage.every_merchant.filter(received_at__lt=before)
    count, _ = old.exclude(state=InboxState.RECEIVED).delete()
    return count
