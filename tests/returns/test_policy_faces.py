"""One source, many faces: what the policy says is what every page and feed says (R-08)."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from commerce import links
from commerce.models import Merchant, Order, Product
from commerce.ports import ProductFacts
from commerce.services.products import take_in_product
from returns import services
from returns.enums import Outcome
from returns.models import ExchangeTerms, PolicyVersion, SendingSettings
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import OutcomeTerms, Policy, read_policy
from returns.serializers.policy_text import write_policy
from returns.serializers.rule_words import rule_sentence
from tests.facts import order_facts
from tests.returns.conftest import STAFF, sent_order
from tests.returns.test_api import Call, call
from tests.returns.test_site import words

__all__ = ("call",)

DAY = datetime(2026, 11, 1, tzinfo=UTC)
EUROPE = ("DE", "FR", "GB")


def policy_of(days: int, postage: int, **changes: Any) -> Policy:
    """A policy with the same days for everything, and a flat postage in yen."""
    outcomes = tuple(OutcomeTerms(outcome=outcome, days=days) for outcome in Outcome)
    return replace(
        DEFAULT_POLICY,
        outcomes=outcomes,
        postage={"JPY": postage} if postage else {},
        **changes,
    )


def publish(policy: Policy, at: datetime) -> PolicyVersion:
    """Publish a version, in force at once."""
    return services.publish_policy(content=policy.to_json(), effective_from=at, at=at, actor=STAFF)


def ruled(policy: Policy, *rules: dict[str, Any]) -> Policy:
    """The policy with rules."""
    whole = [
        {
            "if_unknown": "skip",
            "say": {"en": "", "ja": ""},
            "note": "",
            "active": True,
            **rule,
        }
        for rule in rules
    ]
    return read_policy({**policy.to_json(), "rules": whole})


def compare(fact: str, operator: str, value: Any) -> dict[str, Any]:
    """A condition of one comparison."""
    return {"fact": fact, "operator": operator, "value": value}


CHRISTMAS = {
    "id": "christmas",
    "when": compare("placed_on", "between", ["2026-11-15", "2026-12-24"]),
    "effects": {"window": {"all": {"days": 30, "not_before": "2027-01-31"}}},
}


@pytest.fixture
def reader() -> Client:
    """Anyone, without cookies."""
    return Client(headers={"accept-language": "en"})


def face(reader: Client, merchant: Merchant, name: str, *more: Any, language: str = "en") -> Any:
    """One of the public pages of the policy."""
    answer = reader.get(reverse(f"site:{name}", args=[merchant.slug, *more]), {"lang": language})
    assert answer.status_code == 200
    assert not answer.cookies
    return answer


def in_schema(told: Any, country: str) -> dict[str, Any]:
    """The return policy for a country, of JSON-LD."""
    [found] = [
        one for one in told["hasMerchantReturnPolicy"] if country in one["applicableCountry"]
    ]
    return dict(found)


def every_face(
    reader: Client, merchant: Merchant, call: Call, order: Order
) -> tuple[set[int], set[str]]:
    """The days and the postage that the faces tell of, for an order placed now."""
    days, postage = set(), set()
    english = words(face(reader, merchant, "policy"))
    japanese = words(face(reader, merchant, "policy", language="ja"))
    days |= {int(found) for found in re.findall(r"within (\d+) days of delivery", english)}
    days |= {int(found) for found in re.findall(r"商品の到着後(\d+)日以内", japanese)}
    postage |= set(re.findall(r"¥[\d,]+", english)) | set(re.findall(r"¥[\d,]+", japanese))
    short = write_policy(
        read_policy(call("GET", "return-policies").json()["data"][0]["content"]),
        merchant=merchant,
        language="ja",
    ).short
    days |= {int(found) for found in re.findall(r"商品到着後、(\d+)日以内", short)}
    postage |= set(re.findall(r"¥[\d,]+", short))
    schema = in_schema(face(reader, merchant, "policy_schema").json(), "JP")
    days.add(schema["merchantReturnDays"])
    postage.add(f"¥{schema['customerRemorseReturnShippingFeesAmount']['value']}")
    page = face(reader, merchant, "policy").content.decode()
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert json.loads(block) == face(reader, merchant, "policy_schema").json()
    feed = face(reader, merchant, "policy_feed").json()["policies"][0]
    days.add(feed["window"]["days"])
    postage.add(f"¥{feed['methods'][0]['fee']['amount']}")
    line = call("GET", f"orders/{order.external_id}/returnable").json()["lines"][0]
    until = datetime.fromisoformat(line["offers"][0]["until"])
    # Without a delivery scan the window counts from five days after it was sent.
    days.add((until.astimezone(merchant.zone).date() - date(2026, 11, 9)).days)
    return days, postage


def test_r08_one_source_many_faces(reader: Client, scope: Merchant, owner: Any, call: Call) -> None:
    for number, days in enumerate((14, 20), start=1):
        publish(policy_of(days, 500), DAY + timedelta(hours=number))
    publish(policy_of(30, 990), DAY + timedelta(hours=3))
    sent = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
    old = sent_order(scope, order_facts(placed_at=DAY + timedelta(hours=4)), at=sent)
    with time_machine.travel(sent + timedelta(hours=1), tick=False):
        assert every_face(reader, scope, call, old) == ({30}, {"¥990"})
    publish(policy_of(45, 1200), sent + timedelta(hours=2))
    new = sent_order(
        scope,
        order_facts(external_id="2", number="#1002", placed_at=sent + timedelta(hours=3)),
        at=sent + timedelta(hours=4),
    )
    with time_machine.travel(sent + timedelta(hours=5), tick=False):
        days_now, postage_now = every_face(reader, scope, call, new)
        assert days_now == {45}
        assert {one.replace(",", "") for one in postage_now} == {"¥1200"}
        # The page linked from the old order still shows version 3.
        token = links.order_token(old.public_id)
        start = reader.get(reverse("site:return_start", args=[scope.slug, token]))
        linked = reverse("site:policy_version", args=[scope.slug, 3])
        assert linked in start.content.decode()
        then = words(face(reader, scope, "policy_version", 3))
        assert "within 30 days of delivery" in then
        assert "¥990" in then
        assert "It applies to orders placed from Sun 1 Nov 2026, 12:00 until" in then
        first = words(face(reader, scope, "policy_version", 1))
        assert "It applies to orders placed until Sun 1 Nov 2026, 11:00" in first
        tracking = reader.get(reverse("site:tracking_page", args=[scope.slug, token]))
        assert linked in tracking.content.decode()


def test_a_version_that_is_not_in_force_yet_is_not_shown(reader: Client, scope: Merchant) -> None:
    publish(policy_of(30, 0), DAY)
    services.publish_policy(
        content=policy_of(45, 0).to_json(),
        effective_from=DAY + timedelta(days=9),
        at=DAY,
        actor=STAFF,
    )
    with time_machine.travel(DAY + timedelta(days=1), tick=False):
        assert reader.get(reverse("site:policy_version", args=[scope.slug, 2])).status_code == 404
        assert "within 30 days" in words(face(reader, scope, "policy"))
    with time_machine.travel(DAY + timedelta(days=9), tick=False):
        assert "within 45 days" in words(face(reader, scope, "policy"))


def test_a_shop_that_published_nothing_shows_the_standard_policy(
    reader: Client, scope: Merchant
) -> None:
    page = words(face(reader, scope, "policy"))
    assert "for your money back within 30 days" in page
    assert "for store credit within 45 days" in page
    feed = face(reader, scope, "policy_feed").json()
    assert feed["policies"][0]["supported_resolutions"] == [
        "original_payment_method",
        "store_credit",
        "exchange",
    ]
    assert "fee" not in feed["policies"][0]["methods"][0]


def test_a_season_is_an_override_and_a_sentence(reader: Client, scope: Merchant) -> None:
    publish(ruled(policy_of(30, 0), CHRISTMAS), DAY)
    with time_machine.travel(DAY + timedelta(hours=1), tick=False):
        schema = in_schema(face(reader, scope, "policy_schema").json(), "JP")
        assert schema["merchantReturnDays"] == 30
        assert schema["returnPolicySeasonalOverride"] == [
            {
                "@type": "MerchantReturnPolicySeasonalOverride",
                "startDate": "2026-11-15",
                "endDate": "2026-12-24",
                "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
                "merchantReturnDays": "2027-01-31",
            }
        ]
        told = (
            "Where the order was placed Sun 15 Nov 2026 to Thu 24 Dec 2026: "
            "until Sun 31 Jan 2027, or 30 days where that is later."
        )
        assert told in words(face(reader, scope, "policy"))
    with time_machine.travel(datetime(2027, 1, 2, tzinfo=UTC), tick=False):
        after = in_schema(face(reader, scope, "policy_schema").json(), "JP")
        assert "returnPolicySeasonalOverride" not in after


def test_countries_with_other_terms_stand_apart(reader: Client, scope: Merchant) -> None:
    to_america = {
        "id": "america",
        "when": compare("country", "in", ["US", "CA"]),
        "effects": {
            "fees": {"postage": {"JPY": 3000}},
            "window": {"all": {"days": 60, "not_before": None}},
        },
    }
    publish(ruled(policy_of(7, 990, restocking=1000), to_america), DAY)
    with time_machine.travel(DAY + timedelta(hours=1), tick=False):
        told = face(reader, scope, "policy_schema").json()
    home, america = in_schema(told, "JP"), in_schema(told, "CA")
    assert (home["merchantReturnDays"], home["restockingFee"]) == (7, 10)
    assert america["applicableCountry"] == ["CA", "US"]
    assert america["merchantReturnDays"] == 60
    assert america["customerRemorseReturnShippingFeesAmount"]["value"] == "3000"
    # The law gives fourteen days without a restocking fee where the shop gives less.
    for country in EUROPE:
        europe = in_schema(told, country)
        assert europe["merchantReturnDays"] == 14
        assert "restockingFee" not in europe
        assert europe["customerRemorseReturnShippingFeesAmount"]["value"] == "990"


def test_final_sales_are_disclosed_to_agents(reader: Client, scope: Merchant) -> None:
    for number, final in ((1, True), (2, False)):
        take_in_product(
            ProductFacts(
                external_id=f"p{number}",
                title="Mug",
                category="mugs",
                updated_at=DAY,
                final_sale=final,
            ),
            at=DAY,
        )
    feed = face(reader, scope, "policy_feed").json()
    usual, final_sale = feed["policies"]
    assert "final_sale" not in usual
    assert final_sale["final_sale"] is True
    assert final_sale["applies_to"] == ["$.products[?@.id=='p1']"]
    assert "window" not in final_sale
    [warning] = feed["messages"]
    assert (warning["presentation"], warning["path"]) == (
        "disclosure",
        "$.products[?@.id=='p1']",
    )
    assert warning["content"] == final_sale["description"]["plain"]


def test_a_category_with_other_days_has_its_own_policy(reader: Client, scope: Merchant) -> None:
    for number, category in ((1, "mugs"), (2, "towels")):
        take_in_product(
            ProductFacts(external_id=f"p{number}", title="T", category=category, updated_at=DAY),
            at=DAY,
        )
    towels = {
        "id": "towels",
        "when": compare("category", "is", "towels"),
        "effects": {"window": {"all": {"days": 8, "not_before": None}}},
    }
    publish(ruled(policy_of(30, 0), towels), DAY)
    assert Product.objects.count() == 2
    with time_machine.travel(DAY + timedelta(hours=1), tick=False):
        feed = face(reader, scope, "policy_feed").json()
    assert [(one["window"]["days"], one.get("applies_to")) for one in feed["policies"]] == [
        (30, None),
        (8, ["$.products[?@.id=='p2']"]),
    ]


@pytest.mark.parametrize(("fact", "value"), [("vendor", "Acme"), ("product_type", "Sale")])
def test_a_vendor_or_type_with_other_days_has_its_own_policy(
    reader: Client, scope: Merchant, fact: str, value: str
) -> None:
    for number, told in ((1, {}), (2, {fact: value})):
        product = ProductFacts(external_id=f"p{number}", title="T", updated_at=DAY, **told)
        take_in_product(product, at=DAY)
    short = {
        "id": "short",
        "when": compare(fact, "is", value),
        "effects": {"window": {"all": {"days": 8, "not_before": None}}},
    }
    publish(ruled(policy_of(30, 0), short), DAY)
    with time_machine.travel(DAY + timedelta(hours=1), tick=False):
        feed = face(reader, scope, "policy_feed").json()
    assert [one.get("applies_to") for one in feed["policies"]] == [
        None,
        ["$.products[?@.id=='p2']"],
    ]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "risk of fraud"),
        ("ja", "high"),
    ],
)
def test_what_is_the_shops_own_affair_stands_on_no_page(
    reader: Client, scope: Merchant, language: str, sentence: str
) -> None:
    inner = {
        "id": "risk",
        "when": compare("fraud_band", "is", "high"),
        "effects": {"eligible": False},
        "say": {"en": "Not for risky people.", "ja": "危険なお客様は不可。"},
    }
    publish(ruled(policy_of(30, 0), inner), DAY)
    with time_machine.travel(DAY + timedelta(hours=1), tick=False):
        page = words(face(reader, scope, "policy", language=language))
        assert sentence not in page
        assert "risky" not in page
        assert "危険" not in page


def test_the_shops_own_words_come_before_ours(reader: Client, scope: Merchant) -> None:
    rule = {
        "id": "socks",
        "when": compare("category", "is", "socks"),
        "effects": {"eligible": False},
        "say": {"en": "Socks stay with you.", "ja": "靴下は返品できません。"},
    }
    policy = ruled(policy_of(30, 0), rule)
    publish(policy, DAY)
    with time_machine.travel(DAY + timedelta(hours=1), tick=False):
        assert "Socks stay with you." in words(face(reader, scope, "policy"))
        assert "靴下は返品できません。" in words(face(reader, scope, "policy", language="ja"))
    assert "Socks stay with you." in write_policy(policy, merchant=scope, language="en").short


@pytest.mark.parametrize(
    ("when", "effects", "sentence"),
    [
        (
            {"all": [compare("country", "is", "US"), compare("reason", "is", "too_small")]},
            {"fees": {"postage": {"JPY": 990}, "restocking": 0}},
            "Where the order goes to United States and reason for the return is Too small: "
            "¥990 for postage is taken off, no restocking fee is taken off.",
        ),
        (
            {
                "any": [
                    compare("price", "at_least", {"JPY": 30000}),
                    {"not": compare("final_sale", "is", False)},
                ]
            },
            {"review": True, "evidence": 2},
            "Where price paid for one is at least ¥30,000 or not: final sale: no: "
            "2 photos are asked for; each request is looked at first.",
        ),
        (
            {"all": []},
            {"eligible": False},
            "Always: it cannot be returned.",
        ),
        (
            compare("fault", "is", "merchant"),
            {"fees": {"waive": True}, "outcomes": ["refund", "exchange"]},
            "Where the cause is “Our fault”: only for: Refund, Exchange; nothing is taken off.",
        ),
        (
            {
                "all": [
                    compare("fault", "in", ["merchant", "carrier"]),
                    compare("orders_placed", "at_least", 3),
                    compare("order_tags", "contains_any", ["vip", "press"]),
                ]
            },
            {"review": True},
            "Where the cause is “Our fault” or “Carrier’s fault” and the number of orders placed "
            "so far is at least 3 and tags of the order have one of “vip”, “press”: each request "
            "is looked at first.",
        ),
    ],
)
def test_a_rule_is_a_sentence(when: Any, effects: Any, sentence: str) -> None:
    policy = ruled(DEFAULT_POLICY, {"id": "r", "when": when, "effects": effects})
    assert rule_sentence(policy.rules[0], policy, currency="JPY") == sentence


def test_many_rules_are_led_to_from_the_short_words(scope: Merchant) -> None:
    rules = [
        {
            "id": f"r{number}",
            "when": compare("category", "is", f"c{number}"),
            "effects": {"eligible": False},
        }
        for number in range(4)
    ]
    short = write_policy(ruled(policy_of(30, 0), *rules), merchant=scope, language="ja").short
    assert "/policy/" in short
    assert "c1" not in short


def test_each_outcome_has_its_days_in_the_short_words(scope: Merchant) -> None:
    english = write_policy(DEFAULT_POLICY, merchant=scope, language="en").short
    assert "for money back within 30 days" in english
    assert "for store credit within 45 days" in english
    japanese = write_policy(
        replace(DEFAULT_POLICY, restocking=1000), merchant=scope, language="ja"
    ).short
    assert "返金は30日以内" in japanese
    assert "手数料として10％" in japanese


def test_the_faces_tell_of_the_exchanges_the_shop_offers(scope: Merchant) -> None:
    def written(language: str) -> str:
        return write_policy(DEFAULT_POLICY, merchant=scope, language=language).whole

    assert "or for another product at its price" in written("en")
    assert "または別の商品をお選びいただけます" in written("ja")
    ExchangeTerms.objects.create(shop_now=False)
    assert "another size or colour of the same product, as long as we have it." in written("en")
    assert "サイズ違い・色違いをお選びいただけます。" in written("ja")


@pytest.mark.parametrize(
    ("methods", "schema", "agents", "english", "japanese"),
    [
        (
            ["in_store"],
            "https://schema.org/ReturnInStore",
            ["in_store"],
            "bring the items to our shop within",
            "商品を店舗へお持ちください。",
        ),
        (
            ["own", "in_store"],
            ["https://schema.org/ReturnByMail", "https://schema.org/ReturnInStore"],
            ["by_mail", "in_store"],
            "Ways to return: Send it yourself, Bring it to our shop.",
            "返品の受付方法：",
        ),
        (
            ["label"],
            "https://schema.org/ReturnByMail",
            ["by_mail"],
            "Ways to return: Print a label.",
            "商品をお送りください。",
        ),
    ],
)
def test_the_faces_tell_of_the_ways_the_shop_offers(
    reader: Client,
    scope: Merchant,
    methods: list[str],
    schema: object,
    agents: list[str],
    english: str,
    japanese: str,
) -> None:
    SendingSettings.objects.create(methods=methods)
    told = in_schema(face(reader, scope, "policy_schema").json(), "JP")
    assert told["returnMethod"] == schema
    feed = face(reader, scope, "policy_feed").json()["policies"][0]
    assert [one["type"] for one in feed["methods"]] == agents
    assert english in words(face(reader, scope, "policy"))
    assert japanese in words(face(reader, scope, "policy", language="ja"))


def test_who_pays_for_sending_back_is_said_where_the_shop_said_nothing(scope: Merchant) -> None:
    def written(language: str, **changes: Any) -> tuple[str, str]:
        policy = replace(DEFAULT_POLICY, **changes)
        text = write_policy(policy, merchant=scope, language=language)
        return text.short, text.whole

    for text in written("ja"):
        assert "ご自身で発送される場合" in text
    for text in written("en"):
        assert "ou change your mind and send it yourself" in text
    said = {"en": "We pay.", "ja": "送料は当店が負担します。"}
    for text in (*written("ja", instructions=said), *written("ja", postage={"JPY": 990})):
        assert "ご自身で発送される場合" not in text
    SendingSettings.objects.create(methods=["label"])
    for text in written("ja"):
        assert "ご自身で発送される場合" not in text
