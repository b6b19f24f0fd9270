"""Connecting WhatsApp from the settings, and choosing templates for messages."""

from datetime import datetime

import pytest
from django.test import Client

from commerce.models import Merchant
from integrations.connections import connect
from integrations.models import Connection
from integrations.whatsapp.access import verify_token
from integrations.whatsapp.fake.business import FakeBusiness
from integrations.whatsapp.models import KindTemplate, Template
from integrations.whatsapp.services import read_templates
from notifications.ports import list_kinds
from postexp.kernel.models import EventRecord
from tests.integrations.whatsapp.conftest import BODY

CONNECTIONS = "/d/komorebi/settings/connections/"
TEMPLATES = "/d/komorebi/settings/whatsapp/"
CHOICE = f"{TEMPLATES}shipment.shipped/en/"


def typed(business: FakeBusiness, **changes: str) -> dict[str, str]:
    """What staff type."""
    values = {
        "account": business.number_id,
        "client_id": business.account_id,
        "token": business.token,
        "secret": business.app_secret,
        **changes,
    }
    return {f"whatsapp-{name}": value for name, value in values.items()}


def connected_page(staff: Client, business: FakeBusiness, **changes: str) -> str:
    page = f"{CONNECTIONS}whatsapp/connect/"
    return staff.post(page, typed(business, **changes), follow=True).content.decode()


def test_connecting_tries_everything_and_reads_the_templates(
    staff: Client, scope: Merchant, business: FakeBusiness
) -> None:
    business.template("shipped", "en", BODY)
    page = connected_page(staff, business)
    assert "Connected: WhatsApp." in page
    connection = Connection.objects.get()
    assert (connection.access_token, connection.secret) == (business.token, business.app_secret)
    assert business.is_subscribed
    assert Template.objects.get().name == "shipped"
    assert f"/webhooks/whatsapp/{connection.public_id}/" in page
    assert verify_token(connection.public_id) in page
    assert "message_template_status_update" in page
    assert business.token not in page
    assert business.app_secret not in page
    kept = EventRecord.objects.get(type="connection.changed")
    assert business.token not in str(kept.payload)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"account": "+81 90"}, "It consists of digits alone."),
        ({"client_id": "x"}, "It consists of digits alone."),
        ({"token": "a b c d e f"}, "Copy it as Meta shows it"),
        ({"token": "EAAanother"}, "WhatsApp does not accept the access token."),
        ({"secret": "another"}, "The app secret does not belong to the app"),
        ({"account": "123"}, "The business account has no phone number with this ID"),
    ],
)
def test_what_meta_does_not_take_is_not_kept(
    staff: Client, scope: Merchant, business: FakeBusiness, wrong: dict[str, str], words: str
) -> None:
    assert words in connected_page(staff, business, **wrong)
    assert not Connection.objects.exists()


def test_a_number_is_one_shops(
    staff: Client,
    scope: Merchant,
    other_merchant: Merchant,
    business: FakeBusiness,
    connected: Connection,
) -> None:
    from postexp.kernel.tenancy import merchant_scope

    Connection.objects.all().delete()
    with merchant_scope(other_merchant.pk):
        connect(
            service="whatsapp",
            account=business.number_id,
            secret="s",
            client_id="1",
            at=connected.connected_at,
        )
    assert "Another shop is connected to this account." in connected_page(staff, business)


def test_templates_that_cannot_be_read_do_not_hinder(
    staff: Client, scope: Merchant, business: FakeBusiness
) -> None:
    # The first question about templates is the trial of the credentials.
    business.inject("none", path="message_templates")
    business.inject("131016", path="message_templates")
    page = connected_page(staff, business)
    assert "Connected: WhatsApp." in page
    assert "WhatsApp is busy." in page


def test_a_check_finds_a_token_that_ended(
    staff: Client, business: FakeBusiness, connected: Connection
) -> None:
    business.token = "EAAanother"
    check = f"{CONNECTIONS}{connected.public_id}/check/"
    page = staff.post(check, follow=True).content.decode()
    assert "WhatsApp cannot be asked" in page
    business.token = connected.access_token
    assert "WhatsApp cannot be asked" not in staff.post(check, follow=True).content.decode()


def test_every_kind_stands_with_its_languages(
    staff: Client, business: FakeBusiness, connected: Connection, at: datetime
) -> None:
    page = staff.get(TEMPLATES).content.decode()
    assert page.count("/settings/whatsapp/order.thanks/") == 2
    assert "staff.alert" not in page
    secret = [kind.name for kind in list_kinds() if kind.secret]
    assert all(f"/{name}/" not in page for name in secret)
    assert "WhatsApp templates" in staff.get(CONNECTIONS).content.decode()


def test_without_whatsapp_the_page_says_how_to_have_it(staff: Client, scope: Merchant) -> None:
    assert "WhatsApp is not connected" in staff.get(TEMPLATES).content.decode()
    assert staff.get(CHOICE).status_code == 404
    assert staff.post(f"{TEMPLATES}read/").status_code == 404
    assert staff.post(f"{CHOICE}make/").status_code == 404
    assert staff.post(f"{CHOICE}drop/").status_code == 404


