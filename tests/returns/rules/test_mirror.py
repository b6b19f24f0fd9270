"""M11: the shop's own currency follows the refunds at the order's locked rate, cumulatively."""

from hypothesis import given
from hypothesis import strategies as st

from returns.rules.mirror import LockedRate


def test_m11_the_mirror_is_cumulative() -> None:
    rate = LockedRate(total=10_000, shop_total=15_015)
    assert [rate.mirror_of(3333, before=before) for before in (0, 3333, 6666)] == [
        5004,
        5005,
        5004,
    ]
    assert rate.mirror_of(1, before=9_999) == 15_015 - rate.mirror(9_999)


@given(
    parts=st.lists(st.integers(0, 9_999), min_size=1, max_size=9),
    shop_total=st.integers(1, 10**7),
)
def test_m11_parts_add_up_to_the_mirror_of_the_whole(parts: list[int], shop_total: int) -> None:
    whole = max(1, sum(parts))
    rate = LockedRate(total=whole, shop_total=shop_total)
    mirrored, before = 0, 0
    for part in parts:
        mirrored += rate.mirror_of(part, before=before)
        before += part
    assert mirrored == rate.mirror(sum(parts)) <= shop_total
