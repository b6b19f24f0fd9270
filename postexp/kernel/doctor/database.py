"""The database, and what stands in it: tables, secrets, processes that are alive, what waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import Error as DatabaseError
from django.db import connection

from postexp.kernel import health, metrics, secrets
from postexp.kernel.doctor.findings import Finding, good, warning, wrong
from postexp.kernel.models import InboxMessage, InboxState
from postexp.kernel.postgres import OLDEST

SKEW = timedelta(seconds=2)
QUEUE_AGE = timedelta(minutes=5)

COMMANDS = {
    "drainer": "manage.py run_events",
    "sender": "manage.py send_webhooks",
    "worker": "celery -A postexp worker",
    "scheduler": "celery -A postexp beat",
}


def check_database(at: datetime) -> Finding:
    """The database answers, and is new enough."""
    about = "Database"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0].split()[0]
    except DatabaseError as error:
        # An older server is refused with words that say so.
        reason = str(error).strip().splitlines()[0]
        return wrong(
            about,
            f"It cannot be used: {reason}.",
            f"Check DATABASE_URL, and that PostgreSQL {OLDEST} or newer runs and lets us in.",
        )
    return good(about, f"PostgreSQL {version} answers ({OLDEST} or newer is needed).")


def check_migrations(at: datetime) -> Finding:
    """The tables are those of this version."""
    about = "Migrations"
    pending = health.pending_migrations()
    if pending:
        return wrong(
            about,
            f"{len(pending)} are missing, from {pending[0]} on.",
            "Run `manage.py migrate`, then restart the processes.",
        )
    return good(about, "All are applied.")


def check_encoding(at: datetime) -> Finding:
    """The database keeps every language, and PL/pgSQL guards the log."""
    about = "Encoding and languages"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_encoding_to_char(encoding) FROM pg_database "
            "WHERE datname = current_database()"
        )
        encoding = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'plpgsql'")
        has_plpgsql = cursor.fetchone()[0] == 1
    if encoding != "UTF8":
        return wrong(
            about,
            f"The database is in {encoding}, which cannot keep every name.",
            "Make a new one in UTF8 (`createdb --encoding=UTF8 --template=template0`) and restore.",
        )
    if not has_plpgsql:
        return wrong(
            about,
            "The extension plpgsql is missing, which guards the event log and the ledger.",
            "As the database's owner: CREATE EXTENSION plpgsql;",
        )
    return good(about, "UTF8, with plpgsql; no other extension is needed.")


def check_processes(at: datetime) -> Finding:
    """Every process beside the web server says that it is alive."""
    about = "Processes"
    parts = health.check_parts(at=at)
    silent = [name for name in health.PROCESSES if not parts[name]["ok"]]
    if silent:
        found = ", ".join(f"{name}: {parts[name]['reason']}" for name in silent)
        start = ", ".join(f"`{COMMANDS[name]}`" for name in silent)
        return wrong(about, f"{found}.".capitalize(), f"Start {start}, and look at its last lines.")
    return good(about, "Drainer, webhook sender, worker and scheduler are alive.")


def check_clock(at: datetime) -> Finding:
    """This machine and the database agree on the time."""
    about = "Clock"
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    apart = abs(theirs - datetime.now(UTC))
    if apart > SKEW:
        return wrong(
            about,
            f"This machine and the database are {apart.total_seconds():.0f} s apart: what is due "
            "is done too early or too late, and signatures are refused.",
            "Let both follow a time server (`timedatectl set-ntp true`).",
        )
    return good(about, f"{apart.total_seconds() * 1000:.0f} ms from the database's.")


def check_stored_secrets(at: datetime) -> Finding:
    """Every stored secret can be read with the keys we have."""
    about = "Stored secrets"
    if lost := secrets.unreadable():
        return wrong(
            about,
            f"{lost} cannot be read with any of POSTEXP_ENCRYPTION_KEYS.",
            "Put the key they were written with back into the list, after the newest one.",
        )
    return good(about, "All can be read.")


def check_queue(at: datetime) -> Finding:
    """What is due is being done."""
    about = "Queue"
    ages = metrics.queue_ages(at)
    waiting, oldest = metrics.waiting_requests(at)
    longest = max(oldest, *ages.values())
    if longest > QUEUE_AGE.total_seconds():
        return wrong(
            about,
            f"The oldest waits for {longest / 60:.0f} min; {waiting} requests are not read yet.",
            "Look whether drainer and worker run, then start more of them (docs/guide/growing.md).",
        )
    return good(about, f"The oldest waits for {longest:.0f} s; {waiting} requests to read.")


def check_failures(at: datetime) -> Finding:
    """Nothing waits for a person."""
    about = "Failures"
    counts = metrics.count_deliveries()
    failed = InboxMessage.every_merchant.filter(state=InboxState.FAILED).count()
    open_ones = counts["dead"] + counts["outcome_unknown"] + failed
    if open_ones:
        return warning(
            about,
            f"{counts['dead']} dead letters, {counts['outcome_unknown']} of unknown outcome, "
            f"{failed} unreadable requests.",
            "Each shop sees its own under Events, Failures, with the cause and what to do.",
        )
    return good(about, "None.")
