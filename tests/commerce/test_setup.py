"""A new owner answers four questions, and the list of first steps tells how far they are."""

import io
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from PIL import Image, ImageDraw

from commerce.models import Merchant, User
from commerce.selectors import theme_of
from commerce.services.setup import logo_accent
from notifications.selectors import is_live
from postexp.kernel import doctor
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.shops import PASSWORD

ANSWERS = {
    "name": "Harbor & Pine",
    "locales": ["en", "ja"],
    "country": "JP",
    "support_email": "help@harbor.example",
}


@pytest.fixture
def newcomer(db: None) -> User:
    """Someone an operator let open a shop."""
    user = User.objects.create_user("new@example.com", PASSWORD, name="New Owner")
    user.user_permissions.add(Permission.objects.get(codename="add_merchant"))
    return user


@pytest.fixture
def door(newcomer: User, client: Client) -> Client:
    client.force_login(newcomer)
    return client


def logo(colour: str) -> bytes:
    """A large white picture with a coloured mark."""
    picture = Image.new("RGB", (400, 120), "white")
    ImageDraw.Draw(picture).ellipse((20, 20, 100, 100), fill=colour)
    ImageDraw.Draw(picture).rectangle((140, 50, 380, 70), fill="#202020")
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def test_the_first_log_in_leads_to_the_questions(door: Client) -> None:
    answer = door.get("/")
    assert answer.status_code == 302
    assert answer["Location"] == "/setup/"
    assert b'name="support_email"' in door.get("/setup/").content


def test_four_answers_open_a_shop(door: Client, newcomer: User) -> None:
    answer = door.post("/setup/", ANSWERS)
    merchant = Merchant.objects.get()
    assert answer["Location"] == f"/d/{merchant.slug}/"
    assert merchant.slug == "harbor-pine"
    assert (merchant.currency, merchant.time_zone) == ("JPY", "Asia/Tokyo")
    assert merchant.default_locale == "ja"
    assert merchant.theme == {}
    with merchant_scope(merchant.pk):
        assert not is_live()
        opened = EventRecord.objects.get(type="merchant.opened")
    assert opened.actor == newcomer.actor


