"""The frame of the benchmarks: what counts as an answer, and when a limit is kept."""

import http.server
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from benchmarks.delays import Notice, count_flips, most_for_a_cause
from benchmarks.load import Load, Rounds, drive, get, is_complete, post
from benchmarks.rounds import Comparison, Figure, Result, compare, table
from benchmarks.simulate import lines
from benchmarks.year import play_year
from tracking.enums import DelayReason, DelaySource
from tracking.rules import Word


def result(ratios: list[float], at_least: float) -> Result:
    """Make the result of rounds with these ratios."""
    comparison = Comparison("intake", "/s", float, "an empty view", float, at_least)
    return Result(comparison, ratios, [1.0] * len(ratios))


def test_a_limit_is_kept_by_the_worse_end_of_the_interval() -> None:
    steady = result([1.0, 1.01, 0.99, 1.0, 1.0], at_least=1.0)
    assert steady.ratio == 1.0
    assert steady.interval() == (0.99, 1.01)
    assert steady.holds
    assert result([0.81] * 5, at_least=1.0).holds, "a fifth of slack"
    assert not result([0.79] * 5, at_least=1.0).holds
    wild = result([0.2, 3.0, 0.3, 3.0, 3.0], at_least=1.0)
    assert wild.ratio == 3.0
    assert not wild.holds, "the middle is well, but the rounds do not agree"


def test_the_table_tells_figure_ratio_and_limit() -> None:
    results = [
        result([2.0, 2.0, 2.0, 2.0, 2.0], at_least=1.5),
        result([1.0, 1.0, 1.0, 1.0, 1.0], at_least=1.5),
        Figure("list of orders", 12, "queries", at_most=12),
        Figure("list of orders", 13, "queries", at_most=12),
    ]
    lines = table(results).splitlines()
    assert [re.split(r"  +", line) for line in lines] == [
        ["name", "figure", "ratio", "limit"],
        ["intake", "2 /s", "2.00x (2.00 to 2.00) of an empty view, 1", ">= 1.50x", "ok"],
        ["intake", "1 /s", "1.00x (1.00 to 1.00) of an empty view, 1", ">= 1.50x", "over"],
        ["list of orders", "12 queries", "<= 12 queries", "ok"],
        ["list of orders", "13 queries", "<= 12 queries", "over"],
    ]
    limits = {re.search("[<>]=", line).start() for line in lines[1:]}  # type: ignore[union-attr]
    assert len(limits) == 1, "columns stand below each other"


def test_a_figure_without_a_limit_is_only_told() -> None:
    told = Comparison("list", "/s", float, "an empty view", float, more=lambda: ", p99 8 ms")
    name, figure, _ratio, limit, verdict = Result(told, [0.01], [1.0]).row()
    assert (name, figure, limit, verdict) == ("list", "0 /s, p99 8 ms", "", "ok")


def test_subject_and_reference_take_turns_after_a_warm_up() -> None:
    calls: list[str] = []

    def measure(name: str, value: float) -> float:
        calls.append(name)
        return value

    same_name = [
        Comparison(
            "intake", "/s", lambda: measure("s", 6.0), "x", lambda: measure("r", 2.0), at_least=1
        ),
        Comparison(
            "intake", "/s", lambda: measure("S", 8.0), "y", lambda: measure("R", 2.0), at_least=1
        ),
    ]
    first, second = compare(same_name, rounds=2)
    assert (first.ratios, second.ratios) == ([3.0, 3.0], [4.0, 4.0])
    assert "".join(calls) == "srSR" + "rsRS" + "srSR"


@pytest.mark.parametrize(
    ("answer", "complete"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", False),
        (b"HTTP/1.1 304 Not Modified\r\netag: x\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n", False),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", True),
    ],
)
def test_knows_when_an_answer_has_arrived(answer: bytes, complete: bool) -> None:
    assert is_complete(answer) is complete


@pytest.fixture
def echo() -> Iterator[str]:
    """A server that answers 200 to what it was sent in full, and 404 to everything else."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200 if self.headers["If-None-Match"] == "x" else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200 if body == "茶碗".encode() else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(http.server.ThreadingHTTPServer):
        request_queue_size = 64

        def handle_error(self, *_: object) -> None:
            """Clients leave in mid-request when their time is up."""

    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_sends_whole_requests_and_counts_the_answers(echo: str) -> None:
    load = drive(echo, get("/page/", If_None_Match="x"), seconds=1)
    assert set(load.statuses) == {"200"}
    assert load.rate * load.seconds == len(load.latencies) > 0
    assert 0 < load.percentile(0.5) <= load.percentile(0.99) < 5

    body = "茶碗".encode()
    posted = drive(echo, lambda number: post("/", body, {"X-Number": str(number)}), seconds=1)
    assert set(posted.statuses) == {"200"}


def words(*told: tuple[float, Word, DelayReason]) -> list[Notice]:
    begun = datetime(2026, 11, 20, tzinfo=UTC)
    return [
        Notice(at=begun + timedelta(hours=hours), word=word, source=DelaySource.CARRIER, reason=why)
        for hours, word, why in told
    ]


def test_words_on_delays_are_counted_as_they_are_meant() -> None:
    late, still, good = Word.LATE, Word.STILL_LATE, Word.IN_TIME
    weather, unknown = DelayReason.WEATHER, DelayReason.UNKNOWN
    well = words((0, late, unknown), (1, late, weather), (30, still, weather), (54, good, weather))
    assert (most_for_a_cause(well), count_flips(well)) == (1, 0)
    anew = [*well, *words((78, late, weather))]
    assert (most_for_a_cause(anew), count_flips(anew)) == (1, 0)
    badly = words((0, late, weather), (1, late, weather), (2, good, weather), (3, late, weather))
    assert (most_for_a_cause(badly), count_flips(badly)) == (2, 2)


def test_a_year_is_told_by_carrier_and_by_cause() -> None:
    year = list(play_year(1, a_day=5, days=20))
    table = [re.split(r"  +", line) for line in lines(year)]
    totals = [row for row in table if row[0] == "all"]
    scans = sum(len(parcel.scans) for parcel in year)
    late = sum(parcel.is_late for parcel in year)
    never = sum(parcel.arrives_at is None for parcel in year)
    assert totals == [["all", str(len(year)), str(scans), str(late), str(never)]] * 2


def test_rounds_remember_how_long_their_answers_took() -> None:
    loads = iter(
        Load(seconds=2.0, latencies=[quick] * 98 + [0.2] * 2) for quick in (0.001, 0.003, 0.002)
    )
    rounds = Rounds(lambda: next(loads))
    assert [rounds.rate() for _ in range(3)] == [50.0] * 3
    assert rounds.times() == ", p50 2 ms, p99 200 ms"
