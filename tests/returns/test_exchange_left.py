"""What an exchange leaves of the value given back: R-22, to the card or to credit as chosen."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from commerce.enums import Scope
from commerce.models import Merchant, Order, User, Variant
from commerce.ports import (
    CustomerFacts,
    LineFacts,
    ProductFacts,
    TaxFacts,
    TenderFacts,
    VariantFacts,
)
from commerce.selectors import list_store_credit
from commerce.services.keys import create_key
from commerce.services.products import take_in_product
from postexp.kernel.tenancy import merchant_scope
from returns import services
from returns.enums import Outcome, ReturnState
from returns.errors import NotReturnable
from returns.models import Exchange, PolicyVersion, Refund, Return, Settlement
from returns.rules.commands import ExchangeWish, Wish
from returns.rules.defaults import DEFAULT_POLICY
from tests.facts import order_facts
from tests.returns.conftest import STAFF, arrive, fresh, grade, line_ids, sent_order
from tests.returns.test_site import chosen, hidden, path, words

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
JAPANESE = {"accept-language": "ja"}


@pytest.fixture(autouse=True)
def today() -> Any:
    """The day after the order was sent."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def harbor(other_merchant: Merchant) -> Iterator[Merchant]:
    """The scope of the shop in dollars."""
    with merchant_scope(other_merchant.pk):
        yield other_merchant


@pytest.fixture
def coat(harbor: Merchant) -> Order:
    """A coat at $82.00 and $8.00 tax, paid by card; the shop also sells a scarf at $60.00."""
    take_in_product(
        ProductFacts(
            external_id="p1",
            title="Coat",
            updated_at=NOW,
            variants=(VariantFacts(external_id="v1", title="M", price=8200, stock=5),),
        ),
        at=NOW,
    )
    take_in_product(
        ProductFacts(
            external_id="p2",
            title="Scarf",
            updated_at=NOW,
            variants=(VariantFacts(external_id="v2", title="Long", price=6000, stock=5),),
        ),
        at=NOW,
    )
    line = LineFacts(
        external_id="l1",
        title="Coat",
        quantity=1,
        unit_price=8200,
        product_external_id="p1",
        variant_external_id="v1",
        taxes=(TaxFacts(title="Tax", rate=100_000, amount=800),),
    )
    facts = order_facts(
        currency="USD",
        tax_included=False,
        total=9000,
        locale="en",
        customer=CustomerFacts(external_id="c1", email="hana@example.jp"),
        lines=(line,),
        shipping=(),
        tenders=(TenderFacts(kind="card", gateway="card", captured=9000),),
    )
    return sent_order(harbor, facts)


@pytest.fixture
def scarf(coat: Order) -> Variant:
    """What is wanted instead; with $6.00 tax it costs $66.00."""
    return Variant.objects.get(external_id="v2")


@pytest.fixture
def shopper(coat: Order) -> Client:
    """A browser that sends its language, and no cookies."""
    return Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)


def publish(**changes: Any) -> PolicyVersion:
    """Publish the default policy with changes, in force for every order so far."""
    return services.publish_policy(
        content=replace(DEFAULT_POLICY, **changes).to_json(),
        effective_from=NOW - timedelta(days=999),
        at=NOW,
        actor=STAFF,
    )


def picked(order: Order, variant: Variant) -> dict[str, str]:
    """The choices of the first two screens: the variant instead of the first line."""
    choice = chosen(order, (0, 1, "changed_mind"), outcome="exchange")
    return {**choice, f"v_{line_ids(order)[0]}": variant.public_id}


def send(shopper: Client, check: Any, **more: str) -> Any:
    """Press the button of the third screen."""
    request = check.wsgi_request
    return shopper.post(
        f"{request.path}?{request.META['QUERY_STRING']}",
        {"payout": hidden(check, "payout"), "key": hidden(check, "key"), "note": "", **more},
    )


