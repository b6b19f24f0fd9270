"""The words of every kind, in both languages: whole, exact, small, and the same in both parts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.template import engines

from commerce.events import OrderPlaced
from commerce.models import Merchant
from notifications.errors import WordsBroken
from notifications.ports import LOCALES, MessageKind, list_kinds
from notifications.services.words import Words, write_house_words, write_subject_with
from tests.notifications.samples import LINKS, facts, yen

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
ROOMS = {
    "order.thanks": "commerce",
    "order.first_thanks": "commerce",
    "order.letter": "commerce",
    "order.all_delivered": "tracking",
    "shipment.label_made": "tracking",
    "shipment.shipped": "tracking",
    "shipment.in_transit": "tracking",
    "shipment.day_named": "tracking",
    "shipment.arrives_tomorrow": "tracking",
    "shipment.pickup_late": "tracking",
    "shipment.came_back": "tracking",
    "shipment.out_for_delivery": "tracking",
    "shipment.ready_for_pickup": "tracking",
    "shipment.delivered": "tracking",
    "shipment.problem": "tracking",
    "shipment.delayed": "tracking",
    "shipment.still_delayed": "tracking",
    "shipment.recovered": "tracking",
    "tracking.lookup_code": "tracking",
    "return.requested": "returns",
    "return.approved": "returns",
    "return.declined": "returns",
    "return.photos_wanted": "returns",
    "return.send_reminded": "returns",
    "return.label_ready": "returns",
    "return.expired": "returns",
    "return.cancelled": "returns",
    "return.cancel_confirmed": "returns",
    "return.received": "returns",
    "return.loss_borne": "returns",
    "return.loss_declined": "returns",
    "return.refunded": "returns",
    "return.units_refused": "returns",
    "return.refused_fee_due": "returns",
    "return.refused_fee_reminded": "returns",
    "return.surplus_found": "returns",
    "exchange.payment_due": "returns",
    "exchange.choice_needed": "returns",
    "exchange.converted": "returns",
    "exchange.downgraded": "returns",
    "exchange.return_reminded": "returns",
    "return.sign_in_code": "returns",
    "gift.requested": "returns",
    "gift.approved": "returns",
    "gift.declined": "returns",
    "gift.photos_wanted": "returns",
    "gift.send_reminded": "returns",
    "gift.label_ready": "returns",
    "gift.expired": "returns",
    "gift.cancelled": "returns",
    "gift.received": "returns",
    "gift.settled": "returns",
    "gift.pickup_arranged": "returns",
    "gift.loss_borne": "returns",
    "gift.loss_declined": "returns",
    "gift.converted": "returns",
    "gift.rest_given_up": "returns",
    "gift.surplus_found": "returns",
    "gift.units_refused": "returns",
    "gift.fee_due": "returns",
    "gift.fee_reminded": "returns",
}
CODES = {"tracking.lookup_code", "return.sign_in_code"}
EVERY = [(name, locale) for name in ROOMS for locale in LOCALES]
# What a reader must find in each mail, in the HTML part and in the text part alike.
SAYS = {
    ("order.thanks", "en"): ["#2210", "$177.85", "Trail jacket", "77 Alder Street", "-$20.00"],
    ("order.thanks", "ja"): ["#1042", "¥10,860", "リネンシャツ", "〒150-0001", "-¥1,000"],
    ("order.first_thanks", "en"): ["#2210", "7KQ4D-XM9TR", "10% off", "Wed 23 Dec", "$50.00"],
    ("order.first_thanks", "ja"): ["#1042", "7KQ4D-XM9TR", "¥500引き", "12月23日(水)", "¥5,000"],
    ("order.letter", "en"): ["#2210", "#2214", "looking for it", "reply to this mail"],
    ("order.letter", "ja"): ["#1042、#1050", "お調べしております", "ご返信ください"],
    ("shipment.shipped", "en"): ["USPS", "9400111899223197428490", "Tue 24 – Thu 26 Nov"],
    ("shipment.shipped", "ja"): ["ヤマト運輸", "398412345670", "11月24日(火) 14時〜16時"],
    ("shipment.label_made", "en"): ["USPS takes it over", "Tue 24 – Thu 26 Nov"],
    ("shipment.label_made", "ja"): ["送り状を作成し", "ヤマト運輸に引き渡し"],
    ("shipment.in_transit", "en"): ["USPS has your parcel", "Tue 24 – Thu 26 Nov"],
    ("shipment.in_transit", "ja"): ["ヤマト運輸がお荷物をお預かり", "14時〜16時"],
    ("shipment.day_named", "en"): ["Tue 24 – Thu 26 Nov", "instead of Fri 27 Nov"],
    ("shipment.day_named", "ja"): ["11月27日(金)から", "11月24日(火) 14時〜16時"],
    ("shipment.arrives_tomorrow", "en"): ["tomorrow", "can still change"],
    ("shipment.arrives_tomorrow", "ja"): ["明日お届け予定です", "11月24日(火) 14時〜16時"],
    ("shipment.pickup_late", "en"): ["ready on Fri 20 Nov", "to this day", "the scan is missing"],
    ("shipment.pickup_late", "ja"): ["11月21日(土)に", "現在も確認できて", "記録だけが"],
    ("shipment.came_back", "en"): ["sent again, or your money back", "our team looks at it"],
    ("shipment.came_back", "ja"): ["再発送とご返金のどちら", "自動では行われません"],
    ("order.all_delivered", "en"): ["2 in all", "9400111899223197428498", "In this parcel"],
    ("order.all_delivered", "ja"): ["お荷物2個すべて", "398412345678", "リネンシャツ"],
    ("shipment.out_for_delivery", "en"): ["today, Mon 23 Nov"],
    ("shipment.out_for_delivery", "ja"): ["本日11月24日(火)", "14時〜16時"],
    ("shipment.ready_for_pickup", "en"): ["at Portland Main Post Office", "by Mon 30 Nov"],
    ("shipment.ready_for_pickup", "ja"): ["「渋谷営業所」", "11月30日(月)まで"],
    ("shipment.delivered", "en"): ["Mon 23 Nov, 21:40", "safe place", "ask for a return"],
    ("shipment.delivered", "ja"): ["11月24日(火) 14:40", "置き配"],
    ("shipment.problem", "en"): ["nobody was there to take the parcel"],
    ("shipment.problem", "ja"): ["ご不在のため"],
    ("shipment.delayed", "en"): ["by Tue 24 Nov, as promised", "Wed 25 – Fri 27 Nov", "86 in 100"],
    ("shipment.delayed", "ja"): ["11月24日(火)までの", "11月25日(水)〜27日(金)", "約86％"],
    ("shipment.still_delayed", "en"): ["still late", "again by Fri 27 Nov", "pick-up point"],
    ("shipment.still_delayed", "ja"): ["まだ遅れて", "11月27日(金)までに", "受取場所"],
    ("shipment.recovered", "en"): ["has caught up", "Tue 24 – Thu 26 Nov"],
    ("shipment.recovered", "ja"): ["遅れは解消", "11月24日(火) 14時〜16時"],
    ("tracking.lookup_code", "en"): ["482913", "10 minutes"],
    ("tracking.lookup_code", "ja"): ["482913", "10分間"],
    ("return.requested", "en"): ["R-2210-1", "Sat 28 Nov 2026, 10:30", "$107.85"],
    ("return.requested", "ja"): ["R-1042-1", "2026年11月28日(土) 11:30", "¥4,770"],
    ("return.approved", "en"): ["R-2210-1", "by Sat 12 Dec", "1200 Dock Road", "prepaid label"],
    ("return.approved", "ja"): ["R-1042-1", "12月12日(土)まで", "〒604-8001", "お客様のご負担"],
    ("return.declined", "en"): ["R-2210-1", "The 30 days for returning"],
    ("return.declined", "ja"): ["R-1042-1", "お届けから30日を過ぎているため"],
    ("return.photos_wanted", "en"): ["R-2210-1", "whole seam", "not kept"],
    ("return.photos_wanted", "ja"): ["R-1042-1", "内側のタグ", "保存いたしません"],
    ("return.send_reminded", "en"): ["R-2210-1", "by Sat 12 Dec", "of your choice", "1200 Dock"],
    ("return.send_reminded", "ja"): ["R-1042-1", "12月12日(土)まで", "行き違い", "〒604-8001"],
    ("return.label_ready", "en"): ["R-2210-1", "to USPS", "by Sat 12 Dec"],
    ("return.label_ready", "ja"): ["R-1042-1", "ヤマト運輸へお渡し", "12月12日(土)まで"],
    ("return.expired", "en"): ["R-2210-1", "Nothing was charged", "Fri 8 Jan"],
    ("return.expired", "ja"): ["R-1042-1", "ご返金もございません", "1月8日(金)"],
    ("return.cancelled", "en"): ["R-2210-1", "Nothing has to be sent", "Reply"],
    ("return.cancelled", "ja"): ["R-1042-1", "当店にて取り消し", "ご返信ください"],
    ("return.cancel_confirmed", "en"): ["R-2210-1", "as you asked", "It was not you?"],
    ("return.cancel_confirmed", "ja"): ["R-1042-1", "ご希望により", "お心当たり"],
    ("return.received", "en"): ["R-2210-1", "Trail jacket", "refund you"],
    ("return.received", "ja"): ["R-1042-1", "リネンシャツ", "ご返金の手続き"],
    ("return.loss_borne", "en"): ["R-2210-1", "You lose nothing", "$107.85", "asked the carrier"],
    ("return.loss_borne", "ja"): ["R-1042-1", "お客様のご負担はございません", "¥4,770"],
    ("return.loss_declined", "en"): ["R-2210-1", "Nothing shows", "receipt"],
    ("return.loss_declined", "ja"): ["R-1042-1", "確認できるものがございませんでした", "お控え"],
    ("return.units_refused", "en"): ["R-2210-1", "stain on the left sleeve", "$7.95", "$40.00"],
    ("return.units_refused", "ja"): ["R-1042-1", "左袖に汚れ", "¥990", "ご返送いたします"],
    ("return.refused_fee_due", "en"): ["R-2210-1", "$7.95", "Mon 30 Nov", "Trail jacket"],
    ("return.refused_fee_due", "ja"): ["R-1042-1", "¥990", "12月1日(火)", "リネンシャツ"],
    ("return.refused_fee_reminded", "en"): ["R-2210-1", "$7.95", "not paid yet"],
    ("return.refused_fee_reminded", "ja"): ["R-1042-1", "¥990", "行き違い"],
    ("return.surplus_found", "en"): ["R-2210-1", "Trail jacket", "not part of your refund"],
    ("return.surplus_found", "ja"): ["R-1042-1", "お預かりしております"],
    ("return.refunded", "en"): ["R-2210-1", "$107.85", "-$7.95", "Original payment"],
    ("return.refunded", "ja"): ["R-1042-1", "¥4,770", "-¥990"],
    ("exchange.payment_due", "en"): ["$42.00 more", "Trail jacket", "Mon 30 Nov"],
    ("exchange.payment_due", "ja"): ["差額は ¥1,140", "12月1日(火)", "リネンシャツ"],
    ("exchange.choice_needed", "en"): ["is sold out", "same item again"],
    ("exchange.choice_needed", "ja"): ["在庫がなくなりました", "ストアクレジット"],
    ("exchange.converted", "en"): ["is sold out", "your money back"],
    ("exchange.converted", "ja"): ["在庫がなくなりました", "ご返金いたします"],
    ("exchange.downgraded", "en"): ["nothing is charged", "as soon as the carrier has"],
    ("exchange.downgraded", "ja"): ["請求もいたしておりません", "交換品を発送いたします"],
    ("exchange.return_reminded", "en"): ["by Sat 12 Dec", "$142.00"],
    ("exchange.return_reminded", "ja"): ["12月12日(土)まで", "¥6,900"],
    ("return.sign_in_code", "en"): ["482913", "10 minutes"],
    ("return.sign_in_code", "ja"): ["482913", "10分間"],
    ("gift.requested", "en"): ["R-2210-1", "write to you again"],
    ("gift.requested", "ja"): ["R-1042-1", "承りました"],
    ("gift.approved", "en"): ["R-2210-1", "by Sat 12 Dec", "1200 Dock Road"],
    ("gift.approved", "ja"): ["R-1042-1", "12月12日(土)まで", "〒604-8001"],
    ("gift.declined", "en"): ["R-2210-1", "The 30 days for returning"],
    ("gift.declined", "ja"): ["R-1042-1", "お届けから30日を過ぎているため"],
    ("gift.photos_wanted", "en"): ["R-2210-1", "whole seam", "not kept"],
    ("gift.photos_wanted", "ja"): ["R-1042-1", "内側のタグ", "保存いたしません"],
    ("gift.send_reminded", "en"): ["R-2210-1", "by Sat 12 Dec", "of your choice"],
    ("gift.send_reminded", "ja"): ["R-1042-1", "12月12日(土)まで", "行き違い"],
    ("gift.label_ready", "en"): ["R-2210-1", "to USPS", "page now"],
    ("gift.label_ready", "ja"): ["R-1042-1", "ヤマト運輸へお渡し"],
    ("gift.expired", "en"): ["R-2210-1", "owe nothing", "go on with your exchange"],
    ("gift.expired", "ja"): ["R-1042-1", "ご負担はございません"],
    ("gift.cancelled", "en"): ["R-2210-1", "Nothing has to be sent"],
    ("gift.cancelled", "ja"): ["R-1042-1", "当店にて取り消し"],
    ("gift.received", "en"): ["R-2210-1", "Trail jacket", "add your store credit"],
    ("gift.received", "ja"): ["R-1042-1", "リネンシャツ", "ストアクレジットの付与"],
    ("gift.settled", "en"): ["R-2210-1", "added your store credit"],
    ("gift.settled", "ja"): ["R-1042-1", "ストアクレジットを付与"],
    ("gift.pickup_arranged", "en"): ["R-2210-1", "address you gave us"],
    ("gift.pickup_arranged", "ja"): ["R-1042-1", "集荷に伺います"],
    ("gift.loss_borne", "en"): ["R-2210-1", "lost on its way", "add your store credit"],
    ("gift.loss_borne", "ja"): ["R-1042-1", "紛失いたしました", "ストアクレジットをお付け"],
    ("gift.loss_declined", "en"): ["R-2210-1", "did not reach us", "handed to a carrier"],
    ("gift.loss_declined", "ja"): ["R-1042-1", "届いておりません", "お渡しいただいたこと"],
    ("gift.converted", "en"): ["is sold out", "nothing for you to do"],
    ("gift.converted", "ja"): ["在庫がなくなりました"],
    ("gift.rest_given_up", "en"): ["cannot be sent", "stays as agreed"],
    ("gift.rest_given_up", "ja"): ["お送りできません", "これまでのご案内"],
    ("gift.surplus_found", "en"): ["R-2210-1", "Trail jacket", "not part of your store credit"],
    ("gift.surplus_found", "ja"): ["R-1042-1", "お預かりしております", "ストアクレジット"],
    ("gift.units_refused", "en"): ["R-2210-1", "stain on the left sleeve", "$7.95"],
    ("gift.units_refused", "ja"): ["R-1042-1", "左袖に汚れ", "¥990"],
    ("gift.fee_due", "en"): ["R-2210-1", "$7.95", "Mon 30 Nov"],
    ("gift.fee_due", "ja"): ["R-1042-1", "¥990", "12月1日(火)"],
    ("gift.fee_reminded", "en"): ["R-2210-1", "$7.95", "not paid yet"],
    ("gift.fee_reminded", "ja"): ["R-1042-1", "¥990", "行き違い"],
}


@pytest.fixture(autouse=True)
def _loud_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that does not exist shows up in the words instead of vanishing."""
    engine = engines["django"].engine  # type: ignore[attr-defined]
    monkeypatch.setattr(engine, "string_if_invalid", "‹unknown %s›")


