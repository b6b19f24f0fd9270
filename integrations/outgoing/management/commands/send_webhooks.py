"""The sender of outgoing webhooks, as a process of its own."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseError
from django.db import connections

from integrations.outgoing.sender import THREADS, Sender
from postexp.kernel import clock
from postexp.kernel.health import beat

logger = logging.getLogger(__name__)

IDLE_SECONDS = 0.25
HEARTBEAT = timedelta(seconds=2)


class Command(BaseCommand):
    """`manage.py send_webhooks`: one sender; start several for more throughput."""

    help = "Send outgoing webhooks until told to stop."
    # They load every page, which a sender never serves; `migrate` and CI have run them.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until-empty", action="store_true", help="Stop when nothing is due.")
        parser.add_argument(
            "--threads", type=int, default=THREADS, help="How many requests go on at a time."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        sender = Sender(threads=options["threads"])
        if options["until_empty"]:
            while sender.round(at=clock.now()) or sender.under_way:
                sender.wait(IDLE_SECONDS)
            sender.close()
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        logger.info("webhook sender ready")
        run(sender, stop)
        sender.close()


def run(sender: Sender, stop: threading.Event) -> None:
    """Work until told to stop; a database that goes away is waited for."""
    pause = 0.1
    beat_at = clock.now() - HEARTBEAT
    while not stop.is_set():
        try:
            if clock.now() - beat_at >= HEARTBEAT:
                beat_at = clock.now()
                beat("sender", at=beat_at)
            if not sender.round(at=clock.now()):
                sender.wait(IDLE_SECONDS)
            pause = 0.1
        except DatabaseError as error:
            logger.warning("database out of reach (%s), trying again", type(error).__name__)
            connections.close_all()
            stop.wait(pause)
            pause = min(pause * 2, 2.0)
