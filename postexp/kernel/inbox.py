"""The inbox: verified raw requests, stored before anything reads them, replayable for months."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, LiteralString

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from postexp.kernel import ids, logs
from postexp.kernel.events import RetryLater, wake_drainer
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
Together = Callable[[Sequence[InboxMessage], datetime], Sequence[Effect]]

_sources: dict[str, Processor] = {}
_together: dict[str, Together] = {}


def register_source(
    source: str, process: Processor, *, process_together: Together | None = None
) -> None:
    """Name the function that reads a source's requests, in the drainer's transaction and scope.

    It raises Unreadable for a request that no retry can help, and RetryLater for one about what is
    not known yet: it is read again then, however often. `process_together` reads several of one
    shop quicker than one after the other, and returns the effect of each, in their order; whatever
    it raises, nothing of it stays, and each is read by itself.
    """
    _sources[source] = process
    if process_together is not None:
        _together[source] = process_together


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


@cache
def _store_provided(condition: LiteralString) -> LiteralString:
    # The same string each time: a connection knows a statement it ran by that.
    return STORE + condition + ONCE


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
        _store_provided(provided.condition),
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

    Each is read under its own savepoint, or with others of its kind under one that they all give up
    for their own: one bad request never holds up its neighbours.
    """
    with transaction.atomic():
        waiting = list(
            InboxMessage.every_merchant.select_for_update(no_key=True, skip_locked=True)
            .filter(state=InboxState.RECEIVED, next_at__lte=at)
            .order_by("id")[:limit]
        )
        for (merchant_id, request_id, source), alike in groupby(waiting, key=_KEY):
            with merchant_scope(merchant_id), logs.caused_by(request_id):
                _read_alike(source, list(alike), at)
    return len(waiting)


_KEY = attrgetter("merchant_id", "request_id", "source")


def _read_alike(source: str, messages: Sequence[InboxMessage], at: datetime) -> None:
    """Read requests of one source, together where that is possible."""
    is_first = not any(message.attempts for message in messages)
    for message in messages:
        message.attempts += 1
    together = _together.get(source) if is_first and len(messages) > 1 else None
    if together is None or not _read_together(together, messages, at):
        for message in messages:
            _read(message, at)


def _read_together(together: Together, messages: Sequence[InboxMessage], at: datetime) -> bool:
    """Read requests at once; return whether that went well with all of them."""
    try:
        with transaction.atomic():
            _book(messages, together(messages, at), at)
    except Exception as error:
        logger.info("inbox %s: %s; read by itself", messages[0].source, type(error).__name__)
        return False
    return True


def _read(message: InboxMessage, at: datetime) -> None:
    """Read one request; whatever goes wrong with it, also with noting its effect, stays its own."""
    try:
        with transaction.atomic():
            _book([message], [_sources[message.source](message, at)], at)
    except Unreadable as error:
        message.state = InboxState.FAILED
        message.cause, message.next_step = storable(error.cause), storable(error.next_step)
    except RetryLater as error:
        logger.info("inbox %s (%s) asked to be read again", message.id, message.source)
        message.attempts -= 1
        message.next_at = at + timedelta(seconds=error.seconds)
        message.cause, message.next_step = storable(str(error)), ""
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


_BOOK: LiteralString = """
UPDATE kernel_inbox AS message
SET state = 'processed', attempts = attempts + 1, cause = '', next_step = '',
    effect_kind = told.kind, effect_object_id = told.object_id, effect_detail = told.detail,
    processed_at = %s
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::jsonb[])
    AS told (id, kind, object_id, detail)
WHERE message.id = told.id
"""


def _book(messages: Sequence[InboxMessage], effects: Sequence[Effect], at: datetime) -> None:
    """Note what requests, whose rows are locked, led to."""
    if len(effects) != len(messages):
        raise ValueError(f"{len(messages)} requests led to {len(effects)} effects.")
    with connection.cursor() as cursor:
        cursor.execute(
            _BOOK,
            [
                at,
                [one.id for one in messages],
                [one.kind for one in effects],
                [one.object_id for one in effects],
                [json.dumps(one.detail) for one in effects],
            ],
        )


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
