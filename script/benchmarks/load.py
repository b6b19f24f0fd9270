"""Requests over kept connections, as quickly as the server answers them."""

import multiprocessing
import selectors
import socket
import statistics
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SECONDS = 1.0
CLIENTS = 2
CONNECTIONS = 8  # of each client
READY = 1_500  # requests of each client that are made before its clock starts

# Makes the bytes of the request with this number; numbers never repeat within a run.
MakeRequest = Callable[[int], bytes]


@dataclass
class Load:
    """What one round of requests led to."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, part: float) -> float:
        """The time in seconds within which this part of the requests was answered."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


class Rounds:
    """Requests that are sent round by round; remembers how long the answers of each took."""

    def __init__(self, once: Callable[[], Load]) -> None:
        self.once = once
        self.medians: list[float] = []
        self.slow: list[float] = []

    def rate(self) -> float:
        """Return the rate of answers in one round."""
        load = self.once()
        self.medians.append(load.percentile(0.5))
        self.slow.append(load.percentile(0.99))
        return load.rate

    def times(self) -> str:
        """Say within which times 50 and 99 of 100 answers came, in the middle round."""
        p50, p99 = (statistics.median(seconds) * 1000 for seconds in (self.medians, self.slow))
        return f", p50 {p50:.0f} ms, p99 {p99:.0f} ms"


def get(path: str, **headers: str) -> MakeRequest:
    """Return a maker of GET requests for one path."""
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode()
    return lambda number: request


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Return the bytes of one POST request."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def drive(address: str, make: MakeRequest, *, seconds: float, first_number: int = 0) -> Load:
    """Send requests from several processes for a time, and return what came back."""
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()

    def client(number: int) -> None:
        answers.put(_send_all(address, make, seconds, first_number + number, CLIENTS))

    clients = [context.Process(target=client, args=(number,)) for number in range(CLIENTS)]
    for process in clients:
        process.start()
    total = Load(seconds=seconds)
    for _ in clients:
        latencies, statuses = answers.get()
        total.latencies += latencies
        total.statuses += statuses
    for process in clients:
        process.join()
    return total


def answered(address: str, make: MakeRequest, status: str, *, first_number: int = 0) -> float:
    """Return the rate of answers; any other status than the one wanted is an error."""
    return answers(address, make, status, first_number=first_number).rate


def answers(address: str, make: MakeRequest, status: str, *, first_number: int = 0) -> Load:
    """Return what came back; any other status than the one wanted is an error."""
    load = drive(address, make, seconds=SECONDS, first_number=first_number)
    if set(load.statuses) != {status}:
        raise RuntimeError(f"Wanted {status} only, and got {dict(load.statuses)}.")
    return load


def _send_all(
    address: str, make: MakeRequest, seconds: float, number: int, step: int
) -> tuple[list[float], Counter[str]]:
    host = urlsplit(address)
    waiting = selectors.DefaultSelector()
    began: dict[socket.socket, float] = {}
    received: dict[socket.socket, bytes] = {}
    latencies: list[float] = []
    statuses: Counter[str] = Counter()
    ready = deque(make(number + step * place) for place in range(READY))
    number += step * READY
    end = time.perf_counter() + seconds

    def send(connection: socket.socket) -> None:
        nonlocal number
        if ready:
            request = ready.popleft()
        else:
            request = make(number)
            number += step
        received[connection] = b""
        began[connection] = time.perf_counter()
        connection.sendall(request)

    for _ in range(CONNECTIONS):
        connection = socket.create_connection((host.hostname or "", host.port or 80))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(connection, selectors.EVENT_READ)
        send(connection)
    while (now := time.perf_counter()) < end:
        for key, _ in waiting.select(timeout=end - now):
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            chunk = connection.recv(262_144)
            if not chunk:
                raise ConnectionError("the server closed a kept connection")
            received[connection] += chunk
            if is_complete(received[connection]):
                latencies.append(time.perf_counter() - began[connection])
                statuses[received[connection][9:12].decode()] += 1
                send(connection)
    for connection in received:
        connection.close()
    return latencies, statuses


def is_complete(answer: bytes) -> bool:
    """Return whether an answer has arrived as a whole."""
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    if answer[9:12] == b"304":
        return True
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return len(body) >= int(value)
    return body.endswith(b"0\r\n\r\n")
