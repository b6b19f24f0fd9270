"""The sender: takes what is due, sends it from many threads, and books how it went.

One loop reads and writes the database, in batches; the threads only speak HTTP. Each endpoint has a
few requests under way at most, and a failing one a single one, so endpoints that hang hold up
themselves and no other.
"""

from __future__ import annotations

import logging
import queue
import random
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from cryptography.fernet import InvalidToken
from django.db import Error as DatabaseError
from django.db import connection, transaction

from commerce.selectors import get_merchant
from integrations.http import AddressRefused, checked_client
from integrations.outgoing import rules
from integrations.outgoing.enums import DeliveryState, EndpointState
from integrations.outgoing.events import EndpointStopped
from integrations.outgoing.models import Attempt, Delivery, Endpoint
from integrations.outgoing.payloads import body_of
from postexp.kernel import clock, ids
from postexp.kernel.events import append
from postexp.kernel.models import EventRecord
from postexp.kernel.outbox import storable
from postexp.kernel.tenancy import merchant_scope

logger = logging.getLogger(__name__)

THREADS = 256
BATCH = 200
ANSWER_SECONDS = 15.0
LEASE = timedelta(seconds=90)
LARGEST_ANSWER = 64 * 1024
KEPT_ANSWER = 4_000
KEPT_HEADERS = 30
USER_AGENT = "Postexp-Webhooks/1"

# The oldest that are due, as many of each endpoint as may still be under way to it.
DUE = """
SELECT due.id FROM outgoing_endpoint endpoint
CROSS JOIN LATERAL (
  SELECT id, next_at FROM outgoing_delivery
  WHERE endpoint_id = endpoint.id AND state = 'pending' AND next_at <= %(at)s
  ORDER BY next_at, id
  LIMIT GREATEST(0,
    CASE WHEN endpoint.failing_since IS NULL THEN %(at_once)s ELSE %(at_once_failing)s END
    - (SELECT count(*) FROM outgoing_delivery
       WHERE endpoint_id = endpoint.id AND state = 'sending'))
) due
WHERE endpoint.state = 'active'
ORDER BY due.next_at, due.id LIMIT %(limit)s
"""
# A batch is written by one statement: Django's bulk_update takes 20 times as long.
WRITE_BODIES = """
UPDATE outgoing_delivery SET body = told.body
FROM unnest(%s::bigint[], %s::text[]) AS told (id, body)
WHERE outgoing_delivery.id = told.id
"""
BOOK = """
UPDATE outgoing_delivery SET state = came.state, attempts = came.attempts, next_at = came.next_at,
    finished_at = came.finished_at, claim = '', lease_until = NULL
FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::timestamptz[], %s::timestamptz[])
    AS came (id, state, attempts, next_at, finished_at)
WHERE outgoing_delivery.id = came.id
"""
# Only one sender at a time chooses, so that the limits hold for all of them together.
CHOOSING = 0x706F7374


