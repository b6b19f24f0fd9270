"""One turn of asking: what may be asked now is claimed, and what came of it is booked.

The account's row is locked while a turn is taken or booked, never while a carrier is waited for.
All of it stands in the database: workers share one rate, and losing the queue loses nothing.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q

from integrations.carriers import Busy, CarrierError
from integrations.polling import trouble
from integrations.polling.carriers import CARRIERS
from integrations.polling.models import AskedNumber, CarrierAccount, CarrierCalls
from integrations.polling.planning import earliest_poll
from integrations.polling.rules import BREAKS_AT, back_off, grant_calls, group_numbers, start_of_day
from postexp.kernel import inbox
from tracking.rules.polling import LEAST, PollFacts, is_near
from tracking.selectors.polling import list_poll_facts

AT_ONCE = 16
"""Requests that are under way to one carrier at one time."""

NUMBERS_AT_ONCE = 240
"""Numbers of one turn, where a request asks about several: no turn holds the account for long."""

CLAIM = timedelta(minutes=3)
"""How long a claim lasts: longer than the slowest answer, and shorter than the least interval."""
assert CLAIM < LEAST

TOPIC = "answer"

_PLANNED = ("poll_at", "asked_at", "claimed_until", "is_near", "failures")
_WRITE = """
UPDATE polling_askednumber AS asked
SET poll_at = now.poll_at, asked_at = now.asked_at, claimed_until = now.claimed_until,
    is_near = now.is_near, failures = now.failures
