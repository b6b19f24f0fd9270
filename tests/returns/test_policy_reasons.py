"""Reasons of the shop's own: worded and put under headings, and taken for what they mean."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from commerce.models import Merchant, Order, User
from returns import selectors, services
from returns.enums import Basis, CellKind, Fault, InsightCode
from returns.enums.reports import ReasonMeaning
from returns.errors import InvalidPolicy
from returns.models import PolicyVersion, ReturnCell
from returns.rules.defaults import DEFAULT_POLICY
from returns.rules.policy import Reason, read_policy
from tests.returns.conftest import STAFF
from tests.returns.rules.policy_samples import asks, rule
from tests.returns.test_desk import NOW, words
from tests.returns.test_reports import AT, report

Publish = Callable[..., PolicyVersion]
PAGE = "/d/komorebi/settings/returns/reasons/"
TIGHT = Reason(
    code="sits_tight",
    fault=Fault.SHOPPER,
    label={"en": "Sits tight", "ja": "きつい"},
    group={"en": "Size and fit", "ja": "サイズ"},
    meaning=ReasonMeaning.TOO_SMALL,
)


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def staff(owner: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(owner)
    return client


def form_of(version: PolicyVersion, **changes: str) -> dict[str, str]:
    """What the page sends where nothing but `changes` was typed; `__` stands for a colon."""
    found = {"version": str(version.number), "fault:new": "shopper", "means:new": "other"}
    for reason in version.policy.reasons:
        for language in ("en", "ja"):
            found[f"label_{language}:{reason.code}"] = reason.label[language]
            found[f"group_{language}:{reason.code}"] = reason.group.get(language, "")
        found[f"fault:{reason.code}"] = reason.fault.value
        found[f"means:{reason.code}"] = reason.means.value
    return found | {
        name.removeprefix("__").replace("__", ":"): value for name, value in changes.items()
    }


def in_force() -> PolicyVersion:
    return selectors.version_in_force(NOW)


def test_what_is_left_as_it_was_keeps_its_hash(staff: Client, publish: Publish) -> None:
    before = publish()
    assert staff.post(PAGE, form_of(before)).status_code == 302
    after = in_force()
    assert (after.number, after.hash) == (before.number + 1, before.hash)


def test_headings_are_written_in_both_languages(
    staff: Client, publish: Publish, bought: Order
) -> None:
    page = staff.get(PAGE)
    for told in ("Too small", "Heading above it, in Japanese", "Add a reason"):
        assert told in words(page)
    before = publish()
    half = staff.post(PAGE, form_of(before, group_en__too_small="Size and fit"))
    assert half.status_code == 422
    assert "Write it in both languages." in words(half)
    typed = {
        f"group_{language}__{code}": heading
        for code in ("too_small", "too_large")
        for language, heading in (("en", "Size and fit"), ("ja", "サイズ"))
    }
    assert staff.post(PAGE, form_of(before, **typed)).status_code == 302
    reason = in_force().policy.reason("too_small")
    assert reason is not None
    assert reason.group == {"en": "Size and fit", "ja": "サイズ"}
    assert reason.meaning == ""
    assert "Too small Size and fit" in words(staff.get("/d/komorebi/settings/returns/"))
    compared = words(staff.get("/d/komorebi/settings/returns/versions/"))
    assert "Too small (Size and fit)" in compared


def test_a_reason_is_added_reworded_and_taken_out(staff: Client, publish: Publish) -> None:
    before = publish()
    typed = {
        "label_en__new": "Sits tight",
        "label_ja__new": "きつい",
        "means__new": "too_small",
        "label_en__changed_mind": "I do not like it",
        "means__wrong_item": "not_as_described",
        "gone__damaged_in_transit": "on",
    }
    assert staff.post(PAGE, form_of(before, **typed)).status_code == 302
    policy = in_force().policy
    assert [one.code for one in policy.reasons][-2:] == ["wrong_item", "sits_tight"]
    added, changed = policy.reasons[-1], policy.reason("changed_mind")
    assert (added.meaning, added.group) == (ReasonMeaning.TOO_SMALL, {})
    assert changed is not None
    assert changed.label["en"] == "I do not like it"
    assert policy.reasons[-2].means is ReasonMeaning.NOT_AS_DESCRIBED
    again = form_of(in_force(), label_en__new="Sits tight", label_ja__new="窮屈")
    staff.post(PAGE, again)
    assert in_force().policy.reasons[-1].code == "sits_tight_2"


def test_what_cannot_be_published_says_why(staff: Client, publish: Publish) -> None:
    policy = publish(rules=(rule("worn", asks("reason", "in", ["defective"]), keep_item="keep"),))
    for typed, told in (
        ({"gone__defective": "on"}, "A rule speaks of it. Change the rule first."),
        ({"label_en__new": "Sits tight"}, "Write it in both languages."),
        ({"label_ja__too_small": ""}, "This field is required."),
        ({"__version": "0"}, "The policy was changed meanwhile."),
    ):
        answer = staff.post(PAGE, form_of(policy, **typed))
        assert answer.status_code == 422, typed
        assert told in words(answer)


def test_one_reason_stays(staff: Client, publish: Publish) -> None:
    publish()
    every = {f"gone__{reason.code}": "on" for reason in DEFAULT_POLICY.reasons}
    nothing = staff.post(PAGE, form_of(in_force(), **every))
    assert "Keep at least one reason." in words(nothing)


def test_a_meaning_is_read_back_and_nothing_else_is(publish: Publish) -> None:
    policy = replace(DEFAULT_POLICY, reasons=(*DEFAULT_POLICY.reasons, TIGHT))
    data = policy.to_json()
    assert data["reasons"][-1]["meaning"] == "too_small"
    assert "meaning" not in data["reasons"][0]
    assert read_policy(data) == policy
    data["reasons"][-1]["meaning"] = "itchy"
    with pytest.raises(InvalidPolicy, match="meaning"):
        read_policy(data)


def test_reasons_of_the_shops_own_take_part_in_what_stands_out(
    scope: Merchant, publish: Publish
) -> None:
    publish(reasons=(*DEFAULT_POLICY.reasons, TIGHT))
    later = NOW + timedelta(hours=1)
    services.publish_policy(
        content=DEFAULT_POLICY.to_json(), effective_from=later, at=NOW, actor=STAFF
    )

    def cell(kind: CellKind, product: str, units: int, reason: str = "") -> None:
        ReturnCell.objects.create(
            month=AT.date().replace(day=1),
            kind=kind,
            product=product,
            title=product.title(),
            reason=reason,
            units=units,
            currency="JPY",
        )

    for product in ("shirt", "mug"):
        cell(CellKind.SOLD, product, 400)
    cell(CellKind.ASKED, "shirt", 17, "too_small")
    cell(CellKind.ASKED, "shirt", 20, "sits_tight")
    cell(CellKind.ASKED, "shirt", 81, "changed_mind")
    cell(CellKind.ASKED, "mug", 60, "changed_mind")
    with time_machine.travel(AT, tick=False):
        [insight] = report(basis=Basis.ASKED).insights
    assert (insight.code, insight.count, insight.whole) == (InsightCode.RUNS_SMALL, 37, 118)
