"""The shopper's way through a return: three screens, exact sums, no log-in, no scripts."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from commerce import links
from commerce.models import Merchant, Order
from returns import services
from returns.enums import Outcome, ReturnState
from returns.models import PolicyVersion, Refund, Replacement, Return, ShownDeadline
from returns.rules.defaults import DEFAULT_POLICY
from tests.facts import order_facts
from tests.returns.conftest import STAFF, arrive, ask, fresh, grade, line_ids, resolve, sent_order
from tests.returns.rules.policy_samples import asks, rule
from tests.returns.test_journey import variant_id

Publish = Callable[..., PolicyVersion]
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Any:
    """The day after the order was sent."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shopper(bought: Order) -> Client:
    """A browser that sends its language, and no cookies."""
    return Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)


def path(order: Order, merchant: Merchant, more: str = "") -> str:
    return f"/s/{merchant.slug}/r/{links.order_token(order.public_id)}/{more}"


def words(response: Any) -> str:
    """The text of a page, without its markup."""
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def chosen(order: Order, *units: tuple[int, int, str], **more: str) -> dict[str, str]:
    """The choices of the first screen as they stand in the address."""
    ids = line_ids(order)
    data = {f"q_{ids[line]}": str(quantity) for line, quantity, _reason in units}
    data |= {f"r_{ids[line]}": reason for line, _quantity, reason in units}
    return {**data, **more}


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found is not None
    return found[1]


def test_four_screens_from_the_link_to_the_request(
    shopper: Client, bought: Order, scope: Merchant
) -> None:
    start = shopper.get(path(bought, scope))
    assert start.status_code == 200
    assert "Money back until Fri 25 Dec 2026, 23:59" in words(start)
    assert "Store credit until Sat 9 Jan 2027, 23:59" in words(start)
    assert "Once it is approved, you have 28 days to send it." in words(start)
    choice = chosen(bought, (0, 1, "too_small"))
    outcome = shopper.get(path(bought, scope, "outcome/"), choice)
    assert "Money back ¥2,500 Back to the way you paid. Until Fri 25 Dec 2026, 23:59." in words(
        outcome
    )
    assert (
        "Store credit ¥2,625 For your next order, with ¥125 on top. Until Sat 9 Jan 2027, 23:59."
    ) in words(outcome)
    assert "Another size or colour of the same product, at no charge." in words(outcome)
    choice["outcome"] = "refund"
    check = shopper.get(path(bought, scope, "check/"), choice)
    sum_told = "Money back Back to the way you paid. マグカップ 1 item ¥2,500 You get back ¥2,500"
    assert sum_told in words(check)
    answer = shopper.post(
        f"{path(bought, scope, 'check/')}?{check.request['QUERY_STRING']}",
        {"payout": hidden(check, "payout"), "key": hidden(check, "key"), "note": "Hello"},
    )
    case = Return.objects.get()
    assert answer.headers["Location"] == path(bought, scope, f"{case.public_id}/?lang=en")
    assert (case.quote["payout"], case.note, case.requested_by) == (2500, "Hello", "shopper")
    status = shopper.get(answer.headers["Location"])
    assert "We are looking at your request" in words(status)
    assert not shopper.cookies


def test_the_way_back_keeps_what_was_chosen(
    shopper: Client, bought: Order, scope: Merchant
) -> None:
    choice = chosen(bought, (0, 1, "too_small"), outcome="store_credit")
    check = shopper.get(path(bought, scope, "check/"), choice)
    back = re.search(r'href="([^"]+)"[^>]*>\s*Back\s*<', check.content.decode())
    assert back is not None
    outcome = shopper.get(unescape(back[1]))
    page = outcome.content.decode()
    assert re.search(r'value="store_credit"[^>]* checked', page)
    back = re.search(r'href="([^"]+)"[^>]*>\s*Back\s*<', page)
    assert back is not None
    start = shopper.get(unescape(back[1])).content.decode()
    assert '<option value="too_small" selected>' in start