def shop(locale: str, accent: str = "#1f5f4a") -> Merchant:
    return Merchant(
        slug="mori",
        name_en="Northfold",
        name_ja="森の道具店",
        default_locale=locale,
        time_zone="Asia/Tokyo" if locale == "ja" else "America/Los_Angeles",
        support_email="help@mori.example",
        site_url="https://mori.example",
        theme={"accent": accent},
    )


def kind_of(name: str) -> MessageKind[Any]:
    return MessageKind(
        name=name,
        room=ROOMS[name],
        title=name,
        event=OrderPlaced,
        object_id=lambda event: event.order_id,
        variables=lambda event: None,
    )


def written(name: str, locale: str, **changes: Any) -> Words:
    return write_house_words(
        kind_of(name),
        {**facts(name, locale), **changes},
        merchant=shop(locale),
        locale=locale,
        at=AT,
    )


def visible(html: str) -> str:
    """What a reader sees of an HTML part."""
    body = html[html.index("<body") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("&amp;", "&")


@pytest.mark.parametrize(("name", "locale"), EVERY)
def test_each_mail_says_what_it_must_in_both_parts(name: str, locale: str) -> None:
    words = written(name, locale)
    for fact in SAYS[name, locale]:
        assert fact in re.sub(r"\s+", " ", words.text)
        assert fact in visible(words.html)


@pytest.mark.parametrize(("name", "locale"), EVERY)
def test_no_variable_is_unknown(name: str, locale: str) -> None:
    words = written(name, locale)
    for part in (words.subject, words.html, words.text):
        assert "‹unknown" not in part
        assert "None" not in part


@pytest.mark.parametrize(("name", "locale"), EVERY)
def test_each_mail_is_small_and_complete(name: str, locale: str) -> None:
    words = written(name, locale)
    assert len(words.html.encode()) < 102_000
    assert f'lang="{locale}"' in words.html
    assert "prefers-color-scheme: dark" in words.html
    assert "\n" not in words.subject
    assert 0 < len(words.subject) <= 78
    assert words.text.strip().count("\n") > 5


@pytest.mark.parametrize(("name", "locale"), EVERY)
def test_reading_a_mail_asks_nobody_for_anything(name: str, locale: str) -> None:
    html = written(name, locale).html
    assert "<link" not in html
    assert "@import" not in html
    assert "@font-face" not in html
    assert not re.search(r"url\(", html)


@pytest.mark.parametrize(("name", "locale"), EVERY)
def test_pages_are_linked_in_both_parts(name: str, locale: str) -> None:
    words = written(name, locale)
    link = "tracking" if name.startswith(("order", "shipment")) else "returns"
    expected = name not in CODES
    assert (LINKS[link] in words.html) == expected
    assert (LINKS[link] in words.text) == expected


@pytest.mark.parametrize("name", ROOMS)
def test_japanese_mails_greet_with_the_honorific_and_hold_no_english(name: str) -> None:
    words = written(name, "ja")
    assert words.text.count("山田 花子 様") >= 1
    assert "森の道具店" in words.text
    sentences = re.sub(r"https?://\S+|\S+@\S+|R-1042-1|M\b", "", words.text)
    assert not re.search(r"[A-Za-z]{3,}", sentences)


@pytest.mark.parametrize("name", ROOMS)
def test_english_mails_hold_no_japanese(name: str) -> None:
    words = written(name, "en")
    assert "Hello Hannah," in words.text
    assert not re.search(r"[ぁ-んァ-ヶ一-龠]", words.subject + words.text + visible(words.html))


def test_every_registered_kind_has_words_in_both_languages() -> None:
    engine = engines["django"].engine  # type: ignore[attr-defined]
    for kind in list_kinds():
        for locale in LOCALES:
            engine.get_template(f"{kind.template}.{locale}.mjml")
            engine.get_template(f"{kind.template}.{locale}.subject.txt")


@pytest.mark.parametrize("locale", LOCALES)
def test_pictures_are_never_required(locale: str) -> None:
    bare = facts("order.thanks", locale)
    for line in bare["order"]["lines"]:
        line["image_url"] = ""
    words = written("order.thanks", locale, **bare)
    assert "<img" not in words.html
    pictured = written("order.thanks", locale)
    assert 'src="http' in pictured.html
    assert visible(words.html) == visible(pictured.html)


@pytest.mark.parametrize("locale", LOCALES)
def test_an_order_that_goes_nowhere_has_its_thanks_without_an_address(locale: str) -> None:
    bare = facts("order.thanks", locale)
    bare["order"]["address"] = None
    words = written("order.thanks", locale, **bare)
    assert bare["order"]["number"] in words.text
    for label in ("お届け先", "It goes to"):
        assert label not in words.text
        assert label not in words.html


def test_a_huge_order_stays_below_the_size_at_which_mails_are_cut() -> None:
    huge = facts("order.thanks", "en")
    huge["order"]["lines"] *= 150
    words = written("order.thanks", "en", **huge)
    assert "and 280 more items" in words.text
    assert len(words.html.encode()) < 102_000


def test_markup_in_names_stays_text() -> None:
    attack = facts("order.thanks", "en")
    attack["customer_name"] = '<script>x</script>"'
    attack["order"]["lines"][0]["title"] = "</td><mj-button href='http://evil'>x"
    words = written("order.thanks", "en", **attack)
    assert "<script" not in words.html
    assert 'href="http://evil"' not in words.html
    assert "</td><mj-button href='http://evil'>x" in words.text


def test_a_subject_keeps_signs_and_never_breaks_into_headers() -> None:
    tricky = facts("order.thanks", "en")
    tricky["order"]["number"] = "A&B\r\nBcc: all@example.com"
    assert written("order.thanks", "en", **tricky).subject == (
        "Thank you for your order A&B Bcc: all@example.com"
    )


@pytest.mark.parametrize("accent", ["#f2b705", "#101010", "#7fd1ae"])
def test_the_shops_colour_carries_readable_words(accent: str) -> None:
    from postexp.design.colour import contrast, from_hex

    words = write_house_words(
        kind_of("order.thanks"),
        facts("order.thanks", "en"),
        merchant=shop("en", accent),
        locale="en",
        at=AT,
    )
    button = re.search(r"background:(#\w{6});color:(#\w{6})", words.html)
    assert button is not None
    assert button[1] == accent
    assert contrast(from_hex(button[1]), from_hex(button[2])) >= 4.5


def test_a_shop_without_contacts_promises_no_answer() -> None:
    merchant = shop("en")
    merchant.support_email = merchant.site_url = ""
    words = write_house_words(
        kind_of("order.thanks"),
        facts("order.thanks", "en"),
        merchant=merchant,
        locale="en",
        at=AT,
    )
    assert "Reply to this mail" not in words.text
    assert words.text.startswith("Northfold\n")


@pytest.mark.parametrize("locale", LOCALES)
def test_no_date_is_invented_where_the_carrier_gave_none(locale: str) -> None:
    known = facts("shipment.shipped", locale)
    known["shipment"]["estimate"] = None
    words = written("shipment.shipped", locale, **known)
    assert {"en": "has not given a delivery date yet", "ja": "まだ確定しておりません"}[
        locale
    ] in words.text
    assert "24" not in re.sub(r"\d{5,}", "", words.text)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_date_only_delivery_shows_no_hour(locale: str) -> None:
    known = facts("shipment.delivered", locale)
    known["shipment"] |= {"delivered_at": None, "delivered_on": "2026-11-24"}
    text = written("shipment.delivered", locale, **known).text
    assert {"en": "on Tue 24 Nov.", "ja": "11月24日(火)に"}[locale] in text
    known["shipment"]["delivered_on"] = None
    text = written("shipment.delivered", locale, **known).text
    assert {"en": "reports your parcel as delivered", "ja": "との連絡がありました"}[locale] in text


@pytest.mark.parametrize(
    ("start", "end", "english", "japanese"),
    [
        ("14:00", "16:00", "14:00–16:00", "14時〜16時"),
        (None, "16:00", "by 16:00", "16:00まで"),
        ("14:00", None, "after 14:00", "14:00以降"),
        (None, None, "", ""),
    ],
)
def test_hours_are_told_as_far_as_they_are_known(
    start: str | None, end: str | None, english: str, japanese: str
) -> None:
    for locale, expected in (("en", english), ("ja", japanese)):
        known = facts("shipment.out_for_delivery", locale)
        known["shipment"]["estimate"] = {
            **{"date": "2026-11-24", "until": None},
            **{"from": start, "to": end},
        }
        words = written("shipment.out_for_delivery", locale, **known)
        assert expected in words.text
        if not expected:
            assert not re.search(r"\d(:00|時)", words.text)


def test_every_row_of_a_sum_has_a_name_in_both_languages() -> None:
    codes = [
        *("goods", "tax", "shipping", "restocking_fee", "return_postage", "bonus", "deduction"),
        *("exchange_credit", "goodwill", "already_refunded", "promotion_ended", "not_paid"),
    ]
    for locale in LOCALES:
        known = facts("return.refunded", locale)
        known["settlement"]["rows"] = [
            {"code": code, "title": "", "quantity": 1, "amount": yen(1)} for code in codes
        ]
        text = written("return.refunded", locale, **known).text
        names = {line.rsplit(None, 1)[0] for line in text.split("\n") if line.endswith(" ¥1")}
        assert len(names) == len(codes)
        assert not names & set(codes)


def test_rows_of_products_name_them() -> None:
    known = facts("return.refunded", "en")
    known["settlement"]["rows"] = [
        {"code": "goods", "title": "Mug", "quantity": 2, "amount": yen(1)},
        {"code": "tax", "title": "Mug", "quantity": 2, "amount": yen(2)},
        {"code": "exchange_credit", "title": "Towel", "quantity": 1, "amount": yen(3)},
    ]
    known["settlement"]["paid_to"] = [
        {"tender": "external", "label": "Visa 4242", "amount": yen(4)},
        {"tender": "gift_card", "label": "", "amount": yen(5)},
    ]
    text = written("return.refunded", "en", **known).text
    for row in (
        *("Mug × 2 .*¥1", "Tax: Mug × 2 .*¥2", "Towel .*¥3"),
        *("Visa 4242 .*¥4", "Gift card .*¥5"),
    ):
        assert re.search(f"^{row}$", text, re.MULTILINE)


# Causes with the same advice share their words; all others differ.
PROBLEMS: dict[str, list[set[str]]] = {
    "delivery_attempted": [
        *({"recipient_absent"}, {"business_closed"}, {"no_access"}, {"address_problem"}),
        *({"payment_due"}, {"missed_pickup_window"}, {"other", "of_a_later_vocabulary"}),
    ],
    "returning": [{"unclaimed"}, {"refused"}, {"undeliverable", "requested_by_sender", "other"}],
    "exception": [
        *({"address_incorrect", "recipient_moved"}, {"recipient_refused"}, {"customs_held"}),
        *({"documents_missing"}, {"duties_unpaid", "payment_due"}, {"damaged"}, {"lost"}),
        *({"disposed"}, {"under_investigation"}, {"unclaimed"}, {"natural_disaster"}),
        *({"prohibited", "rejected_by_carrier", "security"}, {"general", "of_a_later_one"}),
    ],
}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("status", PROBLEMS)
def test_each_problem_is_told_in_its_own_words(locale: str, status: str) -> None:
    told: list[str] = []
    for causes in PROBLEMS[status]:
        texts = {
            written("shipment.problem", locale, problem={"status": status, "substatus": cause}).text
            for cause in causes
        }
        assert len(texts) == 1
        told += texts
    assert len(set(told)) == len(told)
    assert not any("‹unknown" in text for text in told)


# What a notice says of each fact that it may be given; what is not known leaves no trace.
NOTICES: list[tuple[dict[str, Any], str, str]] = [
    ({"source": "carrier"}, "The carrier reports that", "配送会社から連絡がありました"),
    ({"source": "predicted"}, "Judging by where", "現在の状況から"),
    ({"source": "stalled"}, "not been scanned for longer", "通常より長く確認できて"),
    ({"source": "promise_passed"}, "and it has not", "まだお届けできておりません"),
    ({"source": "stalled"}, "our team looks into", "担当者が配送会社とともに"),
    ({"source": "carrier"}, "We follow every scan", "引き続き確認しております"),
    ({"cause": "weather"}, "Bad weather on the way", "輸送経路の悪天候"),
    ({"cause": "customs"}, "Customs take longer", "通関に時間"),
    ({"cause": "flight"}, "A flight was late", "航空便の遅れ"),
    ({"cause": "natural_disaster"}, "A natural disaster", "自然災害の影響"),
    ({"cause": "carrier_processing"}, "longer than usual at the carrier", "配送会社での作業"),
    ({"cause": "pickup_late"}, "collected it later", "集荷の遅れ"),
    ({"cause": "address_incorrect"}, "send us your complete address", "正しいご住所をお知らせ"),
    ({"cause": "recipient"}, "could not reach you", "ご連絡がつかなかった"),
    ({"cause": "external"}, "outside the carrier’s control", "同社の外の事情"),
    ({"sureness": "almost_certain"}, "almost certain to be late", "ほぼ確実です"),
    ({"sureness": "likely", "certainty": 78}, "likely to be late (78 in 100)", "（約78％）"),
    ({"window": {"date": "2026-11-26", "until": None, "by": "carrier"}}, "own; it can", "変わる"),
    ({"window": None}, "No new day is known yet", "まだ分かっておりません"),
    ({"write_again_on": None}, "You hear from us when it is out", "配達に出ましたら"),
    ({"can_cancel": True}, "Cancel: the carrier does not have it", "キャンセルする"),
    ({"cancel_url": "https://mori.example/c/x/"}, "(https://mori.example/c/x/)", "example/c/x/)"),
]
SAID_OF_NOTHING = {
    "en": ["Cause", "Cancel", "almost certain", "Promised"],
    "ja": ["原因", "キャンセル", "ほぼ確実", "当初の予定"],
}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("known", "english", "japanese"), NOTICES)
def test_a_notice_says_each_thing_it_knows(
    locale: str, known: dict[str, Any], english: str, japanese: str
) -> None:
    told = facts("shipment.delayed", locale)["notice"] | known
    words = written("shipment.delayed", locale, notice=told).text
    fact = english if locale == "en" else japanese
    assert re.sub(r"\s", "", fact) in re.sub(r"\s", "", words)
    assert "‹unknown" not in words


