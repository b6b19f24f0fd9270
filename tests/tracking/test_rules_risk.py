"""The money at risk with each parcel of an order."""

from hypothesis import given
from hypothesis import strategies as st

from tracking.rules.risk import Box, money_at_risk, paid_share


def test_boxes_of_a_fulfilment_share_what_is_told_of_one() -> None:
    boxes = [
        Box(parcel=1, fulfilment="f1", paid=3000),
        Box(parcel=2, fulfilment="f1", paid=None),
        Box(parcel=3, fulfilment="f1", paid=None),
        Box(parcel=4, fulfilment="f2", paid=500),
    ]
    assert money_at_risk(boxes, 9000) == {1: 1000, 2: 1000, 3: 1000, 4: 500}
    # What was given back is no longer at risk.
    assert money_at_risk(boxes, 600) == {1: 600, 2: 600, 3: 600, 4: 500}
    assert money_at_risk(boxes, 0) == {1: 0, 2: 0, 3: 0, 4: 0}


def test_parcels_of_which_nothing_is_told_share_the_rest() -> None:
    untold = [Box(parcel=2, fulfilment="", paid=None), Box(parcel=3, fulfilment="", paid=None)]
    assert money_at_risk([Box(parcel=1, fulfilment="f1", paid=400), *untold], 1000) == {
        1: 400,
        2: 300,
        3: 300,
    }
    assert money_at_risk(untold[:1], 1000) == {2: 1000}
    assert money_at_risk([], 1000) == {}


@given(
    st.lists(st.tuples(st.sampled_from(["", "a", "b"]), st.none() | st.integers(0, 500))),
    st.integers(0, 2000),
)
def test_no_more_is_at_risk_than_was_paid(told: list[tuple[str, int | None]], left: int) -> None:
    boxes = [
        Box(parcel=place, fulfilment=name, paid=paid) for place, (name, paid) in enumerate(told)
    ]
    shares = money_at_risk(boxes, left)
    assert all(0 <= share <= left for share in shares.values())
    contents = sum(box.paid or 0 for box in boxes)
    assert sum(shares.values()) <= max(left, contents)


def test_a_part_of_a_line_counts_by_its_units() -> None:
    assert [paid_share(1000, units, 3) for units in (1, 2, 3, 5)] == [333, 666, 1000, 1000]
    assert paid_share(1000, 1, 0) == 0
