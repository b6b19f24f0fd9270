"""`manage.py doctor`: each illness is planted, found by name, and told with what to do."""

import io
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import OperationalError

from commerce.models import Merchant
from integrations.connections import connect
from postexp.kernel import clock, doctor, health
from postexp.kernel.doctor import database, machine
from postexp.kernel.models import Delivery, EventRecord, InboxMessage
from postexp.kernel.tenancy import merchant_scope

LONG_KEY = "vJ8wq3Zt-Lr5nXy0Pk2Hd7Fs9Gb4Mc6Ta1Ue_Ri3Oo5Ww7Qq9Zz"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    """Go by the machine's own day, which the database's clock is compared with."""
    with time_machine.travel(time_machine.escape_hatch.datetime.datetime.now(UTC)):
        yield


@pytest.fixture
def well(db: None, settings: Any, tmp_path: Path) -> datetime:
    """A deployment with nothing wrong: what each test makes ill."""
    settings.SECRET_KEY = LONG_KEY
    settings.BASE_URL = "https://track.shop.example"
    settings.ALLOWED_HOSTS = ["track.shop.example"]
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "Shop <no-reply@shop.example>"
    settings.DEBUG = False
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "staticfiles.json").write_text("{}")
    settings.BACKUP_DIR = str(tmp_path / "backups")
    Path(settings.BACKUP_DIR).mkdir()
    (tmp_path / "backups" / "postexp-Mon.tar").write_bytes(b"")
    at = clock.now()
    for part in health.PROCESSES:
        health.beat(part, at=at)
    return at


def findings(at: datetime) -> dict[str, doctor.Finding]:
    """Return what the doctor finds, by what it is about."""
    return {finding.about: finding for finding in doctor.examine(at)}


def test_a_well_deployment_has_nothing_to_hear(well: datetime) -> None:
    found = findings(well)
    ill = {about: finding.found for about, finding in found.items() if finding.state != doctor.GOOD}
    assert ill == {}
    assert len(found) == len(doctor.WITHOUT_DATABASE) + len(doctor.WITH_DATABASE) + 10
    said = io.StringIO()
    call_command("doctor", stdout=said)
    assert "none is wrong" in said.getvalue()
    assert "PostgreSQL 18" in found["Database"].found


def no_migration(monkeypatch: pytest.MonkeyPatch, **_: Any) -> None:
    monkeypatch.setattr(health, "pending_migrations", lambda: ["kernel.0009_x", "returns.0010_y"])


def silent_worker(well: datetime, **_: Any) -> None:
    health.beat("worker", at=well - timedelta(minutes=3))


def silent_sender(well: datetime, **_: Any) -> None:
    health.beat("sender", at=well - timedelta(minutes=3))


