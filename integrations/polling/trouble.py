"""When a carrier is left alone: it is busy, it fails, or it refuses the account."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime

from commerce.selectors import get_merchant
from integrations.carriers import Busy, CarrierError, QuestionRefused, Refused
from integrations.connections import kept_problem, note_checked
from integrations.polling.events import CarrierRecovered, CarrierTroubled
from integrations.polling.models import CarrierAccount, Pause
from integrations.polling.rules import break_after
from postexp.kernel.events import append
from postexp.kernel.outbox import storable

_HEALTH = (
    *("pause", "paused_at", "busy_until", "open_until", "failures"),
    *("troubled_since", "answered_at"),
)


def note_outcomes(
    account: CarrierAccount,
    *,
    answered: bool,
    errors: Sequence[CarrierError],
    locked_out: CarrierError | None,
    at: datetime,
) -> None:
    """Note how the requests of a turn went; the account's row is locked.

    One answer closes the breaker; failures in a row, of turns without any, open it. A question that
    is refused is none, but of a carrier that never answered: it may be all questions that it
    refuses. Publishes CarrierTroubled and CarrierRecovered.
    """
    waits = [error.wait for error in errors if isinstance(error, Busy)]
    harmless = Busy if account.answered_at is None else (Busy, QuestionRefused)
    failures = [error for error in errors if not isinstance(error, harmless)]
    if waits:
        account.busy_until = at + max(waits)
    if locked_out is not None:
        _lock_out(account, locked_out, at=at)
    elif answered:
        recover(account, at=at)
        account.answered_at = at
    elif failures:
        _count_failures(account, failures, at=at)
    elif errors:
        # It is there, though it has no time for us, or no answer to this.
        recover(account, at=at)
    account.save(update_fields=_HEALTH)
    _say(account, locked_out or (None if answered and not waits else _worst(errors)), at=at)


def recover(account: CarrierAccount, *, at: datetime) -> None:
    """Forget the failures of an account that works; the caller saves it.

    Publishes CarrierRecovered where staff had been told of them.
    """
    if account.troubled_since is not None:
        append(
            CarrierRecovered(
                merchant_public_id=get_merchant().public_id,
                carrier=account.carrier,
                connection_id=account.connection.public_id,
                since=account.troubled_since.isoformat(),
                detail=account.connection.get_service_display(),
            ),
            at=at,
        )
    account.failures = 0
    account.open_until = account.troubled_since = None


def _lock_out(account: CarrierAccount, refusal: CarrierError, *, at: datetime) -> None:
    """Ask nothing more until staff have seen to the account. Another worker may have found out."""
    if account.pause:
        return
    account.pause, account.paused_at = Pause.REFUSED, at
    _tell(account, refusal, at=at)


def _count_failures(
    account: CarrierAccount, failures: Sequence[CarrierError], *, at: datetime
) -> None:
    account.failures += len(failures)
    wait = break_after(account.failures, jitter=random.random())
    if wait is not None:
        account.open_until = at + wait
        _tell(account, failures[-1], at=at)


def _tell(account: CarrierAccount, error: CarrierError, *, at: datetime) -> None:
    """Tell staff of a trouble, once while it lasts, and again where it turned into a refusal."""
    if account.troubled_since is not None and account.pause != Pause.REFUSED:
        return
    account.troubled_since = at
    append(
        CarrierTroubled(
            merchant_public_id=get_merchant().public_id,
            carrier=account.carrier,
            connection_id=account.connection.public_id,
            problem=error.kind,
            since=at.isoformat(),
            detail=f"{account.connection.get_service_display()}: {storable(error.detail)}",
        ),
        at=at,
    )


def _say(account: CarrierAccount, error: CarrierError | None, *, at: datetime) -> None:
    """Keep on the connection what its page says is wrong, where that has changed."""
    connection = account.connection
    if (connection.problem, connection.problem_detail) != kept_problem(error):
        note_checked(connection, error, at=at)


def _worst(errors: Sequence[CarrierError]) -> CarrierError | None:
    """Return the error that staff should read first; a refusal needs them, and a limit passes."""
    gravity = {Refused: 0, Busy: 2}
    return min(errors, key=lambda error: gravity.get(type(error), 1), default=None)
