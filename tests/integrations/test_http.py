"""Outgoing requests reach public addresses only, and nothing holds them up or floods them."""

import gzip
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from django.conf import LazySettings

from integrations import http


@dataclass
class Listener:
    """A server on loopback that counts who comes and answers with the given bytes."""

    answer: list[bytes] = field(default_factory=lambda: [b"HTTP/1.1 204 No Content\r\n\r\n"])
    pause: float = 0.0
    hits: int = 0
    port: int = 0
    heard: bytes = b""


@contextmanager
def listening(**wanted: Any) -> Iterator[Listener]:
    listener = Listener(**wanted)
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.01)
    listener.port = server.getsockname()[1]
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                visitor, _address = server.accept()
            except TimeoutError:
                continue
            listener.hits += 1
            with visitor:
                try:
                    listener.heard = visitor.recv(65536)
                    for part in listener.answer:
                        visitor.sendall(part)
                        over.wait(listener.pause)
                except OSError:
                    continue

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener
    finally:
        over.set()
        thread.join()
        server.close()


@pytest.fixture
def anywhere(settings: LazySettings) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "0.0.0.0",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
    ],
)
def test_no_way_of_writing_loopback_reaches_it(host: str) -> None:
    with listening() as listener, http.checked_client() as client:
        with pytest.raises((http.AddressRefused, httpx.InvalidURL)):
            client.post(f"https://{host}:{listener.port}/", content=b"secret")
        assert listener.hits == 0


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "198.18.0.1",
        "192.0.2.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "2001:db8::1",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not http.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_that_are_public(address: str) -> None:
    assert http.is_public(ipaddress.ip_address(address))


def test_plain_http_is_refused() -> None:
    with http.checked_client() as client, pytest.raises(http.AddressRefused):
        client.get("http://example.com/")


def answers(*addresses: str) -> Any:
    """What a resolver says."""
    return lambda host, port, **_: [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses
    ]


def test_a_name_with_one_private_address_among_public_ones_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answers("8.8.8.8", "127.0.0.1"))
    with pytest.raises(http.AddressRefused):
        http.resolve_public("mixed.example", 443)


def test_a_name_is_resolved_once_and_its_checked_address_is_the_one_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A resolver that answers public first and loopback from then on: DNS rebinding."""
    asked: list[str] = []
    connected: list[str] = []

    def rebinding(host: str, port: int, **_: Any) -> Any:
        asked.append(host)
        return answers("8.8.8.8" if len(asked) == 1 else "127.0.0.1")(host, port)

    def connect(address: tuple[str, int], *_: Any, **__: Any) -> Any:
        connected.append(address[0])
        raise OSError("no network here")

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", connect)
    with http.checked_client() as client, pytest.raises(httpx.ConnectError):
        client.get("https://rebinding.example/")
    assert (asked, connected) == (["rebinding.example"], ["8.8.8.8"])


@pytest.mark.usefixtures("anywhere")
def test_redirects_are_not_followed() -> None:
    with listening() as inner:
        moved = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inner.port}/\r\n\r\n".encode()
        with listening(answer=[moved]) as outer, http.checked_client() as client:
            assert client.get(f"http://127.0.0.1:{outer.port}/").status_code == 302
        assert (outer.hits, inner.hits) == (1, 0)


@pytest.mark.usefixtures("anywhere")
@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"])
def test_an_answer_that_drips_is_cut_off_in_time(head: bytes) -> None:
    drops = [head, *[b"x"] * 600]
    with listening(answer=drops, pause=0.1) as slow:
        began = time.monotonic()
        with http.checked_client(answer_seconds=0.5) as client, pytest.raises(httpx.ReadTimeout):
            client.get(f"http://127.0.0.1:{slow.port}/")
        assert time.monotonic() - began < 30


@pytest.mark.usefixtures("anywhere")
def test_a_large_answer_is_refused() -> None:
    large = [b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", b"x" * 5000]
    with listening(answer=large) as server:
        with http.checked_client(largest_answer=1000) as client, pytest.raises(http.AnswerTooLarge):
            client.get(f"http://127.0.0.1:{server.port}/")
        with http.checked_client(largest_answer=5000) as client:
            assert len(client.get(f"http://127.0.0.1:{server.port}/").content) == 5000


@pytest.mark.usefixtures("anywhere")
@pytest.mark.parametrize(
    "told",
    [
        b"Content-Encoding: gzip",
        b"Content-Encoding: gzip, gzip",
        b"content-encoding: identity\r\nContent-Encoding: br",
        b"Content-Encoding: DEFLATE",
    ],
)
def test_a_compressed_answer_is_refused_before_it_unfolds(told: bytes) -> None:
    """Ten megabytes fit into some 50 bytes, twice compressed."""
    bomb = gzip.compress(gzip.compress(bytes(10_000_000)))
    head = b"HTTP/1.1 200 OK\r\n%s\r\nContent-Length: %d\r\n\r\n" % (told, len(bomb))
    with listening(answer=[head, bomb]) as server:
        with http.checked_client(largest_answer=1000) as client, pytest.raises(http.AnswerEncoded):
            client.get(f"http://127.0.0.1:{server.port}/")
        assert b"accept-encoding: identity\r\n" in server.heard.lower()
    assert issubclass(http.AnswerEncoded, httpx.TransportError)


@pytest.mark.usefixtures("anywhere")
def test_an_answer_that_says_it_is_as_it_is_is_taken() -> None:
    plain = b"HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 2\r\n\r\nok"
    with listening(answer=[plain]) as server, http.checked_client() as client:
        assert client.get(f"http://127.0.0.1:{server.port}/").text == "ok"