def private_addresses(settings: Any, **_: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True


def stand_in(settings: Any, **_: Any) -> None:
    settings.SHOPIFY_URL = "http://127.0.0.1:9/{shop}"


def stand_in_stripe(settings: Any, **_: Any) -> None:
    settings.STRIPE_URL = "http://127.0.0.1:8795"


def stand_in_twilio(settings: Any, **_: Any) -> None:
    settings.TWILIO_URL = "http://127.0.0.1:8797"


def stand_in_easypost(settings: Any, **_: Any) -> None:
    settings.EASYPOST_URL = "http://127.0.0.1:8796"


def stand_in_line(settings: Any, **_: Any) -> None:
    settings.LINE_URL = "http://127.0.0.1:8798"


def stand_in_carrier(settings: Any, **_: Any) -> None:
    settings.CARRIER_URLS = {**settings.CARRIER_URLS, "ups": "http://127.0.0.1:8791"}


def guessable_key(settings: Any, **_: Any) -> None:
    settings.SECRET_KEY = "dev-secret-key-0123456789-0123456789-0123456789-abcdefghijk"


def short_key(settings: Any, **_: Any) -> None:
    settings.SECRET_KEY = "vJ8wq3Zt-Lr5nXy0Pk2"


def no_fernet_key(settings: Any, **_: Any) -> None:
    settings.ENCRYPTION_KEYS = [*settings.ENCRYPTION_KEYS, "plain words"]


def other_host(settings: Any, **_: Any) -> None:
    settings.ALLOWED_HOSTS = ["elsewhere.example"]


def every_host(settings: Any, **_: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]


def no_tls(settings: Any, **_: Any) -> None:
    settings.BASE_URL = "http://track.shop.example"


def debugging(settings: Any, **_: Any) -> None:
    settings.DEBUG = True


def mailbox(settings: Any, **_: Any) -> None:
    settings.EMAIL_BACKEND = "notifications.mailbox.MailboxBackend"


def from_nowhere(settings: Any, **_: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Postexp <no-reply@localhost>"


def full_disk(monkeypatch: pytest.MonkeyPatch, **_: Any) -> None:
    monkeypatch.setattr(machine, "FREE_SPACE", 1 << 60)


def unwritable(settings: Any, tmp_path: Path, **_: Any) -> None:
    (tmp_path / "file").write_text("")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"


def not_gathered(settings: Any, **_: Any) -> None:
    (settings.STATIC_ROOT / "staticfiles.json").unlink()


def old_backup(tmp_path: Path, well: datetime, **_: Any) -> None:
    then = (well - timedelta(hours=40)).timestamp()
    os.utime(tmp_path / "backups" / "postexp-Mon.tar", (then, then))


def no_backup(tmp_path: Path, **_: Any) -> None:
    (tmp_path / "backups" / "postexp-Mon.tar").unlink()


def no_valkey(settings: Any, **_: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"


def slow_clock(monkeypatch: pytest.MonkeyPatch, **_: Any) -> None:
    class Behind(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) - timedelta(seconds=75)

    monkeypatch.setattr(database, "datetime", Behind)


@pytest.mark.parametrize(
    ("plant", "about", "words", "advice"),
    [
        (no_migration, "Migrations", "2 are missing, from kernel.0009_x", "manage.py migrate"),
        (silent_worker, "Processes", "silent for 1", "celery -A postexp worker"),
        (guessable_key, "Signing key", "can be guessed", "SECRET_KEY_FALLBACKS"),
        (short_key, "Signing key", "can be guessed", "token_urlsafe"),
        (no_fernet_key, "Encryption keys", "Number 2", "generate_key"),
        (other_host, "Address", "track.shop.example", "POSTEXP_ALLOWED_HOSTS"),
        (every_host, "Address", "forged", "track.shop.example"),
        (no_tls, "Address", "not encrypted", "https://"),
        (debugging, "Debug mode", "on", "POSTEXP_DEBUG=0"),
        (silent_sender, "Processes", "silent for 1", "manage.py send_webhooks"),
        (private_addresses, "Outgoing requests", "POSTEXP_ALLOW_PRIVATE_ADDRESSES", "trying out"),
        (stand_in, "Shopify", "http://127.0.0.1:9/{shop}", "trying out"),
        (stand_in_stripe, "Stripe", "POSTEXP_STRIPE_URL", "trying out"),
        (stand_in_easypost, "EasyPost", "POSTEXP_EASYPOST_URL", "trying out"),
        (stand_in_twilio, "Twilio", "POSTEXP_TWILIO_URL", "trying out"),
        (stand_in_line, "LINE", "POSTEXP_LINE_URL", "trying out"),
        (stand_in_carrier, "Carriers", "POSTEXP_UPS_URL", "trying out"),
        (mailbox, "Mail", "reaches nobody", "POSTEXP_EMAIL_BACKEND"),
        (from_nowhere, "Mail", "localhost", "POSTEXP_FROM_EMAIL"),
        (full_disk, "Disk", "Only", "POSTEXP_MEDIA_ROOT"),
        (unwritable, "Uploads", "cannot be written", "chown"),
        (not_gathered, "Static files", "not gathered", "collectstatic"),
        (old_backup, "Backups", "40 hours old", "schedule"),
        (no_backup, "Backups", "There is none", "manage.py backup"),
        (no_valkey, "Valkey or Redis", "does not answer", "REDIS_URL"),
        (slow_clock, "Clock", "75 s apart", "set-ntp"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_an_illness_is_found_and_told_with_what_to_do(
    well: datetime,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    plant: Callable[..., None],
    about: str,
    words: str,
    advice: str,
) -> None:
    plant(well=well, settings=settings, tmp_path=tmp_path, monkeypatch=monkeypatch)
    finding = findings(clock.now())[about]
    assert finding.state == doctor.WRONG
    assert words in finding.found
    assert advice in finding.advice
    said = io.StringIO()
    with pytest.raises(CommandError, match="are wrong"):
        call_command("doctor", stdout=said)
    assert f"WRONG  {about}: " in said.getvalue()


def test_a_secret_no_key_opens_is_found(well: datetime, settings: Any, merchant: Merchant) -> None:
    with merchant_scope(merchant.pk):
        connect(service="shopify", account="x.myshopify.com", secret="s", at=well)
    assert findings(well)["Stored secrets"].state == doctor.GOOD
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    lost = findings(well)["Stored secrets"]
    assert lost.state == doctor.WRONG
    assert "cannot be read" in lost.found


def test_queues_and_failures_are_told(well: datetime, full_shop: Merchant) -> None:
    found = findings(clock.now())
    assert found["Failures"].state == doctor.WARNING
    assert "1 dead letters" in found["Failures"].found
    assert "1 unreadable requests" in found["Failures"].found
    with merchant_scope(full_shop.pk):
        Delivery.objects.create(
            event=EventRecord.objects.earliest("id"),
            handler="test.waits",
            subject="order:late",
            outside=False,
            next_at=clock.now() - timedelta(minutes=12),
        )
    queue = findings(clock.now())["Queue"]
    assert queue.state == doctor.WRONG
    assert "12 min" in queue.found
    InboxMessage.every_merchant.update(
        state="received", received_at=clock.now() - timedelta(hours=2)
    )
    assert "120 min" in findings(clock.now())["Queue"].found


def test_without_a_database_it_says_so_and_looks_at_the_rest(
    well: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OperationalError("connection refused")

    with monkeypatch.context() as patched:
        patched.setattr(database.connection, "cursor", refuse)
        found = findings(well)
    assert found["Database"].state == doctor.WRONG
    assert "connection refused" in found["Database"].found
    assert "Migrations" not in found
    assert found["Signing key"].state == doctor.GOOD


def test_warnings_alone_end_well(well: datetime, settings: Any) -> None:
    settings.BACKUP_DIR = ""
    said = io.StringIO()
    call_command("doctor", stdout=said)
    assert "LOOK   Backups" in said.getvalue()
    assert "-> Run `manage.py backup`" in said.getvalue()
