"""`manage.py doctor`: what is wrong with a deployment, and what to do about it, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from postexp.kernel.doctor.configuration import (
    check_address,
    check_debug,
    check_encryption_keys,
    check_mail,
    check_outgoing,
    check_secret_key,
)
from postexp.kernel.doctor.database import (
    QUEUE_AGE,
    check_clock,
    check_database,
    check_encoding,
    check_failures,
    check_migrations,
    check_processes,
    check_queue,
    check_stored_secrets,
)
from postexp.kernel.doctor.findings import (
    GOOD,
    WARNING,
    WRONG,
    Check,
    Finding,
    good,
    warning,
    wrong,
)
from postexp.kernel.doctor.machine import (
    check_backups,
    check_disk,
    check_media,
    check_metrics,
    check_static,
    check_valkey,
    check_words,
    check_zones,
)

__all__ = [
    "GOOD",
    "QUEUE_AGE",
    "WARNING",
    "WITHOUT_DATABASE",
    "WITH_DATABASE",
    "WRONG",
    "Check",
    "Finding",
    "ShopCheck",
    "examine",
    "examine_shop",
    "good",
    "register_check",
    "register_shop_check",
    "warning",
    "wrong",
]

WITHOUT_DATABASE: tuple[Check, ...] = (
    check_valkey,
    check_secret_key,
    check_encryption_keys,
    check_address,
    check_debug,
    check_outgoing,
    check_mail,
    check_disk,
    check_media,
    check_static,
    check_words,
    check_zones,
    check_metrics,
    check_backups,
)
WITH_DATABASE: tuple[Check, ...] = (
    check_encoding,
    check_clock,
    check_processes,
    check_stored_secrets,
    check_queue,
    check_failures,
)

ShopCheck = Callable[[Any, datetime], Finding]

_shop_checks: list[tuple[int, ShopCheck]] = []


def register_shop_check(check: ShopCheck, *, order: int) -> None:
    """Let a room look at a shop for its health page; `check(merchant, at)` runs in its scope.

    Its words are for the shop's staff, in their language, and tell of no other shop.
    """
    _shop_checks.append((order, check))
    _shop_checks.sort(key=lambda item: item[0])


_checks: list[Check] = []


def register_check(check: Check) -> None:
    """Let a room look at its part of the deployment; `check(at)` may not need the database."""
    _checks.append(check)


def examine_shop(merchant: Any, *, at: datetime) -> list[Finding]:
    """Return what every room finds of the scope's shop."""
    return [check(merchant, at) for _order, check in _shop_checks]


def examine(at: datetime) -> list[Finding]:
    """Look at everything; without a database, at what can be known without one."""
    reachable = check_database(at)
    findings = [reachable, *(check(at) for check in (*WITHOUT_DATABASE, *_checks))]
    if reachable.state == WRONG:
        return findings
    migrations = check_migrations(at)
    findings.append(migrations)
    if migrations.state == GOOD:
        # Before that, the tables these look at may not be there.
        findings += [check(at) for check in WITH_DATABASE]
    return findings
