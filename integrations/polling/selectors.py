"""What the page of the connections shows of an account at a carrier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.carriers import CarrierError
from integrations.errors import describe
from integrations.models import Connection
from integrations.polling.models import AskedNumber, CarrierAccount, CarrierCalls, Pause
from integrations.polling.rules import start_of_day

SHOWN = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class AccountReport:
    """An account as staff see it. `state` is working, joining, busy, silent, paused or refused.

    `until` is when a carrier that is busy or silent is asked again; `next_at` when the next number
    is due, None where none will be. `today` and `days`, the
    newest first, are of the days of UTC.
    """

    account: CarrierAccount
    at: datetime
    state: str
    problem: str
    until: datetime | None
    next_at: datetime | None
    numbers: int
    today: CarrierCalls
    days: list[CarrierCalls]

    @property
    def is_due(self) -> bool:
        """Whether a number waits for its turn."""
        return self.next_at is not None and self.next_at <= self.at

    @property
    def percent(self) -> int:
        """How much of the day's calls is used, from 0 to 100."""
        if not self.account.per_day:
            return 100
        return min(100, 100 * self.today.calls // self.account.per_day)


def report_account(connection: Connection, *, at: datetime) -> AccountReport | None:
    """Return what is to be shown of a connection's account; None where it has none."""
    account = CarrierAccount.objects.filter(connection=connection).first()
    if account is None:
        return None
    today = start_of_day(at).date()
    days = list(
        CarrierCalls.objects.filter(account=account, day__gt=today - SHOWN).order_by("-day")
    )
    state = _state(account, at)
    return AccountReport(
        account=account,
        at=at,
        state=state,
        problem=describe(CarrierError, connection.problem, connection.problem_detail),
        until={"busy": account.busy_until, "silent": account.open_until}.get(state),
        next_at=None if account.pause else _next_due(account),
        numbers=AskedNumber.objects.filter(account=account).count(),
        today=next((one for one in days if one.day == today), CarrierCalls(day=today)),
        days=days,
    )


def _next_due(account: CarrierAccount) -> datetime | None:
    # One look into the index for each: without `is_near` it is read from end to end.
    rows = [
        AskedNumber.objects.filter(account=account, is_near=near).order_by("poll_at").first()
        for near in (True, False)
    ]
    return min((row.poll_at for row in rows if row is not None), default=None)


def _state(account: CarrierAccount, at: datetime) -> str:
    if account.pause:
        return "refused" if account.pause == Pause.REFUSED else "paused"
    if account.troubled_since is not None:
        return "silent"
    if account.busy_until is not None and account.busy_until > at:
        return "busy"
    return "working" if account.joined_at else "joining"
