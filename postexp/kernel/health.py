"""Is every part at work? Processes leave heartbeats, `/health/` reads them."""

import logging
from datetime import datetime, timedelta
from typing import Any

import redis
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection
from django.db import Error as DatabaseError
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.log import log_response
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from postexp.kernel import clock
from postexp.kernel.development import missing_from_before
from postexp.kernel.models import Heartbeat

logger = logging.getLogger(__name__)

# The processes beside the web server; each says at least every 5 seconds that it is alive.
PROCESSES = ("drainer", "sender", "worker", "scheduler")
FRESH = timedelta(seconds=30)

PartHealth = dict[str, Any]


def beat(part: str, *, at: datetime) -> None:
    """Say that a part, one of PROCESSES, is alive; `sender` is the one of webhooks."""
    Heartbeat.objects.update_or_create(part=part, defaults={"beat_at": at})


def check_parts(*, at: datetime) -> dict[str, PartHealth]:
    """Return for each part `ok`, with `seen_at` for a process and `reason` where it is not ok."""
    try:
        seen = {beat.part: beat.beat_at for beat in Heartbeat.objects.filter(part__in=PROCESSES)}
    except DatabaseError as error:
        logger.warning("the database does not answer: %s", type(error).__name__)
        unknown = {"ok": False, "reason": "the database does not answer"}
        return {"database": unknown, "valkey": check_valkey()} | dict.fromkeys(PROCESSES, unknown)
    return {
        "database": {"ok": True},
        "valkey": check_valkey(),
        **{name: check_process(seen.get(name), at=at) for name in PROCESSES},
    }


def check_process(seen_at: datetime | None, *, at: datetime) -> PartHealth:
    """Return the health of a process by its last heartbeat."""
    if seen_at is None:
        return {"ok": False, "reason": "never seen"}
    seen = {"seen_at": seen_at.isoformat()}
    if at - seen_at > FRESH:
        return {"ok": False, "reason": f"silent for {int((at - seen_at).total_seconds())} s"} | seen
    return {"ok": True} | seen


def check_valkey() -> PartHealth:
    """Return whether Valkey answers within a second."""
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1
        ) as valkey:
            valkey.ping()
    except redis.RedisError as error:
        logger.warning("valkey does not answer: %s", type(error).__name__)
        return {"ok": False, "reason": "valkey does not answer"}
    return {"ok": True}


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when every part works, else 503; the same JSON names the parts in both cases."""
    parts = check_parts(at=clock.now())
    well = all(part["ok"] for part in parts.values())
    body = {"status": "ok" if well else "unwell", "parts": parts}
    response = JsonResponse(body, status=200 if well else 503)
    if not well:
        # Whoever asked is told; to Django's own log every 503 would be an error of ours.
        unwell = ", ".join(name for name, part in parts.items() if not part["ok"])
        log_response("not well: %s", unwell, response=response, logger=logger, level="debug")
    return response


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """Answer 200 while this web process serves at all: what a load balancer should ask."""
    return JsonResponse({"status": "ok"})


def pending_migrations() -> list[str]:
    """Return the migrations this version has and the database has not, such as `kernel.0004_x`."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [
        *missing_from_before(executor.loader.applied_migrations),
        *(f"{migration.app_label}.{migration.name}" for migration, _backwards in plan),
    ]


# A database that was migrated for this version stays so for as long as the process lives.
_migrated: set[str] = set()


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 once this process can serve: the database answers and is migrated; else 503.

    The processes beside it and Valkey are not asked: without them pages still serve, and what
    there is to do waits. `/health/` tells of them.
    """
    reason = ""
    try:
        connection.ensure_connection()
        if DEFAULT_DB_ALIAS not in _migrated:
            if pending := pending_migrations():
                reason = f"{len(pending)} migrations are missing, from {pending[0]} on"
            else:
                _migrated.add(DEFAULT_DB_ALIAS)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        logger.warning("the database does not answer: %s", type(error).__name__)
        reason = "the database does not answer"
    if not reason:
        return JsonResponse({"status": "ready"})
    response = JsonResponse({"status": "not ready", "reason": reason}, status=503)
    log_response("not ready: %s", reason, response=response, logger=logger, level="debug")
    return response
