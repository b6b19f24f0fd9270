"""The event drainer: reads the inbox, runs reactions, hands outside effects to the workers."""

from __future__ import annotations

import logging
import signal
import threading
import time
from datetime import timedelta
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseError
from django.db import connections

from postexp.kernel import clock, inbox, outbox
from postexp.kernel.events import CHANNEL, LINGER
from postexp.kernel.health import beat
from postexp.kernel.postgres import connection_parameters
from postexp.kernel.tasks import hand_over

logger = logging.getLogger(__name__)

# Held deliveries and ended leases have no notification: they are looked for this often.
IDLE_SECONDS = 1.0
LIVELY_SECONDS = 0.01
HEARTBEAT = timedelta(seconds=2)


class Command(BaseCommand):
    """`manage.py run_events`: one drainer; start several for more throughput."""

    help = "Drain the inbox and the event log until told to stop."
    # They load every page, which a drainer never serves; `migrate` and CI have run them.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-empty", action="store_true", help="Stop when nothing is due.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["until_empty"]:
            while work():
                pass
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        logger.info("drainer ready")
        run(stop)


def work() -> int:
    """Do one round of everything that is due; return how much was done."""
    at = clock.now()
    return (
        inbox.drain(at=at)
        + outbox.drain_database(at=at)
        + outbox.claim_outside(at=at, hand_over=hand_over)
        + outbox.end_leases(at=at)
    )


def run(stop: threading.Event) -> None:
    """Work until told to stop; a database that goes away is waited for."""
    pause = 0.1
    while not stop.is_set():
        try:
            with psycopg.connect(**connection_parameters(), autocommit=True) as listener:
                listener.execute(f"LISTEN {CHANNEL}")
                pause = 0.1
                _serve(listener, stop)
        except (psycopg.Error, DatabaseError) as error:
            logger.warning("database out of reach (%s), trying again", type(error).__name__)
            connections.close_all()
            stop.wait(pause)
            pause = min(pause * 2, 2.0)


def _serve(listener: psycopg.Connection[Any], stop: threading.Event) -> None:
    beat_at = clock.now() - HEARTBEAT
    lively_until = 0.0
    while not stop.is_set():
        if clock.now() - beat_at >= HEARTBEAT:
            beat_at = clock.now()
            beat("drainer", at=beat_at)
        # Wakes are few in a burst, so it looks again by itself for a while (see wake_drainer).
        pause = LIVELY_SECONDS if time.monotonic() < lively_until else IDLE_SECONDS
        if work() or list(listener.notifies(timeout=pause, stop_after=1)):
            lively_until = time.monotonic() + LINGER
