"""The gates in order, and the plain-text part."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.enums import Class, Medium, Reason, State
from notifications.rules.gates import Candidate, Route, decide, retry_after
from notifications.rules.plain_text import WIDTH, columns, display_width, plain_text

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

# In the order in which they must stop a message that several of them would stop.
OBSTACLES = {
    Reason.NO_LONGER_TRUE: {"not_true": "The parcel is already delivered."},
    Reason.TOO_LATE: {"expires_at": NOW},
    Reason.SWITCHED_OFF: {"switched_off": True},
    Reason.CONDITION: {"unmet": "country"},
    Reason.NO_CONSENT: {"klass": Class.MARKETING},
    Reason.SUPPRESSED: {"suppression": "bounced"},
    Reason.NO_CHANNEL: {"ready": False},
    Reason.NO_ADDRESS: {"address": ""},
    Reason.BAD_ADDRESS: {"address_valid": False},
}
OF_ROUTE = {"address", "address_valid", "suppression", "ready", "consented", "why_not"}


def candidate(**changes: object) -> Candidate:
    route: dict[str, Any] = {"medium": Medium.EMAIL, "address": "hana@example.jp"}
    route |= {name: value for name, value in changes.items() if name in OF_ROUTE}
    facts: dict[str, Any] = {
        "klass": Class.TRANSACTIONAL,
        "send_at": NOW,
        "expires_at": NOW + timedelta(hours=48),
        "routes": [Route(**route)],
    }
    facts |= {name: value for name, value in changes.items() if name not in OF_ROUTE}
    return Candidate(**facts)


def test_a_message_without_obstacles_goes_out() -> None:
    decision = decide(candidate(), at=NOW)
    assert (decision.state, decision.goes_out) == (State.PLANNED, True)


def test_a_message_waits_until_its_undo_window_ends() -> None:
    held = candidate(send_at=NOW + timedelta(minutes=5))
    assert decide(held, at=NOW).state == State.HELD
    assert decide(held, at=NOW + timedelta(minutes=5)).state == State.PLANNED


@pytest.mark.parametrize("reason", OBSTACLES)
def test_each_gate_leaves_its_reason(reason: Reason) -> None:
    decision = decide(candidate(**OBSTACLES[reason]), at=NOW)
    assert (decision.reason, decision.goes_out) == (reason, False)
    expected = State.EXPIRED if reason == Reason.TOO_LATE else State.REFUSED
    assert decision.state == expected


@given(st.sets(st.sampled_from(list(OBSTACLES)), min_size=1))
def test_the_first_gate_that_stops_a_message_names_the_reason(present: set[Reason]) -> None:
    changes: dict[str, object] = {}
    for reason in present:
        changes |= OBSTACLES[reason]
    first = next(reason for reason in OBSTACLES if reason in present)
    assert decide(candidate(**changes), at=NOW).reason == first


def test_the_detail_says_what_no_code_can() -> None:
    refused = decide(candidate(not_true="The order was cancelled."), at=NOW)
    assert refused.detail == "The order was cancelled."
    assert decide(candidate(suppression="bounced"), at=NOW).detail == "bounced"


def test_marketing_goes_out_with_consent() -> None:
    assert decide(candidate(klass=Class.MARKETING, consented=True), at=NOW).goes_out


def test_retries_wait_longer_and_never_over_an_hour() -> None:
    waits = [retry_after(attempt) for attempt in range(1, 12)]
    assert waits[:3] == [30, 60, 120]
    assert waits == sorted(waits)
    assert waits[-1] == 3600


def test_full_width_characters_take_two_columns() -> None:
    assert display_width("送料 ¥500") == 9


def test_text_follows_the_markup() -> None:
    mjml = """
    <mjml><mj-head><mj-title>Never read</mj-title>
    <mj-attributes><mj-button color="#fff" /></mj-attributes></mj-head><mj-body>
    <mj-text><h1>Thank   you</h1></mj-text>
    <mj-text><p>Tom &amp; Ann,</p><p>see the <a href="https://a.example/x">page</a>
      or write to <a href="mailto:a@b.example">a@b.example</a>.</p></mj-text>
    <mj-text mj-class="label">Steps</mj-text>
    <mj-text><ol><li>Pack it.</li><li>Send it.</li></ol></mj-text>
    <mj-text><ul><li>A</li></ul></mj-text>
    <mj-button href="https://a.example/?a=1&amp;b=2">See it</mj-button>
    <mj-table><tr><td><img src="x.png" alt=""/></td><td>Mug<br/>blue</td>
      <td align="right">$4.00</td></tr>
      <tr><td>Postage</td><td align="right">$12.00</td></tr></mj-table>
    </mj-body></mjml>"""
    assert plain_text(mjml) == (
        "Thank you\n\n"
        "Tom & Ann,\n\n"
        "see the page (https://a.example/x) or write to a@b.example.\n\n"
        "Steps:\n1. Pack it.\n2. Send it.\n\n"
        "- A\n\n"
        "See it:\nhttps://a.example/?a=1&b=2\n\n"
        "Mug · blue  $4.00\n"
        "Postage    $12.00\n"
    )


def test_a_label_is_written_in_the_language_of_the_reader() -> None:
    mjml = '<mj-text mj-class="label">お届け先</mj-text><mj-text>東京都</mj-text>'
    assert plain_text(mjml, label="■ {}") == "■ お届け先\n東京都\n"


def test_columns_of_facts_are_aligned_on_the_left() -> None:
    rows = [["配送会社", "ヤマト運輸"], ["番号", "3984"], ["note"], []]
    assert columns(rows, ragged=True) == "配送会社  ヤマト運輸\n番号      3984\nnote"


@given(
    st.lists(
        st.tuples(
            st.text("abcあい ", min_size=1, max_size=20).map(str.strip).filter(bool),
            st.integers(0, 10**9).map(str),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_sums_end_in_one_column_and_fit(rows: list[tuple[str, str]]) -> None:
    widths = {display_width(line) for line in columns(rows).split("\n")}
    assert len(widths) == 1
    assert widths.pop() <= WIDTH


def test_a_row_too_wide_for_one_line_keeps_its_amount() -> None:
    line = columns([["a" * 80, "$1.00"]])
    assert line == "a" * 80 + "  $1.00"
