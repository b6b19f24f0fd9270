"""Returns that were opened on the platform, read over REST."""

import pytest

from commerce.models import Order
from returns.enums.platform import PlatformReturnState
from returns.ports import PlatformReturnFacts, PlatformReturnUnits
from returns.services.platform_returns import take_in_platform_return
from tests.returns.conftest import STAFF
from tests.returns.test_api import NOW, Call, call, refused, today

__all__ = ("call", "today")  # fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(bought: Order) -> None:
    """The platform told of a return of one unit."""
    line = bought.lines.order_by("position").first()
    assert line
    facts = PlatformReturnFacts(
        external_id="gid-1",
        order_external_id=bought.external_id,
        number="#1001-R1",
        state=PlatformReturnState.OPEN,
        opened_at=NOW,
        closed_at=None,
        units=(
            PlatformReturnUnits(
                line_external_id=line.external_id, quantity=1, arrived=1, refunded=0
            ),
        ),
    )
    take_in_platform_return(facts, at=NOW, actor=STAFF)


def test_they_are_listed_with_their_units(call: Call, bought: Order, told: None) -> None:
    [one] = call("GET", f"platform-returns?order_id={bought.public_id}").json()["data"]
    assert (one["number"], one["state"], one["closed_at"]) == ("#1001-R1", "open", None)
    assert (one["external_id"], one["order_number"]) == ("gid-1", bought.number)
    [line] = one["lines"]
    units = (line["quantity"], line["arrived_quantity"], line["refunded_quantity"])
    assert (line["title"], units) == ("マグカップ", (1, 1, 0))
    assert call("GET", "platform-returns?state=open").json()["data"] == [one]
    assert call("GET", "platform-returns?state=closed").json()["data"] == []
    assert call("GET", "platform-returns?order_id=ord_none").json()["data"] == []
    assert refused(call("GET", "platform-returns?state=lost")) == (422, "invalid_state")
