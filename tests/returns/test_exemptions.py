"""What the law gives is not declined, unless it exempts the goods: by mark, by rule and by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from commerce.models import Merchant, Order, User
from returns import services
from returns.enums import DeclineReason, ReturnState, StatutoryPack
from returns.errors import LawfulRight
from returns.models import PolicyDecision, PolicyVersion, Return, WithdrawalSettings
from returns.selectors import judge
from returns.selectors.exemptions import exempt_tags
from returns.selectors.withdrawals import period_of
from returns.serializers.represent import represent_judgement
from returns.serializers.words import decline_words
from returns.services.withdrawals import change_withdrawal
from tests.returns.conftest import SENT, STAFF, ask, fresh, mug_facts, sent_order
from tests.returns.rules.policy_samples import rule
from tests.returns.test_api import Call, call

__all__ = ("call",)

Publish = Callable[..., PolicyVersion]
ASKED = SENT + timedelta(days=3)
NEVER = rule("never", {"all": []}, eligible=False)


def bought_in(
    merchant: Merchant, country: str, *, exemption: str = "", tags: tuple[str, ...] = ()
) -> Order:
    """Mugs that went to a country, marked or tagged."""
    facts = mug_facts()
    mug, towel = facts.lines
    assert facts.address is not None
    return sent_order(
        merchant,
        replace(
            facts,
            address=replace(facts.address, country=country),
            lines=(replace(mug, exemption=exemption, tags=tags), towel),
        ),
    )


def decline(case: Return, reason: DeclineReason, at: datetime = ASKED, text: str = "") -> Return:
    return services.decline_return(
        return_id=case.public_id, reason=reason, text=text, at=at, actor=STAFF
    )


@pytest.fixture
def lawful(scope: Merchant, mugs: None, publish: Publish) -> Return:
    """A return that went to Germany, in review though the law gives a right to it."""
    publish(review=True)
    case = ask(bought_in(scope, "DE"), ASKED, (0, 1, "changed_mind"))
    assert PolicyDecision.objects.get().decision["lines"][0]["law"] == "eu"
    assert case.state == ReturnState.IN_REVIEW
    return case


@pytest.mark.parametrize(
    "reason", [DeclineReason.EXCLUDED, DeclineReason.TOO_LATE, DeclineReason.OTHER]
)
def test_p6_what_the_law_gives_is_not_declined(lawful: Return, reason: DeclineReason) -> None:
    with pytest.raises(LawfulRight):
        decline(lawful, reason, text="No.")
    assert fresh(lawful).state == ReturnState.IN_REVIEW


def test_p6_an_exemption_is_answered_with(lawful: Return) -> None:
    case = decline(lawful, DeclineReason.CUSTOM_MADE, text="Your name is on it.")
    assert case.state == ReturnState.REJECTED
    told = "Goods made to your order are exempt from withdrawal. Your name is on it."
    assert decline_words(case, "en") == told


def test_elsewhere_staff_decline_as_they_did(scope: Merchant, mugs: None, publish: Publish) -> None:
    publish(review=True)
    case = ask(bought_in(scope, "US"), ASKED, (0, 1, "changed_mind"))
    assert decline(case, DeclineReason.EXCLUDED).state == ReturnState.REJECTED


def test_the_law_of_japan_exempts_nothing(
    scope: Merchant, mugs: None, publish: Publish, client: Client, owner: User
) -> None:
    publish(review=True, terms_displayed=False)
    case = ask(bought_in(scope, "JP"), ASKED, (0, 1, "changed_mind"))
    assert PolicyDecision.objects.get().decision["lines"][0]["law"] == StatutoryPack.JP
    with pytest.raises(LawfulRight):
        decline(case, DeclineReason.PERISHABLE)
    client.force_login(owner)
    page = client.get(reverse("dashboard:return_decline", args=[scope.slug, case.public_id]))
    assert "it cannot be declined" in page.content.decode()
    assert b'name="reason"' not in page.content


def test_the_form_offers_exemptions_alone(
    lawful: Return, scope: Merchant, client: Client, owner: User
) -> None:
    client.force_login(owner)
    url = reverse("dashboard:return_decline", args=[scope.slug, lawful.public_id])
    page = client.get(url).content.decode()
    assert "only where the law exempts the goods" in page
    assert 'value="custom_made"' in page
    assert 'value="excluded"' not in page
    assert client.post(url, {"reason": "excluded", "text": ""}).status_code == 422
    assert client.post(url, {"reason": "perishable", "text": ""}).status_code == 302
    assert fresh(lawful).decline_reason == "perishable"


@pytest.mark.parametrize("by_tag", [False, True])
def test_p6_exempt_goods_are_answered_with_the_exemption(
    scope: Merchant, mugs: None, publish: Publish, *, by_tag: bool
) -> None:
    publish(rules=(NEVER,), review=False)
    change_withdrawal(
        offered=True, exempt_tags={"custom_made": ["名入れ", "Engraved"]}, at=SENT, actor=STAFF
    )
    marks = {"tags": ("engraved",)} if by_tag else {"exemption": "custom_made"}
    order = bought_in(scope, "DE", **marks)
    judgement = judge(order, at=ASKED)
    mug, towel = judgement.lines
    assert (mug.decision.returnable, towel.decision.returnable) == (0, 1)
    told = represent_judgement(judgement)["lines"][0]["denials"]
    assert [one["code"] for one in told] == ["not_eligible", "exempt_custom_made"]
    assert told[1]["text"]["en"] == "Goods made to your order are exempt from withdrawal."
    assert period_of(order).exempt == ("マグカップ",)


def test_goods_marked_as_not_exempt_are_not_pointed_out(scope: Merchant, mugs: None) -> None:
    order = bought_in(scope, "DE", exemption="none")
    assert period_of(order).exempt == ()


def test_settings_keep_the_tags(scope: Merchant, client: Client, owner: User) -> None:
    client.force_login(owner)
    url = reverse("dashboard:withdrawal_settings", args=[scope.slug])
    with override("en"):
        twice = {"offered": "on", "tags-custom_made": "Engraved", "tags-hygiene": "engraved"}
        refused = client.post(url, twice)
    assert refused.status_code == 422
    assert not WithdrawalSettings.objects.exists()
    sent = {"tags-custom_made": "Engraved\r\n名入れ\r\n", "tags-hygiene": "underwear"}
    assert client.post(url, sent).status_code == 302
    kept = WithdrawalSettings.objects.get()
    assert not kept.offered
    assert exempt_tags() == {"hygiene": ["underwear"], "custom_made": ["Engraved", "名入れ"]}
    page = client.get(url).content.decode()
    assert "Engraved\n名入れ</textarea>" in page


def test_programs_set_the_tags_and_are_refused_alike(lawful: Return, call: Call) -> None:
    put = {"offered": True, "exempt_tags": {"perishable": ["Fresh", "生鮮"]}}
    told = call("PUT", "settings/withdrawal", put, **{"idempotency-key": "tags-1"})
    assert (told.status_code, told.json()) == (200, put)
    assert call("GET", "settings/withdrawal").json() == put
    for wrong in ({"none": ["x"]}, {"perishable": ["x"], "custom_made": ["X"]}):
        body = {"offered": True, "exempt_tags": wrong}
        assert call("PUT", "settings/withdrawal", body).status_code in (400, 422)
    path = f"returns/{lawful.public_id}/decline"
    refused = call("POST", path, {"reason": "used", "text": ""})
    assert (refused.status_code, refused.json()["code"]) == (409, "lawful_right")
    assert call("POST", path, {"reason": "perishable", "text": ""}).status_code == 200


def test_an_order_names_the_exemption_of_its_lines(bought: Order, call: Call) -> None:
    line = {
        "external_id": "l1",
        "title": "Ring",
        "quantity": 1,
        "unit_price": {"amount": "900", "currency": "JPY"},
        "exemption": "custom_made",
        "vendor": "Acme",
        "product_type": "Rings",
    }
    order = {
        "number": "#77",
        "placed_at": "2026-11-20T01:00:00Z",
        "currency": "JPY",
        "total": {"amount": "900", "currency": "JPY"},
        "lines": [line],
    }
    told = call("PUT", "orders/o77", order)
    assert told.status_code in (200, 201), told.content
    [kept] = call("GET", "orders/o77").json()["lines"]
    assert [kept[name] for name in ("exemption", "vendor", "product_type")] == [
        "custom_made",
        "Acme",
        "Rings",
    ]
    line["exemption"] = "sealed"
    assert call("PUT", "orders/o78", order).status_code == 422
