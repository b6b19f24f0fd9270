"""Monthly partitions of the scans: made ahead of time, and healed when a month was missed."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection, transaction

TABLE = "tracking_shipmentevent"
DEFAULT = f"{TABLE}_default"
MONTHS_BACK, MONTHS_AHEAD = 2, 3


def ensure_partitions(*, at: datetime) -> list[str]:
    """Make the partitions around `at` that are missing; return their names.

    Rows that had to wait in the default partition move into their month. Waits two seconds at most
    for running transactions (raises OperationalError then; the schedule tries again).
    """
    made = []
    for first, after in _months(at):
        name = f"{TABLE}_{first:%Y_%m}"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s)", [name])
            if cursor.fetchone()[0] is not None:
                continue
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            since, until = first.isoformat(), after.isoformat()
            cursor.execute(f"CREATE TABLE {name} (LIKE {TABLE} INCLUDING ALL)")
            cursor.execute(
                f"WITH waiting AS (DELETE FROM {DEFAULT} "  # noqa: S608 - names of ours only
                "WHERE sort_at >= %s AND sort_at < %s RETURNING *) "
                f"INSERT INTO {name} SELECT * FROM waiting",
                [first, after],
            )
            cursor.execute(
                f"ALTER TABLE {TABLE} ATTACH PARTITION {name} "
                f"FOR VALUES FROM ('{since}') TO ('{until}')"
            )
            made.append(name)
    return made


def _months(at: datetime) -> list[tuple[datetime, datetime]]:
    """Return the first instants of each month around `at` and of the month after it, in UTC."""
    this_month = at.astimezone(UTC).year * 12 + at.astimezone(UTC).month - 1
    return [
        (_first(month), _first(month + 1))
        for month in range(this_month - MONTHS_BACK, this_month + MONTHS_AHEAD + 1)
    ]


def _first(month: int) -> datetime:
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