def carry_out(case: Return) -> Settlement:
    """Let what was asked for come back, be accepted and settled."""
    if case.state == ReturnState.IN_REVIEW:
        services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    arrive(fresh(case), NOW)
    grade(fresh(case), NOW)
    return services.settle_return(return_id=case.public_id, key="k", at=NOW, actor=STAFF)


def credit_of(order: Order) -> int:
    """The store credit of who bought, in minor units."""
    assert order.customer is not None
    return sum(one.balance for one in list_store_credit(order.customer))


@pytest.mark.parametrize(
    ("where", "card", "credit", "told"),
    [
        ("refund", 2400, 0, "To your original payment On its way $24.00"),
        ("store_credit", 0, 2400, "To your store credit $24.00"),
    ],
)
def test_r22_what_is_left_goes_to_the_card_or_to_credit_as_chosen(
    shopper: Client,
    coat: Order,
    harbor: Merchant,
    scarf: Variant,
    where: str,
    card: int,
    credit: int,
    told: str,
) -> None:
    check = shopper.get(path(coat, harbor, "check/"), picked(coat, scarf))
    shown = words(check)
    assert "Value you exchange $90.00" in shown
    assert "What you get instead costs $66.00 Left for you $24.00" in shown
    assert "Where should the $24.00 go? Money back" in shown
    assert send(shopper, check, rest_to=where).status_code == 302
    case = Return.objects.get()
    assert case.quote["rest_to"] == Exchange.objects.get().rest_to == where
    settled = carry_out(case)
    assert settled.total == 9000
    assert sum(refund.amount for refund in Refund.objects.all()) == card
    assert credit_of(coat) == credit
    assert told in words(shopper.get(path(coat, harbor, f"{case.public_id}/")))


def test_nobody_is_asked_where_there_is_nothing_to_choose(
    shopper: Client, coat: Order, harbor: Merchant, scarf: Variant
) -> None:
    """The policy gives no money after some days: what is left then is credit, too."""
    outcomes = [one for one in DEFAULT_POLICY.outcomes if one.outcome is not Outcome.REFUND]
    publish(outcomes=tuple(outcomes))
    check = shopper.get(path(coat, harbor, "check/"), picked(coat, scarf))
    shown = words(check)
    assert "What you get instead costs $66.00 Store credit you get $24.00" in shown
    assert "Where should" not in shown
    assert 'name="rest_to"' not in check.content.decode()
    # A crafted request cannot have money, either.
    assert send(shopper, check, rest_to="refund").status_code == 302
    assert Exchange.objects.get().rest_to == "store_credit"


def test_where_it_goes_is_asked_in_japanese_too(
    coat: Order, harbor: Merchant, scarf: Variant
) -> None:
    check = Client(headers=JAPANESE).get(path(coat, harbor, "check/"), picked(coat, scarf))
    assert "残額の$24.00は、どのように受け取りますか？ 返金" in words(check)


def test_an_even_exchange_asks_nothing(shopper: Client, coat: Order, harbor: Merchant) -> None:
    same = Variant.objects.get(external_id="v1")
    check = shopper.get(path(coat, harbor, "check/"), picked(coat, same))
    assert "Value you exchange $90.00" in words(check)
    assert 'name="rest_to"' not in check.content.decode()


def test_a_change_begins_with_what_was_chosen_before(
    shopper: Client, coat: Order, harbor: Merchant, scarf: Variant
) -> None:
    check = shopper.get(path(coat, harbor, "check/"), picked(coat, scarf))
    assert 'value="refund" required checked' in check.content.decode()
    send(shopper, check, rest_to="store_credit")
    again = shopper.get(
        path(coat, harbor, "check/"),
        {**picked(coat, scarf), "change": Return.objects.get().public_id},
    )
    assert 'value="store_credit" required checked' in again.content.decode()


