"""A message goes out as the template that was chosen for it, or says why it does not."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from commerce.models import ConsentFact, Customer, Merchant, User
from integrations.connections import disconnect
from integrations.models import Connection
from integrations.whatsapp.errors import Unanswered
from integrations.whatsapp.fake.business import FakeBusiness
from integrations.whatsapp.models import KindTemplate, Template
from integrations.whatsapp.outbound import LINK, WhatsApp
from integrations.whatsapp.selectors import (
    NONE_CHOSEN,
    NOT_THERE,
    NOT_TWILIOS,
    OTHER_VARIABLES,
    UNFIT,
)
from integrations.whatsapp.services import choose_template, read_templates
from notifications.ports import PermanentFailure, TemporaryFailure, get_channel
from tests.integrations.whatsapp.conftest import BODY, outgoing

CHANNEL = WhatsApp()
Choose = Callable[..., KindTemplate]


@pytest.fixture
def choose(scope: Merchant, connected: Connection, owner: User, at: datetime) -> Choose:
    """Read the templates and choose one for a shipped parcel, in English."""

    def chosen(name: str = "shipped", fillings: Any = ("name", "order", "link")) -> KindTemplate:
        read_templates(connected, at=at)
        return choose_template(
            merchant=scope,
            connection=connected,
            kind="shipment.shipped",
            locale="en",
            name=name,
            language="en",
            fillings=fillings,
            by=owner,
            at=at,
        )

    return chosen


def test_a_message_goes_out_as_its_template(
    scope: Merchant, business: FakeBusiness, choose: Choose
) -> None:
    business.template("shipped", "en", BODY)
    choose()
    assert get_channel("whatsapp").is_ready()
    assert CHANNEL.why_not("shipment.shipped", "en") == ""
    taken = CHANNEL.send(outgoing(scope))
    (sent,) = business.messages
    assert taken.provider_id == sent["id"]
    assert taken.units == 1
    assert (sent["to"], sent["mark"]) == ("819012345678", "msg_1")
    assert sent["text"] == (
        "Hello Hanako, your order #1001 is on its way. "
        "Follow it at https://shop.example/m/1 at any time."
    )


def test_a_button_leads_to_the_page_of_the_message(
    scope: Merchant, business: FakeBusiness, choose: Choose
) -> None:
    button = {"type": "URL", "text": "Follow", "url": "https://shop.example/m/{{1}}"}
    parts = [
        {"type": "BODY", "text": "Order {{1}} is on its way."},
        {"type": "BUTTONS", "buttons": [button]},
    ]
    business.template("shipped", "en", "", components=parts)
    choose(fillings=("order",))
    CHANNEL.send(outgoing(scope))
    (_body, pressed) = business.messages[0]["template"]["components"]
    assert pressed["parameters"] == [{"type": "text", "text": "1"}]
    with pytest.raises(PermanentFailure, match=LINK):
        CHANNEL.send(outgoing(scope, link="https://elsewhere.example/"))


@pytest.mark.parametrize(
    ("changes", "fillings", "why"),
    [
        ({"state": "PENDING"}, ("name", "order", "link"), "reviewing"),
        ({"state": "REJECTED"}, ("name", "order", "link"), "rejected"),
        ({"state": "PAUSED"}, ("name", "order", "link"), "paused"),
        ({"state": "DISABLED"}, ("name", "order", "link"), "switched its template off"),
        ({"state": "SOMETHING_NEW"}, ("name", "order", "link"), "off"),
        ({}, ("name",), OTHER_VARIABLES),
        ({"components": [{"type": "HEADER", "format": "IMAGE"}]}, (), UNFIT),
    ],
)
def test_what_cannot_go_says_why(
    scope: Merchant,
    business: FakeBusiness,
    choose: Choose,
    changes: dict[str, Any],
    fillings: tuple[str, ...],
    why: str,
) -> None:
    business.template("shipped", "en", BODY, **changes)
    choose(fillings=fillings)
    said = CHANNEL.why_not("shipment.shipped", "en")
    assert why in said
    assert said
    with pytest.raises(PermanentFailure, match="template"):
        CHANNEL.send(outgoing(scope))
    assert business.messages == []


def test_what_was_never_chosen_or_is_gone_says_so(
    scope: Merchant, business: FakeBusiness, choose: Choose
) -> None:
    assert CHANNEL.why_not("shipment.shipped", "ja") == NONE_CHOSEN
    choose(name="gone")
    assert CHANNEL.why_not("shipment.shipped", "en") == NOT_THERE


def test_without_a_connection_nothing_can_go(
    scope: Merchant, business: FakeBusiness, choose: Choose, connected: Connection, at: datetime
) -> None:
    business.template("shipped", "en", BODY)
    choose()
    disconnect(service="whatsapp", account=connected.account, at=at)
    connected.refresh_from_db()
    assert (connected.access_token, connected.secret) == ("", "")
    assert not CHANNEL.is_ready()
    assert CHANNEL.why_not("shipment.shipped", "en") == NOT_TWILIOS
    with pytest.raises(PermanentFailure):
        CHANNEL.send(outgoing(scope))


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        ("130429", 60.0),
        ("80007", 3600.0),
        ("131048", 3600.0),
        ("131049", 86400.0),
        ("131056", 6.0),
        ("190", 0.0),
        ("131042", 0.0),
    ],
)
def test_what_passes_is_tried_again(
    scope: Merchant, business: FakeBusiness, choose: Choose, fault: str, wait: float
) -> None:
    business.template("shipped", "en", BODY)
    choose()
    business.inject(fault, path="messages")
    with pytest.raises(TemporaryFailure) as caught:
        CHANNEL.send(outgoing(scope))
    assert caught.value.retry_after == wait
    assert business.messages == []
    told = Connection.objects.get().problem
    assert bool(told) is (fault in {"190", "131042"}), "what staff have to mend, they read"
    assert CHANNEL.send(outgoing(scope)).provider_id


def test_a_person_is_written_to_at_a_pace(
    scope: Merchant, business: FakeBusiness, choose: Choose
) -> None:
    business.template("shipped", "en", BODY)
    business.paces_pairs = True
    choose()
    CHANNEL.send(outgoing(scope))
    with pytest.raises(TemporaryFailure):
        CHANNEL.send(outgoing(scope))
    assert CHANNEL.send(outgoing(scope, to="+819000000000"))


@pytest.mark.parametrize("fault", ["131026", "131021", "132007", "100"])
def test_what_is_refused_for_good_leaves_the_address_alive(
    scope: Merchant, business: FakeBusiness, choose: Choose, fault: str
) -> None:
    business.template("shipped", "en", BODY)
    choose()
    business.inject(fault, path="messages")
    with pytest.raises(PermanentFailure) as caught:
        CHANNEL.send(outgoing(scope))
    assert (caught.value.address_is_dead, caught.value.stopped) == (False, False)


@pytest.mark.parametrize("fault", ["time_out_after", "http_502"])
def test_after_silence_nobody_knows(
    scope: Merchant, business: FakeBusiness, choose: Choose, fault: str
) -> None:
    business.template("shipped", "en", BODY)
    choose()
    business.inject(fault, path="messages")
    assert not CHANNEL.honours_keys
    with pytest.raises(Unanswered):
        CHANNEL.send(outgoing(scope))


def test_a_template_that_was_paused_meanwhile_is_known_from_then_on(
    scope: Merchant, business: FakeBusiness, choose: Choose
) -> None:
    template = business.template("shipped", "en", BODY)
    choose()
    template["status"] = "PAUSED"
    with pytest.raises(PermanentFailure, match="paused"):
        CHANNEL.send(outgoing(scope))
    assert Template.objects.get().state == "paused"
    assert CHANNEL.why_not("shipment.shipped", "en")


def test_who_wants_no_marketing_is_still_written_to_of_their_orders(
    scope: Merchant, business: FakeBusiness, choose: Choose, order: object
) -> None:
    business.template("shipped", "en", BODY)
    choose()
    customer = Customer.objects.get()
    Customer.objects.update(phone="+819012345678")
    business.inject("131050", path="messages")
    with pytest.raises(PermanentFailure) as caught:
        CHANNEL.send(outgoing(scope, klass="marketing"))
    assert not caught.value.stopped
    said = ConsentFact.objects.get(customer=customer, channel="whatsapp")
    assert (said.purpose, said.granted) == ("marketing", False)
    # Nobody who is known here: nothing to note.
    business.inject("131050", path="messages")
    with pytest.raises(PermanentFailure):
        CHANNEL.send(outgoing(scope, to="+819000000001"))
