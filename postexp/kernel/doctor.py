"""`manage.py doctor`: what is wrong with a deployment, and what to do about it, in words."""

from __future__ import annotations

import shutil
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from postexp.kernel import health, metrics, secrets
from postexp.kernel.models import InboxMessage, InboxState
from postexp.kernel.postgres import OLDEST

GOOD, WARNING, WRONG = "good", "warning", "wrong"

SKEW = timedelta(seconds=2)
QUEUE_AGE = timedelta(minutes=5)
BACKUP_AGE = timedelta(hours=26)
FREE_SPACE = 2 * 1024**3
SECRET_LENGTH = 50
# Keys of the documentation and of this repository's own tests and checks, known to everyone.
KNOWN_KEYS = ("only-for-checks", "dev-secret", "django-insecure", "changeme", "change-me")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at: how it stands, in words, and what to do where it is not good.

    `state` is `good`, `warning` (it works, and will not for ever) or `wrong`. `page` names the page
    of the dashboard where it is mended.
    """

    about: str
    state: str
    found: str
    advice: str = ""
    page: str = ""


Check = Callable[[datetime], Finding]


def good(about: str, found: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(about=about, state=GOOD, found=found)


def warning(about: str, found: str, advice: str, page: str = "") -> Finding:
    """Return that something works and should be seen to."""
    return Finding(about=about, state=WARNING, found=found, advice=advice, page=page)


def wrong(about: str, found: str, advice: str, page: str = "") -> Finding:
    """Return that something does not work."""
    return Finding(about=about, state=WRONG, found=found, advice=advice, page=page)


ShopCheck = Callable[[Any, datetime], Finding]

_shop_checks: list[tuple[int, ShopCheck]] = []


def register_shop_check(check: ShopCheck, *, order: int) -> None:
    """Let a room look at a shop for its health page; `check(merchant, at)` runs in its scope.

    Its words are for the shop's staff, in their language, and tell of no other shop.
    """
    _shop_checks.append((order, check))
    _shop_checks.sort(key=lambda item: item[0])


def examine_shop(merchant: Any, *, at: datetime) -> list[Finding]:
    """Return what every room finds of the scope's shop."""
    return [check(merchant, at) for _order, check in _shop_checks]


def examine(at: datetime) -> list[Finding]:
    """Look at everything; without a database, at what can be known without one."""
    reachable = check_database(at)
    findings = [reachable, *(check(at) for check in WITHOUT_DATABASE)]
    if reachable.state == WRONG:
        return findings
    migrations = check_migrations(at)
    findings.append(migrations)
    if migrations.state == GOOD:
        # Before that, the tables these look at may not be there.
        findings += [check(at) for check in WITH_DATABASE]
    return findings


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


def check_valkey(at: datetime) -> Finding:
    """Valkey or Redis answers."""
    about = "Valkey or Redis"
    if health.check_valkey()["ok"]:
        return good(about, "It answers.")
    return wrong(
        about,
        "It does not answer: mail and other outside effects wait.",
        "Check REDIS_URL, and that the server runs. Nothing is lost meanwhile.",
    )


COMMANDS = {
    "drainer": "manage.py run_events",
    "worker": "celery -A postexp worker",
    "scheduler": "celery -A postexp beat",
}


def check_processes(at: datetime) -> Finding:
    """Drainer, worker and scheduler say that they are alive."""
    about = "Processes"
    parts = health.check_parts(at=at)
    silent = [name for name in health.PROCESSES if not parts[name]["ok"]]
    if silent:
        found = ", ".join(f"{name}: {parts[name]['reason']}" for name in silent)
        start = ", ".join(f"`{COMMANDS[name]}`" for name in silent)
        return wrong(about, f"{found}.".capitalize(), f"Start {start}, and look at its last lines.")
    return good(about, "Drainer, worker and scheduler are alive.")


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


