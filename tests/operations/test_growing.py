"""The switches of docs/guide/growing.md: another broker, and a replica for reports."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from kombu import Connection

from postexp.kernel import replica
from postexp.kernel.models import Heartbeat

ROOT = Path(__file__).resolve().parent.parent.parent
READ_SETTINGS = """
import json
from django.conf import settings
print(json.dumps([settings.CELERY_BROKER_URL, settings.CELERY_BROKER_TRANSPORT_OPTIONS]))
"""
# Both names lead to the same server; the replica's connection is told apart by its name, and it
# refuses to write as a real one does.
REPORT = """
import json
import django
django.setup()
from datetime import UTC, datetime
from django.db import connection, connections
from commerce.models import Merchant, Order
from commerce.reports import course_of_orders
from postexp.kernel.replica import from_replica
from postexp.kernel.tenancy import merchant_scope
at = datetime(2026, 11, 21, tzinfo=UTC)
def name_of(alias):
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_setting('application_name')")
        return cursor.fetchone()[0]
seen = {"default": name_of("default"), "replica": name_of("replica")}
for alias in connections:
    connections[alias].force_debug_cursor = True
    connections[alias].queries_log.clear()
shop = Merchant(pk=1, currency="JPY", time_zone="Asia/Tokyo")
with merchant_scope(1):
    course_of_orders(shop, at=at)
    seen["of the report"] = [len(connections[a].queries) for a in ("default", "replica")]
    list(Order.objects.all())
    seen["outside it"] = [len(connections[a].queries) for a in ("default", "replica")]
    @from_replica
    def writes():
        Order.objects.filter(pk=0).update(number="1")
    writes()
    seen["of a write"] = [len(connections[a].queries) for a in ("default", "replica")]
print(json.dumps(seen))
"""


def run(program: str, **environment: str) -> Any:
    """Run a program under other settings; return the JSON it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "postexp.settings", **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("broker", "scheme", "options"),
    [
        ("", "redis", {"max_retries": 0, "visibility_timeout": 3600, "socket_timeout": 5}),
        ("amqp://user:secret@rabbit.example:5673/postexp", "amqp", {"max_retries": 0}),
        ("amqps://user:secret@rabbit.example/postexp", "amqps", {"max_retries": 0}),
    ],
)
def test_the_queue_is_on_valkey_or_on_rabbitmq(
    broker: str, scheme: str, options: dict[str, int]
) -> None:
    redis = "redis://valkey.example:6380/2"
    url, found = run(READ_SETTINGS, REDIS_URL=redis, POSTEXP_BROKER_URL=broker)
    assert found == options
    read = Connection(url)
    assert url.startswith(f"{scheme}://")
    if broker:
        assert (read.hostname, read.virtual_host) == ("rabbit.example", "postexp")
        assert read.transport_cls in {"amqp", "amqps"}
    else:
        assert (read.hostname, read.port, read.virtual_host) == ("valkey.example", 6380, "2")


def test_reports_read_from_the_replica_and_nothing_else_does(transactional_db: None) -> None:
    name = settings.DATABASES["default"]["NAME"]
    ours = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    seen = run(
        REPORT,
        DATABASE_URL=f"{ours}?application_name=itself",
        POSTEXP_REPLICA_URL=f"{ours}?application_name=follower"
        "&options=-c%20default_transaction_read_only%3Don",
    )
    assert (seen["default"], seen["replica"]) == ("itself", "follower")
    default, follower = seen["of the report"]
    assert default == 0
    assert follower >= 1
    assert seen["outside it"] == [1, follower]
    assert seen["of a write"] == [2, follower], "writes never go there, whoever asks"


def test_without_a_replica_a_report_asks_the_database_itself(db: None) -> None:
    assert not hasattr(settings, "DATABASE_ROUTERS") or settings.DATABASE_ROUTERS == []

    @replica.from_replica
    def report() -> int:
        return Heartbeat.objects.count()

    assert report() == 0


def test_the_replica_is_never_migrated() -> None:
    router = replica.ReportsRouter()
    assert router.allow_migrate("replica", "commerce") is False
    assert router.allow_migrate("default", "commerce") is None
    assert router.db_for_read(Heartbeat) is None
