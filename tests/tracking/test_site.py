"""The hosted tracking page, and the ways to it."""

import gzip
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from commerce import links
from commerce.models import Merchant, Order
from commerce.ports import FulfilmentLineFacts
from commerce.services.orders import take_in_order
from postexp.design.storage import join_sheets
from postexp.kernel import clock, slots
from tests.facts import order_facts
from tests.tracking.conftest import fulfilment_facts
from tests.tracking.scans import START, scan
from tracking import services
from tracking.enums import DelayReason
from tracking.models import (
    LookupAttempt,
    LookupChallenge,
    PreparedPage,
    Shipment,
    ShipmentEvent,
)
from tracking.rules import Estimate, NormalisedShipment
from tracking.selectors.lookups import TRIES, code_of
from tracking.serializers.stories import tell_order

pytestmark = pytest.mark.django_db

NOW = START + timedelta(hours=1)  # 13:00 in Tokyo, Friday 20 November 2026


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """A clock that stands still until a test moves it."""
    moment = [NOW]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return moment


@pytest.fixture
def url(order: Order, merchant: Merchant) -> str:
    return f"/s/{merchant.slug}/t/{links.order_token(order.public_id)}/"


def text_of(response: HttpResponse) -> str:
    found = re.sub(r"(?s)<(script|style|svg).*?</\1>", "", response.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found))


def tell(shipment: Shipment, *events: Any, at: datetime = NOW, **facts: Any) -> None:
    told = NormalisedShipment(source="test", tracking_number="", events=events, **facts)
    services.ingest_tracking(shipment, told, at=at)


def packed(client: Client, address: str) -> int:
    """The size of what a page brings with it, as it is sent: its sheets joined, and packed."""
    if not address.startswith(settings.STATIC_URL):
        return len(gzip.compress(client.get(address).content))
    file = Path(settings.BASE_DIR, "static", address.removeprefix(settings.STATIC_URL))
    text = file.read_text()
    if file.suffix == ".css":
        text = join_sheets(
            text,
            {
                str(one.relative_to(file.parent)): one.read_text()
                for one in file.parent.rglob("*.css")
            },
        )
    return len(gzip.compress(text.encode()))


def only_panels(monkeypatch: pytest.MonkeyPatch, *panels: slots.Panel) -> None:
    """Let these be all that rooms show on the tracking page."""
    monkeypatch.setattr(slots, "panels", lambda slot: panels if slot == "tracking_page" else ())


