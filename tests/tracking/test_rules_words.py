"""Which word of a delay comes when, over any sequence of what becomes of a parcel."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.tracking.scans import scan
from tracking.enums import DelayReason, DelaySource
from tracking.rules import Delay, Prediction, Said, Word, delay_of, fold, next_word, place
from tracking.rules.delay import STANDS_FOR
from tracking.rules.notice import word_due_at
from tracking.rules.words import _NO_CAUSE

ZONE = "Asia/Tokyo"
BEGUN = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
WEATHER, CUSTOMS, UNKNOWN = DelayReason.WEATHER, DelayReason.CUSTOMS, DelayReason.UNKNOWN
IN_TIME = Delay()


def late(reason: DelayReason = UNKNOWN, *, known_at: datetime = BEGUN) -> Delay:
    return Delay(
        is_delayed=True,
        source=DelaySource.CARRIER,
        reason=reason,
        detected_at=known_at,
        named_at=known_at,
        known_at=known_at,
    )


def after(hours: float) -> datetime:
    return BEGUN + timedelta(hours=hours)


def say(said: Said, delay: Delay, hours: float, *, is_coming: bool = True) -> tuple[str, Said]:
    word, said = next_word(said, delay, is_coming=is_coming, zone=ZONE, at=after(hours))
    return word.value if word else "", said


def test_each_cause_is_told_once_while_it_lasts() -> None:
    said, words = Said(), []
    for hours, reason in enumerate((UNKNOWN, WEATHER, CUSTOMS, WEATHER, UNKNOWN)):
        word, said = say(said, late(reason), hours)
        words.append(word)
    assert words == ["late", "late", "late", "", ""]
    assert (said.late, said.causes) == (3, (UNKNOWN, WEATHER, CUSTOMS))


def test_good_news_waits_a_day_and_so_does_the_next_delay_of_any_cause() -> None:
    _, said = say(Said(), late(WEATHER), 0)
    assert say(said, IN_TIME, 23.9) == ("", Said(late=1, causes=(WEATHER,), at=BEGUN))
    assert said.turns_at(IN_TIME) == after(24)
    word, said = say(said, IN_TIME, 24)
    assert (word, said.is_late, said.causes) == ("in_time", False, ())
    assert said.turns_at(IN_TIME) is None
    for reason in (CUSTOMS, WEATHER):
        word, waiting = say(said, late(reason, known_at=after(25)), 47.9)
        assert (word, waiting.turns_at(late(reason))) == ("", after(48))
    word, said = say(said, late(WEATHER, known_at=after(25)), 48)
    assert (word, said.late, said.causes) == ("late", 2, (WEATHER,))


def test_a_delay_that_only_stands_is_no_reason_to_speak() -> None:
    _, said = say(Said(), late(), 0)
    held = Delay(is_delayed=True, is_held=True, known_at=BEGUN)
    word, quiet = say(said, held, 300)
    assert (word, quiet.again_on, quiet.turns_at(held)) == ("", None, None)
    # Late again before anybody heard the opposite: a further word is promised anew.
    word, again = say(quiet, late(known_at=after(300)), 301)
    assert word == ""
    assert again.again_on


def test_nothing_is_said_of_a_parcel_that_is_here() -> None:
    assert say(Said(), late(), 0, is_coming=False) == ("", Said())
    _, said = say(Said(), late(), 0)
    word, said = say(said, IN_TIME, 48, is_coming=False)
    assert (word, said.again_on, said.is_late) == ("", None, True)


def test_what_an_earlier_version_said_stands_for_the_cause_of_today() -> None:
    word, said = say(Said(late=1), late(WEATHER), 0)
    assert (word, said.causes) == ("", (WEATHER,))
    assert say(said, late(CUSTOMS), 1)[0] == "late"


HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from([0.5, 1.0, 5.0, 11.0, 23.0, 25.0, 50.0]),
        st.just("in time") | st.sampled_from([reason.value for reason in DelayReason]),
    ),
    min_size=1,
    max_size=12,
)


def play(happenings: list[tuple[float, str]], rest: timedelta) -> list[tuple[datetime, Word, str]]:
    """Tell a parcel's facts one after the other, look again when due; return what was said.

    The facts go through `delay_of`, as the product's do: a cause is a scan, "in time" an estimate
    within the promise that came after it.
    """
    promised = date(2026, 12, 30)
    words: list[tuple[datetime, Word, str]] = []
    said, delay, at = Said(), Delay(), BEGUN
    scans = [scan(-1, "in_transit")]
    estimated_at: datetime | None = None

    def judge(at: datetime) -> tuple[Delay, Said]:
        rows = place(scans)
        block = delay_of(
            fold(rows),
            rows,
            first_estimate=promised,
            latest_estimate=promised,
            estimate_changed_at=estimated_at,
            zone=ZONE,
            at=at,
            prediction=Prediction(),
            before=delay,
        )
        word, now_said = next_word(said, block, is_coming=True, zone=ZONE, at=at)
        if word:
            words.append((at, word, block.reason.value if block.reason else ""))
        return block, now_said

    def look_until(end: datetime) -> None:
        nonlocal said, delay
        looked_at = at
        while True:
            moments = [
                said.turns_at(delay),
                word_due_at(said.again_on, ZONE) if said.again_on else None,
                delay.known_at + STANDS_FOR if delay.known_at else None,
            ]
            due = min((one for one in moments if one and one > looked_at), default=end)
            if due >= end:
                return
            looked_at = due
            delay, said = judge(due)

    for hours, what in happenings:
        look_until(at + timedelta(hours=hours))
        at += timedelta(hours=hours)
        if what == "in time":
            estimated_at = at
        else:
            gone = (at - BEGUN).total_seconds() / 3600
            scans.append(scan(gone, None, delay_reason=DelayReason(what), raw_code=str(gone)))
        delay, said = judge(at)
    look_until(at + rest)
    return words


@given(HAPPENINGS)
def test_one_notice_for_each_cause_while_a_parcel_is_late(
    happenings: list[tuple[float, str]],
) -> None:
    told: Counter[str] = Counter()
    for _, word, cause in play(happenings, timedelta(days=3)):
        if word is Word.IN_TIME:
            assert max(told.values()) == 1
            told.clear()
        elif word is Word.LATE:
            # A delay without a cause is news only where nothing was said yet.
            assert not told or DelayReason(cause) not in _NO_CAUSE
            told[cause] += 1
    assert all(count == 1 for count in told.values())


@given(HAPPENINGS)
def test_no_two_opposite_words_within_a_day(happenings: list[tuple[float, str]]) -> None:
    words = play(happenings, timedelta(days=3))
    for (before, one, _), (at, other, _) in pairwise(words):
        if (one is Word.IN_TIME) is not (other is Word.IN_TIME):
            assert at - before >= STANDS_FOR


@given(HAPPENINGS)
def test_a_day_after_the_last_change_the_last_word_is_true(
    happenings: list[tuple[float, str]],
) -> None:
    words = play(happenings, timedelta(hours=24, seconds=1))
    is_late = happenings[-1][1] != "in time"
    assert (bool(words) and words[-1][1] is not Word.IN_TIME) is is_late
    if is_late and DelayReason(happenings[-1][1]) not in _NO_CAUSE:
        since = [place for place, told in enumerate(words) if told[1] is Word.IN_TIME]
        lately = words[since[-1] + 1 if since else 0 :]
        assert happenings[-1][1] in {cause for _, word, cause in lately if word is Word.LATE}
