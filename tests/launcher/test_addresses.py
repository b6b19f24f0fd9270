"""Which port the web server gets, and which address a person opens."""

import socket

import pytest

from launcher import addresses
from launcher.terminal import CannotGoOn


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOST", raising=False)
    monkeypatch.delenv("PORT", raising=False)


def test_takes_the_first_free_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "is_free", lambda number: number >= 8003)
    assert addresses.port() == 8003


def test_says_when_no_port_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "is_free", lambda number: False)
    with pytest.raises(CannotGoOn, match="No port from 8000 to 8099 is free"):
        addresses.port()


def test_a_listening_socket_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        assert not addresses.is_free(number)
    assert addresses.is_free(number)


@pytest.mark.parametrize("nonsense", ["http", "0", "65536", "-1", "80 80", "²"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, nonsense: str) -> None:
    monkeypatch.setenv("PORT", nonsense)
    with pytest.raises(CannotGoOn, match="has to be a number from 1 to 65535"):
        addresses.port()


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("shop.example", "http://shop.example:8000"),
    ],
)
def test_the_address_can_be_opened(
    monkeypatch: pytest.MonkeyPatch, host: str, address: str
) -> None:
    monkeypatch.setenv("HOST", host)
    assert addresses.base_url(8000) == address
