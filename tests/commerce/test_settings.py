"""The settings: shop, theme with its preview, keys."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from commerce.enums import Scope
from commerce.errors import AddressTaken
from commerce.models import ApiKey, Merchant, User
from commerce.selectors import site_frame, theme_of, theme_url
from commerce.services.keys import create_key
from commerce.services.merchants import change_merchant
from postexp.design.theme import Theme
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from postexp.kernel.secrets import hash_key
from postexp.kernel.tenancy import merchant_scope
from tests.commerce.conftest import Enter

SETTINGS = "/d/komorebi/settings/"
SHOP = {
    "slug": "komorebi",
    "name_en": "Komorebi",
    "name_ja": "こもれび",
    "locales": ["ja", "en"],
    "default_locale": "ja",
    "time_zone": "Asia/Tokyo",
    "site_url": "komorebi.example",
    "support_email": "hello@komorebi.example",
    "support_phone": "03-1234-5678",
    "hours_en": "Mon–Fri",
    "hours_ja": "平日",
}
LOOK = {
    "accent": "#0F766E",
    "font": "serif",
    "radius": "large",
    "header": "accent",
    "logo_height": "40",
}


def picture(size: tuple[int, int] = (300, 100)) -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, "PNG")
    return SimpleUploadedFile("logo.png", written.getvalue())


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    """An empty place for uploads."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def fresh(merchant: Merchant) -> Iterator[Merchant]:
    """The shop, read anew by each test that changed it."""
    with merchant_scope(merchant.pk):
        yield merchant


def test_the_shop_is_changed(staff: Client, fresh: Merchant, owner: Any) -> None:
    answer = staff.post(SETTINGS, SHOP)
    assert answer["Location"] == SETTINGS
    fresh.refresh_from_db()
    assert (fresh.name_ja, fresh.site_url) == ("こもれび", "https://komorebi.example")
    assert fresh.locales == ["ja", "en"]
    event = EventRecord.objects.get(type="merchant.changed")
    assert event.actor == owner.actor


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name_en": "", "name_ja": ""}, "name_ja"),
        ({"slug": "ko morebi"}, "slug"),
        ({"slug": "harbor"}, "slug"),
        ({"locales": ["en"], "default_locale": "ja"}, "default_locale"),
        ({"locales": []}, "locales"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"support_email": "nobody"}, "support_email"),
        ({"site_url": "javascript:alert(1)"}, "site_url"),
    ],
)
def test_a_bad_setting_is_refused_at_its_field(
    staff: Client,
    fresh: Merchant,
    other_merchant: Merchant,
    changes: dict[str, Any],
    field: str,
) -> None:
    answer = staff.post(SETTINGS, {**SHOP, **changes})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "data-focus" in answer.content.decode()
    fresh.refresh_from_db()
    assert fresh.name_en == "Komorebi Goods"


def test_a_shop_moves_to_another_address_and_is_found_at_the_earlier_one(
    staff: Client, fresh: Merchant, other_merchant: Merchant
) -> None:
    answer = staff.post(SETTINGS, {**SHOP, "slug": " Komorebi-Zakka\n"})
    assert answer["Location"] == "/d/komorebi-zakka/settings/"
    for slug in ("komorebi", "komorebi-zakka"):
        assert "/d/komorebi-zakka/" in staff.get(f"/d/{slug}/settings/").content.decode()
        assert staff.get(f"/s/{slug}/").status_code == 200
    assert staff.get("/s/another/").status_code == 404
    with merchant_scope(other_merchant.pk), pytest.raises(AddressTaken):
        change_merchant(
            merchant=other_merchant,
            changes={"slug": "komorebi"},
            by=User.objects.get(memberships__merchant=other_merchant),
            at=clock.now(),
        )
    staff.post(SETTINGS, SHOP)
    fresh.refresh_from_db()
    assert (fresh.slug, fresh.former_slugs) == ("komorebi", ["komorebi-zakka"])


def test_a_shop_may_have_a_japanese_name_alone(staff: Client, fresh: Merchant) -> None:
    staff.post(SETTINGS, {**SHOP, "name_en": ""})
    fresh.refresh_from_db()
    assert (fresh.name_in("en"), fresh.name_in("ja")) == ("こもれび", "こもれび")


def test_the_theme_is_changed(staff: Client, fresh: Merchant) -> None:
    before = theme_url(fresh)
    assert staff.post(f"{SETTINGS}theme/", LOOK).status_code == 302
    fresh.refresh_from_db()
    assert theme_of(fresh) == Theme(
        accent="#0f766e", font="serif", radius="large", header="accent", logo_height=40
    )
    assert theme_url(fresh) != before


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"accent": "teal"}, "accent", "such as #0f766e"),
        ({"logo_height": "500"}, "logo_height", "72"),
        ({"font": "comic"}, "font", "comic"),
    ],
)
def test_a_bad_look_is_refused(
    staff: Client, fresh: Merchant, changes: dict[str, str], field: str, words: str
) -> None:
    answer = staff.post(f"{SETTINGS}theme/", {**LOOK, **changes})
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    fresh.refresh_from_db()
    assert fresh.theme == {}


