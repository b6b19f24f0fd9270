"""The editor of rules: written, checked, published and taken back, without any script."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commerce.models import Merchant, User
from postexp.kernel import clock
from returns import services
from returns.errors import DraftMovedOn
from returns.models import PolicyDraft, PolicyVersion
from returns.rules.policy import Policy, Rule
from returns.rules.policy.slots import read_rule
from returns.selectors import drafts, version_in_force
from returns.services.drafts import change_policy, change_rules, discard_draft
from tests.returns.forms_of import fields_of
from tests.returns.rules.policy_samples import asks, policy, rule

US = asks("country", "is", "US")
VIP = asks("customer_tags", "contains", "VIP")
FEES: dict[str, Any] = {"postage": {"JPY": 795}}
RULES = [
    rule("plain", US, fees=FEES),
    rule("always", {"all": []}, review=False),
    rule("group", {"all": [US, {"any": [VIP, asks("final_sale", "is", True)]}]}, eligible=False),
    rule("none", {"not": {"any": [US, VIP]}}, evidence=2, review=True),
    rule("not_one", {"not": US}, keep_item="donate"),
    rule("many", asks("country", "in", ["CA", "US"]), methods=["label", "qr"]),
    rule("text", asks("product_tags", "contains_any", ["red", "青"]), bonus=750),
    rule("part", asks("fault", "is", "merchant"), part_credit=6000),
    rule("shop", US, shop_now=1050, exchange_timing="on_scan"),
    rule("money", asks("order_value", "between", {"JPY": [1000, 20_000]}), evidence=0),
    rule(
        "foreign",
        asks("order_value", "at_least", {"USD": 1050}),
        fees={"postage": {"KWD": 1500}},
    ),
    rule("long", {"any": [asks("sku", "is", f"S{number}") for number in range(60)]}, review=True),
    rule("date", asks("placed_on", "between", ["2026-11-15", "2026-12-24"]), outcomes=["refund"]),
    rule("percent", asks("discount_percent", "at_least", 1250), start_event="shipped"),
    rule("count", asks("item_count", "at_most", 3), processing_event="received"),
    rule("reason", asks("reason", "in", ["too_small", "defective"]), reasons=["too_small"]),
    rule(
        "choice", asks("fault", "is_not", "merchant"), destination={"name": "倉庫", "address": []}
    ),
    rule(
        "whole",
        VIP,
        if_unknown="review",
        say={"en": "For you.", "ja": "特別に。"},
        note="VIP",
        active=False,
        window={
            "all": {"days": 30, "not_before": "2027-01-31"},
            "exchange": {"days": 60, "not_before": None},
        },
        fees={
            "restocking": 1050,
            "postage": {"JPY": 0},
            "refund_shipping": "never",
            "waive": True,
        },
        message={"en": "One\nTwo", "ja": ""},
    ),
]


def publish(terms: Policy, at: datetime) -> PolicyVersion:
    return services.publish_policy(
        content=terms.to_json(), effective_from=at, at=at, actor="staff:0"
    )


@pytest.fixture
def staff(scope: Merchant, owner: User, client: Client) -> Client:
    client.force_login(owner)
    return client


def address(name: str, *parts: Any) -> str:
    return reverse(f"dashboard:{name}", args=["komorebi", *parts])


def press(staff: Client, name: str, **posted: str) -> Any:
    """Press a button of the editor, on what stands there now unless it says otherwise."""
    return staff.post(address(name), {"revision": drafts.editing().revision, **posted})


def cards() -> list[str]:
    return [rule.id for rule in drafts.editing().policy.rules]


@pytest.mark.parametrize("one", RULES, ids=lambda one: one.id)
def test_a_rule_is_kept_as_it_is_shown(staff: Client, one: Rule, at: datetime) -> None:
    publish(policy(one), at)
    page = staff.get(address("policy_rule", one.id))
    posted = fields_of(page.content, "rule")
    answer = staff.post(address("policy_rule", one.id), {**posted, "do": "save"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert drafts.editing().policy.rules == (one,)


def test_what_is_nested_deeper_stays_as_it_is(staff: Client, at: datetime) -> None:
    deep = {"all": [US, {"any": [VIP, {"all": [US, VIP]}]}]}
    publish(policy(rule("deep", deep, review=True)), at)
    posted = fields_of(staff.get(address("policy_rule", "deep")).content, "rule")
    assert "rows" not in posted
    staff.post(address("policy_rule", "deep"), {**posted, "note": "Deep", "do": "save"})
    [kept] = drafts.editing().policy.rules
    assert (kept.note, kept.when) == ("Deep", rule("deep", deep, review=True).when)


def test_a_rule_is_written_without_scripts(staff: Client) -> None:
    url = address("policy_rule_new")

    def again(page: Any, **changes: Any) -> Any:
        return staff.post(url, {**fields_of(page.content, "rule"), **changes})

    page = again(staff.get(url), do="add")
    assert not page.context["form"].errors
    page = again(page, **{"c1-fact": "country"}, do="again")
    page = again(page, **{"c1-value": "US"}, do="group")
    page = again(page, **{"g2-mode": "any", "g2.c3-fact": "order_value"}, do="again")
    page = again(
        page, **{"g2.c3-operator": "at_least", "g2.c3-value_JPY": "５,０００円"}, do="add:g2"
    )
    page = again(page, **{"g2.c4-fact": "final_sale"}, do="again")
    page = again(page, do="add:g2")
    page = again(page, do="drop:g2.c5")
    answer = again(
        page, **{"g2.c4-value": "yes", "fees-postage-JPY": "795", "note": "USA"}, do="save"
    )
    assert answer.status_code == 302
    [written] = drafts.editing().policy.rules
    value = asks("order_value", "at_least", {"JPY": 5000})
    assert written == read_rule(
        {
            **written.to_json(),
            "when": {"all": [US, {"any": [value, asks("final_sale", "is", True)]}]},
            "effects": {"fees": FEES},
            "note": "USA",
        },
        "",
    )
    assert not PolicyVersion.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"c1-fact": ""}, "c1-fact"),
        ({"c1-value": ""}, "c1-value"),
        ({"c1-operator": "at_least"}, "c1-operator"),
        (
            {"c1-fact": "order_value", "c1-operator": "at_least", "c1-value_JPY": "x"},
            "c1-value_JPY",
        ),
        (
            {"c1-fact": "item_count", "c1-operator": "between", "c1-value": "5", "c1-upper": "2"},
            "c1-value",
        ),
        ({"fees-postage-JPY": "-1"}, "fees-postage-JPY"),
        ({"window-all": "99999"}, "window-all"),
        ({"window-all-day": "2027-01-31"}, "window-all"),
        ({"destination-address": "Here"}, "destination"),
        ({"fees-postage-JPY": ""}, ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    staff: Client, wrong: dict[str, str], field: str, at: datetime
) -> None:
    publish(policy(rule("plain", US, fees=FEES)), at)
    posted = fields_of(staff.get(address("policy_rule", "plain")).content, "rule")
    answer = staff.post(address("policy_rule", "plain"), {**posted, **wrong, "do": "save"})
    assert answer.status_code == 422
    told = [at for at, _label, _error in answer.context["form"].errors]
    assert told == [f"id_{field}" if field else ""]
    assert PolicyDraft.objects.count() == 0


def test_cards_are_moved_copied_switched_and_deleted(staff: Client, at: datetime) -> None:
    publish(policy(*(rule(name, US, evidence=1) for name in "abc")), at)
    for press_, order in [
        ("up:c", ["a", "c", "b"]),
        ("up:a", ["a", "c", "b"]),
        ("down:a", ["c", "a", "b"]),
        ("copy:c", ["c", "rule_4", "a", "b"]),
        ("delete:a", ["c", "rule_4", "b"]),
    ]:
        assert press(staff, "policy_rules_change", do=press_).status_code == 302
        assert cards() == order
    press(staff, "policy_rules_change", do="switch:c")
    assert [one.active for one in drafts.editing().policy.rules] == [False, False, True]
    assert press(staff, "policy_rules_change", do="delete:gone").status_code == 409
    assert press(staff, "policy_rules_change", do="explode:c").status_code == 409
    assert version_in_force(clock.now()).policy.rules[0].id == "a"


def test_nobody_overwrites_another(staff: Client, at: datetime) -> None:
    publish(policy(rule("plain", US, fees=FEES)), at)
    posted = fields_of(staff.get(address("policy_rule", "plain")).content, "rule")
    theirs = rule("plain", US, evidence=3)
    revision = drafts.editing().revision
    change_rules(rules=[theirs], revision=revision, at=at, actor="staff:0")
    answer = staff.post(address("policy_rule", "plain"), {**posted, "do": "save"})
    assert answer.status_code == 409
    assert "3 photos" in answer.context["conflict"]["theirs"]
    assert "795" in answer.context["conflict"]["mine"]
    assert drafts.editing().policy.rules == (theirs,)
    again = fields_of(answer.content, "rule")
    assert staff.post(address("policy_rule", "plain"), {**again, "do": "save"}).status_code == 302
    assert "fees" in drafts.editing().policy.rules[0].effects
    with pytest.raises(DraftMovedOn):
        discard_draft(revision=revision)
    stale = staff.post(address("policy_rules_change"), {"revision": revision, "do": "delete:plain"})
    assert stale.status_code == 409
    assert cards() == ["plain"]


def test_a_rule_deleted_meanwhile_is_shown_with_what_was_typed(staff: Client, at: datetime) -> None:
    publish(policy(rule("plain", US, fees=FEES)), at)
    posted = fields_of(staff.get(address("policy_rule", "plain")).content, "rule")
    press(staff, "policy_rules_change", do="delete:plain")
    answer = staff.post(address("policy_rule", "plain"), {**posted, "do": "save"})
    assert answer.status_code == 409
    assert answer.context["conflict"]["theirs"] == ""
    assert staff.get(address("policy_rule", "plain")).status_code == 404


def test_r05_written_warned_of_published_and_taken_back(staff: Client, at: datetime) -> None:
    us, vip = rule("us", US, fees=FEES), rule("vip", VIP, fees={"postage": {"JPY": 0}})
    first = publish(policy(us), at)
    change_rules(rules=[us, vip], revision=drafts.editing().revision, at=at, actor="staff:0")
    page = staff.get(address("policy_rules"))
    [finding] = page.context["cards"][1]["findings"]
    assert "1" in finding.words
    assert not finding.blocks
    assert [one.title for one in page.context["changes"]] == ["Rule 2"]
    press(staff, "policy_rules_change", do="up:vip")
    assert press(staff, "policy_draft_publish").status_code == 302
    second = drafts.newest_version()
    assert [one.id for one in second.policy.rules] == ["vip", "us"]
    assert drafts.get_draft() is None
    compared = staff.get(address("policy_versions"), {"from": "1", "to": "2"})
    assert [one.title for one in compared.context["changes"]] == ["Rule 1"]
    assert staff.post(address("policy_rollback", 1)).status_code == 302
    assert drafts.newest_version().number == 3
    assert drafts.newest_version().hash == first.hash
    assert staff.post(address("policy_rollback", 9)).status_code == 404


def test_the_law_blocks_publishing(staff: Client, at: datetime) -> None:
    publish(policy(), at)
    short = rule(
        "short", asks("country", "is", "DE"), window={"all": {"days": 7, "not_before": None}}
    )
    change_rules(rules=[short], revision=drafts.editing().revision, at=at, actor="staff:0")
    page = staff.get(address("policy_rules"))
    assert page.context["blocked"]
    assert page.context["cards"][0]["findings"][0].blocks
    assert press(staff, "policy_draft_publish").status_code == 409
    assert drafts.newest_version().number == 1


def test_a_version_published_meanwhile_is_taken_over_first(staff: Client, at: datetime) -> None:
    publish(policy(), at)
    one = rule("plain", US, fees=FEES)
    change_rules(rules=[one], revision=drafts.editing().revision, at=at, actor="staff:0")
    publish(policy(send_within=9), at)
    assert press(staff, "policy_draft_publish").status_code == 409
    assert press(staff, "policy_draft_rebase").status_code == 302
    assert press(staff, "policy_draft_publish").status_code == 302
    newest = drafts.newest_version().policy
    assert (newest.send_within, newest.rules) == (9, (one,))


def test_what_a_draft_changes_by_default_stays_on_a_newer_version(
    staff: Client, at: datetime
) -> None:
    publish(policy(send_within=20, restocking=300), at)
    change_policy(
        policy=policy(send_within=9, restocking=300),
        revision=drafts.editing().revision,
        at=at,
        actor="staff:0",
    )
    publish(policy(rule("theirs", US, fees=FEES), send_within=20, restocking=800), at)
    assert press(staff, "policy_draft_rebase").status_code == 302
    rebased = drafts.editing().policy
    assert (rebased.send_within, rebased.restocking, rebased.rules) == (9, 800, ())


def test_a_draft_is_discarded(staff: Client, at: datetime) -> None:
    one = rule("plain", US, fees=FEES)
    change_rules(rules=[one], revision=drafts.editing().revision, at=at, actor="staff:0")
    assert press(staff, "policy_draft_discard").status_code == 302
    assert drafts.get_draft() is None
    assert cards() == []
    assert press(staff, "policy_draft_publish").status_code == 409
