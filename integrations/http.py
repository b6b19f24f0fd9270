"""The one client for requests to the outside: it goes to public addresses only.

People type in the addresses we send to, so each could point into our own network. A name is
resolved once, every address it has is checked, and the connection goes to the checked one: a name
that answers differently a moment later (DNS rebinding) changes nothing. Redirects are not followed,
and the answer is bounded in time and size. A compressed answer is neither asked for nor read: a few
bytes of it may unfold into more than there is memory for.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import certifi
import httpcore
import httpx
from django.conf import settings

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
LARGEST_ANSWER = 10 * 1024 * 1024

# These are public by their number and carry a private address inside.
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")

# Names set aside for networks of one's own (RFC 6761, RFC 6762, and ICANN's choice of 2024).
PRIVATE_NAMES = ("localhost", "local", "internal")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# httpx tells its errors from those of the layer below by type.
_MEANINGS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (httpcore.ConnectTimeout, httpx.ConnectTimeout),
    (httpcore.ReadTimeout, httpx.ReadTimeout),
    (httpcore.WriteTimeout, httpx.WriteTimeout),
    (httpcore.PoolTimeout, httpx.PoolTimeout),
    (httpcore.ConnectError, httpx.ConnectError),
    (httpcore.ReadError, httpx.ReadError),
    (httpcore.WriteError, httpx.WriteError),
    (httpcore.RemoteProtocolError, httpx.RemoteProtocolError),
    (httpcore.LocalProtocolError, httpx.LocalProtocolError),
    (httpcore.UnsupportedProtocol, httpx.UnsupportedProtocol),
)


class AddressRefused(httpx.TransportError):
    """The address is not a public one, or not https. Nothing was sent."""


class AnswerTooLarge(httpx.TransportError):
    """The answer is larger than the client accepts."""


class AnswerEncoded(httpx.TransportError):
    """The answer is compressed, though it was asked for as it is."""


def is_public(address: Address) -> bool:
    """Whether an address lies in the public internet, whatever form it is written in."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in TRANSLATED:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_plainly_private(host: str) -> bool:
    """Whether a host can never be public, whatever a name server says: a number of a private
    network, however it is written, or a name that only has a meaning inside one.
    """
    name = host.rstrip(".").lower()
    if name in PRIVATE_NAMES or name.endswith(tuple(f".{one}" for one in PRIVATE_NAMES)):
        return True
    try:
        return not is_public(ipaddress.ip_address(name.partition("%")[0]))
    except ValueError:
        pass
    try:
        # 10.1, 0x7f000001 and 2130706433 are addresses to a resolver, too.
        return not is_public(ipaddress.IPv4Address(socket.inet_aton(name)))
    except (OSError, UnicodeError):
        return False


