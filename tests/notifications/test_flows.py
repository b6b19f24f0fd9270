"""How a shop sends each kind, and what holds for all of them: kept, refused, told, shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from commerce.models import Merchant, User
from notifications import ports, services
from notifications.enums import Medium
from notifications.errors import FlowRefused
from notifications.models import Flow
from notifications.panels import flow_change_words, terms_change_words
from notifications.ports import Accepted, Channel, Outgoing
from notifications.rules.conditions import is_well_formed
from notifications.rules.quiet import QuietHours
from notifications.selectors.flows import FlowTerms, Terms, get_flow, get_terms, marketing_kinds
from postexp.kernel.models import EventRecord

ALL_SET = Terms(
    quiet_hours=QuietHours(begin=time(21), end=time(8)),
    cap=3,
    cap_days=14,
    priority=("order.thanks",),
    gather=0,
    double_opt_in=True,
    prices={"sms": 8000},
)
LATER = FlowTerms(
    delay=120,
    chain=(Medium.LINE, Medium.EMAIL),
    fallback=30,
    quiet="always",
    conditions=(
        {"fact": "first_order", "is": "is", "value": True},
        {"fact": "order_total", "is": "is_at_least", "value": 5000},
        {"fact": "country", "is": "is_not", "value": "US"},
        {"fact": "locale", "is": "is", "value": "ja"},
        {"fact": "customer_tags", "is": "has", "value": "VIP"},
    ),
)


class Line(Channel):
    """A channel that is set up; it cannot carry what it was not told the words of."""

    name = "line"
    honours_keys = True

    def why_not(self, kind: str, locale: str) -> str:
        return "No template." if kind == "shipment.shipped" else ""

    def send(self, message: Outgoing) -> Accepted:
        return Accepted()


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ports._channels, "line", Line())


@pytest.fixture
def staff(client: Client, owner: User, merchant: Merchant) -> Client:
    client.force_login(owner)
    return client


def address(name: str, *args: str) -> str:
    return reverse(f"dashboard:{name}", args=["komorebi", *args])


def change(kind: str, terms: FlowTerms, at: datetime) -> bool:
    return services.change_flow(kind=kind, terms=terms, at=at, actor="staff:0")


# Kept and told


def test_a_flow_is_kept_and_told_once(scope: Merchant, at: datetime) -> None:
    assert change("order.thanks", LATER, at)
    assert not change("order.thanks", LATER, at)
    assert get_flow("order.thanks") == LATER
    told = EventRecord.objects.get(type="flow.changed")
    assert told.actor == "staff:0"
    assert told.payload["changes"]["delay"] == [0, 120]
    assert Flow.objects.get().changed_by == "staff:0"


def test_an_untouched_kind_leaves_no_row(scope: Merchant, at: datetime) -> None:
    assert not change("order.thanks", FlowTerms(), at)
    assert not Flow.objects.exists()


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (FlowTerms(chain=()), "chain"),
        (FlowTerms(chain=(Medium.EMAIL, Medium.EMAIL)), "chain"),
        (FlowTerms(delay=60 * 24 * 60 + 1), "delay"),
        (FlowTerms(fallback=-1), "fallback"),
        (FlowTerms(quiet="at noon"), "quiet"),
        (FlowTerms(conditions=({"fact": "moon", "is": "is", "value": "full"},)), "conditions"),
        (FlowTerms(conditions=LATER.conditions * 3), "conditions"),
    ],
)
def test_what_makes_no_sense_is_refused(
    scope: Merchant, at: datetime, terms: FlowTerms, field: str
) -> None:
    with pytest.raises(FlowRefused) as refused:
        change("order.thanks", terms, at)
    assert refused.value.field == field
    assert not Flow.objects.exists()


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (FlowTerms(enabled=False), "enabled"),
        (FlowTerms(delay=5), "delay"),
        (FlowTerms(conditions=LATER.conditions[:1]), "conditions"),
        (FlowTerms(chain=(Medium.LINE,)), "chain"),
    ],
)
@pytest.mark.parametrize(
    "kind", ["withdrawal.received", "return.declined", "return.refunded", "cancellation.refunded"]
)
def test_nobody_is_left_without_what_they_have_to_hear(
    scope: Merchant, at: datetime, kind: str, terms: FlowTerms, field: str
) -> None:
    with pytest.raises(FlowRefused) as refused:
        change(kind, terms, at)
    assert refused.value.field == field
    assert change(kind, FlowTerms(chain=(Medium.LINE, Medium.EMAIL), fallback=10), at)


@pytest.mark.parametrize("kind", ["staff.alert", "tracking.lookup_code", "no.such"])
def test_what_is_always_sent_has_no_flow(scope: Merchant, at: datetime, kind: str) -> None:
    with pytest.raises(FlowRefused):
        change(kind, FlowTerms(enabled=False), at)


@pytest.mark.parametrize(
    "condition",
    [
        {},
        {"fact": "country", "is": "has", "value": "JP"},
        {"fact": "country", "is": "is", "value": " "},
        {"fact": "order_total", "is": "is_at_least", "value": True},
        {"fact": "order_total", "is": "is_at_least", "value": -1},
        {"fact": "first_order", "is": "is", "value": "yes"},
        {"fact": "country", "is": "is", "value": "JP", "or": "US"},
    ],
)
def test_conditions_are_of_one_form(condition: dict[str, Any]) -> None:
    assert not is_well_formed(condition)


def test_terms_are_kept_and_told_once(scope: Merchant, at: datetime) -> None:
    assert services.change_terms(terms=ALL_SET, at=at, actor="staff:0")
    assert not services.change_terms(terms=ALL_SET, at=at, actor="staff:0")
    assert get_terms() == ALL_SET
    told = EventRecord.objects.get(type="sending_terms.changed")
    assert told.payload["changes"]["quiet_hours"] == ["", "21:00–08:00"]
    off = replace(ALL_SET, quiet_hours=None, prices={})
    assert services.change_terms(terms=off, at=at, actor="staff:0")
    assert get_terms() == off


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"cap": 101}, "cap"),
        ({"cap_days": 0}, "cap_days"),
        ({"gather": 241}, "gather"),
        ({"prices": {"sms": -1}}, "prices"),
    ],
)
def test_terms_have_bounds(
    scope: Merchant, at: datetime, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(FlowRefused) as refused:
        services.change_terms(terms=replace(Terms(), **changes), at=at, actor="staff:0")
    assert refused.value.field == field


def test_kinds_of_marketing_are_put_in_order(scope: Merchant, at: datetime) -> None:
    terms = replace(Terms(), priority=("order.thanks", "shipment.delivered"))
    services.change_terms(terms=terms, at=at, actor="staff:0")

    def move(kind: str, by: int) -> bool:
        return services.move_kind(kind=kind, by=by, at=at, actor="staff:0")

    assert move("shipment.delivered", -1)
    assert [one.name for one in marketing_kinds(get_terms())] == [
        "shipment.delivered",
        "order.thanks",
    ]
    assert not move("shipment.delivered", -1)
    assert not move("return.refunded", 1)


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "Order thanks: After 2 hours · LINE, then E-mail"),
        ("ja", "ご注文のお礼"),
    ],
)
def test_the_audit_log_reads_as_words(
    scope: Merchant, at: datetime, locale: str, said: str
) -> None:
    change("order.thanks", LATER, at)
    services.change_terms(terms=ALL_SET, at=at, actor="staff:0")
    payloads = {one.type: one.payload for one in EventRecord.objects.all()}
    with translation.override(locale):
        words = flow_change_words(payloads["flow.changed"])
        assert words.startswith(said)
        assert "5,000" in words
        assert "8,000" in terms_change_words(payloads["sending_terms.changed"])


# Pages


def typed(**changes: Any) -> dict[str, Any]:
    """What the page of a flow posts: thanks by e-mail, at once."""
    return {
        "enabled": "on",
        "delay": "0",
        "unit": "1",
        "fallback": "0",
        "quiet": "usual",
        "channel_email": "on",
        "place_email": "1",
        **changes,
    }


@pytest.mark.usefixtures("line")
def test_staff_change_a_flow_on_one_page(staff: Client, scope: Merchant) -> None:
    url = address("message_flow", "order.thanks")
    assert staff.get(url).status_code == 200
    answer = staff.post(
        url,
        typed(
            delay="2",
            unit="60",
            fallback="30",
            quiet="always",
            channel_line="on",
            place_line="1",
            place_email="2",
            asked_0="first_order:yes",
            asked_1="order_total:is_at_least",
            value_1="￥5,000",
        ),
    )
    assert answer.status_code == 302
    assert get_flow("order.thanks") == replace(LATER, conditions=LATER.conditions[:2])
    page = staff.get(url).content.decode()
    assert 'value="5000"' in page
    kind = staff.get(address("message_kind", "order.thanks")).content.decode()
    assert "LINE, then E-mail" in kind
    assert "It is the customer’s first order" in kind
    assert "LINE, then E-mail" in staff.get(address("message_kinds")).content.decode()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"channel_email": ""}, "Choose a channel, or switch the message off."),
        ({"delay": "61", "unit": "1440"}, "It can wait 60 days at most."),
        ({"asked_0": "country:is", "value_0": "Japan"}, "code of two letters"),
        ({"asked_0": "locale:is", "value_0": "fr"}, "Write ja or en."),
        ({"asked_0": "order_total:is_at_most", "value_0": "much"}, "Write an amount."),
        ({"asked_1": "order_tags:has", "value_1": ""}, "Write the tag."),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    staff: Client, scope: Merchant, changes: dict[str, str], told: str
) -> None:
    answer = staff.post(address("message_flow", "order.thanks"), typed(**changes))
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Flow.objects.exists()


@pytest.mark.parametrize("locale", ["en", "ja"])
def test_a_message_the_law_asks_for_has_no_switch(
    staff: Client, scope: Merchant, locale: str
) -> None:
    url = address("message_flow", "withdrawal.received")
    page = staff.get(url, headers={"Accept-Language": locale}).content.decode()
    assert 'name="enabled"' not in page
    assert 'name="asked_0"' not in page
    # What the page does not offer changes nothing when it is sent in all the same.
    staff.post(url, typed(enabled="", delay="9", asked_0="first_order:no"))
    assert get_flow("withdrawal.received") == FlowTerms()


def test_a_channel_says_what_it_cannot_carry_and_what_is_missing(
    staff: Client, scope: Merchant, line: None
) -> None:
    page = staff.get(address("message_flow", "shipment.shipped")).content.decode()
    assert "No template." in page
    assert "Not set up:" in page
    assert "WhatsApp" in page


def test_a_kind_without_a_flow_has_no_page(staff: Client) -> None:
    assert staff.get(address("message_flow", "tracking.lookup_code")).status_code == 404
    assert staff.get(address("message_flow", "no.such")).status_code == 404


def test_staff_change_the_rules_on_one_page(staff: Client, scope: Merchant, at: datetime) -> None:
    url = address("sending_rules")
    services.change_terms(
        terms=replace(Terms(), priority=("order.thanks", "shipment.delivered")),
        at=at,
        actor="staff:0",
    )
    posted = {
        "quiet_from": "21:00",
        "quiet_until": "08:00",
        "cap": "3",
        "cap_days": "14",
        "gather": "0",
        "double_opt_in": "on",
        "price_sms": "8,000",
    }
    assert staff.post(url, posted).status_code == 302
    assert get_terms() == replace(ALL_SET, priority=("order.thanks", "shipment.delivered"))
    page = staff.get(url).content.decode()
    assert 'value="21:00"' in page
    assert 'value="8000"' in page
    staff.post(address("sending_rules_move"), {"do": "up:shipment.delivered"})
    staff.post(address("sending_rules_move"), {"do": "sideways:order.thanks"})
    assert get_terms().priority == ("shipment.delivered", "order.thanks")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"quiet_until": ""}, "Fill in both, or neither"),
        ({"price_email": "cheap"}, "Write an amount."),
        ({"price_email": "-1"}, "A price is never below zero."),
        ({"cap": "101"}, "Allow 100 messages at most."),
    ],
)
def test_rules_that_make_no_sense_are_told_at_their_field(
    staff: Client, scope: Merchant, changes: dict[str, str], told: str
) -> None:
    posted = {
        "quiet_from": "21:00",
        "quiet_until": "08:00",
        "cap": "3",
        "cap_days": "14",
        "gather": "0",
        **changes,
    }
    answer = staff.post(address("sending_rules"), posted)
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_every_kind_shoppers_get_can_be_set_but_codes(staff: Client, scope: Merchant) -> None:
    for kind in ports.list_kinds():
        status = staff.get(address("message_flow", kind.name)).status_code
        assert status == (200 if kind.has_flow else 404), kind.name


def test_one_channel_alone_is_not_put_in_order(staff: Client, scope: Merchant) -> None:
    page = staff.get(address("message_flow", "shipment.shipped")).content.decode()
    assert "Minutes until the next channel is tried" not in page
    assert "Place of E-mail" not in page
    changed = staff.post(address("message_flow", "shipment.shipped"), typed(delay="30"))
    assert changed.status_code == 302
    assert get_flow("shipment.shipped").delay == 30
