"""A shop's own words: kept in versions, said where they fit, and ours in every other case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commerce.models import Merchant, Order, User
from notifications import services
from notifications.enums import Class
from notifications.errors import WordingRefused
from notifications.models import Message, Wording
from notifications.ports import LOCALES, MessageKind, get_kind, list_kinds
from notifications.rules.blocks import Block, Body, When, read_body
from notifications.selectors import order_variables
from notifications.selectors.flows import Terms, marketing_kinds
from notifications.selectors.variables import greeting_name
from notifications.selectors.wordings import body_of, find_wording
from notifications.services.house_blocks import house_body
from notifications.services.wording_checks import check_body
from notifications.services.words import class_of, own_body, write_words
from postexp.kernel import clock
from postexp.kernel.models import EventRecord
from postexp.kernel.tenancy import merchant_scope
from tests.returns.photos import picture

EDITABLE = [kind.name for kind in list_kinds() if kind.klass != Class.STAFF and kind.own_words]
BODY = Body(
    subject="Thanks, order {{ order.number }}",
    preheader="It is with us.",
    short="Order {{ order.number }} is with us",
    blocks=(
        Block(kind="heading", text="Hurrah"),
        Block(kind="text", text="It cost {{ order.total|money }}.\n\nWe <b>pack</b> it now."),
        Block(kind="button", text="Follow it", link="{{ links.tracking }}"),
        Block(kind="items", of="order.lines", label="In the box"),
        Block(kind="sum", of="order", label="Together"),
        Block(kind="address", of="order.address", label="To"),
        Block(kind="divider"),
        Block(kind="contact", text="Ask us."),
        Block(kind="mjml", text='<mj-text color="#1c1c1a">Order {{ order.number }}</mj-text>'),
    ),
)
OFFER = Block(kind="promo", label="For you", text="THANKS-10")


def thanks() -> MessageKind[Any]:
    found = get_kind("order.thanks")
    assert found is not None
    return found


@pytest.fixture
def put(scope: Merchant, at: datetime) -> Callable[..., Wording]:
    """Keep words for the thanks, and use them."""

    def keep(body: Body = BODY, locale: str = "en", **changes: Any) -> Wording:
        return services.save_wording(
            thanks(),
            merchant=scope,
            locale=locale,
            body=replace(body, **changes),
            at=at,
            actor="staff:0",
            use=True,
        )

    return keep


def sample(scope: Merchant, at: datetime, locale: str = "en") -> dict[str, Any]:
    return services.known_facts(thanks(), merchant=scope, locale=locale, at=at)


def codes(body: Body, scope: Merchant, at: datetime, locale: str = "en") -> set[str]:
    found = check_body(body, thanks(), merchant=scope, locale=locale, at=at)
    return {finding.code for finding in found}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", EDITABLE)
def test_our_words_of_every_kind_are_a_start_that_can_be_kept(
    name: str, locale: str, scope: Merchant, at: datetime
) -> None:
    kind = get_kind(name)
    assert kind is not None
    facts = services.known_facts(kind, merchant=scope, locale=locale, at=at)
    body = house_body(kind, facts, locale=locale, zone=scope.zone)
    found = check_body(body, kind, merchant=scope, locale=locale, at=at)
    assert [one for one in found if one.is_error] == []
    assert body.fits(facts)
    ours = services.write_house_words(kind, facts, merchant=scope, locale=locale, at=at)
    words = services.write_body(body, facts, merchant=scope, locale=locale, at=at)
    assert words.subject == ours.subject
    assert words.text.split("\n")[0] == ours.text.split("\n")[0]
    kept = {
        "subject": body.subject,
        "preheader": body.preheader,
        "short": body.short,
        "blocks": [block.kept() for block in body.blocks],
        "cases": [case.kept() for case in body.cases],
    }
    assert read_body(kept) == body


def test_a_shops_words_are_said_in_our_layout(
    put: Callable[..., Wording], scope: Merchant, at: datetime
) -> None:
    put()
    facts = sample(scope, at)
    words = write_words(
        thanks(), facts, merchant=scope, locale="en", at=at, link="https://x.example"
    )
    assert words.subject == "Thanks, order #2210"
    assert words.short == "Order #2210 is with us\nhttps://x.example"
    for said in ("Hurrah", "$177.85", "Trail jacket", "77 Alder Street", "Ask us.", "Hello Hannah"):
        assert said in words.html
        assert said in words.text
    assert "prefers-color-scheme: dark" in words.html
    assert "<b>pack</b>" in words.html
    assert write_words(thanks(), facts, merchant=scope, locale="ja", at=at).subject != words.subject


def test_where_they_do_not_fit_ours_go_out(
    put: Callable[..., Wording], scope: Merchant, at: datetime
) -> None:
    facts = sample(scope, at)
    ours = services.write_house_words(thanks(), facts, merchant=scope, locale="en", at=at)
    put(cases=(When(path="order.tax_included", test="filled"),))
    assert write_words(thanks(), facts, merchant=scope, locale="en", at=at) == ours
    put(blocks=(Block(kind="text", text="{{ order.lines.1.title }}"),))
    short = {**facts, "order": {**facts["order"], "lines": facts["order"]["lines"][:1]}}
    assert write_words(thanks(), short, merchant=scope, locale="en", at=at).subject == ours.subject
    assert "Merino" in write_words(thanks(), facts, merchant=scope, locale="en", at=at).text


def test_a_block_is_shown_only_where_its_condition_holds(
    put: Callable[..., Wording], scope: Merchant, at: datetime
) -> None:
    far = When(path="order.address.country", test="is", value="JP")
    put(blocks=(*BODY.blocks, Block(kind="text", text="Sayonara", when=far)))
    facts = sample(scope, at)
    assert "Sayonara" not in write_words(thanks(), facts, merchant=scope, locale="en", at=at).text
    facts["order"]["address"]["country"] = "JP"
    assert "Sayonara" in write_words(thanks(), facts, merchant=scope, locale="en", at=at).text


def test_an_offer_makes_the_message_advertising(
    put: Callable[..., Wording], order: Order, scope: Merchant, at: datetime
) -> None:
    put(locale="ja", blocks=(*BODY.blocks, OFFER))
    assert thanks() in marketing_kinds(Terms()), "its place is chosen before any was sent"
    found = order_variables(order.public_id)
    planned = services.plan_message(
        thanks(), object_id="x", variables=found, event_id=1, occurred_at=at, at=at
    )
    assert planned.klass == Class.MARKETING
    put(locale="ja")
    other = services.plan_message(
        thanks(), object_id="y", variables=found, event_id=2, occurred_at=at, at=at
    )
    assert other.klass == Class.TRANSACTIONAL


def test_words_that_turn_into_an_offer_later_are_not_said_to_who_did_not_agree(
    put: Callable[..., Wording], scope: Merchant, at: datetime
) -> None:
    put(blocks=(*BODY.blocks, replace(BODY.blocks[2], offer=True)))
    facts = sample(scope, at)
    assert own_body(thanks(), facts, locale="en", may_advertise=False) is None
    body = own_body(thanks(), facts, locale="en", may_advertise=True)
    assert class_of(body, "transactional") == Class.MARKETING
    plain = write_words(thanks(), facts, merchant=scope, locale="en", at=at, may_advertise=False)
    assert "Hurrah" not in plain.text


def test_versions_are_kept_and_gone_back_to(
    put: Callable[..., Wording], scope: Merchant, at: datetime
) -> None:
    first = put()
    assert put() == first
    second = put(subject="Other")
    assert (first.version, second.version) == (1, 2)
    services.use_wording(first, at=at, actor="staff:0")
    services.use_wording(first, at=at, actor="staff:0")
    used = find_wording("order.thanks", "en")
    assert used == first
    assert used is not None
    assert body_of(used) == BODY
    services.use_house_words("order.thanks", locale="en", at=at, actor="staff:0")
    services.use_house_words("order.thanks", locale="en", at=at, actor="staff:0")
    assert find_wording("order.thanks", "en") is None
    told = EventRecord.objects.filter(type__startswith="wording.").order_by("id")
    assert list(told.values_list("type", flat=True)) == [
        *("wording.saved", "wording.used", "wording.saved", "wording.used", "wording.used"),
        "wording.house_used",
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"subject": " "}, "no_subject"),
        ({"blocks": ()}, "no_blocks"),
        ({"subject": "{{ order.nummer }}"}, "variable_unknown"),
        ({"subject": "{% now %}"}, "variable_tag"),
        ({"subject": "{{ order.total }}"}, "variable_no_words"),
        ({"blocks": (Block(kind="heading"),)}, "needed"),
        ({"blocks": (Block(kind="items", of="return.lines"),)}, "unknown_fact"),
        ({"blocks": (Block(kind="button", text="x", link="http://a.example"),)}, "link_not_https"),
        ({"blocks": (Block(kind="button", text="x", link="https://10.0.0.1"),)}, "link_private"),
        ({"blocks": (Block(kind="text", text='<a href="x">y</a>'),)}, "link_address"),
        (
            {"blocks": (Block(kind="image", picture="messages/img_1.png", alt="x"),)},
            "no_picture",
        ),
        ({"blocks": (Block(kind="mjml", text="<mj-raw/>"),)}, "mjml_not_allowed"),
        ({"blocks": (Block(kind="text", text="x" * 110_000),)}, "too_long"),
    ],
)
def test_what_is_wrong_is_not_kept(
    changes: dict[str, Any], code: str, put: Callable[..., Wording], scope: Merchant, at: datetime
) -> None:
    with pytest.raises(WordingRefused) as caught:
        put(**changes)
    assert code in {finding.code for finding in caught.value.findings}
    assert Wording.objects.count() == 0


def test_links_to_our_own_pages_have_to_lead_to_one(
    scope: Merchant, at: datetime, settings: Any
) -> None:
    good = Block(kind="button", text="x", link=f"{settings.BASE_URL}/s/{scope.slug}/")
    bad = replace(good, link=f"{settings.BASE_URL}/no/such/page/")
    assert "link_no_page" not in codes(replace(BODY, blocks=(good,)), scope, at)
    assert "link_no_page" in codes(replace(BODY, blocks=(bad,)), scope, at)


def test_hints_do_not_keep_words_from_being_used(scope: Merchant, at: datetime) -> None:
    loud = replace(
        BODY,
        subject="ACT NOW AND BUY SOMETHING " * 3,
        blocks=(Block(kind="mjml", text='<mj-text color="#cccccc">faint</mj-text>'),),
    )
    found = check_body(loud, thanks(), merchant=scope, locale="en", at=at)
    assert {one.code for one in found if one.is_error} == set()
    assert {one.code for one in found} == {
        *("long_subject", "spam_word", "shouting", "contrast", "no_heading", "other_language")
    }


def test_a_one_time_code_has_to_be_said(scope: Merchant, at: datetime) -> None:
    kind = get_kind("tracking.lookup_code")
    assert kind is not None
    body = Body(subject="Hello", blocks=(Block(kind="text", text="Without it."),))
    found = check_body(body, kind, merchant=scope, locale="en", at=at)
    assert ("must_say", "{{ code }}") in {(one.code, one.detail) for one in found}


# The pages.


@pytest.fixture
def staff(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def address(merchant: Merchant, name: str = "words_editor", *more: object) -> str:
    return reverse(f"dashboard:{name}", args=[merchant.slug, "order.thanks", "en", *more])


def posted(**changes: str) -> dict[str, str]:
    return {
        "subject": "Thanks, {{ order.number }}",
        "preheader": "",
        "short": "",
        "b0-kind": "heading",
        "b0-text": "Hurrah",
        "b1-kind": "text",
        "b1-text": "We pack it.",
        "b1-style": "usual",
        **changes,
    }


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_editor_begins_with_our_words(staff: Client, merchant: Merchant, language: str) -> None:
    page = staff.get(address(merchant), headers={"Accept-Language": language})
    assert page.status_code == 200
    assert [row["kind"] for row in page.context["blocks"]][:3] == ["heading", "text", "button"]
    assert any(row["written"] == "{{ order.total|money }}" for row in page.context["variables"])
    assert staff.get(address(merchant, "words_preview")).status_code == 200


def test_blocks_are_changed_without_keeping_anything(staff: Client, merchant: Merchant) -> None:
    def kinds(**changes: str) -> list[str]:
        page = staff.post(address(merchant), posted(**changes))
        return [row["kind"] for row in page.context["blocks"]]

    assert kinds(do="up:1") == ["text", "heading"]
    assert kinds(do="down:0") == ["text", "heading"]
    assert kinds(do="copy:0") == ["heading", "heading", "text"]
    assert kinds(do="remove:0") == ["text"]
    assert kinds(**{"do": "add", "add-kind": "items"}) == ["heading", "text", "items"]
    assert kinds(**{"do": "add", "add-kind": "evil"}) == ["heading", "text"]
    assert kinds(do="up:99") == ["heading", "text"]
    page = staff.post(address(merchant), posted(do="add-case"))
    assert len(page.context["cases"]) == 1
    case = {"c0-path": "order.number", "c0-test": "is", "c0-value": "#1"}
    assert len(staff.post(address(merchant), posted(do="again", **case)).context["cases"]) == 1
    assert not staff.post(address(merchant), posted(do="drop-case:0", **case)).context["cases"]
    with merchant_scope(merchant.pk):
        assert Wording.objects.count() == 0


def test_the_preview_shows_what_is_typed_and_says_what_is_wrong(
    staff: Client, merchant: Merchant
) -> None:
    where = address(merchant, "words_preview")
    assert "Hurrah" in staff.post(where, posted()).content.decode()
    wrong = staff.post(where, posted(subject="{{ order.nummer }}")).content.decode()
    assert "order.nummer" in wrong
    assert "Did you mean number?" in wrong
    refused = staff.post(where, posted(**{"b1-kind": "mjml", "b1-text": "<mj-raw/>"}))
    assert "mj-raw" in refused.content.decode()


def test_words_are_kept_used_compared_and_gone_back_from(staff: Client, merchant: Merchant) -> None:
    wrong = staff.post(address(merchant), posted(do="use", subject=""))
    assert wrong.status_code == 422
    assert [one["text"] for one in wrong.context["errors"]] == ["The subject is missing."]
    assert staff.post(address(merchant), posted(do="save")).status_code == 302
    assert staff.post(address(merchant), posted(do="use", subject="Second")).status_code == 302
    page = staff.get(address(merchant))
    assert [(one.version, one.in_use) for one, _by in page.context["versions"]] == [
        *((2, True), (1, False))
    ]
    compared = staff.get(address(merchant, "words_version", 1))
    assert [title for title, _lines in compared.context["comparisons"]] == [
        "Compared with version 2, which is in use",
        "Compared with our words",
    ]
    staff.post(address(merchant, "words_use", 1))
    kinds = staff.get(reverse("dashboard:message_kind", args=[merchant.slug, "order.thanks"]))
    assert {side["locale"] for side in kinds.context["sides"] if side["is_own"]} == {"en"}
    staff.post(address(merchant, "words_ours"))
    assert not staff.get(address(merchant)).context["in_use"]


def test_a_test_has_the_bytes_a_shopper_would_get(
    staff: Client, merchant: Merchant, order: Order, owner: User, drain: Callable[[], None]
) -> None:
    staff.post(address(merchant), posted(do="test", order=order.public_id))
    drain()
    [letter] = [one for one in mail.outbox if one.to == [owner.email]]
    with merchant_scope(merchant.pk):
        [wording] = Wording.objects.all()
        assert not wording.in_use
        services.use_wording(wording, at=clock.now(), actor="staff:0")
        facts = order_variables(order.public_id).facts
        words = write_words(thanks(), facts, merchant=merchant, locale="en", at=clock.now())
        assert not Message.objects.filter(address=owner.email).exists()
    assert letter.subject == words.subject
    assert letter.body == words.text


def test_a_picture_is_written_anew_and_shown_half_as_wide(
    staff: Client, merchant: Merchant
) -> None:
    block = {"b0-kind": "image", "b0-text": "", "b0-alt": "A mug"}
    upload = SimpleUploadedFile("a.jpg", picture(), content_type="image/jpeg")
    page = staff.post(address(merchant), {**posted(**block, do="again"), "b0-picture-file": upload})
    [row] = [one for one in page.context["blocks"] if one["kind"] == "image"]
    values = {control.name: control.value for control in row["controls"]}
    assert values["b0-picture"].startswith("messages/img_")
    shown = staff.post(
        address(merchant, "words_preview"),
        posted(**block, **{"b0-picture": values["b0-picture"], "b0-width": "40"}),
    )
    assert values["b0-picture"] in shown.content.decode()
    assert staff.get(f"/media/{values['b0-picture']}").status_code == 200
    broken = SimpleUploadedFile("a.jpg", b"no picture", content_type="image/jpeg")
    page = staff.post(address(merchant), {**posted(**block, do="again"), "b0-picture-file": broken})
    assert page.status_code == 422


def test_a_letter_from_staff_has_no_other_words(staff: Client, merchant: Merchant) -> None:
    url = reverse("dashboard:words_editor", args=[merchant.slug, "order.letter", "en"])
    assert staff.get(url).status_code == 404


def shipped(scope: Merchant, at: datetime) -> tuple[MessageKind[Any], dict[str, Any]]:
    kind = get_kind("shipment.shipped")
    assert kind is not None
    return kind, services.known_facts(kind, merchant=scope, locale="en", at=at)


def test_words_on_one_parcel_are_not_said_of_several(scope: Merchant, at: datetime) -> None:
    kind, facts = shipped(scope, at)
    body = house_body(kind, facts, locale="en", zone=scope.zone)
    assert When(path="shipments", test="one") in body.cases
    several = {**facts, "shipments": facts["shipments"] * 2}
    assert not body.fits(several)
    assert replace(body, cases=(When(path="shipments", test="several"),)).fits(several)


def test_all_parcels_and_what_follows_can_be_shown(scope: Merchant, at: datetime) -> None:
    kind, facts = shipped(scope, at)
    mine = Body(
        subject="Off they go",
        blocks=(
            Block(kind="parcel", of="shipments"),
            Block(kind="items", of="to_follow", label="Later"),
        ),
    )
    assert not [
        one for one in check_body(mine, kind, merchant=scope, locale="en", at=at) if one.is_error
    ]
    second = {**facts["shipments"][0], "tracking_number": "SECOND-1"}
    told = {
        **facts,
        "shipments": [facts["shipments"][0], second],
        "to_follow": facts["shipment"]["items"],
    }
    text = services.write_body(mine, told, merchant=scope, locale="en", at=at).text
    assert facts["shipments"][0]["tracking_number"] in text
    assert "SECOND-1" in text
    assert "Later" in text


def test_the_preview_begins_where_the_words_can_be_said(
    staff: Client, merchant: Merchant, order: Order
) -> None:
    where = address(merchant, "words_preview")
    page = staff.post(address(merchant), {**posted(), "do": "again"})
    assert page.context["desk"].preview.order == order
    # Only who asks for an order is told that its shopper gets other words.
    limited = posted(**{"c0-path": "order.number", "c0-test": "is", "c0-value": "#2210"})
    page = staff.post(address(merchant), {**limited, "do": "again"})
    assert page.context["desk"].preview.order is None
    assert "Hurrah" in staff.post(where, limited).content.decode()
    asked = staff.post(where, {**limited, "order": order.number}).content.decode()
    assert "our words go out" in asked


def test_a_preview_greets_in_its_own_language(
    staff: Client, merchant: Merchant, order: Order
) -> None:
    with merchant_scope(merchant.pk):
        names = {locale: order_name(order, locale) for locale in LOCALES}
    url = reverse("dashboard:message_kind_preview", args=[merchant.slug, "order.thanks"])
    for locale in LOCALES:
        page = staff.get(url, {"lang": locale}).content.decode()
        assert names[locale] in page
    assert names["ja"].endswith("様")
    assert "様" not in staff.get(url, {"lang": "en"}).content.decode()


def order_name(order: Order, locale: str) -> str:
    return greeting_name(order.customer, locale)


def test_parts_without_a_block_of_their_own_are_taken_apart(scope: Merchant, at: datetime) -> None:
    kind = get_kind("order.delayed")
    assert kind is not None
    facts = services.known_facts(kind, merchant=scope, locale="en", at=at)
    body = house_body(kind, facts, locale="en", zone=scope.zone)
    said = "\n".join(block.text for block in body.blocks)
    assert "Leaves us: {{ delay.window|estimate }}" in said.replace("<strong>", "").replace(
        "</strong>", ""
    )
    assert "What you can do" in said
    # What was said of one cause, and the first time, is not said of others.
    assert When(path="delay.cause", test="is", value=facts["delay"]["cause"]) in body.cases
    assert When(path="delay.turn", test="is", value="1") in body.cases
