"""MJML and HTML that a shop writes: what is allowed comes through, everything else is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.rules.mjml import MarkupFault, clean_mjml, colours_of
from notifications.rules.rich_text import clean
from notifications.rules.wording_hints import is_long_subject, shouts, spam_words, why_broken


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (
            '<mj-text color="#ff0000">Hi&nbsp;<b onclick="x()">you</b><br>all</mj-text>',
            '<mj-text color="#ff0000">Hi\N{NO-BREAK SPACE}<b>you</b><br>all</mj-text>',
        ),
        ("<mj-divider />", "<mj-divider />"),
        (
            '<mj-table><tr><td style="color:red;position:fixed">1 &amp; 2</td></tr></mj-table>',
            '<mj-table><tbody><tr><td style="color:red">1 &amp; 2</td></tr></tbody></mj-table>',
        ),
        (
            '<mj-button href="https://shop.example/?a=1&amp;b=2">Go</mj-button>',
            '<mj-button href="https://shop.example/?a=1&amp;b=2">Go</mj-button>',
        ),
        ("<mj-text>&lt;script&gt;</mj-text>", "<mj-text>&lt;script&gt;</mj-text>"),
    ],
)
def test_layout_comes_through(written: str, kept: str) -> None:
    assert clean_mjml(written) == kept


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("<mj-raw>x</mj-raw>", "not_allowed"),
        ('<mj-include path="/etc/passwd" />', "not_allowed"),
        ("<mj-style>@import url(x);</mj-style>", "not_allowed"),
        ("<mj-head><mj-font /></mj-head>", "not_allowed"),
        ("<script>alert(1)</script>", "not_allowed"),
        ("<mj-text><mj-raw>x</mj-raw></mj-text>", "nested"),
        ('<!DOCTYPE x [<!ENTITY y "z">]><mj-text>&y;</mj-text>', "not_allowed"),
        ("<mj-text>not closed", "not_well_formed"),
        ("only words", "words_outside"),
        ("<mj-divider />and words", "words_outside"),
        ('<mj-button href="javascript:alert(1)">x</mj-button>', "address"),
        ('<mj-image src="data:image/png;base64,x" alt="x" />', "address"),
        ('<mj-image src="https://shop.example/a.png" />', "alt"),
        ('<mj-text css-class="card">x</mj-text>', "attribute"),
        ('<mj-text padding="url(x)">x</mj-text>', "attribute"),
        ('<mj-text mj-class="heading">x</mj-text>', "attribute"),
    ],
)
def test_what_loads_runs_or_reaches_out_is_refused(written: str, fault: str) -> None:
    with pytest.raises(MarkupFault) as caught:
        clean_mjml(written)
    assert caught.value.fault == fault


@given(st.text(alphabet="<>/mj-textrawscip \"='&;!x", max_size=80))
def test_any_text_is_written_anew_or_refused(written: str) -> None:
    try:
        kept = clean_mjml(written)
    except MarkupFault:
        return
    assert "<script" not in kept
    assert "mj-raw" not in kept.replace("&lt;", "")


@given(st.text(max_size=200))
def test_any_text_is_made_safe(written: str) -> None:
    assert "<script" not in clean(f"{written}<script>1</script><img src=x onerror=1>")


def test_plain_words_get_their_paragraphs() -> None:
    assert clean("One\nmore\n\nTwo & three") == "<p>One<br>more</p><p>Two &amp; three</p>"
    assert clean("<ul><li>a</li></ul>").endswith("<li>a</li></ul>")
    assert clean('<a href="javascript:1">x</a>') == "<p><a>x</a></p>"


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("https://shop.example/a?b=1", ""),
        ("mailto:help@shop.example", ""),
        ("tel:+81312345678", ""),
        ("http://shop.example", "not_https"),
        ("shop.example", "address"),
        ("https://", "address"),
        ("https://nowhere", "address"),
        ("https://a b.example", "address"),
        ("https://[::1", "address"),
        ("mailto:", "address"),
        ("https://127.0.0.1/x", "private"),
        ("https://192.168.1.5/x", "private"),
        ("https://localhost/", "private"),
        ("https://printer.local/", "private"),
    ],
)
def test_links_that_nobody_can_follow(link: str, why: str) -> None:
    assert why_broken(link) == why


def test_hints_are_given_in_both_languages() -> None:
    assert spam_words("Click here, winner", "en") == ["click here", "winner"]
    assert spam_words("今だけ完全無料", "ja") == ["今だけ", "完全無料"]
    assert shouts("BUY ALL OF THIS NOW")
    assert shouts("今すぐ！！")
    assert not shouts("Your order #A1 ships")
    assert is_long_subject("あ" * 31, "ja")
    assert not is_long_subject("a" * 60, "en")
    assert colours_of('<mj-text color="#999999">x</mj-text>') == [("#999999", "#ffffff")]
    assert colours_of("<mj-text") == []