FROM unnest(
    %s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::boolean[],
    %s::smallint[]
) AS now (id, poll_at, asked_at, claimed_until, is_near, failures)
WHERE asked.id = now.id
"""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What to ask now: the numbers of each request, and when each is due after its answer.

    `looked_at` counts the numbers that were due. Where nothing may be asked, `again_at` is when
    something may be; None where nothing is due.
    """

    groups: tuple[tuple[str, ...], ...] = ()
    due_after: Mapping[str, datetime] = field(default_factory=dict)
    looked_at: int = 0
    again_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one request: answers, an error, or neither where it was not sent.

    `locked_out`: it was the account that the carrier refused, not the request.
    """

    numbers: tuple[str, ...]
    answers: tuple[bytes, ...] = ()
    error: CarrierError | None = None
    locked_out: bool = False


def take_turn(account_id: int, *, at: datetime) -> Turn:
    """Claim numbers that are due, as many as the account may ask about at this instant."""
    with transaction.atomic():
        account = _lock(account_id)
        if account.pause or account.connection.ended_at is not None:
            return Turn()
        left_alone = [until for until in (account.busy_until, account.open_until) if until]
        if left_alone and max(left_alone) > at:
            return Turn(again_at=max(left_alone))
        # Whether a carrier that failed is back is tried with one request.
        probes = account.failures >= BREAKS_AT
        day, _ = CarrierCalls.objects.get_or_create(account=account, day=start_of_day(at).date())
        carrier = CARRIERS[account.carrier]
        size = carrier.client.batch_size
        grant = grant_calls(
            1 if probes else min(AT_ONCE, NUMBERS_AT_ONCE // size),
            at=at,
            free_at=account.free_at,
            per_second=account.per_second,
            per_day=account.per_day,
            made_today=day.calls,
        )
        if not grant.calls:
            return Turn(again_at=grant.again_at)
        due = _lock_due(account_id, at=at, limit=grant.calls * size)
        facts = list_poll_facts([row.number for row in due], carriers=carrier.slugs, at=at)
        asked = _sort_out(due, facts, at=at)
        suspects = frozenset(row.number for row in asked if row.failures)
        groups = group_numbers([row.number for row in asked], suspects, size=size)[: grant.calls]
        claimed = {number for group in groups for number in group}
        _claim([row for row in asked if row.number in claimed], at=at)
        if groups:
            unused = timedelta(seconds=1 / account.per_second) * (grant.calls - len(groups))
            account.free_at = grant.free_at - unused if grant.free_at else None
            if probes:
                account.open_until = at + CLAIM
            account.save(update_fields=("free_at", "open_until"))
            CarrierCalls.objects.filter(pk=day.pk).update(calls=F("calls") + len(groups))
    return Turn(
        groups=tuple(groups),
        due_after={
            number: moment
            for number in claimed
            if (moment := earliest_poll(facts[number], asked_at=at, at=at)) is not None
        },
        looked_at=len(due),
    )


def book_turn(
    account_id: int, turn: Turn, outcomes: Sequence[Outcome], *, calls: int, at: datetime
) -> None:
    """Keep what a carrier answered, for its parser to read, and note when each number is due again.

    `calls` were made in all, those for tokens and in vain among them.

    Publishes CarrierTroubled where the carrier is not asked from now on, and CarrierRecovered where
    it answers again.
    """
    with transaction.atomic():
        account = _lock(account_id)
        for outcome in outcomes:
            for body in outcome.answers:
                _store(account, outcome.numbers, body, at=at)
        _due_again(account_id, turn, outcomes, at=at)
        _count(account, outcomes, more_calls=calls - len(turn.groups), at=at)
        trouble.note_outcomes(
            account,
            answered=any(outcome.answers for outcome in outcomes),
            errors=[outcome.error for outcome in outcomes if outcome.error is not None],
            locked_out=next((one.error for one in outcomes if one.locked_out), None),
            at=at,
        )


def _lock(account_id: int) -> CarrierAccount:
    accounts = CarrierAccount.objects.select_for_update(no_key=True, of=("self",))
    return accounts.select_related("connection").get(pk=account_id)


def _lock_due(account_id: int, *, at: datetime, limit: int) -> list[AskedNumber]:
    """Lock numbers that are due: those whose parcels come today first, then the longest due.

    A number stays with who claimed it, whatever a change of its parcel plans meanwhile.
    """
    free = Q(claimed_until=None) | Q(claimed_until__lte=at)
    found: list[AskedNumber] = []
    for near in (True, False):
        rows = AskedNumber.objects.select_for_update(no_key=True, skip_locked=True).filter(
            free, account=account_id, is_near=near, poll_at__lte=at
        )
        found += rows.order_by("poll_at")[: limit - len(found)]
    return found


def _sort_out(
    due: Sequence[AskedNumber], facts: Mapping[str, Sequence[PollFacts]], *, at: datetime
) -> list[AskedNumber]:
    """Return the numbers to ask about; drop those that are over, and put off what is early.

    It is early where another source told of the parcel meanwhile.
    """
    asked, over, early = [], [], []
    for row in due:
        those = facts.get(row.number, ())
        moment = earliest_poll(those, asked_at=row.asked_at, at=at, spread=False)
        if moment is None:
            over.append(row)
            continue
        row.is_near = any(is_near(one, at=at) for one in those)
        if moment > at:
            row.poll_at = moment
            early.append(row)
        else:
            asked.append(row)
    AskedNumber.objects.filter(pk__in=[row.pk for row in over]).delete()
    _write(early)
    return asked


def _claim(rows: Sequence[AskedNumber], *, at: datetime) -> None:
    for row in rows:
        row.poll_at = row.claimed_until = at + CLAIM
    _write(rows)


def _store(account: CarrierAccount, numbers: Sequence[str], body: bytes, *, at: datetime) -> None:
    inbox.store(
        source=account.carrier,
        topic=TOPIC,
        provider_key=f"{account.connection.public_id}:{uuid.uuid4()}",
        merchant_id=account.merchant_id,
        headers={"numbers": ", ".join(numbers)},
        body=body,
        at=at,
    )


def _due_again(account_id: int, turn: Turn, outcomes: Sequence[Outcome], *, at: datetime) -> None:
    by_number = {number: outcome for outcome in outcomes for number in outcome.numbers}
    # A row that is locked just now is planned anew by who locks it, and no later than its claim.
    rows = list(
        AskedNumber.objects.select_for_update(no_key=True, skip_locked=True).filter(
            account=account_id, number__in=by_number
        )
    )
    for row in rows:
        outcome = by_number[row.number]
        row.claimed_until = None
        if outcome.answers:
            row.asked_at, row.failures = at, 0
            row.poll_at = turn.due_after.get(row.number, at)
        elif outcome.error is None or isinstance(outcome.error, Busy) or outcome.locked_out:
            row.poll_at = at
        else:
            row.failures += 1
            row.poll_at = at + back_off(row.failures, jitter=random.random())
    _write(rows)


def _write(rows: Sequence[AskedNumber]) -> None:
    """Write rows that are locked by one statement; `bulk_update` builds it ten times as long."""
    if not rows:
        return
    columns = [[getattr(row, name) for row in rows] for name in ("pk", *_PLANNED)]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, columns)


def _count(
    account: CarrierAccount, outcomes: Sequence[Outcome], *, more_calls: int, at: datetime
) -> None:
    """Count what came of the calls, and those made beyond the ones granted.

    `more_calls` is below zero where not all were made.
    """
    failed = sum(1 for one in outcomes if one.error is not None)
    numbers = sum(len(one.numbers) for one in outcomes if one.answers)
    day, _ = CarrierCalls.objects.get_or_create(account=account, day=start_of_day(at).date())
    CarrierCalls.objects.filter(pk=day.pk).update(
        calls=max(day.calls + more_calls, 0),
        numbers=F("numbers") + numbers,
        failed=F("failed") + failed,
    )
