"""Browsers and systems by what they say of themselves."""

import pytest

from commerce.rules import device_of

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (f"{MAC} {WEBKIT} Chrome/140.0.0.0 Safari/537.36", ("Chrome", "macOS")),
        (f"{MAC} AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15", ("Safari", "macOS")),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0 Safari/537.36 "
            "Edg/140.0.0.0",
            ("Edge", "Windows"),
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
            ("Firefox", "Linux"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 16; SM-S931) {WEBKIT} SamsungBrowser/29.0 "
            "Chrome/136.0.0.0 Mobile Safari/537.36",
            ("Samsung Internet", "Android"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 "
            "CriOS/140.0 Mobile/15E148 Safari/604.1",
            ("Chrome", "iPhone"),
        ),
        ("curl/8.5.0", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_device_is_named(user_agent: str, device: tuple[str, str]) -> None:
    assert device_of(user_agent) == device
