"""When several sources tell when a parcel comes: whose word counts, and for how long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracking.rules.carriers import carrier_of, knows_carrier
from tracking.rules.facts import Estimate

HEARD_FOR = timedelta(days=3)
"""A source that names no day for so long, while another one does, is not waited for."""


@dataclass(frozen=True, kw_only=True)
class ToldEstimate:
    """The newest estimate of one source, told at `told_at`; it has named days since `since`."""

    source: str
    estimate: Estimate
    told_at: datetime
    since: datetime


def newest_of_source(before: ToldEstimate | None, told: ToldEstimate) -> ToldEstimate:
    """Return what counts of two words of one source: the newer one, whichever comes in first."""
    if before is None:
        return told
    newest = max(before, told, key=_age)
    return ToldEstimate(
        source=newest.source,
        estimate=newest.estimate,
        told_at=newest.told_at,
        since=min(before.since, told.since),
    )


def deciding(told: Iterable[ToldEstimate]) -> ToldEstimate | None:
    """Return the estimate to show of those of several sources, None where there is none.

    A carrier's own word goes before that of anybody who passes it on; among equals, that of the
    source which has told of the parcel longest. So two sources that differ never take turns, and
    the order in which messages come in decides nothing.
    """
    rows = list(told)
    if not rows:
        return None
    newest = max(row.told_at for row in rows)
    heard = [row for row in rows if newest - row.told_at <= HEARD_FOR]
    return min(heard, key=lambda row: (not is_carrier(row.source), row.since, row.source))


def is_carrier(source: str) -> bool:
    """Whether a source is a carrier itself, and not one that passes on what carriers say."""
    return knows_carrier(carrier_of(source).slug)


def _age(told: ToldEstimate) -> tuple[str, ...]:
    estimate = told.estimate
    moments = (told.told_at, estimate.starts_at, estimate.ends_at)
    at, starts, ends = (f"{one.timestamp():020.6f}" if one else "" for one in moments)
    return at, estimate.day.isoformat(), starts, ends
