"""The machine and what is on it: room, uploads, what was built for this version, backups."""

from __future__ import annotations

import shutil
import zoneinfo
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from postexp.kernel import health, metrics
from postexp.kernel.doctor.findings import Finding, good, warning, wrong

BACKUP_AGE = timedelta(hours=26)
FREE_SPACE = 2 * 1024**3


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