def resolve_public(host: str, port: int, *, private: bool = False) -> str:
    """Return the address to connect to for a name or a number, such as `203.0.113.9`.

    Raises AddressRefused when any of its addresses is not public, unless `private` ones are fine,
    so that a name cannot hide a private one behind a public one; raises httpx.ConnectError for a
    name that has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpx.ConnectError(f"The name {host} has no address.") from error
    # An IPv6 address may carry a zone: fe80::1%eth0.
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not (private or settings.ALLOW_PRIVATE_ADDRESSES) and not all(
        is_public(ipaddress.ip_address(address)) for address in addresses
    ):
        raise AddressRefused(f"{host} is not a public address.")
    return addresses[0]


def checked_client(
    *,
    base_url: str = "",
    headers: dict[str, str] | None = None,
    connect_seconds: float = CONNECT_SECONDS,
    answer_seconds: float = ANSWER_SECONDS,
    largest_answer: int = LARGEST_ANSWER,
    private: bool = False,
) -> httpx.Client:
    """Return a client for outgoing requests. Close it, or use it as a context manager.

    With `private` it goes to private addresses and without TLS, too: only for an address that the
    operator's own settings name.

    A request and its answer take `answer_seconds` at most, however slowly the other side drips.
    Its requests raise AddressRefused, AnswerTooLarge and AnswerEncoded beside httpx's own errors;
    all of them are httpx.TransportError. An answer with 3xx is returned as it is. Environment
    proxies are ignored.
    """
    return httpx.Client(
        base_url=base_url,
        headers={"accept-encoding": "identity", **(headers or {})},
        timeout=httpx.Timeout(answer_seconds, connect=connect_seconds),
        transport=CheckedTransport(
            answer_seconds=answer_seconds, largest_answer=largest_answer, private=private
        ),
        follow_redirects=False,
        trust_env=False,
    )


class CheckedTransport(httpx.BaseTransport):
    """Carries requests to checked addresses, each with a deadline and a bound on its answer."""

    def __init__(
        self, *, answer_seconds: float, largest_answer: int, private: bool = False
    ) -> None:
        self._answer_seconds = answer_seconds
        self._largest_answer = largest_answer
        self._private = private
        self._deadline = Deadline()
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls(), network_backend=CheckedBackend(self._deadline, private=private)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        anywhere = self._private or settings.ALLOW_PRIVATE_ADDRESSES
        if request.url.scheme != "https" and not anywhere:
            raise AddressRefused("Only https addresses are sent to.")
        self._deadline.start(self._answer_seconds)
        with _httpx_errors():
            answer = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
            _refuse_encoded(answer)
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=BoundedStream(answer, self._largest_answer),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


def _refuse_encoded(answer: httpcore.Response) -> None:
    """Leave an answer that has to be decoded unread: its bound is on what comes over the wire."""
    told = [value for name, value in answer.headers if name.lower() == b"content-encoding"]
    encodings = {part.strip().lower() for value in told for part in value.split(b",")}
    if encodings <= {b"identity", b""}:
        return
    answer.close()
    raise AnswerEncoded("The answer is compressed, though it was asked for as it is.")


class BoundedStream(httpx.SyncByteStream):
    """The body of an answer, as far as we accept it."""

    def __init__(self, answer: httpcore.Response, largest: int) -> None:
        self._answer = answer
        self._largest = largest

    def __iter__(self) -> Iterator[bytes]:
        received = 0
        with _httpx_errors():
            for part in self._answer.iter_stream():
                received += len(part)
                if received > self._largest:
                    raise AnswerTooLarge(f"The answer is larger than {self._largest} bytes.")
                yield part

    def close(self) -> None:
        self._answer.close()


class Deadline(threading.local):
    """Until when the request of this thread may go on."""

    at = float("inf")

    def start(self, seconds: float) -> None:
        """Give the request that begins now so many seconds."""
        self.at = time.monotonic() + seconds

    def cut(self, timeout: float | None, error: type[Exception]) -> float:
        """Return how long one step may take; raises `error` when no time is left."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise error("The request took longer than it may.")
        return left if timeout is None else min(left, timeout)


class CheckedBackend(httpcore.NetworkBackend):
    """Opens connections to checked addresses; TLS still asks for the name."""

    def __init__(self, deadline: Deadline, *, private: bool) -> None:
        self._deadline = deadline
        self._private = private
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        address = resolve_public(host, port, private=self._private)
        left = self._deadline.cut(timeout, httpcore.ConnectTimeout)
        stream = self._inner.connect_tcp(address, port, left, local_address, socket_options)
        return TimedStream(stream, self._deadline)


class TimedStream(httpcore.NetworkStream):
    """A connection whose every step counts against the deadline of the whole request."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.cut(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.cut(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.cut(timeout, httpcore.ConnectTimeout)
        return TimedStream(
            self._inner.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


@contextmanager
def _httpx_errors() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        for theirs, ours in _MEANINGS:
            if isinstance(error, theirs):
                raise ours(str(error) or type(error).__name__) from error
        raise


@cache
def _tls() -> ssl.SSLContext:
    """The trusted roots, read once: that takes longer than most requests."""
    return ssl.create_default_context(cafile=certifi.where())
