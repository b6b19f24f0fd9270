"""Migrations let the version before go on, and run on the oldest PostgreSQL we name."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django_migration_linter import MigrationLinter

from launcher import postgres
from launcher.accounts import unprivileged_account
from launcher.layout import private_directory, temporary_directory, var
from launcher.postgres import Postgres
from launcher.processes import stop
from postexp.kernel import development, health
from postexp.kernel.postgres import OLDEST

ROOT = Path(settings.BASE_DIR)
ROOMS = sorted(
    app.label
    for app in apps.get_app_configs()
    if Path(app.path).is_relative_to(ROOT) and ".venv" not in app.path
)
# Migrations that the linter would refuse, each with the reason why the version before still runs.
EXCEPTIONS: dict[str, str] = {}
PLANTED = """
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("whatsapp", "0001_templates")]
    operations = [{operation}]
"""


def lint(rooms: list[str]) -> MigrationLinter:
    """Judge the migrations of these rooms.

    It stands outside a transaction, as `migrate` does: indexes of long tables are built so.
    """
    linter = MigrationLinter(
        str(ROOT),
        include_apps=rooms,
        ignore_name=[name.partition(".")[2] for name in EXCEPTIONS],
        # The first of a room makes new tables: the version before knows nothing of them.
        ignore_initial_migrations=True,
        no_cache=True,
        warnings_as_errors_tests=["CREATE_INDEX", "DROP_INDEX", "REINDEX"],
        quiet=["ok", "ignore"],
    )
    linter.lint_all_migrations()
    return linter


def test_every_migration_lets_the_version_before_go_on(
    transactional_db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """No long lock, nothing taken away or renamed, no new column an older version trips over."""
    linter = lint(ROOMS)
    assert not linter.has_errors, capsys.readouterr().out
    assert linter.nb_total > 5


@pytest.mark.parametrize(
    ("operation", "refused"),
    [
        ('migrations.RemoveField("template", "reason")', True),
        ('migrations.RenameField("template", "reason", "text")', True),
        ('migrations.AddField("template", "more", models.TextField(default=""))', True),
        ('migrations.AddField("template", "more", models.TextField(db_default=""))', False),
        ('migrations.AddIndex("template", models.Index("reason", name="planted"))', True),
        ('AddIndexConcurrently("template", models.Index("reason", name="planted"))', False),
    ],
)
def test_one_that_would_not_is_refused(
    transactional_db: None,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    refused: bool,
) -> None:
    planted = tmp_path / tmp_path.name
    shutil.copytree(ROOT / "integrations/whatsapp/migrations", planted)
    (planted / "0002_planted.py").write_text(PLANTED.format(operation=operation))
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"whatsapp": planted.name}
    assert lint(["whatsapp"]).has_errors is refused


def test_every_exception_has_a_reason_and_a_migration() -> None:
    for name, reason in EXCEPTIONS.items():
        label, _, migration = name.partition(".")
        assert (Path(apps.get_app_config(label).path) / "migrations" / f"{migration}.py").exists()
        assert len(reason) > 10, name


def test_a_database_between_two_development_versions_is_told_so(db: None) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_applied(*development._SECOND)
    for migration in development._LAST[:-1]:
        recorder.record_applied(*migration)
    assert health.pending_migrations() == ["spreadsheets.0004_drop_off_points"]
    with pytest.raises(CommandError, match=r"lacks spreadsheets\.0004_drop_off_points.*upgrade"):
        call_command("migrate", verbosity=0)
    recorder.record_applied(*development._LAST[-1])
    assert health.pending_migrations() == []


class OldestPostgres(Postgres):
    """The server of the oldest version, from the same wheel."""

    def _run(self, program: str, *arguments: str, said: str = "") -> None:
        newer = ("--locale-provider", "--builtin-locale")
        kept = [argument for argument in arguments if not argument.startswith(newer)]
        super()._run(program, *kept, said=said)


@pytest.fixture
def oldest(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a database on the oldest PostgreSQL we name."""
    monkeypatch.setattr(postgres, "INSTALLATION", "pginstall")
    monkeypatch.setattr(postgres, "MAJOR", str(OLDEST))
    account = unprivileged_account()
    home = private_directory(temporary_directory(var()), 0o711 if account else 0o700)
    if account and not account.can_enter(home):
        shutil.rmtree(home)
        home = private_directory(temporary_directory(), 0o711)
    files, sockets = private_directory(home / "p"), private_directory(home / "s")
    if account:
        account.owns(files)
        account.owns(sockets)
    server = OldestPostgres(files, sockets, home / "log", account, throwaway=True)
    running = server.start()
    yield server.url
    stop(running)
    shutil.rmtree(home)


def test_all_migrations_run_on_the_oldest_postgresql(oldest: str) -> None:
    for command, said in (("migrate", "OK"), ("doctor", f"PostgreSQL {OLDEST}.")):
        done = subprocess.run(
            [sys.executable, "manage.py", command],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": oldest},
            capture_output=True,
            text=True,
            check=False,
        )
        assert said in done.stdout, done.stderr
        assert command == "doctor" or done.returncode == 0, done.stderr