class TestPage:
    def test_it_answers_in_the_orders_language_with_parcel_items_and_scans(
        self, client: Client, url: str, shipment: Shipment, now: list[datetime]
    ) -> None:
        tell(
            shipment,
            scan(0.5, "in_transit", "picked_up", location="渋谷営業所", raw_description="集荷"),
            estimate=Estimate(
                day=date(2026, 11, 21), starts_at=NOW, ends_at=NOW + timedelta(hours=2)
            ),
        )
        response = client.get(url)
        assert response.status_code == 200
        assert response["Content-Language"] == "ja"
        text = text_of(response)
        assert "#1001" in text
        for words in (
            "マグカップ",
            "× 2",
            "タオル",
            "渋谷営業所",
            "11月20日(金) 12:30",
            "ヤマト運輸",
        ):
            assert words in text
        assert "佐藤" not in text
        assert "神宮前" not in text

    def test_it_speaks_both_languages(
        self, client: Client, url: str, shipment: Shipment, now: list[datetime]
    ) -> None:
        tell(shipment, estimate=Estimate(day=date(2026, 11, 21)))
        text = text_of(client.get(f"{url}?lang=en"))
        assert "Arrives tomorrow, Sat 21 Nov" in text
        assert "Yamato Transport" in text
        assert "Not sent yet" in text

    def test_warm_it_is_one_query(
        self,
        client: Client,
        url: str,
        shipment: Shipment,
        now: list[datetime],
        django_assert_num_queries: Any,
    ) -> None:
        first = client.get(url)
        with django_assert_num_queries(1):
            again = client.get(url)
        assert again.content == first.content
        with django_assert_num_queries(1):
            same = client.get(url, headers={"If-None-Match": f'W/"x", {first["ETag"]}'})
        assert (same.status_code, same.content) == (304, b"")
        assert same["ETag"] == first["ETag"]

    def test_headers_keep_the_token_to_its_reader(
        self, client: Client, url: str, shipment: Shipment
    ) -> None:
        response = client.get(url)
        assert response["Cache-Control"] == "private, no-cache"
        assert response["Referrer-Policy"] == "no-referrer"
        assert not response.cookies
        body = response.content.decode()
        assert "csrf" not in body
        assert "nonce" not in body
        assert len(response.content) < 60_000

    def test_the_first_view_is_light_with_all_it_brings(
        self, client: Client, url: str, shipment: Shipment
    ) -> None:
        """Page, sheets, script and icon, pictures left out; the page itself goes out unpacked."""
        for place in range(20):
            tell(
                shipment, scan(place / 50, "in_transit", "arrived_facility", location=f"局{place}")
            )
        page = client.get(url)
        brought = r'(?:href|src)="(/[^"]+?\.(?:css|js|svg))[?"]'
        addresses = set(re.findall(brought, page.content.decode()))
        assert {Path(address).suffix for address in addresses} == {".css", ".js", ".svg"}
        assert len(page.content) + sum(packed(client, one) for one in addresses) < 60_000

    def test_a_scan_is_on_the_page_after_the_drain(
        self, client: Client, url: str, shipment: Shipment, drain: Callable[[], None]
    ) -> None:
        drain()
        before = client.get(url)
        tell(shipment, scan(0.9, "delivered", "locker", location="駅前"), at=clock.now())
        drain()
        after = client.get(url)
        assert "宅配ボックスにお届けしました" in text_of(after)
        assert after["ETag"] != before["ETag"]

    def test_words_that_age_are_rewritten_at_midnight(
        self, client: Client, url: str, shipment: Shipment, now: list[datetime]
    ) -> None:
        tell(shipment, estimate=Estimate(day=date(2026, 11, 21)))
        assert "Arrives tomorrow" in text_of(client.get(f"{url}?lang=en"))
        page = PreparedPage.objects.get(locale="en")
        assert page.valid_until == datetime(2026, 11, 20, 15, tzinfo=UTC)
        now[0] = page.valid_until
        assert "Arrives today" in text_of(client.get(f"{url}?lang=en"))

    @pytest.mark.parametrize(("ages", "lasts"), [(True, False), (False, True)])
    def test_a_part_of_another_room_ages_the_page_only_where_its_words_do(
        self,
        client: Client,
        url: str,
        shipment: Shipment,
        monkeypatch: pytest.MonkeyPatch,
        ages: bool,
        lasts: bool,
    ) -> None:
        tell(shipment, scan(0.9, "delivered"))
        panel = slots.Panel(name="one", order=1, render=lambda *_: "<hr>", ages=ages)
        only_panels(monkeypatch, panel)
        assert b"<hr>" in client.get(url).content
        assert (PreparedPage.objects.get().valid_until is None) is lasts

    def test_the_way_to_the_notices_never_ages(self) -> None:
        panels = {one.name: one for one in slots.panels("tracking_page")}
        assert not panels["notifications.notices"].ages
        assert panels["returns.returns"].ages

    def test_a_body_from_older_facts_never_replaces_a_newer_one(
        self, shipment: Shipment, order: Order, url: str, client: Client
    ) -> None:
        services.prepare_page(order, "ja", at=NOW)
        slow_reader = PreparedPage.objects.get()
        tell(shipment, scan(0.9, "delivered"))
        services.refresh_pages(order.public_id, at=NOW)
        fresh = PreparedPage.objects.get().body
        from tracking.services.pages import _make

        slow_reader.body = "old"
        _make(slow_reader, order, NOW)
        assert PreparedPage.objects.get().body == fresh

    def test_a_new_edition_or_style_sheet_makes_it_anew(
        self, client: Client, url: str, shipment: Shipment, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client.get(url)
        PreparedPage.objects.update(body="old")
        assert client.get(url).content == b"old"
        monkeypatch.setattr("tracking.services.pages.EDITION", 99)
        assert client.get(url).content != b"old"

    def test_a_new_look_of_the_shop_makes_it_anew(
        self, client: Client, url: str, shipment: Shipment
    ) -> None:
        client.get(url)
        assert services.outdate_pages() == 1
        PreparedPage.objects.update(body="old")
        assert client.get(url).content != b"old"

    def test_before_anything_is_sent(self, client: Client, url: str, now: list[datetime]) -> None:
        text = text_of(client.get(f"{url}?lang=en"))
        assert "We are preparing your order" in text
        assert "マグカップ" in text

    def test_a_split_order_shows_each_parcel_and_leads_with_trouble(
        self, client: Client, url: str, order: Order, shipment: Shipment, now: list[datetime]
    ) -> None:
        services.take_in_shipment(
            fulfilment_facts(
                order,
                START,
                external_id="f2",
                tracking_numbers=("2",),
                lines=(FulfilmentLineFacts(line_external_id="l2", quantity=1),),
            ),
            at=NOW,
        )
        tell(shipment, scan(0.4, "exception", "address_incorrect"))
        text = text_of(client.get(f"{url}?lang=en"))
        assert "The carrier cannot find your address" in text
        assert "Parcel 1 of 2" in text
        assert "0 of 2 parcels delivered" in text
        assert "Not sent yet" not in text

    def test_a_late_parcel_says_so(
        self, client: Client, url: str, shipment: Shipment, now: list[datetime]
    ) -> None:
        tell(shipment, reported_at=START, estimate=Estimate(day=date(2026, 11, 21)))
        tell(
            shipment,
            scan(0.5, "in_transit", "weather_delay"),
            reported_at=NOW,
            estimate=Estimate(day=date(2026, 11, 24)),
        )
        text = text_of(client.get(f"{url}?lang=en"))
        assert "Arrives Tue 24 Nov" in text
        assert "It was first expected Sat 21 Nov" in text
        assert "Bad weather" in text

    def test_panels_of_other_rooms_are_shown(
        self, client: Client, url: str, order: Order, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[Any] = []

        def show(request: Any, context: Any) -> str:
            asked.append(context)
            return "<hr>"

        only_panels(monkeypatch, slots.Panel(name="one", order=1, render=show))
        assert b"<hr>" in client.get(url).content
        assert asked == [{"order_id": order.public_id, "locale": "ja"}]

    def test_a_room_that_fails_leaves_its_link_and_is_asked_again_soon(
        self,
        client: Client,
        url: str,
        order: Order,
        now: list[datetime],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        fails = [True]

        def show(request: Any, context: Any) -> str:
            if fails[0]:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT nonsense")
            return "<hr>"

        only_panels(
            monkeypatch,
            slots.Panel(
                name="linked", order=1, render=show, fallback=lambda *_: "<a href='/x'>more</a>"
            ),
            slots.Panel(name="silent", order=2, render=show),
        )
        page = client.get(url).content
        assert b"<a href='/x'>more</a>" in page
        assert b"<hr>" not in page
        assert "マグカップ" in page.decode()
        fails[0] = False
        now[0] += timedelta(minutes=5)
        assert client.get(url).content.count(b"<hr>") == 2

    @pytest.mark.parametrize(
        ("locale", "delayed", "note"),
        [
            ("en", "The carrier reports a delay", "Note from the carrier"),
            ("ja", "配送会社で遅れが出ています", "配送会社からのお知らせ"),
        ],
    )
    def test_news_without_a_status_is_told_in_the_readers_language(
        self, order: Order, shipment: Shipment, words: None, locale: str, delayed: str, note: str
    ) -> None:
        tell(
            shipment,
            scan(
                0.4,
                None,
                "information_only",
                location="大田区",
                raw_description="天候の影響により遅れています",
                delay_reason=DelayReason.CARRIER,
            ),
            scan(0.5, None, raw_description="ドアマンへ"),
        )
        with translation.override(locale):
            [parcel] = tell_order(order, locale=locale, at=NOW).parcels
        newest, delay = parcel.timeline[:2]
        assert (delay["title"], delay["text"], delay["kind"]) == (delayed, "大田区", "scan")
        assert (newest["title"], newest["text"], newest["kind"]) == (note, "ドアマンへ", "note")
        assert any("天候の影響により遅れています" in row["text"] for row in parcel.raw)

    def test_a_label_told_late_is_the_oldest_step(
        self, order: Order, shipment: Shipment, merchant: Merchant, words: None
    ) -> None:
        made_at = ShipmentEvent.objects.get(source="shop").occurred_at
        assert made_at is not None
        out = made_at - timedelta(hours=3)
        event = scan(0, "out_for_delivery", occurred_at=out, local_time=out.isoformat())
        tell(shipment, event, at=made_at)
        with translation.override("en"):
            [parcel] = tell_order(order, locale="en", at=made_at).parcels
        assert [(entry["title"], entry["tone"]) for entry in parcel.timeline] == [
            ("Out for delivery", "accent"),
            ("Label created", "neutral"),
        ]
        assert parcel.timeline[1]["when"] == "time not known"

    def test_raw_words_are_escaped(self, client: Client, url: str, shipment: Shipment) -> None:
        tell(shipment, scan(0.5, None, raw_description="<script>alert(1)</script>"))
        assert b"<script>alert" not in client.get(url).content

    def test_a_wrong_token_another_shop_and_a_wrong_method(
        self, client: Client, url: str, order: Order, other_merchant: Merchant
    ) -> None:
        assert client.get(url.replace("/t/ord", "/t/xrd")).status_code == 404
        assert client.get(url.replace("komorebi", "harbor")).status_code == 404
        assert client.get(url.replace("komorebi", "nowhere")).status_code == 404
        client.get(url)
        assert client.get(url.replace("komorebi", "harbor")).status_code == 404
        assert client.post(url).status_code == 405


def test_a_link_from_before_a_renaming_leads_to_the_page_that_stands(
    client: Client, url: str, order: Order, merchant: Merchant, other_merchant: Merchant
) -> None:
    Merchant.objects.filter(pk=merchant.pk).update(slug="new", former_slugs=["komorebi"])
    moved = client.get(f"{url}?lang=en")
    assert moved["Location"] == url.replace("/komorebi/", "/new/") + "?lang=en"
    assert moved["Referrer-Policy"] == "no-referrer"
    assert not PreparedPage.every_merchant.exists()
    assert client.get(moved["Location"]).status_code == 200
    made = PreparedPage.every_merchant.get()
    client.get(f"{url}?lang=en", follow=True)
    assert PreparedPage.every_merchant.get().made == made.made
    theirs = url.replace("/komorebi/", f"/{other_merchant.slug}/")
    assert client.get(theirs).status_code == 404


class TestLookup:
    path = "/s/komorebi/"

    def test_the_form_needs_no_cookie(self, client: Client, merchant: Merchant) -> None:
        response = client.get(self.path)
        assert response.status_code == 200
        assert not response.cookies

    @pytest.mark.parametrize("contact", ["HANA@example.jp ", "090 1234 5678", "+81 90-1234-5678"])
    def test_number_and_contact_open_the_page(
        self, client: Client, order: Order, contact: str
    ) -> None:
        response = client.post(self.path, {"number": "＃１００１", "contact": contact})
        assert response.status_code == 302
        assert links.order_of_token(response["Location"].split("/")[4]) == order.public_id
        assert client.get(response["Location"]).status_code == 200

    def test_a_postcode_opens_the_bare_status_only(
        self, client: Client, order: Order, shipment: Shipment
    ) -> None:
        response = client.post(self.path, {"number": "1001", "contact": "〒1500001"})
        assert "/status/" in response["Location"]
        page = client.get(response["Location"])
        text = text_of(page)
        for secret in ("佐藤", "神宮前", "hana@", "マグカップ", "4000", links.order_token("")[:4]):
            assert secret not in text
        assert page["Referrer-Policy"] == "no-referrer"
        token = response["Location"].split("/")[4].split("?")[0]
        assert client.get(f"/s/komorebi/t/{token}/").status_code == 404
        assert client.get("/s/komorebi/status/ord_x.y/").status_code == 404

    def test_wrong_and_unknown_get_the_same_answer(self, client: Client, order: Order) -> None:
        wrong = client.post(self.path, {"number": "1001", "contact": "eve@example.com"})
        unknown = client.post(self.path, {"number": "9999", "contact": "eve@example.com"})
        assert wrong.status_code == unknown.status_code == 422
        assert wrong.content.replace(b"1001", b"9999") == unknown.content

    def test_an_empty_form_is_refused_at_the_field(self, client: Client, order: Order) -> None:
        assert client.post(self.path, {"number": ""}).status_code == 422

    def test_five_failures_then_a_code_for_known_and_unknown_alike(
        self, client: Client, order: Order
    ) -> None:
        for number in ("1001", "9999"):
            for _ in range(TRIES):
                answer = client.post(self.path, {"number": number, "contact": "no@example.com"})
                assert answer.status_code == 422
        known = client.post(self.path, {"number": "1001", "contact": "hana@example.jp"})
        unknown = client.post(self.path, {"number": "9999", "contact": "hana@example.jp"})
        assert known.status_code == unknown.status_code == 200
        hidden = re.compile(rb'value="chl_[^"]+"')
        assert hidden.sub(b"", known.content) == hidden.sub(b"", unknown.content)

    def test_failures_of_one_order_leave_the_others_alone(
        self, client: Client, order: Order, scope: Merchant, at: datetime
    ) -> None:
        take_in_order(order_facts(external_id="2", number="#1002"), merchant=scope, at=at)
        for _ in range(TRIES + 1):
            client.post(self.path, {"number": "1001", "contact": "no@example.com"})
        opened = client.post(self.path, {"number": "1002", "contact": "hana@example.jp"})
        assert opened.status_code == 302

    def test_after_a_quarter_of_an_hour_it_counts_anew(
        self, client: Client, order: Order, now: list[datetime]
    ) -> None:
        for _ in range(TRIES):
            client.post(self.path, {"number": "1001", "contact": "no@example.com"})
        now[0] = NOW + timedelta(minutes=15)
        opened = client.post(self.path, {"number": "1001", "contact": "hana@example.jp"})
        assert opened.status_code == 302

    def throttled(self, client: Client) -> str:
        for _ in range(TRIES):
            client.post(self.path, {"number": "1001", "contact": "no@example.com"})
        page = client.post(self.path, {"number": "1001", "contact": "hana@example.jp"})
        return re.search(r"chl_\w+", page.content.decode())[0]  # type: ignore[index]

    def test_the_code_from_the_mail_opens_the_page_once(
        self, client: Client, order: Order, drain: Callable[[], None]
    ) -> None:
        challenge = self.throttled(client)
        assert self.throttled(client) == challenge
        drain()
        (sent,) = [one for one in mail.outbox if code_of(challenge) in one.body]
        assert sent.to == ["hana@example.jp"]
        answer = {"challenge": challenge, "code": f" {code_of(challenge)} "}
        opened = client.post(f"{self.path}code/", answer)
        assert client.get(opened["Location"]).status_code == 200
        assert client.post(f"{self.path}code/", answer).status_code == 422

    def test_a_code_is_not_guessed(self, client: Client, order: Order) -> None:
        challenge = self.throttled(client)
        right = code_of(challenge)
        wrong = "000000" if right != "000000" else "000001"
        for _ in range(5):
            answer = client.post(f"{self.path}code/", {"challenge": challenge, "code": wrong})
            assert answer.status_code == 422
        answer = client.post(f"{self.path}code/", {"challenge": challenge, "code": right})
        assert answer.status_code == 422
        assert client.post(f"{self.path}code/", {"challenge": challenge}).status_code == 422

    def burn(self, client: Client, challenge: str) -> None:
        wrong = "000000" if code_of(challenge) != "000000" else "000001"
        for _ in range(5):
            client.post(f"{self.path}code/", {"challenge": challenge, "code": wrong})

    def test_a_code_a_stranger_burnt_is_followed_by_another(
        self, client: Client, order: Order, drain: Callable[[], None]
    ) -> None:
        burnt = self.throttled(client)
        self.burn(client, burnt)
        fresh = self.throttled(client)
        assert fresh != burnt
        drain()
        assert any(code_of(fresh) in one.body for one in mail.outbox)
        answer = {"challenge": fresh, "code": code_of(fresh)}
        assert client.post(f"{self.path}code/", answer).status_code == 302

    @pytest.mark.parametrize("number", ["1001", "9999"])
    def test_five_codes_an_hour_are_begun_for_known_and_unknown_alike(
        self, client: Client, order: Order, number: str, now: list[datetime]
    ) -> None:
        begun = []
        for _ in range(7):
            begun.append(services.ask_for_code(number=number, at=clock.now()))
            self.burn(client, begun[-1])
        assert len(set(begun)) == 5
        assert begun[-3:] == [begun[4]] * 3
        page = client.post(f"{self.path}code/", {"challenge": begun[-1], "code": "000000"})
        assert page.status_code == 422
        now[0] = NOW + timedelta(hours=1)
        assert services.ask_for_code(number=number, at=clock.now()) not in begun

    def test_no_code_opens_an_order_that_is_not_there(
        self, client: Client, merchant: Merchant
    ) -> None:
        challenge = services_challenge(merchant, "9999")
        answer = {"challenge": challenge, "code": code_of(challenge)}
        assert client.post(f"{self.path}code/", answer).status_code == 422
        assert client.post(f"{self.path}code/", {**answer, "challenge": "chl_x"}).status_code == 422

    def test_what_no_longer_counts_is_forgotten(
        self, client: Client, order: Order, now: list[datetime]
    ) -> None:
        self.throttled(client)
        services.forget_lookups(at=NOW + timedelta(minutes=10))
        assert LookupAttempt.objects.count() == TRIES
        services.forget_lookups(at=NOW + timedelta(minutes=30))
        assert (LookupAttempt.objects.count(), LookupChallenge.objects.count()) == (0, 1)
        services.forget_lookups(at=NOW + timedelta(minutes=70))
        assert LookupChallenge.objects.count() == 0


def services_challenge(merchant: Merchant, number: str) -> str:
    from postexp.kernel.tenancy import merchant_scope

    with merchant_scope(merchant.pk):
        return services.ask_for_code(number=number, at=clock.now())


def test_a_cancelled_order_says_so(
    client: Client, url: str, order: Order, scope: Merchant, at: datetime, now: list[datetime]
) -> None:
    facts = order_facts(cancelled_at=at, updated_at=at)
    take_in_order(replace(facts), merchant=scope, at=at)
    assert "This order was cancelled" in text_of(client.get(f"{url}?lang=en"))


def test_every_panel_of_the_page_has_a_link_to_fall_back_on(order: Order) -> None:
    panels = slots.panels("tracking_page")
    assert panels
    for panel in panels:
        assert panel.fallback is not None, panel.name
        link = panel.fallback(None, {"order_id": order.public_id, "locale": "en"})
        # Of a service that the shop does not have, there is nothing to lead to.
        assert "href=" in link or (panel.name, link) == ("integrations.line", "")
