"""Saved views: the filters of a list under a name, as tabs with counts."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from commerce.models import Membership, Merchant, Order, SavedView, User
from commerce.serializers.view_tabs import kept_query
from commerce.services.orders import take_in_order
from tests.commerce.conftest import Enter
from tests.facts import order_facts

ORDERS = "/d/komorebi/orders/"
SAVE = "/d/komorebi/views/orders/save/"


def tabs(browser: Client, address: str = ORDERS) -> list[tuple[str, Any, bool]]:
    views = browser.get(address).context["views"]
    return [(str(tab["label"]), tab["count"], tab["active"]) for tab in views]


def test_filters_are_kept_in_one_form() -> None:
    query = QueryDict("view=open&q=+&before=1&after=2&payment=paid&export=csv&lang=ja")
    assert kept_query(query) == "payment=paid&view=open"


def test_a_view_is_saved_from_the_page_and_shown_with_its_count(
    staff: Client, order: Order, scope: Merchant
) -> None:
    assert staff.get(ORDERS).context["save_url"] == ""
    narrowed = staff.get(f"{ORDERS}?payment=paid&view=open")
    save = narrowed.context["save_url"]
    assert save == f"{SAVE}?payment=paid&view=open"
    part = staff.get(save, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Save this view" in part
    answer = staff.post(save, {"name": "Paid and open"})
    assert answer["Location"] == f"{ORDERS}?payment=paid&view=open"
    assert ("Paid and open", 1, True) in tabs(staff, answer["Location"])
    assert ("Paid and open", 1, False) in tabs(staff)
    # The view of ours that the saved one builds on is not marked beside it.
    assert [one for one in tabs(staff, answer["Location"]) if one[2]] == [
        ("Paid and open", 1, True)
    ]


def test_own_views_are_ones_own_and_shared_ones_everyones(
    staff: Client, enter: Enter, order: Order, scope: Merchant
) -> None:
    agent = enter("analyst")
    staff.post(f"{SAVE}?view=open", {"name": "Mine"})
    staff.post(f"{SAVE}?view=cancelled", {"name": "Ours", "shared": "on"})
    assert {"Mine", "Ours"} <= {name for name, *_ in tabs(staff)}
    assert {"Mine", "Ours"} & {name for name, *_ in tabs(agent)} == {"Ours"}
    shared = SavedView.objects.get(name="Ours")
    assert agent.get(f"{ORDERS}?view=cancelled").context["change_url"] == ""
    for act in ("", "delete/"):
        assert agent.post(f"/d/komorebi/views/{shared.public_id}/{act}").status_code == 404


def test_views_are_renamed_and_deleted(staff: Client, scope: Merchant) -> None:
    staff.post(f"{SAVE}?view=open", {"name": "One"})
    staff.post(f"{SAVE}?view=cancelled", {"name": "Two"})
    change = staff.get(f"{ORDERS}?view=open").context["change_url"]
    taken = staff.post(change, {"name": "Two"})
    assert taken.status_code == 422
    assert "Choose another one" in taken.content.decode()
    staff.post(change, {"name": "First", "shared": "on"})
    assert SavedView.objects.get(name="First").shared
    staff.post(f"{change}delete/")
    assert [view.name for view in SavedView.objects.all()] == ["Two"]
    again = staff.post(f"{SAVE}?view=open", {"name": "Two"})
    assert again.status_code == 422


@pytest.mark.parametrize("list_name", ["orders", "customers", "parcels", "returns", "messages"])
def test_every_list_has_views(staff: Client, scope: Merchant, list_name: str) -> None:
    saved = staff.post(f"/d/komorebi/views/{list_name}/save/?q=nothing", {"name": "Narrow"})
    page = staff.get(saved["Location"])
    assert ("Narrow", 0, True) in [
        (tab["label"], tab["count"], tab["active"]) for tab in page.context["views"]
    ]
    assert "Change view" in page.content.decode()
    assert staff.get("/d/komorebi/views/nowhere/save/").status_code == 404


def test_counting_stops_where_no_one_counts_on(
    staff: Client, scope: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    for number in range(3):
        take_in_order(order_facts(external_id=str(number)), merchant=scope, at=at)
    monkeypatch.setattr("commerce.serializers.view_tabs.COUNT_MOST", 2)
    staff.post(f"{SAVE}?view=open", {"name": "Many"})
    assert "2+</span>" in staff.get(ORDERS).content.decode()


def test_a_persons_views_go_with_them_and_others_stay(
    staff: Client, scope: Merchant, other_merchant: Merchant, owner: User
) -> None:
    staff.post(f"{SAVE}?view=open", {"name": "Mine", "shared": "on"})
    rival = User.objects.get(email="rival@example.com")
    assert Membership.objects.filter(user=rival, merchant=scope).count() == 0
    guest = Client()
    guest.force_login(rival)
    assert "Mine" not in guest.get("/d/harbor/orders/").content.decode()
