"""M15's port: other rooms undo what they gave for goods, in the settlement's transaction."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from commerce.models import Order
from returns import services
from returns.models import PolicyVersion, Settlement
from returns.ports import SettledGoods, register_part, unregister_part
from tests.kept import take_part
from tests.returns.conftest import STAFF, ask, resolve


class Points:
    """Takes back one point per ¥100 of goods, cumulatively half up."""

    name = "points"

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.trouble: Exception | None = None

    def settle(self, settled: SettledGoods, *, at: datetime, actor: str) -> None:
        if self.trouble is not None:
            raise self.trouble
        before, after = settled.goods_before, settled.goods_before + settled.goods
        self.taken.append((after + 50) // 100 - (before + 50) // 100)


@pytest.fixture
def points() -> Iterator[Points]:
    part = Points()
    take_part(part)
    register_part(part)
    yield part
    unregister_part(part.name)


def test_m15_a_part_counts_the_goods_of_all_settlements(
    bought: Order, points: Points, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish()
    for line, key in ((0, "a"), (0, "b"), (1, "c")):
        case = resolve(ask(bought, at, (line, 1, "too_small")), at)
        services.settle_return(return_id=case.public_id, key=key, at=at, actor=STAFF)
    assert points.taken == [25, 25, 20]


def test_m15_a_part_that_fails_leaves_nothing_settled(
    bought: Order, points: Points, publish: Callable[..., PolicyVersion], at: datetime
) -> None:
    publish()
    case = resolve(ask(bought, at, (0, 1, "too_small")), at)
    points.trouble = RuntimeError("no ledger")
    with pytest.raises(RuntimeError):
        services.settle_return(return_id=case.public_id, key="k", at=at, actor=STAFF)
    assert not Settlement.objects.exists()