@pytest.mark.parametrize("locale", LOCALES)
def test_a_notice_makes_nothing_up(locale: str) -> None:
    known = facts("shipment.delayed", locale)["notice"]
    nothing = {**known, "promised": None, "sureness": "certain", "source": "carrier"}
    words = written("shipment.delayed", locale, notice=nothing).text
    for part in SAID_OF_NOTHING[locale]:
        assert part not in words
    without_page = written("shipment.delayed", locale, notice={**nothing, "change_url": ""})
    assert "carrier.example/change" in words
    assert "carrier.example/change" not in without_page.text
    assert "%" not in without_page.subject


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("outcome", ["refund", "store_credit", "exchange"])
@pytest.mark.parametrize(
    "name", ["return.requested", "return.approved", "return.received", "return.refunded"]
)
def test_each_outcome_is_told_as_what_it_is(name: str, outcome: str, locale: str) -> None:
    known = facts(name, locale)
    known["return"]["outcome"] = outcome
    known["return"]["lines"][0]["exchange_for"] = "L" if outcome == "exchange" else None
    if "settlement" in known:
        known["settlement"]["outcome"] = outcome
    words = written(name, locale, **known)
    assert "‹unknown" not in words.html
    promises_money = {"en": "refund", "ja": "ご返金"}[locale] in words.subject + words.text
    if name in {"return.received", "return.refunded"} and outcome != "refund":
        assert not promises_money or "ご返金先" in words.text


def test_other_charges_keep_the_sum_right() -> None:
    tipped = facts("order.thanks", "ja")
    tipped["order"]["total"] = yen(11060)
    words = written("order.thanks", "ja", **tipped)
    assert re.search(r"その他の料金 +¥200\n", words.text)


def test_broken_words_name_their_file(monkeypatch: pytest.MonkeyPatch) -> None:
    import mrml

    def fail(_mjml: str, **_options: object) -> None:
        raise OSError("unexpected end of stream")

    monkeypatch.setattr(mrml, "to_html", fail)
    with pytest.raises(WordsBroken, match=r"order_thanks\.en\.mjml .*unexpected end of stream"):
        written("order.thanks", "en")


def test_a_subject_can_be_written_alone() -> None:
    subject = write_subject_with(
        None,
        kind_of("return.refunded"),
        facts("return.refunded", "ja"),
        merchant=shop("ja"),
        locale="ja",
    )
    assert subject == "¥4,770 をご返金いたしました（R-1042-1）"


def test_kinds_default_to_two_days_of_use() -> None:
    assert kind_of("order.thanks").useful_for == timedelta(hours=48)