def test_currency_and_zone_can_be_corrected(door: Client) -> None:
    door.post("/setup/", {**ANSWERS, "currency": "USD", "time_zone": "America/Los_Angeles"})
    merchant = Merchant.objects.get()
    assert (merchant.currency, merchant.time_zone) == ("USD", "America/Los_Angeles")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"country": "XX"}, "country"),
        ({"support_email": "nobody"}, "support_email"),
        ({"locales": []}, "locales"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_wrong_answer_opens_nothing(door: Client, wrong: dict[str, Any], field: str) -> None:
    answer = door.post("/setup/", {**ANSWERS, **wrong})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {field}
    assert not Merchant.objects.exists()


def test_the_logo_gives_the_accent(door: Client) -> None:
    upload = SimpleUploadedFile("logo.png", logo("#0f766e"), "image/png")
    door.post("/setup/", {**ANSWERS, "logo": upload})
    merchant = Merchant.objects.get()
    assert theme_of(merchant).accent == "#0f766e"
    assert merchant.logo


def test_what_is_no_picture_opens_nothing(door: Client) -> None:
    answer = door.post("/setup/", {**ANSWERS, "logo": SimpleUploadedFile("logo.png", b"GIF89a?")})
    assert answer.status_code == 422
    assert "logo" in answer.context["form"].errors
    assert not Merchant.objects.exists()


def test_a_pale_logo_gives_a_shade_that_reads() -> None:
    assert logo_accent(logo("#ffd400")) == "#ffd400"
    assert logo_accent(logo("#d0d0d0")) is None


def test_a_shop_gets_an_address_of_its_name(door: Client) -> None:
    for _ in range(2):
        door.post("/setup/", ANSWERS)
    slugs = Merchant.objects.order_by("id").values_list("slug", flat=True)
    assert list(slugs) == ["harbor-pine", "harbor-pine-2"]


def test_a_name_without_latin_letters_asks_for_an_address(door: Client) -> None:
    answers = {**ANSWERS, "name": "こもれび雑貨店", "support_email": "tanaka.taro@gmail.com"}
    refused = door.post("/setup/", answers)
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {"slug"}
    assert 'name="slug"' in refused.content.decode(), "what is asked for can be answered"
    assert 'name="slug"' not in door.get("/setup/").content.decode(), "others are asked for less"
    home = door.post("/setup/", {**answers, "slug": "Komorebi"}, follow=True)
    assert "/s/komorebi/" in home.content.decode()
    merchant = Merchant.objects.get()
    assert (merchant.slug, merchant.name_ja, merchant.name_en) == ("komorebi", "こもれび雑貨店", "")
    taken = door.post("/setup/", {**answers, "slug": "komorebi"})
    assert taken.context["form"].errors.keys() == {"slug"}
    assert Merchant.objects.count() == 1


def test_the_name_is_kept_in_the_language_of_the_shop(door: Client) -> None:
    door.post("/setup/", {**ANSWERS, "locales": ["en"]})
    merchant = Merchant.objects.get()
    assert (merchant.name_en, merchant.name_ja) == ("Harbor & Pine", "")


def test_nobody_opens_a_shop_without_being_let(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("left@example.com", PASSWORD))
    assert client.get("/setup/").status_code == 403
    assert client.post("/setup/", ANSWERS).status_code == 403
    assert not Merchant.objects.exists()


def test_strangers_log_in_first(client: Client, db: None) -> None:
    assert client.get("/setup/")["Location"].startswith("/accounts/login/")


def test_the_list_tells_what_is_there_and_is_put_away(door: Client) -> None:
    door.post("/setup/", {**ANSWERS, "colour": "#0f766e"})
    home = door.get("/d/harbor-pine/").content.decode()
    assert "First steps" in home
    assert home.count("setup-step setup-done") == 1

    door.post("/d/harbor-pine/first-steps/look/")
    home = door.get("/d/harbor-pine/").content.decode()
    assert home.count("setup-step setup-done") == 2

    door.post("/d/harbor-pine/first-steps/put-away/")
    door.post("/d/harbor-pine/first-steps/put-away/")
    assert "First steps" not in door.get("/d/harbor-pine/").content.decode()
    assert "First steps" in door.get("/d/harbor-pine/first-steps/").content.decode()
    with merchant_scope(Merchant.objects.get().pk):
        assert EventRecord.objects.filter(type="setup.put_away").count() == 1


def test_looking_opens_the_newest_orders_page(
    order: Any, owner: User, merchant: Merchant, client: Client
) -> None:
    client.force_login(owner)
    answer = client.post(f"/d/{merchant.slug}/first-steps/look/")
    assert "/s/komorebi/t/" in answer["Location"]


def test_an_operator_invites_an_owner(client: Client, db: None) -> None:
    said = io.StringIO()
    call_command("invite_owner", "Owner@shop.example", name="Mika", stdout=said)
    owner = User.objects.get(email="owner@shop.example")
    assert "/accounts/password/reset/key/" in said.getvalue()
    client.force_login(owner)
    assert client.get("/setup/").status_code == 200

    owner.set_password(PASSWORD)
    owner.save()
    call_command("invite_owner", "owner@shop.example", stdout=said)
    assert User.objects.count() == 1
    assert "the first log-in leads to it" in said.getvalue()


def test_an_invited_owner_chooses_a_first_password(client: Client, db: None) -> None:
    said = io.StringIO()
    call_command("invite_owner", "owner@shop.example", stdout=said)
    link = said.getvalue().split()[-1]
    door = client.get(link.removeprefix(settings.BASE_URL), follow=True)
    assert "Choose a password" in door.content.decode()
    words = {"password1": "a long first word", "password2": "a long first word"}
    done = client.post(door.request["PATH_INFO"], words, follow=True).content.decode()
    assert "Your password is saved" in done
    assert "changed" not in done
    assert "invite_owner" in client.get("/accounts/login/").content.decode()


def test_the_list_says_in_a_line_how_the_shop_is(
    door: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.post("/setup/", ANSWERS)
    ill = door.get("/d/harbor-pine/settings/health/").context["ill"]
    # No process of the server works in this test, so there is something to say.
    assert ill > 0
    for page in ("/d/harbor-pine/", "/d/harbor-pine/first-steps/"):
        words = door.get(page).content.decode()
        assert f"Health: {ill} thing" in words
        assert 'href="/d/harbor-pine/settings/health/"' in words
    monkeypatch.setattr(doctor, "_shop_checks", [])
    assert "Health: everything is in order." in door.get("/d/harbor-pine/").content.decode()