def test_pressing_twice_asks_once(shopper: Client, bought: Order, scope: Merchant) -> None:
    choice = chosen(bought, (0, 1, "too_small"), outcome="refund")
    check = shopper.get(path(bought, scope, "check/"), choice)
    sent = {"payout": hidden(check, "payout"), "key": hidden(check, "key")}
    url = f"{path(bought, scope, 'check/')}?{check.request['QUERY_STRING']}"
    first, second = shopper.post(url, sent), shopper.post(url, sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert Return.objects.count() == 1


def test_a_sum_that_changed_is_shown_before_it_counts(
    shopper: Client, bought: Order, scope: Merchant
) -> None:
    choice = chosen(bought, (0, 1, "too_small"), outcome="refund")
    check = shopper.get(path(bought, scope, "check/"), choice)
    url = f"{path(bought, scope, 'check/')}?{check.request['QUERY_STRING']}"
    answer = shopper.post(url, {"payout": "2499", "key": hidden(check, "key"), "note": "Hi"})
    assert answer.status_code == 422
    assert "The amount has changed since you saw it." in words(answer)
    assert hidden(answer, "payout") == "2500"
    assert "Hi" in words(answer)
    assert Return.objects.count() == 0


@pytest.mark.parametrize(
    ("units", "sentence"),
    [
        ((), "Choose at least one item."),
        (((0, 1, ""),), "Tell us why you are returning “マグカップ”."),
        (((0, 7, "too_small"),), "7 is not one of the available choices."),
        (((0, 1, "magic"),), "magic is not one of the available choices."),
    ],
)
def test_the_first_screen_says_what_is_missing(
    shopper: Client,
    bought: Order,
    scope: Merchant,
    units: tuple[tuple[int, int, str], ...],
    sentence: str,
) -> None:
    for screen in ("outcome/", "check/"):
        answer = shopper.get(path(bought, scope, screen), chosen(bought, *units))
        assert answer.status_code == 422
        assert sentence in words(answer)


def test_an_outcome_is_needed(shopper: Client, bought: Order, scope: Merchant) -> None:
    answer = shopper.get(path(bought, scope, "check/"), chosen(bought, (0, 1, "too_small")))
    assert answer.status_code == 422
    assert "This field is required." in words(answer)


def test_an_exchange_asks_which_one(shopper: Client, bought: Order, scope: Merchant) -> None:
    choice = chosen(bought, (0, 2, "too_small"), outcome="exchange")
    unclear = shopper.get(path(bought, scope, "check/"), choice)
    assert "Choose what you want instead." in words(unclear)
    line = line_ids(bought)[0]
    variants = dict(re.findall(r'<option value="(var_\w+)"[^>]*>([^<]+)', unclear.content.decode()))
    assert sorted(variants.values()) == ["白", "青"]
    white, blue = (next(k for k, v in variants.items() if v == name) for name in ("白", "青"))
    gone = shopper.get(path(bought, scope, "check/"), {**choice, f"v_{line}": blue})
    assert gone.status_code == 422
    assert "This item is out of stock" in words(gone)
    check = shopper.get(path(bought, scope, "check/"), {**choice, f"v_{line}": white})
    assert "Exchange for: 白" in words(check)
    assert "Value you exchange ¥5,000" in words(check)


def test_r16_the_floor_is_shown_before_asking(
    shopper: Client, bought: Order, scope: Merchant, publish: Publish
) -> None:
    publish(postage={"JPY": 990}, restocking=1000)
    choice = chosen(bought, (1, 1, "changed_mind"), outcome="refund")
    check = shopper.get(path(bought, scope, "check/"), choice)
    assert "Restocking fee (10%) -¥200 Return postage -¥990 You get back ¥810" in words(check)


def test_a_coupon_is_explained(shopper: Client, scope: Merchant) -> None:
    from commerce.ports import DiscountFacts, LineFacts, TenderFacts

    facts = order_facts(
        external_id="77",
        number="#77",
        lines=(
            LineFacts(
                external_id="a", title="Lamp", quantity=1, unit_price=3000, discount_share=None
            ),
        ),
        shipping=(),
        discounts=(DiscountFacts(code="FALL", amount=1000),),
        tenders=(TenderFacts(captured=2000),),
        total=2000,
    )
    order = sent_order(scope, facts)
    choice = chosen(order, (0, 1, "too_small"), outcome="refund")
    check = shopper.get(path(order, scope, "check/"), choice)
    sentence = "Lamp 1 item: ¥3,000, less a share of ¥1,000 of the discount ¥2,000"
    assert sentence in words(check)


def test_what_cannot_come_back_says_why(shopper: Client, bought: Order, scope: Merchant) -> None:
    case = resolve(ask(bought, NOW, (0, 2, "too_small")), NOW)
    services.settle_return(return_id=case.public_id, key="k", at=NOW, actor=STAFF)
    ask(bought, NOW, (1, 1, "too_small"))
    page = words(shopper.get(path(bought, scope)))
    assert "Your returns" in page
    assert "It was already refunded or exchanged." in page
    assert "It is already part of a return." in page


def test_r01_the_reason_and_the_date_in_japanese(bought: Order, scope: Merchant) -> None:
    with time_machine.travel(NOW + timedelta(days=90), tick=False):
        page = words(Client().get(path(bought, scope, "?lang=ja")))
    assert "2027年1月9日" in page


def test_r01_what_is_over_says_so_where_credit_is_open(
    shopper: Client, bought: Order, scope: Merchant
) -> None:
    """Every page says in both languages why there is no money, and what can still be done."""
    japanese = Client(headers={"accept-language": "ja"})
    choice = chosen(bought, (0, 1, "too_small"))
    with time_machine.travel(datetime(2026, 12, 25, 15, 0, tzinfo=UTC), tick=False):
        start, outcome = path(bought, scope), path(bought, scope, "outcome/")
        over = "Money back This was possible until Fri 25 Dec 2026, 23:59."
        told = words(shopper.get(start))
        assert "Store credit until Sat 9 Jan 2027, 23:59" in told
        assert told.count(over) == 1
        told = words(shopper.get(outcome, choice))
        assert over in told
        assert 'value="refund"' not in shopper.get(outcome, choice).content.decode()
        over = "2026年12月25日(金) 23:59まで可能でした。"
        assert f"返金 {over}" in words(japanese.get(start))
        assert f"返金 {over}" in words(japanese.get(outcome, choice))


def test_what_can_be_kept_says_so_from_the_first_page(
    shopper: Client, bought: Order, scope: Merchant, publish: Publish
) -> None:
    keep = "You can keep it. You need not send it back."
    mugs = asks("product", "in", ["p1"])
    publish(rules=(rule("keep_mugs", mugs, keep_item="keep"),))
    start = words(shopper.get(path(bought, scope)))
    assert start.count(keep) == 1
    assert "you have 28 days to send it" in start
    outcome = path(bought, scope, "outcome/")
    assert keep in words(shopper.get(outcome, chosen(bought, (0, 1, "too_small"))))
    both = words(shopper.get(outcome, chosen(bought, (0, 1, "too_small"), (1, 1, "too_small"))))
    assert f"マグカップ: {keep}" in both


def test_nobody_is_told_to_send_what_they_can_keep(
    shopper: Client, bought: Order, scope: Merchant, publish: Publish
) -> None:
    publish(rules=(rule("keep_all", {"all": []}, keep_item="keep"),))
    outcome = path(bought, scope, "outcome/")
    start = words(shopper.get(path(bought, scope)))
    assert start.count("You can keep it. You need not send it back.") == 2
    assert "to send it." not in start
    japanese = Client(headers={"accept-language": "ja"})
    kept = "ご返送は不要です。そのままお手元でお使いください。"
    assert kept in words(japanese.get(path(bought, scope)))
    assert kept in words(japanese.get(outcome, chosen(bought, (0, 1, "too_small"))))


def test_what_a_rule_takes_away_is_said_of_the_item(
    shopper: Client, bought: Order, scope: Merchant, publish: Publish
) -> None:
    mugs = rule("no_money", asks("product", "in", ["p1"]), outcomes=["store_credit"])
    publish(rules=(mugs,))
    choice = chosen(bought, (0, 1, "too_small"), (1, 1, "too_small"))
    told = words(shopper.get(path(bought, scope, "outcome/"), choice))
    assert "Money back It is not offered for: マグカップ." in told
    towel = chosen(bought, (1, 1, "too_small"))
    assert "not offered" not in words(shopper.get(path(bought, scope, "outcome/"), towel))


def test_the_last_day_is_the_same_on_every_page(
    bought: Order, scope: Merchant, at: datetime
) -> None:
    """The shop's day in the shop's zone, wherever it is named, even where UTC has another."""
    choice = chosen(bought, (0, 1, "too_small"))
    for language, day in (("en", "Fri 25 Dec 2026, 23:59"), ("ja", "2026年12月25日(金) 23:59")):
        client = Client(headers={"accept-language": language})
        for page in (path(bought, scope), path(bought, scope, "outcome/")):
            assert day in words(client.get(page, choice)), page
    over = datetime(2026, 12, 25, 15, 0, tzinfo=UTC)
    with time_machine.travel(over, tick=False):
        page = words(Client(headers={"accept-language": "en"}).get(path(bought, scope)))
    assert "Money back until" not in page


def test_lines_that_end_on_different_days_name_their_own(
    shopper: Client, bought: Order, scope: Merchant
) -> None:
    from returns.selectors import judge

    services.remember_deadlines(judge(bought, at=NOW))
    later = datetime(2026, 12, 30, 14, 59, 59, tzinfo=UTC)
    ShownDeadline.objects.filter(
        order_line__public_id=line_ids(bought)[1], outcome=Outcome.REFUND
    ).update(until=later)
    page = words(shopper.get(path(bought, scope)))
    assert "Money back until Fri 25 Dec 2026, 23:59" in page
    assert "Money back until Wed 30 Dec 2026, 23:59" in page
    both = chosen(bought, (0, 1, "too_small"), (1, 1, "too_small"))
    outcome = words(shopper.get(path(bought, scope, "outcome/"), both))
    assert "Back to the way you paid. Until Fri 25 Dec 2026, 23:59." in outcome


def test_another_sum_than_promised_says_why(
    shopper: Client, bought: Order, scope: Merchant
) -> None:
    case = resolve(ask(bought, NOW, (0, 2, "too_small"), (1, 1, "too_small")), NOW, 2, 1, refused=1)
    url = path(bought, scope, f"{case.public_id}/")
    assert "Why it is another sum" not in words(shopper.get(url))
    services.settle_return(return_id=case.public_id, key="k", at=NOW, actor=STAFF)
    page = words(shopper.get(url))
    assert (
        "Why it is another sum than at the request Shown at the request ¥7,500"
        " 1 item arrived worn or damaged タオル -¥2,000"
        " Shipping, since not every item is accepted -¥500 You get back ¥5,000"
    ) in page
    japanese = words(Client().get(url, {"lang": "ja"}))
    assert "-¥2,000" in japanese


def test_each_settlement_of_a_return_has_its_sum(
    shopper: Client, bought: Order, scope: Merchant
) -> None:
    case = resolve(ask(bought, NOW, (0, 2, "too_small")), NOW, 1)
    services.settle_return(return_id=case.public_id, key="1", at=NOW, actor=STAFF)
    services.refund_succeeded(Refund.objects.get().public_id, reference="", at=NOW, actor=STAFF)
    url = path(bought, scope, f"{case.public_id}/")
    waiting = "1 item has not arrived yet マグカップ -¥2,500 You get back ¥2,500"
    assert waiting in words(shopper.get(url))
    arrive(case, NOW)
    grade(case, NOW)
    services.settle_return(return_id=case.public_id, key="2", at=NOW, actor=STAFF)
    page = words(shopper.get(url))
    assert page.count("マグカップ 1 item ¥2,500 You get back ¥2,500") == 2
    assert "Why it is another sum" not in page


def test_an_approval_without_an_address_asks_to_wait(
    shopper: Client, bought: Order, scope: Merchant, publish: Publish
) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    url = path(bought, scope, f"{case.public_id}/")
    page = words(shopper.get(url))
    assert "You will find here where to send it. Please keep the items until then." in page
    assert "Please send it by" not in page
    assert "Have you sent it?" not in page
    # The shop adds its address afterwards, in a version that judges later orders only.
    services.publish_policy(
        content=replace(DEFAULT_POLICY, address=("東京都渋谷区1-2-3",)).to_json(),
        effective_from=NOW,
        at=NOW,
        actor=STAFF,
    )
    page = words(shopper.get(url))
    assert "東京都渋谷区1-2-3" in page
    assert "Please send it by Sat 19 Dec." in page


def test_an_exchange_is_not_done_before_its_replacement_is_shipped(
    shopper: Client, bought: Order, scope: Merchant, drain: Callable[[], None]
) -> None:
    blue = variant_id(bought, "青")
    case = ask(bought, NOW, (0, 1, "too_small"), outcome=Outcome.EXCHANGE, variant=blue)
    services.settle_return(return_id=resolve(case, NOW).public_id, key="k", at=NOW, actor=STAFF)
    url, start = path(bought, scope, f"{case.public_id}/"), path(bought, scope)
    page = words(shopper.get(url))
    assert "Your replacement is being prepared The items you sent are accepted." in page
    assert "Your exchange is settled" not in page
    assert "R-1001-1 Replacement being prepared" in words(shopper.get(start))
    services.ship_replacement(
        replacement_id=Replacement.objects.get().public_id,
        carrier_name="",
        tracking_number="",
        at=NOW,
        actor=STAFF,
    )
    page = words(shopper.get(url))
    assert "Your exchange is settled" in page
    assert "Your new one has been sent." in page
    assert "R-1001-1 Completed" in words(shopper.get(start))


def test_dates_that_were_shown_are_kept(shopper: Client, bought: Order, scope: Merchant) -> None:
    for _ in range(2):
        shopper.get(path(bought, scope))
    assert ShownDeadline.objects.count() == 5
    ShownDeadline.objects.update(until=NOW)
    shopper.get(path(bought, scope))
    assert not ShownDeadline.objects.filter(until=NOW).exists()


def test_a_return_is_followed_sent_and_cancelled(
    shopper: Client, bought: Order, scope: Merchant, publish: Publish
) -> None:
    publish(
        address=("〒150-0001", "東京都渋谷区神宮前1-2-3"),
        instructions={"en": "Use the box it came in.", "ja": ""},
    )
    case = ask(bought, NOW, (0, 1, "too_small"))
    url = path(bought, scope, f"{case.public_id}/")
    asked = words(shopper.get(url))
    assert "Cancel this return" in asked
    assert "You can ask for it again until the last day for returns. Yes, cancel it" in asked
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    page = words(shopper.get(url))
    assert "Please send it by Sat 19 Dec." in page
    assert "Use the box it came in. Put a note with R-1001-1 in the parcel. 〒150-0001" in page
    assert shopper.post(f"{url}sent/", {"tracking_number": "x" * 121}).status_code == 422
    assert shopper.post(f"{url}sent/", {"tracking_number": "398412345670"}).status_code == 302
    assert fresh(case).tracking_number == "398412345670"
    for act in ("sent/", "cancel/"):
        refused = shopper.post(f"{url}{act}")
        assert refused.status_code == 409
        assert "the return has moved on" in words(refused)
    second = ask(bought, NOW, (0, 1, "too_small"))
    done = shopper.post(path(bought, scope, f"{second.public_id}/cancel/"))
    assert done.status_code == 302
    assert fresh(second).state == ReturnState.CANCELLED
    page = words(shopper.get(path(bought, scope, f"{second.public_id}/")))
    assert "You cancelled this return" in page
    assert "You get back" not in page
    third = ask(bought, NOW, (0, 1, "too_small"))
    services.cancel_return(return_id=third.public_id, at=NOW, actor=STAFF)
    page = words(shopper.get(path(bought, scope, f"{third.public_id}/")))
    assert "This return was cancelled" in page
    assert "You cancelled" not in page


@pytest.mark.parametrize(
    "state",
    [ReturnState.REJECTED, ReturnState.EXPIRED, ReturnState.LOST, ReturnState.CANCELLED],
)
def test_a_return_that_ended_unpaid_promises_no_sum(
    shopper: Client, bought: Order, scope: Merchant, state: ReturnState
) -> None:
    case = ask(bought, NOW, (0, 1, "too_small"))
    assert "You get back" in words(shopper.get(path(bought, scope, f"{case.public_id}/")))
    Return.objects.filter(pk=case.pk).update(state=state)
    page = words(shopper.get(path(bought, scope, f"{case.public_id}/")))
    assert "The sum" not in page
    assert "You get back" not in page


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_state_has_its_page(
    shopper: Client, bought: Order, scope: Merchant, outcome: Outcome
) -> None:
    more = {"variant": variant_id(bought, "白")} if outcome is Outcome.EXCHANGE else {}
    case = ask(bought, NOW, (0, 1, "too_small"), outcome=outcome, **more)
    for state in ReturnState:
        Return.objects.filter(pk=case.pk).update(state=state, parcels=1)
        page = shopper.get(path(bought, scope, f"{case.public_id}/"))
        assert page.status_code == 200
    Return.objects.filter(pk=case.pk).update(state=ReturnState.IN_REVIEW, parcels=0)
    settlement = services.settle_return(
        return_id=resolve(case, NOW, 1).public_id, key="k", at=NOW, actor=STAFF
    )
    page_words = words(shopper.get(path(bought, scope, f"{case.public_id}/")))
    assert ("Where it goes" in page_words) is (settlement.outcome != Outcome.EXCHANGE)


def test_only_the_orders_own_link_opens_a_return(
    shopper: Client, bought: Order, scope: Merchant, other_merchant: Merchant
) -> None:
    other = sent_order(scope, order_facts(external_id="8", number="#8"))
    case = ask(bought, NOW, (0, 1, "too_small"))
    assert shopper.get(f"/s/{scope.slug}/r/ord_x.forged/").status_code == 404
    assert shopper.get(path(other, scope, f"{case.public_id}/")).status_code == 404
    assert shopper.get(path(bought, other_merchant)).status_code == 404
    assert shopper.get(path(bought, scope, "ret_x/")).status_code == 404
    response = shopper.get(path(bought, scope))
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_a_shop_links_to_its_returns_which_begin_with_the_order(
    lang: str, shopper: Client, bought: Order, scope: Merchant
) -> None:
    looked_up = shopper.get(f"/s/{scope.slug}/returns/?lang={lang}", follow=True)
    (action,) = re.findall(r'action="([^"]+)"', looked_up.content.decode())
    asked = {"number": bought.number, "contact": bought.email}
    answer = shopper.post(unescape(action), asked)
    assert answer.headers["Location"] == f"{path(bought, scope)}?lang={lang}"


def test_an_outcome_that_is_over_for_one_line_is_not_offered(
    shopper: Client, bought: Order, scope: Merchant
) -> None:
    with time_machine.travel(NOW + timedelta(days=40), tick=False):
        outcome = shopper.get(path(bought, scope, "outcome/"), chosen(bought, (0, 1, "too_small")))
        page = words(outcome)
    assert "Store credit" in page
    assert 'value="refund"' not in outcome.content.decode()


def test_what_cannot_be_paid_together_leads_back(
    shopper: Client, bought: Order, scope: Merchant
) -> None:
    """An exchange of everything asks for more credit than the order holds."""
    type(bought).objects.filter(pk=bought.pk).update(captured=1000)
    outcome = shopper.get(path(bought, scope, "outcome/"), chosen(bought, (0, 1, "too_small")))
    assert "Another size or colour" not in words(outcome)


def test_a_typed_quantity_for_many_units(shopper: Client, scope: Merchant) -> None:
    from commerce.ports import LineFacts, TenderFacts

    order = sent_order(
        scope,
        order_facts(
            external_id="66",
            number="#66",
            lines=(LineFacts(external_id="a", title="Bolt", quantity=40, unit_price=10),),
            shipping=(),
            tenders=(TenderFacts(captured=400),),
            total=400,
        ),
    )
    page = shopper.get(path(order, scope)).content.decode()
    assert 'type="number"' in page
    many = shopper.get(path(order, scope, "outcome/"), chosen(order, (0, 40, "too_small")))
    assert "¥400" in words(many)
    more = shopper.get(path(order, scope, "outcome/"), chosen(order, (0, 41, "too_small")))
    assert more.status_code == 422
