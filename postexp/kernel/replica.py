"""Reports read from a replica, where one is named; everything else asks the database itself."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import models

P = ParamSpec("P")
R = TypeVar("R")

ALIAS = "replica"

_reporting: ContextVar[bool] = ContextVar("reporting", default=False)


def from_replica(report: Callable[P, R]) -> Callable[P, R]:
    """Let a report read from the replica of POSTEXP_REPLICA_URL, if there is one.

    Only for figures and charts that may be some seconds old. The report must read all it returns
    before it returns: a lazy queryset would be asked elsewhere.
    """

    @wraps(report)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        token = _reporting.set(True)
        try:
            return report(*args, **kwargs)
        finally:
            _reporting.reset(token)

    return inner


class ReportsRouter:
    """Sends the reads of a report to the replica, and nothing else; it is never migrated."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        """Return the replica inside a report."""
        return ALIAS if _reporting.get() else None

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        """Rows of both are the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """The replica follows by itself."""
        return False if db == ALIAS else None
