"""One request, one id: in the answer, in the events, and in the log lines of every process."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from commerce.events import MerchantChanged
from commerce.models import Merchant
from postexp.kernel import events, inbox, logs, outbox
from postexp.kernel.events import append, registry, subscribe, subscribe_outside
from postexp.kernel.models import EventRecord, InboxMessage
from postexp.kernel.tenancy import merchant_scope
from postexp.wsgi import FrontDoor

CALLER = "caller-2026.11_21"


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """The log lines of the block, as POSTEXP_LOG_FORMAT=json writes them."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(logs.JsonLines())
    handler.addFilter(logs.NamesRequest())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    found: list[dict[str, Any]] = []
    handler.emit = lambda record: found.append(  # type: ignore[method-assign]
        json.loads(handler.format(record)) if handler.filter(record) else {}
    )
    yield found
    root.removeHandler(handler)
    root.setLevel(level)


def ask(door: FrontDoor, path: str, **environ: str) -> dict[str, str]:
    """Ask the front door for a path; return the headers of its answer."""
    seen: dict[str, str] = {}

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        seen.update(headers)

    answer: Any = door(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            **environ,
        },
        start_response,
    )
    answer.close()
    return seen


def test_a_well_formed_id_of_the_caller_is_kept_and_any_other_is_replaced() -> None:
    assert logs.accepted_request_id(CALLER) == CALLER
    for bad in (
        "",
        "short",
        "a" * 65,
        "with space",
        "two\nlines-of-log",
        "<script>alert",
        "-leading",
    ):
        made = logs.accepted_request_id(bad)
        assert made != bad
        assert logs.WELL_FORMED.fullmatch(made)
    assert logs.accepted_request_id("") != logs.accepted_request_id("")


@pytest.fixture
def door() -> Iterator[FrontDoor]:
    """The front door; the test keeps its database connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield FrontDoor()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_the_answer_and_the_line_of_a_request_carry_its_id(
    door: FrontDoor, lines: list[dict[str, Any]], db: None
) -> None:
    answer = ask(door, "/nowhere-at-all/", HTTP_X_REQUEST_ID=CALLER)
    assert answer["X-Request-ID"] == CALLER
    [line] = [line for line in lines if line["logger"] == "postexp.requests"]
    assert line["request_id"] == CALLER
    assert (line["status"], line["method"]) == ("404", "GET")
    assert line["path"] == "/nowhere-at-all/"
    assert ask(door, "/health/live/")["X-Request-ID"] != CALLER
    assert logs.request_id() == "", "nothing leaks into the next request of the thread"


@pytest.fixture
def planted() -> Iterator[None]:
    """Two handlers of one event that fail: one in the database, one outside."""

    @subscribe(MerchantChanged, name="test.fails_inside")
    def inside(event: MerchantChanged, delivery: events.DeliveryContext) -> None:
        raise RuntimeError("hana@example.jp")

    @subscribe_outside(MerchantChanged, name="test.fails_outside", provider_honours_keys=True)
    def outside(event: MerchantChanged, delivery: events.DeliveryContext) -> None:
        raise RuntimeError("hana@example.jp")

    yield
    registry.remove("test.fails_inside")
    registry.remove("test.fails_outside")


@pytest.mark.usefixtures("planted")
def test_drainer_and_worker_write_under_the_id_of_the_request_that_began_it(
    merchant: Merchant, lines: list[dict[str, Any]]
) -> None:
    at = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    outbox.drain_database(at=at)
    with merchant_scope(merchant.pk), logs.caused_by(CALLER):
        append(MerchantChanged(merchant_public_id=merchant.public_id), at=at)
    later = at + timedelta(seconds=1)
    while outbox.drain_database(at=later):
        pass

    def run_here(row: int, claim: str) -> None:
        outbox.run_outside(row, claim, now=lambda: later)

    outbox.claim_outside(at=later, hand_over=run_here)
    failed = [line for line in lines if "failed" in line["message"]]
    assert {line["message"].split("(")[1].split(")")[0] for line in failed} == {
        "test.fails_inside",
        "test.fails_outside",
    }
    assert {line["request_id"] for line in failed} == {CALLER}
    assert "hana@example.jp" not in json.dumps(lines)


def test_a_stored_request_gives_its_id_to_what_it_leads_to(merchant: Merchant) -> None:
    at = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)

    def process(message: InboxMessage, at: datetime) -> inbox.Effect:
        append(MerchantChanged(merchant_public_id=merchant.public_id), at=at)
        return inbox.Effect(kind="merchant")

    inbox.register_source("test.ids", process)
    with merchant_scope(merchant.pk), logs.caused_by(CALLER):
        inbox.store(
            source="test.ids",
            topic="t",
            provider_key="1",
            merchant_id=merchant.pk,
            headers={},
            body=b"{}",
            at=at,
        )
    inbox.drain(at=at)
    with merchant_scope(merchant.pk):
        assert EventRecord.objects.latest("id").request_id == CALLER


def test_a_json_line_names_kind_and_place_and_not_the_words() -> None:
    try:
        raise ValueError("hana@example.jp")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "it %s", ("broke",), sys.exc_info())
    line = json.loads(logs.JsonLines().format(record))
    assert line["message"] == "it broke"
    assert line["exception"] == "ValueError"
    assert line["places"][-1].endswith(" test_a_json_line_names_kind_and_place_and_not_the_words")
    assert "hana" not in json.dumps(line)
    assert "request_id" not in line
