"""A return is fetched: arranged by staff or a program, told to the shopper, seen while it waits."""

from collections.abc import Callable
from datetime import date, time

import pytest
from django.db import IntegrityError
from django.test import Client

from commerce.models import Merchant, Order, User
from notifications.models import Message
from postexp.kernel.models import EventRecord
from returns import services
from returns.enums import ReturnMethod
from returns.errors import InvalidTransition, MethodNotOffered
from returns.models import PickUp, PolicyVersion, Return, SendingSettings
from returns.services.pickups import arrange_pickup
from tests.returns.conftest import STAFF, arrive, ask
from tests.returns.test_api import NOW, Call, call, refused, today
from tests.returns.test_site import path, words

__all__ = ("call", "today")  # fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, owner: User, merchant: Merchant) -> Client:
    """The owner at the desk."""
    client.force_login(owner)
    return client


@pytest.fixture
def fetched(bought: Order, publish: Callable[..., PolicyVersion]) -> Return:
    """An approved return that a carrier is to fetch."""
    publish(review=True)
    SendingSettings.objects.create(methods=[ReturnMethod.PICKUP, ReturnMethod.OWN])
    case = ask(bought, NOW, (0, 1, "too_small"), method=ReturnMethod.PICKUP)
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    return case


def arrange(case: Return, day: int = 28) -> PickUp:
    """Have it fetched in the morning of a day of November."""
    return arrange_pickup(
        return_id=case.public_id,
        on=date(2026, 11, day),
        earliest=time(9),
        latest=time(12),
        carrier="Yamato",
        at=NOW,
        actor=STAFF,
    )


def test_staff_arrange_it_and_the_shopper_is_told(
    desk: Client, merchant: Merchant, fetched: Return, drain: Callable[[], None]
) -> None:
    home = f"/d/{merchant.slug}/"
    url = f"{home}returns/{fetched.public_id}/pickup/"
    waiting = desk.get(home).content.decode()
    assert "Pick-ups to arrange" in waiting
    assert fetched.order.customer
    assert fetched.order.customer.full_name("en") in waiting
    assert url in desk.get(f"{home}returns/{fetched.public_id}/").content.decode()
    told = {"on": "2026-11-28", "earliest": "09:00", "latest": "12:00", "carrier": "ヤマト運輸"}
    assert desk.post(url, told).status_code == 302
    drain()
    [message] = Message.objects.filter(kind="return.pickup_arranged")
    assert message.state == "sent"
    assert "11月28日" in message.text
    assert "ヤマト運輸" in message.text
    assert "Pick-ups to arrange" not in desk.get(home).content.decode()
    page = words(Client().get(path(fetched.order, merchant, f"{fetched.public_id}/")))
    assert "11月28日" in page


def test_another_day_is_told_anew_and_the_same_is_not(
    fetched: Return, drain: Callable[[], None]
) -> None:
    arrange(fetched)
    drain()
    arrange(fetched)
    drain()
    assert Message.objects.filter(kind="return.pickup_arranged").count() == 1
    assert arrange(fetched, 29).turn == 2
    drain()
    assert Message.objects.filter(kind="return.pickup_arranged").count() == 2
    events = EventRecord.objects.filter(type="return.pickup_arranged").order_by("id")
    assert [one.payload["on"] for one in events] == ["2026-11-28", "2026-11-29"]


def test_a_day_that_was_changed_before_it_was_told_is_not_told(
    fetched: Return, drain: Callable[[], None]
) -> None:
    arrange(fetched)
    arrange(fetched, 29)
    drain()
    states = Message.objects.filter(kind="return.pickup_arranged").order_by("id")
    assert [one.state for one in states] == ["refused", "sent"]


def test_only_an_approved_return_that_is_fetched_can_be_arranged(
    fetched: Return, bought: Order
) -> None:
    own = ask(bought, NOW, (1, 1, "too_small"), method=ReturnMethod.OWN)
    services.approve_return(return_id=own.public_id, at=NOW, actor=STAFF)
    with pytest.raises(MethodNotOffered):
        arrange(own)
    arrive(fetched, NOW)
    with pytest.raises(InvalidTransition):
        arrange(fetched)
    assert not PickUp.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": "2026-11-20"}, "on"),
        ({"latest": ""}, "latest"),
        ({"earliest": ""}, "earliest"),
        ({"latest": "09:00"}, "latest"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    desk: Client, merchant: Merchant, fetched: Return, wrong: dict[str, str], field: str
) -> None:
    told = {"on": "2026-11-28", "earliest": "09:00", "latest": "12:00", **wrong}
    page = desk.post(f"/d/{merchant.slug}/returns/{fetched.public_id}/pickup/", told)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not PickUp.objects.exists()


def test_programs_arrange_it_too(call: Call, fetched: Return) -> None:
    path = f"returns/{fetched.public_id}/pickup"
    told = {"on": "2026-11-28", "earliest": "09:00", "latest": "12:00"}
    answer = call("POST", path, told)
    assert answer.json() == {**told, "carrier_name": ""}
    assert call("POST", path, {"on": "2026-11-29"}).json()["earliest"] is None
    assert call("POST", path, {**told, "latest": "08:00"}).status_code == 422
    assert refused(call("POST", path, {"on": "9999-12-31"})) == (422, "day_out_of_range")
    arrive(fetched, NOW)
    assert refused(call("POST", path, {"on": "2026-11-30"})) == (409, "invalid_transition")


def test_the_database_takes_no_hours_in_the_wrong_order(fetched: Return) -> None:
    kept = arrange(fetched)
    kept.latest = time(8)
    with pytest.raises(IntegrityError):
        kept.save()