def check_secret_key(at: datetime) -> Finding:
    """The key that signs sessions and links cannot be guessed."""
    about = "Signing key"
    key: str = settings.SECRET_KEY
    known = any(part in key.lower() for part in KNOWN_KEYS)
    if known or len(key) < SECRET_LENGTH or len(set(key)) < 10:
        return wrong(
            about,
            "POSTEXP_SECRET_KEY can be guessed: whoever does can log in as anyone.",
            "Make another: python -c 'import secrets; print(secrets.token_urlsafe(50))'. Links in "
            "mails that were sent already open as long as the old one is in "
            "POSTEXP_SECRET_KEY_FALLBACKS.",
        )
    return good(about, "Long and random.")


def check_encryption_keys(at: datetime) -> Finding:
    """The keys of stored secrets are keys."""
    about = "Encryption keys"
    for number, key in enumerate(settings.ENCRYPTION_KEYS, 1):
        try:
            Fernet(key)
        except ValueError:
            return wrong(
                about,
                f"Number {number} of POSTEXP_ENCRYPTION_KEYS is no Fernet key.",
                "Make one: python -c 'from cryptography.fernet import Fernet; "
                "print(Fernet.generate_key().decode())'.",
            )
    count = len(settings.ENCRYPTION_KEYS)
    return good(about, f"{count} usable key{'' if count == 1 else 's'}, the first encrypts.")


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


def check_address(at: datetime) -> Finding:
    """People reach the site by its address, over TLS."""
    about = "Address"
    parts = urlsplit(settings.BASE_URL)
    host = parts.hostname or ""
    if host not in settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        return wrong(
            about,
            f"POSTEXP_BASE_URL names {host}, which POSTEXP_ALLOWED_HOSTS does not: everyone gets "
            "400 there.",
            f"Add {host} to POSTEXP_ALLOWED_HOSTS.",
        )
    if "*" in settings.ALLOWED_HOSTS:
        return wrong(
            about,
            "POSTEXP_ALLOWED_HOSTS allows every name, so links in mails can be forged.",
            f"Set it to {host}.",
        )
    if parts.scheme != "https":
        return wrong(
            about,
            f"{settings.BASE_URL} is not encrypted: what people type can be read on the way.",
            "Put a proxy with a certificate before the site (docs/deploy.md), and begin "
            "POSTEXP_BASE_URL with https://.",
        )
    return good(about, f"{settings.BASE_URL}, encrypted.")


def check_debug(at: datetime) -> Finding:
    """Errors show nobody our source."""
    if settings.DEBUG:
        return wrong(
            "Debug mode",
            "It is on: every error shows settings and source to whoever meets it.",
            "Set POSTEXP_DEBUG=0.",
        )
    return good("Debug mode", "Off.")


def check_mail(at: datetime) -> Finding:
    """Mail leaves the house, under a name of ours."""
    about = "Mail"
    if "Mailbox" in settings.EMAIL_BACKEND:
        return wrong(
            about,
            "Every message stays in the mailbox at /mailbox/, and reaches nobody.",
            "Set POSTEXP_EMAIL_BACKEND and the settings of your mail provider (.env.example).",
        )
    if "localhost" in settings.DEFAULT_FROM_EMAIL:
        return wrong(
            about,
            f"Mail is sent from {settings.DEFAULT_FROM_EMAIL}, which every provider refuses.",
            "Set POSTEXP_FROM_EMAIL to an address of a domain that is yours.",
        )
    return good(about, f"Sent by {settings.EMAIL_BACKEND} from {settings.DEFAULT_FROM_EMAIL}.")


def check_disk(at: datetime) -> Finding:
    """There is room for what is uploaded."""
    about = "Disk"
    directory = _existing(Path(settings.MEDIA_ROOT))
    usage = shutil.disk_usage(directory)
    free = f"{usage.free / 1024**3:.1f} GB free where uploads are kept ({directory})"
    if usage.free < FREE_SPACE:
        return wrong(about, f"Only {free}.", "Make room, or let POSTEXP_MEDIA_ROOT name another.")
    return good(about, f"{free}.")