def test_a_logo_comes_changes_and_goes(
    staff: Client,
    fresh: Merchant,
    media: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    def save(**changes: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            assert staff.post(f"{SETTINGS}theme/", {**LOOK, **changes}).status_code == 302
        fresh.refresh_from_db()

    save(logo=picture())
    first = fresh.logo.name
    assert first.startswith("logos/img_")
    frame = site_frame(fresh)
    assert (frame["logo_url"], frame["logo_height"]) == (f"/media/{first}", 40)
    assert frame["logo_width"] == 120
    save()
    assert fresh.logo.name == first
    assert site_frame(fresh)["logo_width"] == 120
    assert 'alt="Your current logo"' in staff.get(f"{SETTINGS}theme/").content.decode()
    save(logo=picture((1000, 100)))
    assert fresh.logo.name != first
    # Versions of the look may be gone back to: their logos stay.
    assert len(list((media / "logos").iterdir())) == 2
    assert site_frame(fresh)["logo_width"] == 192
    save(remove_logo="on")
    assert not fresh.logo
    assert "logo_url" not in site_frame(fresh)


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>"),
        SimpleUploadedFile("logo.png", b"\x89PNG" + b"0" * 4 * 1024 * 1024),
    ],
)
def test_what_is_no_picture_is_refused(
    staff: Client, fresh: Merchant, media: Path, upload: SimpleUploadedFile
) -> None:
    upload.seek(0)
    answer = staff.post(f"{SETTINGS}theme/", {**LOOK, "logo": upload})
    assert answer.status_code == 422
    assert "at most 4 MB" in str(answer.context["form"].errors["logo"])
    assert list(media.iterdir()) == []


def test_the_preview_wears_the_theme_in_the_address(staff: Client, merchant: Merchant) -> None:
    query = "accent=%23ffee00&font=serif&lang=ja"
    part = staff.get(f"{SETTINGS}theme/preview/?{query}")
    assert "accent=%23ffee00" in part.context["pages"][0][1]
    assert part.context["checks"][0]["moved"]
    assert all(
        check[name] >= 4.5 for check in part.context["checks"] for name in ("button", "link")
    )
    page = staff.get(f"{SETTINGS}theme/page/?{query}")
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    assert '<html lang="ja">' in page.content.decode()
    css = staff.get(f"{SETTINGS}theme/page.css?{query}")
    assert "#ffee00" in css.content.decode()
    assert css["Content-Type"] == "text/css; charset=utf-8"


def test_a_half_typed_preview_keeps_what_is_saved(staff: Client, merchant: Merchant) -> None:
    Merchant.objects.filter(pk=merchant.pk).update(theme={"accent": "#123456"})
    css = staff.get(f"{SETTINGS}theme/page.css?accent=%23zz&radius=none").content.decode()
    assert "#123456" in css
    assert "--radius-m: 0px" in css


def test_a_theme_of_older_days_is_worn_plain(merchant: Merchant) -> None:
    merchant.theme = {"accent": "red", "sparkles": True}
    assert theme_of(merchant) == Theme()


def test_a_logo_of_unknown_size_keeps_its_height_alone(scope: Merchant) -> None:
    scope.logo = "logos/old.png"
    frame = site_frame(scope)
    assert frame["logo_height"] == 32
    assert "logo_width" not in frame


def test_a_key_is_made_shown_once_and_revoked(staff: Client, fresh: Merchant) -> None:
    made = staff.post(f"{SETTINGS}keys/", {"name": "robot", "scopes": ["orders:read"]})
    secret = made.context["made"].secret
    assert secret in made.content.decode()
    assert "no-store" in made["Cache-Control"]
    key = ApiKey.objects.get()
    assert (key.key_hash, key.scopes) == (hash_key(secret), ["orders:read"])
    page = staff.get(f"{SETTINGS}keys/").content.decode()
    assert secret not in page
    assert "Read orders" in page
    url = f"{SETTINGS}keys/{key.public_id}/revoke/"
    assert "Revoke this key?" in staff.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "Revoke this key?" in staff.get(url).content.decode()
    assert "no longer works" in staff.post(url, follow=True).content.decode()
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert "Revoked" in staff.get(f"{SETTINGS}keys/").content.decode()


@pytest.mark.parametrize("typed", [{"name": "robot"}, {"scopes": ["orders:read"]}, {}])
def test_half_a_key_is_refused(staff: Client, fresh: Merchant, typed: dict[str, Any]) -> None:
    answer = staff.post(f"{SETTINGS}keys/", typed)
    assert answer.status_code == 422
    assert answer.context["made"] is None
    assert not ApiKey.objects.exists()


def test_another_shops_key_does_not_exist(
    staff: Client, merchant: Merchant, other_merchant: Merchant, at: Any, owner: Any
) -> None:
    with merchant_scope(other_merchant.pk):
        made = create_key(
            merchant=other_merchant, name="k", scopes=[Scope.READ_ORDERS], by=owner, at=at
        )
    url = f"{SETTINGS}keys/{made.key.public_id}/revoke/"
    assert staff.get(url).status_code == 404
    assert staff.post(url).status_code == 404


@pytest.mark.parametrize(
    "page", ["", "theme/", "theme/preview/", "theme/page/", "theme/page.css", "staff/", "keys/"]
)
def test_settings_are_for_those_in_charge(enter: Enter, page: str) -> None:
    agent = enter("agent")
    assert agent.get(SETTINGS + page).status_code == 403
    assert SETTINGS not in agent.get("/d/komorebi/").content.decode()
    assert enter("manager").get(SETTINGS + page).status_code == 200
