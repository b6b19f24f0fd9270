"""Staff open a return for a shopper, and give more time than the policy does."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from commerce.models import Merchant, Order, User
from commerce.ports import Person
from postexp.kernel import clock
from returns import selectors
from returns.enums import Outcome, ReturnChannel
from returns.errors import NotReturnable
from returns.models import PolicyVersion, Return, TimeExtension
from returns.selectors import judge
from returns.services.extensions import extend_time
from returns.services.personal import EXTENSIONS
from tests.returns.conftest import SENT, STAFF, line_ids, mug_facts, sent_order
from tests.returns.rules.policy_samples import asks, rule
from tests.returns.test_api import Call, call, refused, today

__all__ = ("call", "today")  # fixtures

pytestmark = pytest.mark.django_db
LONG_AGO = SENT - timedelta(days=90)
TODAY = date(2026, 11, 21)


@pytest.fixture
def desk(client: Client, owner: User, merchant: Merchant) -> Client:
    """The owner at the desk."""
    client.force_login(owner)
    return client


@pytest.fixture
def late(scope: Merchant, mugs: None, publish: Callable[..., PolicyVersion]) -> Order:
    """An order that was sent three months ago."""
    publish()
    return sent_order(scope, mug_facts(placed_at=LONG_AGO), at=LONG_AGO)


def url_of(merchant: Merchant, order: Order) -> str:
    """Where staff open a return of an order."""
    return f"/d/{merchant.slug}/orders/{order.public_id}/return/"


def test_staff_open_a_return_in_two_steps(
    desk: Client, merchant: Merchant, owner: User, bought: Order, publish: Callable[..., object]
) -> None:
    publish()
    url, [mug, towel] = url_of(merchant, bought), line_ids(bought)
    order_page = desk.get(f"/d/{merchant.slug}/orders/{bought.public_id}/").content.decode()
    assert url in order_page
    assert f'name="q_{towel}"' in desk.get(url).content.decode()
    chosen = f"{url}?q_{mug}=1&r_{mug}=too_small&q_{towel}=0"
    page = desk.get(chosen)
    assert page.status_code == 200
    form = page.context["form"]
    told = {name: form[name].value() for name in form.fields if name.startswith("payout_")}
    assert told["payout_refund"] == 2500
    sent = {**told, "key": "req_12345678", "outcome": "refund", "note": "電話で"}
    answer = desk.post(chosen, sent)
    case = Return.objects.get()
    assert answer["Location"] == f"/d/{merchant.slug}/returns/{case.public_id}/"
    assert (case.requested_by, case.note, case.quote["payout"]) == (owner.actor, "電話で", 2500)
    desk.post(chosen, sent)
    assert Return.objects.count() == 1, "A second press opens no second return."


def test_rules_know_that_staff_ask(
    desk: Client, merchant: Merchant, bought: Order, publish: Callable[..., object]
) -> None:
    publish(rules=(rule("counter", asks("channel", "is", "staff"), eligible=False),))
    [mug, _towel] = line_ids(bought)
    assert f'name="q_{mug}"' not in desk.get(url_of(merchant, bought)).content.decode()
    shown = judge(bought, at=clock.now(), channel=ReturnChannel.PORTAL).line(mug)
    assert shown
    assert shown.decision.returnable == 2


def test_an_exchange_asks_for_the_variant(
    desk: Client, merchant: Merchant, bought: Order, publish: Callable[..., object]
) -> None:
    publish()
    [mug, _towel] = line_ids(bought)
    chosen = f"{url_of(merchant, bought)}?q_{mug}=1&r_{mug}=too_small"
    sent = {"key": "req_12345678", "outcome": "exchange"}
    assert desk.post(chosen, sent).status_code == 422
    assert not Return.objects.exists()
    form = desk.get(chosen).context["form"]
    [_ask, (variant, _title), *_more] = form.fields[f"v_{mug}"].choices
    assert desk.post(chosen, {**sent, f"v_{mug}": variant}).status_code == 302
    assert Return.objects.get().outcome == Outcome.EXCHANGE


def test_a_sum_that_changed_meanwhile_is_shown_again(
    desk: Client, merchant: Merchant, bought: Order, publish: Callable[..., object]
) -> None:
    publish()
    [mug, _towel] = line_ids(bought)
    chosen = f"{url_of(merchant, bought)}?q_{mug}=1&r_{mug}=too_small"
    sent = {"key": "req_12345678", "outcome": "refund", "payout_refund": "2499"}
    assert desk.post(chosen, sent).status_code == 422
    assert not Return.objects.exists()


def test_nothing_chosen_is_said(
    desk: Client, merchant: Merchant, bought: Order, publish: Callable[..., object]
) -> None:
    publish()
    [mug, _towel] = line_ids(bought)
    page = desk.get(f"{url_of(merchant, bought)}?q_{mug}=0")
    assert page.status_code == 422
    assert "Choose at least one item." in page.content.decode()


def test_more_time_opens_what_was_over(desk: Client, merchant: Merchant, late: Order) -> None:
    url, [mug, towel] = url_of(merchant, late), line_ids(late)
    page = desk.get(url).content.decode()
    assert f'name="q_{mug}"' not in page
    assert f"{url}more-time/" in page
    more = {"lines": [mug], "until": "2026-11-30", "reason": "入院していた"}
    assert desk.post(f"{url}more-time/", more)["Location"] == url
    page = desk.get(url).content.decode()
    assert f'name="q_{mug}"' in page
    assert f'name="q_{towel}"' not in page
    assert "入院していた" in page
    [given] = TimeExtension.objects.all()
    assert given.until.isoformat() == "2026-11-30T14:59:59+00:00", "The shop's day ends in Tokyo."


def test_the_shopper_may_use_the_time_themselves(late: Order) -> None:
    [mug, towel] = line_ids(late)
    at = clock.now()
    extend_time(order_id=late.public_id, lines=[mug], until=TODAY, reason="x", at=at, actor=STAFF)
    judged = judge(late, at=at)
    mug_line, towel_line = judged.line(mug), judged.line(towel)
    assert mug_line
    assert towel_line
    assert mug_line.decision.returnable == 2
    assert towel_line.decision.returnable == 0
    over = judge(late, at=at + timedelta(days=1)).line(mug)
    assert over
    assert over.decision.returnable == 0


def test_more_time_shortens_nothing(bought: Order, publish: Callable[..., object]) -> None:
    publish()
    [mug, _towel] = line_ids(bought)
    at = clock.now()
    before = judge(bought, at=at).line(mug)
    extend_time(order_id=bought.public_id, lines=[mug], until=TODAY, reason="x", at=at, actor=STAFF)
    after = judge(bought, at=at).line(mug)
    assert before
    assert after
    assert before.decision.offers == after.decision.offers


def test_more_time_is_for_lines_of_the_order_alone(scope: Merchant, late: Order) -> None:
    other = sent_order(scope, mug_facts(external_id="another"))
    at = clock.now()
    for lines in ([], line_ids(other)):
        with pytest.raises(NotReturnable):
            extend_time(
                order_id=late.public_id, lines=lines, until=TODAY, reason="x", at=at, actor=STAFF
            )
    assert not TimeExtension.objects.exists()


@pytest.mark.parametrize("wrong", [{"until": "2026-11-20"}, {"reason": ""}, {"lines": []}])
def test_what_is_wrong_is_said_at_its_field(
    desk: Client, merchant: Merchant, late: Order, wrong: dict[str, object]
) -> None:
    told = {"lines": line_ids(late), "until": "2026-11-30", "reason": "x", **wrong}
    page = desk.post(f"{url_of(merchant, late)}more-time/", told)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == list(wrong)
    assert not TimeExtension.objects.exists()


def test_a_grant_is_part_of_the_story_of_the_order(
    desk: Client, merchant: Merchant, late: Order, drain: Callable[[], None]
) -> None:
    more = {"lines": line_ids(late), "until": "2026-11-30", "reason": "x"}
    desk.post(f"{url_of(merchant, late)}more-time/", more)
    drain()
    page = desk.get(f"/d/{merchant.slug}/orders/{late.public_id}/").content.decode()
    assert "More time given to return something" in page
    assert not selectors.list_returns_of_order(late)


def test_programs_give_more_time_too(call: Call, late: Order) -> None:
    path = f"orders/{late.external_id}/return-extensions"
    told = {"lines": line_ids(late), "until": "2026-11-30", "reason": "x"}
    answer = call("POST", path, told)
    assert (answer.status_code, answer.json()["until"]) == (201, "2026-11-30T14:59:59Z")
    assert TimeExtension.objects.count() == 2
    assert refused(call("POST", path, {**told, "lines": ["oln_x"]})) == (422, "not_returnable")
    assert call("POST", "orders/x/return-extensions", told).status_code == 404
    for day in ("2026-11-19", "9999-12-31"):
        assert refused(call("POST", path, {**told, "until": day})) == (422, "day_out_of_range")


def test_why_more_time_was_given_is_handed_out_and_forgotten(late: Order) -> None:
    at = clock.now()
    extend_time(
        order_id=late.public_id, lines=line_ids(late), until=TODAY, reason="x", at=at, actor=STAFF
    )
    person = Person(customer_id="", order_ids=(late.public_id,), emails=(), words=())
    assert [one["reason"] for one in EXTENSIONS.export(person)] == ["x", "x"]
    EXTENSIONS.erase(person, at)
    assert {one.reason for one in TimeExtension.objects.all()} == {""}
