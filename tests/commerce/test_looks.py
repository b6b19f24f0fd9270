"""The look of the shopper's pages: a shop's own words, and versions to go back to."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from commerce.models import LookVersion, Merchant
from commerce.rules import SiteLink, SiteWords
from commerce.selectors import theme_of, words_of
from commerce.services.appearance import change_look
from postexp.design.theme import Theme
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.commerce.conftest import Enter
from tests.commerce.test_settings import LOOK, SETTINGS, picture

WORDS = {
    "banner_en": "We do not ship on 1–3 January.",
    "banner_ja": "1月1日〜3日は発送をお休みします。",
    "footer_en": "Packed by hand in Kyoto.",
    "link1_url": "https://komorebi.example/size",
    "link1_en": "Size guide",
    "link1_ja": "サイズガイド",
}


@pytest.fixture
def fresh(merchant: Merchant, settings: Any, tmp_path: Path) -> Iterator[Merchant]:
    """The shop in its scope, with an empty place for uploads."""
    settings.MEDIA_ROOT = tmp_path
    with merchant_scope(merchant.pk):
        yield merchant


def save(staff: Client, **changes: Any) -> None:
    assert staff.post(f"{SETTINGS}theme/", {**LOOK, **changes}).status_code == 302


def test_words_are_kept_and_stand_on_every_shopper_page(
    staff: Client, client: Client, fresh: Merchant
) -> None:
    save(staff, **WORDS)
    fresh.refresh_from_db()
    assert words_of(fresh) == SiteWords(
        banner_en=WORDS["banner_en"],
        banner_ja=WORDS["banner_ja"],
        footer_en=WORDS["footer_en"],
        links=(SiteLink(url=WORDS["link1_url"], label_en="Size guide", label_ja="サイズガイド"),),
    )
    english = client.get("/s/komorebi/?lang=en").content.decode()
    assert "We do not ship on 1–3 January." in english
    assert '<a href="https://komorebi.example/size" rel="noopener">' in english
    assert "Size guide" in english
    japanese = client.get("/s/komorebi/?lang=ja").content.decode()
    assert "1月1日〜3日は発送をお休みします。" in japanese
    assert "サイズガイド" in japanese
    # What is said in one language only is shown in it, rather than not at all.
    assert "Packed by hand in Kyoto." in japanese
    shown = staff.get(f"{SETTINGS}theme/").content.decode()
    assert 'value="Size guide"' in shown


@pytest.mark.parametrize("url", ["http://komorebi.example/", "javascript:alert(1)", "x y"])
def test_a_link_is_https_or_refused(staff: Client, fresh: Merchant, url: str) -> None:
    answer = staff.post(f"{SETTINGS}theme/", {**LOOK, **WORDS, "link1_url": url})
    assert answer.status_code == 422
    fresh.refresh_from_db()
    assert fresh.site_words == {}


def test_words_are_words(staff: Client, client: Client, fresh: Merchant) -> None:
    save(staff, banner_en="<script>alert(1)</script>")
    assert "<script>alert(1)" not in client.get("/s/komorebi/?lang=en").content.decode()


def test_the_preview_says_what_is_being_written(staff: Client, fresh: Merchant) -> None:
    part = staff.get(f"{SETTINGS}theme/preview/", {**LOOK, **WORDS, "lang": "ja"})
    assert "banner_ja=1" in part.content.decode()
    page = staff.get(f"{SETTINGS}theme/page/", {**LOOK, **WORDS, "lang": "ja"}).content.decode()
    assert "1月1日〜3日は発送をお休みします。" in page
    # Half an address is no link yet: what is saved stays.
    broken = staff.get(f"{SETTINGS}theme/page/", {**LOOK, **WORDS, "link1_url": "htt"})
    assert broken.status_code == 200


def test_every_save_is_a_version_to_go_back_to(
    staff: Client, fresh: Merchant, owner: Any, settings: Any
) -> None:
    save(staff, accent="#aa0000", logo=picture())
    save(staff, accent="#0000aa", remove_logo="on", **WORDS)
    first, red, blue = LookVersion.objects.order_by("number")
    assert (first.number, first.made_by, first.theme) == (1, None, {})
    assert (red.made_by, blue.made_by) == (owner, owner)
    assert "Go back to this one" in staff.get(f"{SETTINGS}theme/").content.decode()

    assert staff.post(f"{SETTINGS}theme/{red.public_id}/restore/").status_code == 302
    fresh.refresh_from_db()
    assert theme_of(fresh).accent == "#aa0000"
    assert fresh.logo.name == red.logo.name
    assert (Path(settings.MEDIA_ROOT) / fresh.logo.name).exists()
    assert words_of(fresh) == SiteWords()
    assert LookVersion.objects.order_by("number").last().theme == red.theme  # type: ignore[union-attr]
    assert EventRecord.objects.filter(type="merchant.changed").count() == 3

    assert staff.post(f"{SETTINGS}theme/{first.public_id}/restore/").status_code == 302
    fresh.refresh_from_db()
    assert (fresh.theme, fresh.logo.name) == ({}, "")


def test_saving_what_is_so_already_makes_no_version(staff: Client, fresh: Merchant) -> None:
    save(staff, accent="#aa0000", logo=picture(), **WORDS)
    count = LookVersion.objects.count()
    save(staff, accent="#aa0000", **WORDS)
    assert LookVersion.objects.count() == count
    assert EventRecord.objects.filter(type="merchant.changed").count() == 1


def test_colours_saved_beside_a_colleagues_logo_keep_its_size(
    fresh: Merchant, owner: Any, at: datetime
) -> None:
    seen_before = Merchant.objects.get(pk=fresh.pk)
    logo = picture().read()
    change_look(merchant=fresh, theme=Theme(), logo=logo, by=owner, at=at)
    changed = change_look(merchant=seen_before, theme=Theme(accent="#aa0000"), by=owner, at=at)
    assert changed.logo
    assert changed.theme["logo_size"]


def test_another_shops_version_is_not_found(
    staff: Client, fresh: Merchant, other_merchant: Merchant, owner: Any
) -> None:
    with merchant_scope(other_merchant.pk):
        theirs = LookVersion.objects.create(number=1, made_at=other_merchant.created_at)
    assert staff.post(f"{SETTINGS}theme/{theirs.public_id}/restore/").status_code == 404


def test_only_who_may_configure_goes_back(enter: Enter, fresh: Merchant) -> None:
    version = LookVersion.objects.create(number=1, made_at=fresh.created_at)
    agent = enter("agent")
    assert agent.post(f"{SETTINGS}theme/{version.public_id}/restore/").status_code == 403
