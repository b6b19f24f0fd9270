"""Migrations let the version before go on, and run on the oldest PostgreSQL we name."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

from launcher import postgres
from launcher.accounts import unprivileged_account
from launcher.layout import private_directory, temporary_directory, var
from launcher.postgres import Postgres
from launcher.processes import stop
from postexp.kernel.postgres import OLDEST

ROOT = Path(settings.BASE_DIR)
ROOMS = sorted(
    app.label
    for app in apps.get_app_configs()
    if Path(app.path).is_relative_to(ROOT) and ".venv" not in app.path
)
# Migrations that the linter would refuse, each with the reason why the version before still runs.
EXCEPTIONS: dict[str, str] = {
    "kernel.0002_append_only": "makes a table of its own and a trigger, before the first release",
    "kernel.0003_event_of_order": "made before the first release: nobody's table was large",
    "notifications.0002_message_listed_at": "made before the first release: nobody had messages",
    "commerce.0003_order_discount_terms": "made before the first release: nobody had orders",
    "commerce.0004_privacy_request_once": "made before the first release: nobody had requests",
    "commerce.0005_staff_domain_views": (
        "columns of the few rows of shops; opening a shop fails in the seconds of the upgrade"
    ),
    "returns.0004_policy_only_for": "a unique constraint over the few versions of policies",
    "integrations.0002_account_while_connected": "made before the first release",
    "integrations.0003_shopify_access_and_back_fill": (
        "columns of the few rows of connections, and indexes of new tables;"
        " connecting an account fails in the seconds of the upgrade"
    ),
    "integrations.0005_tells_scans": ("a column of the few rows of connections, as in the third"),
    "returns.0003_settlement_line_called_off": "made before the first release",
    "commerce.0020_tender_of_payment": "made before the first release: nobody had payments",
    "commerce.0022_tender_reference": "a longer text in the same column: its table is not written",
    "returns.0012_desk_clocks": "made before the first release: nobody had returns",
    "returns.0015_policy_simulations": "made before the first release: nobody had decisions",
    "tracking.0021_rollup_every_bucket": (
        "rewrites the few rows of roll-ups, before the first release: nobody had parcels counted"
    ),
    "commerce.0023_order_sale": "made before the first release: nobody had orders",
    "returns.0021_drop_tracking_number_index": "takes an index away that is read by nothing",
    "returns.0024_refused_fee_payments": "an index of the few units that were refused",
    "returns.0025_refund_undone": "one more kind in a check, made before the first release",
    "notifications.0007_channels": "made before the first release: nobody had messages",
    "notifications.0008_sendings": "made before the first release: nobody had messages",
    "notifications.0010_handed_on": "made before the first release: nobody had messages",
    "notifications.0012_sent_lists": "made before the first release: nobody had messages",
    "tracking.0023_dispatch_day_passed": "made before the first release: nobody had said anything",
    "notifications.0009_own_words": "made before the first release: nobody had words",
    "integrations.0012_senders": "a column of the few rows of connections, as in the third",
    "returns.0028_return_losses": "one more part of a check, made before the first release",
}


def test_every_migration_lets_the_version_before_go_on(
    transactional_db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    """No long lock, nothing taken away or renamed, no new column an older version trips over.

    It stands outside a transaction, as `migrate` does: indexes of long tables are built so.
    """
    linter = MigrationLinter(
        str(ROOT),
        include_apps=ROOMS,
        ignore_name=[name.partition(".")[2] for name in EXCEPTIONS],
        # The first of a room makes new tables: the version before knows nothing of them.
        ignore_initial_migrations=True,
        no_cache=True,
        warnings_as_errors_tests=["CREATE_INDEX", "DROP_INDEX", "REINDEX"],
        quiet=["ok", "ignore"],
    )
    linter.lint_all_migrations()
    assert not linter.has_errors, capsys.readouterr().out
    assert linter.nb_total > 5


def test_every_exception_has_a_reason_and_a_migration() -> None:
    for name, reason in EXCEPTIONS.items():
        label, _, migration = name.partition(".")
        assert (Path(apps.get_app_config(label).path) / "migrations" / f"{migration}.py").exists()
        assert len(reason) > 10, name


def test_indexes_of_customers_are_built_anew_after_an_interruption(transactional_db: None) -> None:
    """A migration outside a transaction that broke off has left some of what it makes."""
    loader = MigrationLoader(connection)
    migration = loader.get_migration("commerce", "0009_customer_list")
    before = loader.project_state(("commerce", "0008_api_platform"))
    with connection.schema_editor(atomic=False) as editor:
        migration.apply(before, editor)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_index WHERE indisvalid"
            " AND indexrelid::regclass::text LIKE 'customer\\_%'"
        )
        assert cursor.fetchone()[0] >= 6


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
