"""Whose estimate counts where several sources tell one."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tracking.rules.estimates import (
    HEARD_FOR,
    ToldEstimate,
    deciding,
    is_carrier,
    newest_of_source,
)
from tracking.rules.facts import Estimate

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def word(source: str, day: int, hour: float) -> ToldEstimate:
    told_at = AT + timedelta(hours=hour)
    estimate = Estimate(day=date(2026, 11, day))
    return ToldEstimate(source=source, estimate=estimate, told_at=told_at, since=told_at)


def counts(words: list[ToldEstimate]) -> ToldEstimate | None:
    """What counts after words came in, one by one."""
    known: dict[str, ToldEstimate] = {}
    for one in words:
        known[one.source] = newest_of_source(known.get(one.source), one)
    return deciding(known.values())


WORDS = st.lists(
    st.builds(
        word,
        st.sampled_from(["fedex", "easypost", "aftership"]),
        st.integers(20, 28),
        st.integers(0, 120),
    ),
    min_size=1,
    max_size=8,
)


@given(WORDS, st.randoms())
def test_the_order_in_which_words_come_in_decides_nothing(words: list[ToldEstimate], dice) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(words)
    dice.shuffle(shuffled)
    assert counts(shuffled) == counts(words)


@given(
    st.integers(20, 28), st.integers(20, 28), st.lists(st.booleans(), max_size=30), st.booleans()
)
def test_two_sources_that_keep_to_their_day_never_take_turns(
    first: int, second: int, turns: list[bool], is_own: bool
) -> None:
    sources = ("easypost", "fedex" if is_own else "aftership")
    days = (first, second)
    words = [word(sources[turn], days[turn], hour) for hour, turn in enumerate(turns)]
    seen = [
        found.estimate.day
        for upto in range(1, len(words) + 1)
        if (found := counts(words[:upto])) is not None
    ]
    assert sum(one != other for one, other in pairwise(seen)) <= 1


def test_a_carriers_own_word_goes_before_the_newer_one_of_a_platform() -> None:
    found = counts([word("fedex", 24, 0), word("easypost", 25, 1)])
    assert found is not None
    assert found.estimate.day == date(2026, 11, 24)


def test_the_newer_word_of_one_source_counts() -> None:
    found = counts([word("fedex", 24, 0), word("fedex", 26, 5), word("fedex", 25, 3)])
    assert found is not None
    assert (found.estimate.day, found.since) == (date(2026, 11, 26), AT)


def test_a_source_that_fell_silent_is_not_waited_for() -> None:
    later = HEARD_FOR / timedelta(hours=1)
    words = [word("fedex", 24, 0), word("easypost", 25, later)]
    assert counts(words) == words[0]
    assert counts([words[0], word("easypost", 25, later + 1)]) != words[0]


def test_platforms_and_shops_are_no_carriers() -> None:
    assert all(is_carrier(one) for one in ("fedex", "canadapost", "yamato", "amazon_shipping"))
    assert not any(is_carrier(one) for one in ("easypost", "aftership", "seventeentrack", "api"))
    assert deciding(()) is None
