"""Reading JSON with care."""

from datetime import UTC, datetime

import pytest

from integrations.payload import Payload
from postexp.kernel.inbox import Unreadable


def payload(text: str) -> Payload:
    return Payload.read(text.encode(), "Maker")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b"[" * 100_000,
        b'{"a": ' + b"9" * 5_000 + b"}",
    ],
)
def test_what_is_no_object_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        Payload.read(body, "Maker")
    assert "Maker" in refused.value.cause
    assert refused.value.next_step


def test_ids_and_numbers_are_exact() -> None:
    row = payload('{"id": 9007199254740993123, "rate": 0.08875, "tiny": 1e400, "n": "12"}')
    assert row.identity("id") == "9007199254740993123"
    assert row.millionths("rate") == 88_750
    assert row.text("rate") == "0.08875"
    assert row.count("n") == 12
    with pytest.raises(Unreadable, match="rate from 0 to 10"):
        row.millionths("tiny")


def test_texts_can_be_stored() -> None:
    row = payload('{"a": " x\\u0000\\ud800y ", "b": true, "c": {}, "d": null}')
    assert row.text("a") == "xy"
    assert [row.text(name) for name in "bcde"] == ["", "", "", ""]


@pytest.mark.parametrize("value", ["null", '""', "{}", "true", '"' + "x" * 65 + '"'])
def test_an_id_must_be_there(value: str) -> None:
    with pytest.raises(Unreadable, match=r"`a\.id` of the Maker message is missing"):
        payload(f'{{"a": {{"id": {value}}}}}').child("a").identity("id")


@pytest.mark.parametrize("value", ["-1", "1.5", '"x"', "null", "true", "2147483648"])
def test_counts_are_whole(value: str) -> None:
    with pytest.raises(Unreadable, match="whole number"):
        payload(f'{{"n": {value}}}').count("n")


def test_money_has_its_currencys_decimals() -> None:
    row = payload('{"yen": "5900", "padded": "5900.00", "cents": 19.5, "whole": 7, "none": null}')
    assert row.money("yen", "JPY") == row.money("padded", "JPY") == 5900
    assert row.money("cents", "USD") == 1950
    assert row.money("whole", "USD") == 700
    assert row.money("none", "USD") == 0


@pytest.mark.parametrize("value", ['"1.005"', '"-1.00"', '"1e3"', "{}", "true", '"1,000"'])
def test_money_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(Unreadable, match=r"`p`"):
        payload(f'{{"p": {value}}}').money("p", "USD")


def test_a_currency_nobody_knows_is_refused() -> None:
    with pytest.raises(Unreadable):
        payload('{"p": "1"}').money("p", "???")


def test_rates_are_numbers() -> None:
    with pytest.raises(Unreadable, match="is not a rate"):
        payload('{"rate": "ten"}').millionths("rate")


def test_moments_need_an_offset() -> None:
    row = payload('{"a": "2026-11-20T12:00:00+09:00", "b": "2026-11-20T12:00:00", "c": 5}')
    assert row.moment("a") == datetime(2026, 11, 20, 3, tzinfo=UTC)
    assert row.moment("b") is row.moment("c") is row.moment("d") is None
    with pytest.raises(Unreadable, match="time with an offset"):
        row.required_moment("b")


def test_lists_are_strict_or_lenient() -> None:
    row = payload('{"rows": [{"id": 1}, 5], "none": null, "word": "x", "ids": [1, "2", 2, null]}')
    assert [child.text("id") for child in row.rows("rows")] == ["1"]
    assert list(row.rows("word")) == list(row.children("none")) == []
    assert row.texts("ids") == ("1", "2")
    assert row.texts("word") == ()
    with pytest.raises(Unreadable, match=r"`rows\[1\]`"):
        list(row.children("rows"))
    with pytest.raises(Unreadable, match="is not a list"):
        list(row.children("word"))


def test_flags_and_presence() -> None:
    row = payload('{"yes": true, "no": false, "one": 1, "none": null}')
    assert [row.flag(name) for name in ("yes", "no", "one")] == [True, False, False]
    assert "no" in row
    assert "none" not in row