def test_a_rest_goes_nowhere_the_policy_does_not_give(
    coat: Order, scarf: Variant, harbor: Merchant
) -> None:
    outcomes = [one for one in DEFAULT_POLICY.outcomes if one.outcome is not Outcome.REFUND]
    publish(outcomes=tuple(outcomes))
    wish = Wish(line=line_ids(coat)[0], quantity=1, reason="changed_mind", variant=scarf.public_id)
    with pytest.raises(NotReturnable):
        services.request_return(
            order_id=coat.public_id,
            wishes=[wish],
            outcome=Outcome.EXCHANGE,
            at=NOW,
            actor="shopper",
            exchange=ExchangeWish(rest_to="refund"),
        )


def test_money_where_the_policy_gives_neither(
    shopper: Client, coat: Order, harbor: Merchant, scarf: Variant
) -> None:
    outcomes = [one for one in DEFAULT_POLICY.outcomes if one.outcome is Outcome.EXCHANGE]
    publish(outcomes=tuple(outcomes))
    check = shopper.get(path(coat, harbor, "check/"), picked(coat, scarf))
    assert "What you get instead costs $66.00 You get back $24.00" in words(check)
    send(shopper, check)
    assert Exchange.objects.get().rest_to == "refund"


def test_programs_say_where_it_goes(coat: Order, harbor: Merchant, scarf: Variant) -> None:
    rival = User.objects.get(email="rival@example.com")
    key = create_key(merchant=harbor, name="ERP", scopes=list(Scope), by=rival, at=NOW)
    client = Client(headers={"authorization": f"Bearer {key.secret}"})
    body = {
        "order_external_id": coat.external_id,
        "outcome": "exchange",
        "rest_to": "store_credit",
        "lines": [
            {
                "line_id": line_ids(coat)[0],
                "quantity": 1,
                "reason": "changed_mind",
                "exchange_for": scarf.public_id,
            }
        ],
    }
    asked = client.post(
        "/api/v1/returns",
        body,
        content_type="application/json",
        headers={"idempotency-key": "ask"},
    )
    assert asked.status_code == 201
    [told] = client.get("/api/v1/exchanges").json()["data"]
    assert told["rest_to"] == "store_credit"
    case = Return.objects.get()
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    arrive(fresh(case), NOW)
    grade(fresh(case), NOW)
    settle = f"/api/v1/returns/{case.public_id}/settle"
    settled = client.post(
        settle, {}, content_type="application/json", headers={"idempotency-key": "s"}
    ).json()["settlements"][0]
    assert settled["paid_to"] == [
        {
            "tender": "store_credit",
            "label": "",
            "amount": {"amount": "24.00", "currency": "USD"},
        }
    ]


@pytest.mark.parametrize(("given", "credit"), [({}, 2400), ({"rest_to": "refund"}, 0)])
def test_staff_see_where_it_goes_and_may_agree_on_another_way(
    coat: Order, harbor: Merchant, scarf: Variant, given: dict[str, str], credit: int
) -> None:
    wish = Wish(line=line_ids(coat)[0], quantity=1, reason="changed_mind", variant=scarf.public_id)
    case = services.request_return(
        order_id=coat.public_id,
        wishes=[wish],
        outcome=Outcome.EXCHANGE,
        at=NOW,
        actor="shopper",
        exchange=ExchangeWish(rest_to="store_credit"),
    )
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    arrive(fresh(case), NOW)
    grade(fresh(case), NOW)
    staff = Client(headers={"accept-language": "en"})
    staff.force_login(User.objects.get(email="rival@example.com"))
    page = f"/d/harbor/returns/{case.public_id}/"
    shown = staff.get(page)
    assert "Left of its value $24.00 Store credit" in words(shown)
    assert 'value="store_credit" selected' in shown.content.decode()
    assert "What is left goes to" in words(shown)
    staff.post(
        f"{page}settle/",
        {"shown": hidden(shown, "shown"), "key": hidden(shown, "key"), **given},
    )
    assert credit_of(coat) == credit
    assert Refund.objects.count() == (0 if credit else 1)