@dataclass(frozen=True, kw_only=True)
class Job:
    """One request to be made."""

    delivery_id: int
    endpoint_id: int
    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a request."""

    job: Job
    at: datetime
    milliseconds: int
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    answer: str = ""
    failure: str = ""
    hopeless: bool = False


class Sender:
    """Sends what is due until it is closed. Several may run; each claims what it sends."""

    def __init__(self, *, threads: int = THREADS) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="webhook")
        self._outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._claim = ids.new_id("clm")
        self.under_way = 0

    def round(self, *, at: datetime) -> int:
        """Book what came back and send what is due; return how much there was to do."""
        outcomes = self._come_back()
        book(outcomes, claim=self._claim)
        free = min(self._threads - self.under_way, BATCH)
        claimed = claim(self._claim, limit=free, at=at) if free else []
        prepared = prepare(claimed, at=at)
        for job in prepared.jobs:
            self.under_way += 1
            self._pool.submit(self._send, job)
        book(prepared.refused, claim=self._claim)
        return len(outcomes) + len(claimed)

    def wait(self, seconds: float) -> None:
        """Wait until something comes back, so many seconds at most."""
        if not self.under_way:
            time.sleep(seconds)
            return
        try:
            outcome = self._outcomes.get(timeout=seconds)
        except queue.Empty:
            return
        self._outcomes.put(outcome)

    def close(self) -> None:
        """Let what is under way come back, and book it."""
        self._pool.shutdown(wait=True)
        book(self._come_back(), claim=self._claim)

    def _send(self, job: Job) -> None:
        self._outcomes.put(send(job))

    def _come_back(self) -> list[Outcome]:
        found = []
        while True:
            try:
                found.append(self._outcomes.get_nowait())
            except queue.Empty:
                self.under_way -= len(found)
                return found


def claim(name: str, *, limit: int, at: datetime) -> list[Delivery]:
    """Claim what is due, with its endpoint; what another sender let lie is claimed again."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [CHOOSING])
        if not cursor.fetchone()[0]:
            return []
        Delivery.every_merchant.filter(state=DeliveryState.SENDING, lease_until__lt=at).update(
            state=DeliveryState.PENDING, claim=""
        )
        cursor.execute(
            DUE,
            {
                "at": at,
                "at_once": rules.AT_ONCE,
                "at_once_failing": rules.AT_ONCE_FAILING,
                "limit": limit,
            },
        )
        chosen = [row[0] for row in cursor.fetchall()]
        Delivery.every_merchant.filter(id__in=chosen).update(
            state=DeliveryState.SENDING, claim=name, lease_until=at + LEASE
        )
    return list(Delivery.every_merchant.filter(id__in=chosen).order_by("id") if chosen else ())


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What became of claimed deliveries: requests to be made, and those that cannot be made."""

    jobs: Sequence[Job]
    refused: Sequence[Outcome]


def prepare(deliveries: Sequence[Delivery], *, at: datetime) -> Prepared:
    """Make the requests for claimed deliveries; bodies are written before the first attempt.

    Each is made by itself: one that cannot be made holds up no other. It counts as an attempt that
    failed, so that it goes out once its cause is mended. What tells of an event that is gone is
    dropped.
    """
    unwritten = [one for one in deliveries if not one.body]
    records = EventRecord.every_merchant.in_bulk({one.event_id for one in unwritten})
    endpoints = _load_endpoints({one.endpoint_id for one in deliveries})
    bodies: dict[int, str] = {}
    jobs: list[Job] = []
    refused: list[Outcome] = []
    for one in _drop_gone(deliveries, records):
        endpoint = endpoints.get(one.endpoint_id)
        if endpoint is None:
            refused.append(_refused(one, "the endpoint's secret cannot be read", at))
            continue
        try:
            one.body = one.body or _body(one, records, bodies)
            jobs.append(_job(one, endpoint, at))
        except Exception as error:
            if isinstance(error, DatabaseError) and not connection.is_usable():
                raise
            logger.exception("webhook %s cannot be prepared", one.public_id)
            refused.append(_refused(one, type(error).__name__, at))
    ready = {job.delivery_id for job in jobs}
    written = [(one.pk, one.body) for one in unwritten if one.pk in ready]
    if written:
        _write(WRITE_BODIES, written)
    return Prepared(jobs=jobs, refused=refused)


def _drop_gone(
    deliveries: Sequence[Delivery], records: Mapping[int, EventRecord]
) -> list[Delivery]:
    """Delete those with nothing to say: their event was forgotten before they were written."""
    gone = {one.pk for one in deliveries if not one.body and one.event_id not in records}
    if gone:
        Delivery.every_merchant.filter(id__in=gone).delete()
    return [one for one in deliveries if one.pk not in gone]


def _load_endpoints(wanted: set[int]) -> dict[int, Endpoint]:
    """Return the endpoints whose secrets can be read."""
    try:
        return Endpoint.every_merchant.in_bulk(wanted)
    except InvalidToken:
        if len(wanted) > 1:
            return {pk: one for each in wanted for pk, one in _load_endpoints({each}).items()}
        logger.error("no key reads the secret of webhook endpoint %s", *wanted)
        return {}


def _body(delivery: Delivery, records: Mapping[int, EventRecord], bodies: dict[int, str]) -> str:
    """Return what it says; endpoints told of the same event are told the same."""
    assert delivery.event_id is not None
    if delivery.event_id not in bodies:
        with merchant_scope(delivery.merchant_id):
            bodies[delivery.event_id] = body_of(records[delivery.event_id])
    return bodies[delivery.event_id]


def _refused(delivery: Delivery, cause: str, at: datetime) -> Outcome:
    """Return the attempt that could not be made."""
    nothing = Job(
        delivery_id=delivery.pk, endpoint_id=delivery.endpoint_id, url="", headers={}, body=b""
    )
    return Outcome(
        job=nothing, at=at, milliseconds=0, failure=f"The webhook could not be prepared: {cause}"
    )


def _job(delivery: Delivery, endpoint: Endpoint, at: datetime) -> Job:
    secrets = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_secret_until and at < endpoint.old_secret_until:
        secrets.append(endpoint.old_secret)
    body = delivery.body.encode()
    proof = rules.sign(message_id=delivery.message_id, at=at, body=body, secrets=secrets)
    return Job(
        delivery_id=delivery.pk,
        endpoint_id=endpoint.pk,
        url=endpoint.url,
        headers={"content-type": "application/json", "user-agent": USER_AGENT, **proof},
        body=body,
    )


def send(job: Job) -> Outcome:
    """Make one request and return what came of it, whatever that was."""
    began, at = time.monotonic(), clock.now()
    try:
        with checked_client(answer_seconds=ANSWER_SECONDS, largest_answer=LARGEST_ANSWER) as client:
            answer = client.post(job.url, content=job.body, headers=job.headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        failure = f"{type(error).__name__}: {error}".rstrip(": ")
        return Outcome(
            job=job,
            at=at,
            milliseconds=_since(began),
            failure=storable(failure)[:300],
            hopeless=isinstance(error, AddressRefused),
        )
    except Exception as error:
        logger.exception("a webhook could not be sent")
        return Outcome(job=job, at=at, milliseconds=_since(began), failure=type(error).__name__)
    return Outcome(
        job=job,
        at=at,
        milliseconds=_since(began),
        status=answer.status_code,
        headers=_bounded(answer.headers),
        answer=storable(answer.text[:KEPT_ANSWER]),
    )


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)


def _bounded(headers: httpx.Headers) -> dict[str, str]:
    return {
        storable(name): storable(value)[:300]
        for name, value in list(headers.items())[:KEPT_HEADERS]
    }


def book(outcomes: Sequence[Outcome], *, claim: str) -> None:
    """Note what came of requests: delivered, to be tried again, or failed; endpoints that stop."""
    if not outcomes:
        return
    at = clock.now()
    by_delivery = {outcome.job.delivery_id: outcome for outcome in outcomes}
    with transaction.atomic():
        # One whose lease ran out meanwhile belongs to another sender.
        ours = list(
            Delivery.every_merchant.select_for_update(no_key=True)
            .filter(id__in=by_delivery, state=DeliveryState.SENDING, claim=claim)
            .order_by("id")
        )
        gone: set[int] = set()
        for delivery in ours:
            verdict = _verdict(delivery, by_delivery[delivery.pk], at)
            if verdict.gone:
                gone.add(delivery.endpoint_id)
        if ours:
            rows = [(d.pk, str(d.state), d.attempts, d.next_at, d.finished_at) for d in ours]
            _write(BOOK, rows)
        Attempt.every_merchant.bulk_create(
            _attempt(delivery, by_delivery[delivery.pk]) for delivery in ours
        )
        _judge_endpoints(ours, gone, at)


def _write(statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Run a statement whose parameters are the columns of rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])


def _verdict(delivery: Delivery, outcome: Outcome, at: datetime) -> rules.Verdict:
    delivery.attempts += 1
    verdict = rules.judge(
        status=outcome.status,
        retry_after=outcome.headers.get("retry-after", ""),
        attempts=delivery.attempts,
        at=at,
        chance=random.random(),
        hopeless=outcome.hopeless,
    )
    if verdict.again_at is not None:
        delivery.state, delivery.next_at = DeliveryState.PENDING, verdict.again_at
    else:
        delivery.state = DeliveryState.DELIVERED if verdict.delivered else DeliveryState.FAILED
        delivery.finished_at = at
    return verdict


def _attempt(delivery: Delivery, outcome: Outcome) -> Attempt:
    return Attempt(
        merchant_id=delivery.merchant_id,
        delivery=delivery,
        at=outcome.at,
        milliseconds=outcome.milliseconds,
        status=outcome.status,
        failure=outcome.failure,
        request_headers=outcome.job.headers,
        answer_headers=outcome.headers,
        answer=outcome.answer,
    )


def _judge_endpoints(deliveries: Iterable[Delivery], gone: set[int], at: datetime) -> None:
    """Note which endpoints fail or work again; pause those that failed for days."""
    worked = {one.endpoint_id for one in deliveries if one.state == DeliveryState.DELIVERED}
    failed = {one.endpoint_id for one in deliveries} - worked
    # A secret that cannot be read must not keep its endpoint from being judged.
    unsigned = Endpoint.every_merchant.defer("secret", "old_secret")
    endpoints = unsigned.filter(state=EndpointState.ACTIVE)
    endpoints.filter(id__in=worked, failing_since__isnull=False).update(failing_since=None)
    endpoints.filter(id__in=failed, failing_since=None).update(failing_since=at)
    for endpoint in endpoints.filter(id__in=gone).order_by("id"):
        _stop(endpoint, EndpointState.DISABLED, "it answered 410 Gone", at)
    tired = endpoints.filter(id__in=failed - gone, failing_since__lte=at - rules.PATIENCE)
    for endpoint in tired.order_by("id"):
        _stop(endpoint, EndpointState.PAUSED, "it failed for five days", at)


def _stop(endpoint: Endpoint, state: EndpointState, detail: str, at: datetime) -> None:
    """Stop an endpoint. Publishes EndpointStopped."""
    endpoint.state, endpoint.stopped_at = state, at
    with merchant_scope(endpoint.merchant_id):
        endpoint.save(update_fields=["state", "stopped_at"])
        append(
            EndpointStopped(
                merchant_public_id=get_merchant().public_id,
                detail=detail,
                endpoint_id=endpoint.public_id,
                state=state,
            ),
            at=at,
        )
