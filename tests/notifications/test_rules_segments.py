"""How many SMS a text is, as networks count and bill them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.rules.segments import count_segments, is_plain


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        # Brackets and the euro take two places each.
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 159 + "€", 2),
        # An escape and its character stay together: 153 places hold 76 of them.
        ("€" * 153, 3),
        ("配" * 70, 1),
        ("配" * 71, 2),
        ("配" * 134, 2),
        ("配" * 135, 3),
        # One character outside the alphabet makes all of them wide.
        ("a" * 70 + "配", 2),
        ("a" * 159 + "’", 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        # 67 places hold 33 of them, and one is left empty.
        ("😀" * 67, 3),
        ("ÄÖÜß é@£\n", 1),
    ],
)
def test_a_text_is_so_many(text: str, segments: int) -> None:
    assert count_segments(text) == segments


def test_the_alphabet() -> None:
    assert is_plain("Hi! Order #R-1001 is on its way: https://example.com/t/a_b?c=d&e=[1] ~ €5")
    assert not is_plain("ご注文")
    assert not is_plain("It’s here")
    assert not is_plain("ç")


@given(st.text(max_size=400), st.text(max_size=40))
def test_more_text_is_never_fewer(text: str, more: str) -> None:
    assert 1 <= count_segments(text) <= count_segments(text + more)


@given(st.text(alphabet="abc€[配😀", max_size=500))
def test_as_many_as_it_takes_and_no_more(text: str) -> None:
    wide = not is_plain(text)
    places = sum(2 if (one in "€[" and not wide) or ord(one) > 0xFFFF else 1 for one in text)
    one, part = (70, 67) if wide else (160, 153)
    count = count_segments(text)
    if places <= one:
        assert count == 1
    else:
        # A part ends at most one place early, where a character would be torn apart.
        assert -(-places // part) <= count <= -(-places // (part - 1))
