"""When each number is asked about: planned as parcels change, and for those that were there."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from integrations.polling.carriers import CARRIERS
from integrations.polling.models import AskedNumber, CarrierAccount
from tracking.rules.polling import PollFacts, is_near, next_poll
from tracking.selectors.polling import (
    ASKED,
    list_live_numbers,
    list_numbers_and_carriers,
    list_poll_facts,
)

PAGE = 500
"""Parcels that join at once; what planning holds in memory."""


def plan_changed(shipment_ids: Sequence[str], *, at: datetime) -> None:
    """Plan anew when parcels that changed are asked about, where their shop may ask their carrier.

    By as few statements for many parcels as for one.
    """
    accounts = list(CarrierAccount.objects.filter(connection__ended_at=None).only("carrier"))
    if not accounts:
        return
    parcels = list_numbers_and_carriers(shipment_ids)
    for account in accounts:
        slugs = CARRIERS[account.carrier].slugs
        numbers = sorted({number for number, carrier in parcels if number and carrier in slugs})
        if numbers:
            _plan(account, numbers, at=at)


def _plan(account: CarrierAccount, numbers: Sequence[str], *, at: datetime) -> None:
    # Locked in one order by all who plan.
    known = AskedNumber.objects.select_for_update(no_key=True).filter(
        account=account, number__in=numbers
    )
    rows = {row.number: row for row in known.order_by("number")}
    facts = list_poll_facts(numbers, carriers=CARRIERS[account.carrier].slugs, at=at)
    planned: list[AskedNumber] = []
    over: list[int] = []
    for number in numbers:
        row, those = rows.get(number), facts.get(number, ())
        moment = earliest_poll(those, asked_at=row.asked_at if row else None, at=at)
        if moment is not None:
            # Who asks at this moment goes on: nobody else asks meanwhile.
            if row is not None and row.claimed_until is not None:
                moment = max(moment, row.claimed_until)
            planned.append(_row(account.pk, number, those, moment, at))
        elif row is not None:
            over.append(row.pk)
    if over:
        AskedNumber.objects.filter(pk__in=over).delete()
    AskedNumber.objects.bulk_create(
        planned,
        update_conflicts=True,
        unique_fields=("account", "number"),
        update_fields=("poll_at", "is_near"),
    )


def earliest_poll(
    facts: Iterable[PollFacts], *, asked_at: datetime | None, at: datetime, spread: bool = True
) -> datetime | None:
    """Return when to ask about a number, the earliest of all its parcels; None for not any more."""
    part = random.random() if spread else 0.0
    moments = (next_poll(one, asked_at=asked_at, at=at, spread=part) for one in facts)
    return min((moment for moment in moments if moment is not None), default=None)


def join_page(account_id: int, *, at: datetime) -> bool:
    """Let the next page of the parcels that were there join an account; return if more may be.

    A worker that ends in between leaves the page to the next one.
    """
    with transaction.atomic():
        account = CarrierAccount.objects.select_for_update(no_key=True).get(pk=account_id)
        if account.joined_at is not None:
            return False
        status = account.joining or ASKED[0]
        page = list_live_numbers(
            carriers=CARRIERS[account.carrier].slugs,
            status=status,
            before_row=account.joined_before,
            limit=PAGE,
        )
        _join(account, page.numbers, at=at)
        account.joining, account.joined_before = status, page.last_row
        if page.last_row is None:
            later = ASKED[ASKED.index(status) + 1 :]
            account.joining = later[0] if later else ""
            account.joined_at = None if later else at
        account.save(update_fields=("joining", "joined_before", "joined_at"))
    return account.joined_at is None


def _join(account: CarrierAccount, numbers: Sequence[str], *, at: datetime) -> None:
    slugs = CARRIERS[account.carrier].slugs
    facts = list_poll_facts(numbers, carriers=slugs, at=at) if numbers else {}
    rows = [
        _row(account.pk, number, those, moment, at)
        for number, those in facts.items()
        if (moment := earliest_poll(those, asked_at=None, at=at)) is not None
    ]
    AskedNumber.objects.bulk_create(rows, ignore_conflicts=True)


def _row(
    account_id: int, number: str, facts: Iterable[PollFacts], moment: datetime, at: datetime
) -> AskedNumber:
    near = any(is_near(one, at=at) for one in facts)
    return AskedNumber(account_id=account_id, number=number, poll_at=moment, is_near=near)
