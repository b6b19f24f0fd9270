"""Who may enter: staff by membership and right, shoppers by the shop's address."""

from typing import Any
from urllib.parse import quote

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from commerce.access import shopper_locale, shopper_view, staff_view
from commerce.enums import RIGHTS, Right, Role
from commerce.models import Merchant, User
from postexp.kernel.tenancy import OutsideMerchantScope, current_merchant_id
from tests.commerce.conftest import Enter

PAGE = "/d/komorebi/orders/"


def test_strangers_go_to_log_in_and_come_back(client: Client, merchant: Merchant) -> None:
    assert client.get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"


def test_a_dead_session_leaves_the_part_for_the_page(client: Client, merchant: Merchant) -> None:
    answer = client.get(PAGE, headers={"HX-Request": "true", "HX-Current-URL": "/d/komorebi/"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/accounts/login/?next=/d/komorebi/"


def test_a_command_of_a_dead_session_leads_back_to_its_page(
    client: Client, merchant: Merchant
) -> None:
    page = f"http://testserver{PAGE}"
    asked = client.post(PAGE, headers={"Referer": page})
    assert asked["Location"] == f"/accounts/login/?next={quote(page)}"
    assert client.post(PAGE)["Location"] == "/accounts/login/?next=/"


def test_another_shop_and_no_shop_are_alike(
    staff: Client, merchant: Merchant, other_merchant: Merchant
) -> None:
    assert staff.get("/d/harbor/orders/").status_code == 404
    assert staff.get("/d/nowhere/orders/").status_code == 404


def test_a_removed_member_is_out_at_once(client: Client, warehouse_worker: User) -> None:
    client.force_login(warehouse_worker)
    assert client.get(PAGE).status_code == 200
    warehouse_worker.memberships.all().delete()
    assert client.get(PAGE).status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_each_role_does_what_it_may_and_no_more(enter: Enter, role: Role) -> None:
    browser = enter(role)
    statuses = {
        Right.READ: browser.get(PAGE).status_code,
        Right.REPLAY: browser.post("/d/komorebi/events/deliveries/1/skip/").status_code,
        Right.CONFIGURE: browser.get("/d/komorebi/settings/").status_code,
    }
    for right, status in statuses.items():
        assert (status == 403) is (right not in RIGHTS[role]), right


def test_the_scope_and_zone_are_the_shops_and_end_with_the_page(
    rf: RequestFactory, merchant: Merchant, owner: User
) -> None:
    seen: dict[str, Any] = {}

    @staff_view()
    def view(request: Any) -> HttpResponse:
        seen["scope"] = current_merchant_id()
        seen["zone"] = timezone.get_current_timezone_name()
        return TemplateResponse(request, "_lost.html", {})

    request: Any = rf.get("/")
    request.user, request.htmx = owner, False
    response = view(request, slug="komorebi")
    assert seen == {"scope": merchant.pk, "zone": "Asia/Tokyo"}
    assert response.is_rendered
    assert timezone.get_current_timezone_name() == "UTC"
    with pytest.raises(OutsideMerchantScope):
        current_merchant_id()


@pytest.mark.parametrize(
    ("query", "accept", "spoken", "locale"),
    [
        ("?lang=en", "ja", ["en", "ja"], "en"),
        ("?lang=fr", "en", ["en", "ja"], "en"),
        ("?lang=en", "", ["ja"], "ja"),
        ("", "fr;q=0.9, en;q=0.8", ["en", "ja"], "en"),
        ("", "en-GB", ["ja"], "ja"),
        ("", "", ["en", "ja"], "ja"),
    ],
)
def test_a_shoppers_language(
    rf: RequestFactory, query: str, accept: str, spoken: list[str], locale: str
) -> None:
    merchant = Merchant(locales=spoken, default_locale="ja")
    request: HttpRequest = rf.get(f"/{query}", headers={"Accept-Language": accept})
    assert shopper_locale(request, merchant) == locale
    posted: HttpRequest = rf.post("/", {"lang": "ja"}, headers={"Accept-Language": "en"})
    assert shopper_locale(posted, Merchant(locales=["en", "ja"])) == "ja"


def test_shoppers_enter_by_the_shops_address(rf: RequestFactory, merchant: Merchant) -> None:
    @shopper_view
    def view(request: Any) -> HttpResponse:
        return HttpResponse(f"{current_merchant_id()} {translation.get_language()}")

    assert view(rf.get("/?lang=en"), slug="komorebi").content == f"{merchant.pk} en".encode()
    with pytest.raises(Http404):
        view(rf.get("/"), slug="nowhere")
