"""Webhooks that are taken in: verified, told apart from repeats, stored, answered."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import psycopg
from django.db import connection

from benchmarks.load import SECONDS, Rounds, answered, answers, get, post
from benchmarks.rounds import Comparison
from benchmarks.shop import WEBHOOKS, signed_headers

WRITERS = 8

# Numbers of webhooks: every round takes its own million, so that none is a repeat.
_millions = count(1)


def comparisons(address: str) -> list[Comparison]:
    """Return what is measured of the intake."""

    def webhooks() -> Rounds:
        return Rounds(
            lambda: answers(address, webhook, "200", first_number=next(_millions) * 1_000_000)
        )

    beside_views, beside_inserts = webhooks(), webhooks()
    return [
        Comparison(
            "webhook intake",
            "/s",
            beside_views.rate,
            "an empty view behind the full stack",
            lambda: answered(address, get("/empty/"), "200"),
            at_least=0.5,
            more=beside_views.times,
        ),
        Comparison(
            "webhook intake",
            "/s",
            beside_inserts.rate,
            f"bare INSERTs of the same bytes over {WRITERS} connections",
            inserts,
            at_least=0.25,
            more=beside_inserts.times,
        ),
        Comparison(
            "empty view, lean stack",
            "/s",
            lambda: answered(address, get("/webhooks/empty/"), "200"),
            "an empty view behind the full stack",
            lambda: answered(address, get("/empty/"), "200"),
            at_least=1.5,
        ),
    ]


def body_of(number: int) -> bytes:
    """Return the body of a webhook: an order of ordinary size."""
    line = {"id": number, "title": "Tea bowl 茶碗", "quantity": 1, "price": "42.00"}
    order = {"id": number, "name": f"#{number}", "currency": "USD", "line_items": [line] * 5}
    return json.dumps(order).encode()


def webhook(number: int) -> bytes:
    """Return the bytes of one signed webhook."""
    body = body_of(number)
    return post(WEBHOOKS, body, signed_headers("orders/bench", str(number), body))


def inserts() -> float:
    """Return how many rows a second PostgreSQL takes, each committed, from several connections."""
    with bare_table() as parameters:
        done = [0] * WRITERS
        end = time.perf_counter() + SECONDS

        def write(writer: int) -> None:
            with psycopg.connect(**parameters, autocommit=True) as own:
                while time.perf_counter() < end:
                    key = f"{writer}:{done[writer]}"
                    body = body_of(done[writer])
                    own.execute("INSERT INTO bench_bare VALUES (%s, %s)", (key, body))
                    done[writer] += 1

        writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
        for thread in writers:
            thread.start()
        for thread in writers:
            thread.join()
        return sum(done) / SECONDS


@contextmanager
def bare_table() -> Iterator[dict[str, object]]:
    """Make a table with a unique key for the block; give the parameters of a connection."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_bare (key text PRIMARY KEY, body bytea)")
    kept = ("host", "port", "dbname", "user", "password")
    parameters = connection.get_connection_params()
    try:
        yield {name: parameters[name] for name in kept if name in parameters}
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bench_bare")