def test_templates_are_read_anew(
    staff: Client, business: FakeBusiness, connected: Connection
) -> None:
    made = business.template("shipped", "en", BODY)
    assert "read anew" in staff.post(f"{TEMPLATES}read/", follow=True).content.decode()
    assert Template.objects.get().external_id == made["id"]
    business.templates.clear()
    staff.post(f"{TEMPLATES}read/")
    assert not Template.objects.exists()
    business.inject("190")
    page = staff.post(f"{TEMPLATES}read/", follow=True).content.decode()
    assert "WhatsApp does not accept the access token." in page


def test_a_template_is_chosen_with_its_variables(
    staff: Client, business: FakeBusiness, connected: Connection, at: datetime
) -> None:
    assert "There is none yet." in staff.get(CHOICE).content.decode()
    business.template("shipped", "en", BODY)
    business.template("bare", "en", "Thank you for your order.")
    read_templates(connected, at=at)
    template = Template.objects.get(name="shipped")
    page = staff.get(CHOICE, {"template": template.pk}).content.decode()
    assert "{{3}}" in page
    form = {"template": template.pk, "variable_0": "name", "variable_1": "order"}
    refused = staff.post(CHOICE, form)
    assert refused.status_code == 422
    assert not KindTemplate.objects.exists()
    page = staff.post(CHOICE, {**form, "variable_2": "link"}, follow=True).content.decode()
    assert "The template is chosen." in page
    choice = KindTemplate.objects.get()
    assert (choice.name, choice.language) == ("shipped", "en")
    assert choice.fillings == ["name", "order", "link"]
    assert "Approved" in page
    shown = staff.get(CHOICE).content.decode()
    assert '<option value="order" selected>' in shown
    bare = Template.objects.get(name="bare")
    staff.post(CHOICE, {"template": bare.pk})
    assert KindTemplate.objects.get().name == "bare"
    kept = EventRecord.objects.filter(type="connection.changed").latest("id")
    assert kept.payload["detail"] == "template bare for shipment.shipped (en)"


def test_a_template_with_a_picture_cannot_be_chosen(
    staff: Client, business: FakeBusiness, connected: Connection, at: datetime
) -> None:
    parts = [{"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Hello"}]
    business.template("picture", "en", "", components=parts)
    read_templates(connected, at=at)
    template = Template.objects.get()
    page = staff.get(CHOICE, {"template": template.pk}).content.decode()
    assert "Choose one of words and links." in page
    assert staff.post(CHOICE, {"template": template.pk}).status_code == 422
    Template.objects.update(parts=[])
    page = staff.get(CHOICE, {"template": template.pk}).content.decode()
    assert "Its words are not known here yet" in page
    assert not KindTemplate.objects.exists()


def test_a_template_is_made_from_our_words(
    staff: Client, business: FakeBusiness, connected: Connection
) -> None:
    assert "there is news about your order" in staff.get(CHOICE).content.decode()
    page = staff.post(f"{CHOICE}make/", follow=True).content.decode()
    assert "The template is handed in." in page
    (made,) = business.templates
    assert (made["name"], made["language"]) == ("postexp_shipment_shipped", "en")
    assert (made["category"], made["status"]) == ("UTILITY", "PENDING")
    choice = KindTemplate.objects.get()
    assert choice.fillings == ["name", "order", "news", "link"]
    assert "Being reviewed" in page
    assert "WhatsApp is still reviewing its template." in staff.get(CHOICE).content.decode()
    # Once more gets a name of its own: WhatsApp keeps the first one.
    staff.post(f"{CHOICE}make/")
    assert business.templates[1]["name"] == "postexp_shipment_shipped_2"
    assert KindTemplate.objects.get().name == "postexp_shipment_shipped_2"
    staff.post(f"{TEMPLATES}shipment.shipped/ja/make/")
    assert business.templates[2]["language"] == "ja"
    business.forbidden.add("message_templates")
    page = staff.post(f"{CHOICE}make/", follow=True).content.decode()
    assert "You do not have the necessary permissions" in page


def test_whatsapp_takes_the_template_of_every_kind(
    staff: Client, business: FakeBusiness, connected: Connection, merchant: Merchant
) -> None:
    kinds = [kind for kind in list_kinds() if kind.klass != "staff" and not kind.secret]
    for kind in kinds:
        for locale in merchant.locales:
            staff.post(f"{TEMPLATES}{kind.name}/{locale}/make/")
    assert len(business.templates) == len(kinds) * len(merchant.locales)


def test_a_kind_may_go_by_whatsapp_no_more(
    staff: Client, business: FakeBusiness, connected: Connection
) -> None:
    staff.post(f"{CHOICE}make/")
    assert "Do not send it by WhatsApp" in staff.get(CHOICE).content.decode()
    page = staff.post(f"{CHOICE}drop/", follow=True).content.decode()
    assert "It does not go by WhatsApp any more" in page
    assert not KindTemplate.objects.exists()
    staff.post(f"{CHOICE}drop/")
    details = [
        row.payload["detail"]
        for row in EventRecord.objects.order_by("id")
        if row.type == "connection.changed"
    ]
    assert details.count("no template for shipment.shipped (en)") == 1


@pytest.mark.parametrize("path", ["nothing/en/", "shipment.shipped/fr/", "staff.alert/en/"])
def test_other_kinds_and_languages_are_not_there(
    staff: Client, connected: Connection, path: str
) -> None:
    assert staff.get(f"{TEMPLATES}{path}").status_code == 404