def check_media(at: datetime) -> Finding:
    """Uploads can be written."""
    about = "Uploads"
    directory = Path(settings.MEDIA_ROOT)
    probe = directory / ".doctor"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        return wrong(
            about,
            f"{directory} cannot be written: {error.strerror}.",
            "Give it to the account Postexp runs as (chown), or set POSTEXP_MEDIA_ROOT.",
        )
    return good(about, f"{directory} can be written.")


def check_static(at: datetime) -> Finding:
    """Style sheets and scripts were gathered for this version."""
    about = "Static files"
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if settings.DEBUG:
        return good(about, "Served from where they are, in debug mode.")
    if not manifest.exists():
        return wrong(
            about,
            "They were not gathered: pages fail without them.",
            "Run `manage.py collectstatic --no-input`.",
        )
    sources = [
        file for top in settings.STATICFILES_DIRS for file in Path(top).rglob("*") if file.is_file()
    ]
    newest = max((file.stat().st_mtime for file in sources), default=0.0)
    if newest > manifest.stat().st_mtime:
        return warning(
            about,
            "They changed since they were gathered: pages may show the old ones.",
            "Run `manage.py collectstatic --no-input`, then restart the web processes.",
        )
    return good(about, "Gathered, and up to date.")


def check_words(at: datetime) -> Finding:
    """The Japanese words were compiled."""
    about = "Japanese words"
    compiled = Path(settings.BASE_DIR) / "locale" / "ja" / "LC_MESSAGES" / "django.mo"
    if not compiled.exists():
        return wrong(
            about,
            "They were not compiled: pages show English.",
            "Run `manage.py compile_catalogue`.",
        )
    return good(about, "Compiled.")


def check_zones(at: datetime) -> Finding:
    """Time zones are known."""
    about = "Time zones"
    try:
        zoneinfo.ZoneInfo("Asia/Tokyo")
        zoneinfo.ZoneInfo("America/New_York")
    except zoneinfo.ZoneInfoNotFoundError:
        return wrong(
            about, "Their data is missing.", "Install the requirements again: tzdata brings it."
        )
    return good(about, "Known.")


def check_metrics(at: datetime) -> Finding:
    """What one web process counts, another can tell."""
    if metrics.SHARED:
        return good("Metrics", f"Counted in {settings.METRICS_DIR}.")
    return warning(
        "Metrics",
        f"{settings.METRICS_DIR} cannot be written, so each web process tells of itself alone.",
        "Give it to the account Postexp runs as, or set POSTEXP_METRICS_DIR.",
    )


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


def check_backups(at: datetime) -> Finding:
    """The newest backup is not old."""
    about = "Backups"
    if not settings.BACKUP_DIR:
        return warning(
            about,
            "POSTEXP_BACKUP_DIR names no directory, so nothing is known of them.",
            "Run `manage.py backup` every day (docs/deploy.md), and name the directory.",
        )
    files = [file for file in Path(settings.BACKUP_DIR).glob("*.tar") if file.is_file()]
    if not files:
        return wrong(
            about,
            f"There is none in {settings.BACKUP_DIR}.",
            "Run `manage.py backup FILE.tar`, and do so every day (docs/deploy.md).",
        )
    newest = max(files, key=lambda file: file.stat().st_mtime)
    age = at - datetime.fromtimestamp(newest.stat().st_mtime, UTC)
    hours = age.total_seconds() / 3600
    if age > BACKUP_AGE:
        return wrong(
            about,
            f"The newest, {newest.name}, is {hours:.0f} hours old.",
            "Look why the schedule that runs `manage.py backup` did not.",
        )
    return good(about, f"{newest.name} is {max(hours, 0):.0f} hours old.")


def _existing(directory: Path) -> Path:
    while not directory.exists():
        directory = directory.parent
    return directory


WITHOUT_DATABASE: tuple[Check, ...] = (
    check_valkey,
    check_secret_key,
    check_encryption_keys,
    check_address,
    check_debug,
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
