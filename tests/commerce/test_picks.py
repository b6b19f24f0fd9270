"""What the warehouse picks can no longer be cancelled, and the other way round."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commerce.enums import Scope
from commerce.errors import (
    OrderIsCancelled,
    TooManyPicked,
    UnitsInCancellation,
    UnitsPicked,
    UnknownLine,
)
from commerce.models import Merchant, Order, User
from commerce.rules.picks import Progress
from commerce.selectors import list_lines
from commerce.selectors.picks import line_progress
from commerce.services.keys import create_key
from commerce.services.orders import take_in_order
from commerce.services.picks import (
    confirm_picks,
    pick_the_rest,
    release_units,
    restock,
    stop_units,
)
from postexp.kernel.models import EventRecord
from tests.facts import order_facts
from tests.shops import log_in

STAFF = "staff:0"


@pytest.fixture
def placed(scope: Merchant, at: datetime) -> Order:
    """Two mugs and a towel, still on the shelf."""
    return take_in_order(order_facts(), merchant=scope, at=at).order


def pick(order: Order, at: datetime, *units: int) -> None:
    lines = [line.public_id for line in list_lines(order)]
    picked = dict(zip(lines, units, strict=False))
    confirm_picks(order_id=order.public_id, picked=picked, at=at, actor=STAFF)


def counts(order: Order) -> list[tuple[int, int]]:
    progress = line_progress(order)
    return [(progress[line.pk].picked, progress[line.pk].stopped) for line in list_lines(order)]


def test_a_unit_is_gone_once_it_was_picked_or_sent() -> None:
    line = Progress(ordered=5, picked=2, fulfilled=3, stopped=1)
    assert (line.gone, line.stoppable, line.pickable) == (3, 1, 4)
    assert Progress(ordered=2, fulfilled=2, stopped=1).sent_anyway == 1
    assert Progress(ordered=2, fulfilled=2, stopped=1).stoppable == 0


def test_picking_is_noted_once_and_told(placed: Order, at: datetime) -> None:
    pick(placed, at, 1, 1)
    pick(placed, at, 1, 1)
    assert counts(placed) == [(1, 0), (1, 0)]
    told = EventRecord.objects.filter(type="order.picked")
    assert [record.payload["units"] for record in told] == [2]


def test_a_slip_is_corrected(placed: Order, at: datetime) -> None:
    pick(placed, at, 2)
    pick(placed, at, 1)
    assert counts(placed)[0] == (1, 0)


def test_units_in_cancellation_stay_on_the_shelf(placed: Order, at: datetime) -> None:
    mug, towel = list_lines(placed)
    stop_units(placed, {mug.pk: 1})
    with pytest.raises(UnitsInCancellation):
        pick(placed, at, 2, 1)
    assert counts(placed) == [(0, 1), (0, 0)], "nothing is noted by halves"
    pick_the_rest(order_id=placed.public_id, at=at, actor=STAFF)
    assert counts(placed) == [(1, 1), (1, 0)]
    with pytest.raises(UnitsPicked):
        stop_units(placed, {towel.pk: 1})
    release_units(placed, {mug.pk: 1})
    pick(placed, at, 2)
    assert counts(placed)[0] == (2, 0)


def test_what_cannot_be_picked(placed: Order, scope: Merchant, at: datetime) -> None:
    with pytest.raises(TooManyPicked):
        pick(placed, at, 3)
    with pytest.raises(UnknownLine):
        confirm_picks(order_id=placed.public_id, picked={"oln_x": 1}, at=at, actor=STAFF)
    take_in_order(order_facts(cancelled_at=at, updated_at=at), merchant=scope, at=at)
    with pytest.raises(OrderIsCancelled):
        pick(placed, at, 1)


def test_only_who_counts_the_stock_counts_it_back(placed: Order, at: datetime) -> None:
    mug, _towel = list_lines(placed)
    restock(placed, {mug.pk: 1})
    assert mug.variant is None


@pytest.fixture
def program(scope: Merchant, owner: User, at: datetime) -> dict[str, str]:
    """The headers of a program that may write orders."""
    scopes = [Scope.READ_ORDERS, Scope.WRITE_ORDERS]
    made = create_key(merchant=scope, name="WMS", scopes=scopes, by=owner, at=at)
    return {"Authorization": f"Bearer {made.secret}"}


def put(client: Client, order: Order, headers: dict[str, str], **row: Any) -> Any:
    return client.put(
        f"/api/v1/orders/{order.external_id}/picks",
        json.dumps({"lines": [row]}),
        content_type="application/json",
        headers=headers,
    )


def test_a_program_confirms_what_it_picked(
    placed: Order, program: dict[str, str], client: Client
) -> None:
    answer = put(client, placed, program, line_external_id="l1", quantity=2)
    assert answer.status_code == 200
    seen = client.get(f"/api/v1/orders/{placed.external_id}/picks", headers=program)
    assert seen.json() == answer.json()
    assert [line["picked_quantity"] for line in seen.json()["lines"]] == [2, 0]


def test_a_program_is_refused_with_a_code(
    placed: Order, program: dict[str, str], client: Client
) -> None:
    stop_units(placed, {list_lines(placed)[0].pk: 2})
    refused = put(client, placed, program, line_external_id="l1", quantity=1)
    assert (refused.status_code, refused.json()["code"]) == (409, "units_in_cancellation")
    unknown = put(client, placed, program, line_external_id="nope", quantity=1)
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_line")
    assert put(client, placed, program, quantity=1).status_code == 422


def test_the_warehouse_presses_one_button(
    placed: Order, scope: Merchant, warehouse_worker: User, client: Client
) -> None:
    log_in(client, warehouse_worker)
    page = reverse("dashboard:order_detail", args=[scope.slug, placed.public_id])
    button = reverse("dashboard:order_picked", args=[scope.slug, placed.public_id])
    assert button in client.get(page).content.decode()
    assert client.post(button, follow=True).status_code == 200
    assert counts(placed) == [(2, 0), (1, 0)]
    assert button not in client.get(page).content.decode()
