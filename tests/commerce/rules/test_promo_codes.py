"""Promo codes that nobody guesses or misreads, and what one may give."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from commerce.rules.promos import (
    ALPHABET,
    MOST_DAYS,
    PromoOffer,
    good_until,
    is_possible,
    normal_code,
    write_code,
)


@given(st.randoms(use_true_random=False))
def test_a_code_reads_in_one_way(chance: random.Random) -> None:
    code = write_code(chance.randrange)
    assert normal_code(f" {code.lower()}\n") == code
    assert len(code) == 11
    assert set(code) <= {*ALPHABET, "-"}


def test_signs_that_look_alike_are_left_out() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    for pair in ("0OD", "1IL", "2Z", "5S", "8B", "UV"):
        assert len(set(pair) & set(ALPHABET)) <= 1, pair
    # More than a million million codes: ten guesses a second would find one in a thousand years.
    assert len(ALPHABET) ** 10 > 10**13


offers = st.builds(
    PromoOffer,
    percent=st.integers(-1, 10_001),
    amount=st.integers(-1, 5000),
    currency=st.just("JPY"),
    minimum=st.integers(-1, 5000),
    days=st.integers(-1, MOST_DAYS + 1),
)


@given(offers)
def test_an_offer_gives_one_thing_for_a_time(offer: PromoOffer) -> None:
    if is_possible(offer):
        assert (offer.percent > 0) != (offer.amount > 0)
        assert offer.percent <= 10_000
        assert offer.minimum >= 0
        assert 1 <= offer.days <= MOST_DAYS


def test_common_offers_are_possible() -> None:
    assert is_possible(PromoOffer(percent=1000, currency="JPY", days=30))
    assert is_possible(PromoOffer(amount=500, currency="JPY", minimum=5000, days=1))
    assert not is_possible(PromoOffer(currency="JPY", days=30))
    assert not is_possible(PromoOffer(percent=1000, amount=500, currency="JPY", days=30))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),
    st.integers(1, MOST_DAYS),
    st.sampled_from(["Asia/Tokyo", "America/New_York", "Pacific/Honolulu"]),
)
def test_a_code_is_good_for_whole_days(made_at: datetime, days: int, zone: str) -> None:
    here = ZoneInfo(zone)
    end = good_until(made_at, days, here)
    assert end.timetz().replace(tzinfo=None).isoformat() == "00:00:00"
    last = (end - timedelta(microseconds=1)).date()
    assert (last - made_at.astimezone(here).date()).days == days
