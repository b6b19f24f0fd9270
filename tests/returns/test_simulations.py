"""A draft tried on past requests: judged again from stored facts, with the money of the quote."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commerce.models import Merchant, Order, User
from commerce.ports import AddressFacts, DiscountFacts
from returns import services
from returns.enums import Outcome, Verdict
from returns.errors import InvalidPolicy, NothingToSimulate, NotReturnable
from returns.models import (
    PolicyDecision,
    PolicySimulation,
    PolicyVersion,
    Return,
    SimulatedChange,
    TransitionLog,
)
from returns.rules.policy import Rule
from returns.selectors import drafts, judge
from returns.selectors.simulations import list_stalled
from returns.services.drafts import change_rules, discard_draft, publish_draft
from returns.services.simulations import MOST_KEPT, MOST_TRIES, start_simulation, work_on
from returns.tasks import work_on_simulation
from tests.returns.conftest import SENT, STAFF, arrive, ask, fresh, grade, mug_facts, sent_order
from tests.returns.rules.policy_samples import asks, rule
from tests.returns.test_api import Call, call

__all__ = ("call",)

Publish = Callable[..., PolicyVersion]
NOW = SENT + timedelta(days=10)
LATER = NOW + timedelta(days=1)
NO_MUGS = rule(
    "mugs",
    asks("price", "at_least", {"JPY": 2500}),
    eligible=False,
    say={"en": "No mugs.", "ja": "マグは不可。"},
)


def draft(*rules: Rule) -> None:
    """Write these rules into the draft."""
    change_rules(rules=rules, revision=drafts.editing().revision, at=NOW, actor=STAFF)


def simulated(content: dict[str, Any] | None = None, days: int = 90) -> PolicySimulation:
    """Simulate to the end, one chunk a step, so that every step begins anew."""
    made = start_simulation(content=content, days=days, at=LATER, actor=STAFF)
    while work_on(made.public_id, until=LATER, now=lambda: LATER):
        pass
    made.refresh_from_db()
    assert made.state == "done"
    return made


def changes(simulation: PolicySimulation) -> list[tuple[str, str, int, int]]:
    return [
        (one.verdict_before, one.verdict_after, one.money_before, one.money_after)
        for one in SimulatedChange.objects.filter(simulation=simulation).order_by("id")
    ]


def test_p7_a_draft_shows_each_changed_outcome_with_its_money(
    bought: Order, publish: Publish
) -> None:
    publish(review=False)
    case = ask(bought, NOW, (0, 1, "too_small"), (1, 1, "defective"))
    draft(NO_MUGS)
    counts = [model.objects.count() for model in (Return, PolicyDecision, TransitionLog)]
    made = simulated()
    # The towel is the shop's fault: its share of ¥500 shipping goes back with it.
    assert case.quote["payout"] == 2500 + 2000 + 143
    assert changes(made) == [("open", "denied", 2500, 0)]
    [mug] = SimulatedChange.objects.filter(simulation=made)
    assert mug.case_id == case.pk
    assert mug.denials == [{"code": "not_eligible", "outcome": None, "until": None, "rule": "mugs"}]
    assert ["eligible", "mugs"] in mug.slots
    assert made.summary["money:JPY:refund:before"] == case.quote["payout"]
    assert made.summary["money:JPY:refund:after"] == 2143
    assert made.summary["segment:first:requests"] == 1
    assert made.summary["verdict:denied:after"] == 1
    assert [model.objects.count() for model in (Return, PolicyDecision, TransitionLog)] == counts


@pytest.mark.parametrize("included", [True, False])
def test_what_is_not_changed_costs_what_was_promised(
    scope: Merchant, mugs: None, publish: Publish, included: bool
) -> None:
    """Sums are those that were shown, whatever went back before and since."""
    publish(review=False, restocking=1000, postage={"JPY": 990})
    order = sent_order(scope, mug_facts(tax_included=included))
    first = ask(order, NOW, (0, 1, "changed_mind"))
    services.give_goodwill(
        order_id=order.public_id, amount=300, note="", key="g", at=NOW, actor=STAFF
    )
    second = ask(order, NOW + timedelta(hours=1), (1, 1, "changed_mind"))
    case = fresh(first)
    services.mark_sent(return_id=case.public_id, tracking_number="", at=NOW, actor="shopper")
    arrive(case, NOW + timedelta(hours=2))
    grade(case, NOW + timedelta(hours=2))
    services.settle_return(
        return_id=case.public_id, key="s", at=NOW + timedelta(hours=3), actor=STAFF
    )
    third = ask(
        order,
        NOW + timedelta(hours=4),
        (0, 1, "defective"),
        outcome=Outcome.STORE_CREDIT,
    )
    draft(rule("nothing", asks("country", "is", "BR"), eligible=False))
    made = simulated()
    assert changes(made) == []
    assert made.summary["requests"] == 3
    promised = [one.quote["payout"] for one in (first, second)]
    assert made.summary["money:JPY:refund:before"] == sum(promised)
    assert made.summary["money:JPY:refund:after"] == sum(promised)
    assert made.summary["money:JPY:store_credit:before"] == third.quote["payout"]


def test_refused_requests_are_judged_again_once(bought: Order, publish: Publish) -> None:
    """Who was refused for one reason and let in for another is counted once."""
    publish(review=False, rules=(rule("no", asks("reason", "is", "too_small"), eligible=False),))
    with pytest.raises(NotReturnable):
        ask(bought, NOW, (0, 1, "too_small"))
    ask(bought, NOW, (0, 1, "defective"))
    with pytest.raises(NotReturnable):
        ask(bought, NOW, (1, 1, "too_small"))
    draft()
    made = simulated()
    assert changes(made) == [("denied", "open", 0, 2500), ("denied", "open", 0, 2000)]
    assert [one.asked_again for one in SimulatedChange.objects.order_by("id")] == [True, False]
    assert made.summary["asked_again"] == 1
    assert made.summary["money:JPY:refund:after"] - made.summary["money:JPY:refund:before"] == 2000


def test_a_shorter_window_is_not_kept_open_by_dates_that_were_shown(
    bought: Order, publish: Publish
) -> None:
    publish(review=False)
    services.remember_deadlines(judge(bought, at=NOW))
    ask(bought, NOW, (1, 1, "too_small"))
    draft(rule("week", {"all": []}, window={"all": {"days": 3, "not_before": None}}))
    made = simulated()
    assert changes(made) == [("open", "denied", 2000, 0)]
    [one] = SimulatedChange.objects.all()
    assert one.denials[0]["code"] == "window_ended"


def test_the_law_holds_in_it(scope: Merchant, mugs: None, publish: Publish) -> None:
    publish(review=False)
    facts = mug_facts(address=AddressFacts(name="A", country="DE"))
    order = sent_order(scope, replace(facts, external_id="de"))
    ask(order, SENT + timedelta(days=6), (1, 1, "changed_mind"))
    content = drafts.newest_version().policy
    harsh = replace(content, restocking=5000, rules=(rule("all", {"all": []}, eligible=False),))
    made = simulated(harsh.to_json())
    # Whether the goods are exempt nobody has said: staff would have to look.
    assert changes(made) == [("open", "review", 2000, 2000)]


def forgotten(*names: str) -> None:
    """Let what was kept of requests be as it was while these facts were not kept."""
    for kept in PolicyDecision.objects.all():
        for name in names:
            del kept.facts["known"][name]
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            PolicyDecision.objects.filter(pk=kept.pk).update(facts=kept.facts)
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")


@pytest.mark.parametrize(
    "when",
    [
        asks("customer_tags", "contains", "VIP"),
        asks("discount_codes", "contains", "TEN"),
        asks("discount_percent", "at_least", 900),
        asks("order_returns", "is", 0),
        asks("orders_placed", "is", 1),
        asks("returns_placed", "is", 0),
        asks("kept_items", "is", 0),
        asks("failed_payments", "is", 0),
    ],
)
def test_a_draft_that_asks_first_about_something_is_tried_on_it(
    scope: Merchant, mugs: None, publish: Publish, when: dict[str, Any]
) -> None:
    publish(review=False)
    facts = mug_facts(discounts=(DiscountFacts(code="TEN", amount=700),), total=6800)
    assert facts.customer is not None
    facts = replace(facts, customer=replace(facts.customer, tags=("VIP",)))
    case = ask(sent_order(scope, facts), NOW, (1, 1, "too_small"))
    assert case.policy_version.policy.rules == ()
    # The customer orders again: how many orders there were then does not change.
    again = mug_facts(external_id="2", number="#2", placed_at=LATER, updated_at=LATER)
    sent_order(scope, again, at=LATER)
    draft(rule("first", when, eligible=False))
    made = simulated()
    assert [one[:2] for one in changes(made)] == [("open", "denied")]
    assert not any(name.startswith("unknown:") for name in made.summary)


def test_what_is_known_of_that_time_is_added_to_older_requests(
    scope: Merchant, mugs: None, publish: Publish
) -> None:
    publish(review=False)
    facts = mug_facts(discounts=(DiscountFacts(code="TEN", amount=700),), total=6800)
    ask(sent_order(scope, facts), NOW, (1, 1, "too_small"))
    forgotten("orders_placed", "discount_codes", "discount_total", "discount_percent")
    again = mug_facts(external_id="2", number="#2", placed_at=LATER, updated_at=LATER)
    sent_order(scope, again, at=LATER)
    both = {"all": [asks("orders_placed", "is", 1), asks("discount_codes", "contains", "TEN")]}
    draft(rule("first", both, eligible=False))
    assert [one[:2] for one in changes(simulated())] == [("open", "denied")]


def test_facts_nobody_stored_are_unknown_and_said_so(bought: Order, publish: Publish) -> None:
    publish(review=False)
    ask(bought, NOW, (1, 1, "too_small"))
    forgotten("returns_placed")
    draft(
        rule("many", asks("returns_placed", "at_least", 3), eligible=False),
        rule("risk", asks("fraud_band", "is", "high"), if_unknown="match", bonus=0, eligible=False),
    )
    made = simulated()
    assert made.summary["unknown:returns_placed"] == 1
    assert made.summary["unknown:fraud_band"] == 1
    [one] = SimulatedChange.objects.all()
    assert one.unknown == ["returns_placed", "fraud_band"]
    assert one.verdict_after == Verdict.DENIED


def test_only_the_days_asked_for_are_judged(bought: Order, publish: Publish) -> None:
    publish(review=False)
    ask(bought, NOW, (1, 1, "too_small"))
    draft(NO_MUGS)
    assert simulated(days=30).total == 1
    assert start_simulation(content=None, days=30, at=NOW, actor=STAFF).total == 0
    assert (
        start_simulation(content=None, days=30, at=NOW + timedelta(days=31), actor=STAFF).total == 0
    )


def test_a_draft_that_goes_takes_its_simulations_along(bought: Order, publish: Publish) -> None:
    publish(review=False)
    ask(bought, NOW, (1, 1, "too_small"))
    draft(NO_MUGS)
    made = simulated()
    discard_draft(revision=drafts.editing().revision)
    assert not PolicySimulation.objects.exists()
    assert not SimulatedChange.objects.exists()
    assert not work_on(made.public_id, until=LATER, now=lambda: LATER)
    draft(rule("x", {"all": []}, review=True))
    simulated()
    publish_draft(revision=drafts.editing().revision, at=LATER, actor=STAFF)
    assert not PolicySimulation.objects.exists()


def test_what_can_be_started(bought: Order, publish: Publish) -> None:
    publish(review=False)
    with pytest.raises(NothingToSimulate):
        start_simulation(days=90, at=NOW, actor=STAFF)
    with pytest.raises(InvalidPolicy):
        start_simulation(content={"review": 1}, days=90, at=NOW, actor=STAFF)
    draft(NO_MUGS)
    first = start_simulation(days=90, at=NOW, actor=STAFF)
    assert start_simulation(days=90, at=NOW, actor=STAFF) == first
    for _number in range(MOST_KEPT + 1):
        simulated()
    assert PolicySimulation.objects.count() == MOST_KEPT
    assert not PolicySimulation.objects.filter(pk=first.pk).exists()


def test_workers_that_die_are_followed_and_given_up_at_last(
    bought: Order, publish: Publish
) -> None:
    publish(review=False)
    ask(bought, NOW, (1, 1, "too_small"))
    draft(NO_MUGS)
    made = start_simulation(days=90, at=LATER, actor=STAFF)
    dead = PolicySimulation.objects.filter(pk=made.pk)
    dead.update(beat_at=LATER, claim="dead", tries=1)
    assert not work_on(made.public_id, until=LATER, now=lambda: LATER)
    assert list_stalled(at=LATER + timedelta(seconds=59)) == []
    gone = LATER + timedelta(seconds=61)
    assert list_stalled(at=gone) == [(made.merchant_id, made.public_id)]
    dead.update(tries=MOST_TRIES)
    assert not work_on(made.public_id, until=gone, now=lambda: gone)
    made.refresh_from_db()
    assert made.state == "failed"


def shown(client: Client, name: str, *parts: Any, **query: str) -> Any:
    return client.get(reverse(f"dashboard:{name}", args=["komorebi", *parts]), query)


def test_staff_try_the_draft_before_they_publish_it(
    bought: Order, publish: Publish, owner: User, client: Client
) -> None:
    client.force_login(owner)
    publish(review=False)
    case = ask(bought, NOW, (0, 1, "too_small"), (1, 1, "too_small"))
    assert b"simulate" not in shown(client, "policy_rules").content
    draft(NO_MUGS)
    assert b"settings/returns/simulate/" in shown(client, "policy_rules").content
    with time_machine.travel(LATER, tick=False):
        answer = client.post(
            reverse("dashboard:policy_simulate", args=["komorebi"]), {"days": "365"}
        )
        [made] = PolicySimulation.objects.all()
        assert (answer.status_code, made.days, made.total) == (302, 365, 1)
        assert answer.url.endswith(f"/simulations/{made.public_id}/")
        running = shown(client, "policy_simulation", made.public_id)
        assert b"progress/" in running.content
        htmx = {"HX-Request": "true"}
        address = reverse("dashboard:policy_simulation_progress", args=["komorebi", made.public_id])
        assert b"0 %" in client.get(address, headers=htmx).content
        assert work_on_simulation(made.merchant_id, made.public_id) is False
        over = client.get(address, headers=htmx)
        assert over.headers["HX-Redirect"].endswith(f"/simulations/{made.public_id}/")
        assert client.get(address).status_code == 302
    page = shown(client, "policy_simulation", made.public_id)
    [row] = page.context["rows"]
    assert row["why"] == ["No mugs. (rule 1)"]
    assert case.number in page.content.decode()
    assert b"progress/" not in page.content
    file = b"".join(
        shown(client, "policy_simulation", made.public_id, export="csv").streaming_content
    ).decode("utf-8-sig")
    assert file.splitlines()[1].split(",")[8:13] == [
        "Can come back",
        "Cannot come back",
        "JPY",
        "2500",
        "0",
    ]
    rules = shown(client, "policy_rules").content.decode()
    assert "It would change 1 of 1 requests of the last 365 days" in rules
    draft(NO_MUGS, rule("more", {"all": []}, review=True))
    assert shown(client, "policy_simulation", made.public_id).context["outdated"]
    assert (
        client.post(
            reverse("dashboard:policy_draft_discard", args=["komorebi"]),
            {"revision": drafts.editing().revision},
        ).status_code
        == 302
    )
    assert shown(client, "policy_simulation", made.public_id).status_code == 404
    assert client.post(reverse("dashboard:policy_simulate", args=["komorebi"])).status_code == 409


def test_a_page_of_changes_is_flat_in_queries(
    bought: Order, publish: Publish, owner: User, client: Client
) -> None:
    client.force_login(owner)
    publish(review=False)
    ask(bought, NOW, (0, 1, "defective"), (1, 1, "too_small"))
    draft(rule("always", {"all": []}, bonus=0, eligible=False))
    made = simulated()
    rows = list(SimulatedChange.objects.all())
    assert len(rows) == 2
    shown(client, "policy_simulation", made.public_id)
    with CaptureQueriesContext(connection) as few:
        shown(client, "policy_simulation", made.public_id)
    for one in rows * 10:
        one.pk = None
        one.save()
    with CaptureQueriesContext(connection) as many:
        assert len(shown(client, "policy_simulation", made.public_id).context["rows"]) == 22
    assert len(many) == len(few)


def test_programs_try_a_policy(call: Call, bought: Order, publish: Publish) -> None:
    publish(review=False)
    case = ask(bought, NOW, (0, 1, "too_small"))
    path = "return-policy-simulations"
    refused = call("POST", path, {})
    assert (refused.status_code, refused.json()["code"]) == (409, "no_draft")
    refused = call("POST", path, {"content": {"review": 1}})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_policy")
    assert call("POST", path, {"days": 7}).status_code == 422
    content = drafts.newest_version().content | {"rules": [NO_MUGS.to_json()]}
    with time_machine.travel(LATER, tick=False):
        made = call("POST", path, {"content": content})
        assert (made.status_code, made.json()["state"]) == (202, "running")
        one = made.json()["id"]
        work_on_simulation(PolicySimulation.objects.get().merchant_id, one)
    done = call("GET", f"{path}/{one}").json()
    assert (done["state"], done["requests"], done["judged_requests"]) == ("done", 1, 1)
    money = {
        "before": {"amount": "2500", "currency": "JPY"},
        "after": {"amount": "0", "currency": "JPY"},
    }
    assert done["summary"]["money"] == [money]
    assert done["summary"]["segments"] == [
        {
            "segment": "first",
            "requests": 1,
            "changed_requests": 1,
            "before": 1,
            "after": 0,
            "money": [money],
        }
    ]
    [change] = call("GET", f"{path}/{one}/changes").json()["data"]
    assert change["return_id"] == case.public_id
    assert change["before"] == {"verdict": "open", "total": money["before"]}
    assert change["after"] == {"verdict": "denied", "total": money["after"]}
    assert change["decided_by"] == [{"slot": "eligible", "by": "mugs"}]
    assert change["why"]["ja"].startswith("マグは不可。")
    assert [row["id"] for row in call("GET", path).json()["data"]] == [one]
    assert call("GET", f"{path}/sim_none").status_code == 404
