"""The returns desk: decide with one key, check in, settle with the exact sum, pay, ship."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from commerce.models import Merchant, Order, User
from returns import services
from returns.enums import Outcome, RefundState, ReplacementState, ReturnState
from returns.models import LedgerEntry, PolicyVersion, Refund, Replacement, Return, Settlement
from returns.rules.defaults import DEFAULT_POLICY
from tests.returns.conftest import STAFF, ask, fresh, mug_facts, resolve, sent_order
from tests.returns.test_journey import variant_id

Publish = Callable[..., PolicyVersion]
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today() -> Any:
    """A moment after the order was sent; tests move it."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def staff(owner: User) -> Client:
    """The owner's browser, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(owner)
    return client


@pytest.fixture
def case(bought: Order) -> Return:
    """A return of one mug that waits for a decision."""
    return ask(bought, NOW, (0, 1, "too_small"))


def at_desk(path: str = "", merchant: str = "komorebi") -> str:
    return f"/d/{merchant}/returns/{path}"


def words(response: Any) -> str:
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def htmx(path: str) -> dict[str, str]:
    """The headers of an htmx request made on a page."""
    return {"HX-Request": "true", "HX-Current-URL": f"http://testserver{path}"}


def toast(response: Any) -> dict[str, str]:
    found: dict[str, str] = json.loads(response.headers["HX-Trigger"])["toast"]
    return found


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("page", "place"),
    [
        ("returns/", "returns"),
        ("returns/withdrawals/", "returns"),
        ("cancellations/", "returns"),
        ("credit-notes/", "returns"),
        ("refunds/mismatches/", "returns"),
        ("receiving/", "receiving"),
        ("returns/{case}/", "returns"),
        ("returns/{case}/arrival/", "receiving"),
    ],
)
def test_the_rail_says_where_one_is(staff: Client, case: Return, page: str, place: str) -> None:
    shown = staff.get(f"/d/komorebi/{page.format(case=case.public_id)}").content.decode()
    here = re.findall(r'rail-link" href="/d/komorebi/(\w+)/" aria-current="page"', shown)
    assert here == [place]


def test_an_empty_desk_teaches(staff: Client, merchant: Merchant) -> None:
    page = words(staff.get(at_desk()))
    assert "Shoppers ask for a return from the page of their order." in page
    assert "No return fits" in words(staff.get(at_desk("?view=closed")))


def test_the_list_narrows_by_view_search_and_outcome(
    staff: Client, case: Return, bought: Order
) -> None:
    for query, found in (
        ("", True),
        ("?view=review", True),
        ("?view=open", False),
        ("?view=declined", False),
        ("?view=to_ship", False),
        ("?due=overdue", False),
        ("?q=R-1001", True),
        ("?q=%231001", True),
        ("?q=hana@example.jp", True),
        ("?q=佐藤", True),
        ("?q=nobody", False),
        ("?outcome=refund", True),
        ("?outcome=exchange", False),
        ("?outcome=nonsense", True),
    ):
        assert ("R-1001-1" in words(staff.get(at_desk(query)))) is found, query
    part = staff.get(at_desk(), headers=htmx(at_desk()))
    assert part.content.startswith(b'<div class="stack" id="rows">')


def test_approving_from_the_list_answers_with_the_list_and_an_undo(
    staff: Client, case: Return, today: Any
) -> None:
    here = at_desk("?view=review")
    assert 'data-key="a"' in staff.get(here).content.decode()
    answer = staff.post(at_desk(f"{case.public_id}/approve/"), headers=htmx(here))
    assert toast(answer) == {
        "text": "R-1001-1 is approved.",
        "kind": "good",
        "undo": at_desk(f"{case.public_id}/undo/"),
    }
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#rows", "outerHTML")
    assert "No return fits" in words(answer)
    undone = staff.post(at_desk(f"{case.public_id}/undo/"), headers=htmx(here))
    assert undone.headers["HX-Refresh"] == "true"
    assert fresh(case).state == ReturnState.IN_REVIEW
    staff.post(at_desk(f"{case.public_id}/approve/"))
    today.shift(timedelta(seconds=31))
    late = staff.post(at_desk(f"{case.public_id}/undo/"))
    assert late.status_code == 409
    assert "The time to undo this is over." in words(late)


def test_deciding_without_scripts(staff: Client, case: Return) -> None:
    page = at_desk(f"{case.public_id}/")
    approved = staff.post(f"{page}approve/", follow=True)
    assert "R-1001-1 is approved." in words(approved)
    undone = staff.post(f"{page}undo/", follow=True)
    assert "Taken back: R-1001-1 needs a decision again." in words(undone)
    form = staff.get(f"{page}decline/")
    assert "Decline R-1001-1?" in words(form)
    unclear = staff.post(f"{page}decline/", {"reason": "other"})
    assert unclear.status_code == 422
    assert "Tell the shopper why." in words(unclear)
    declined = staff.post(f"{page}decline/", {"reason": "used"}, follow=True)
    assert "R-1001-1 is declined." in words(declined)
    assert "The item shows signs of use." in words(declined)
    again = staff.post(f"{page}decline/", {"reason": "used"})
    assert again.status_code == 409


def test_declining_in_a_dialog_closes_it(staff: Client, case: Return) -> None:
    page = at_desk(f"{case.public_id}/")
    dialog = staff.get(f"{page}decline/", headers=htmx(page))
    assert dialog.content.startswith(b'<header class="dialog-head">')
    answer = staff.post(f"{page}decline/", {"reason": "used"}, headers=htmx(page))
    assert answer.headers["HX-Retarget"] == "#case"
    assert "dialog:close" in json.loads(answer.headers["HX-Trigger"])
    assert toast(answer)["undo"] == f"{page}undo/"


def test_an_act_on_a_page_of_its_own_leads_back_to_the_return(staff: Client, case: Return) -> None:
    """A form in a tab of its own: neither the list nor the return is there to be redrawn."""
    page = at_desk(f"{case.public_id}/")
    own = f"{page}decline/"
    unclear = staff.post(own, {"reason": ""}, headers=htmx(own))
    assert unclear.status_code == 422
    answer = staff.post(own, {"reason": "used"}, headers=htmx(own))
    assert answer.headers["HX-Redirect"] == page
    assert "HX-Retarget" not in answer.headers
    assert "R-1001-1 is declined." in words(staff.get(page))


def test_the_form_of_a_dialog_can_be_sent_from_a_page_of_its_own() -> None:
    """Where its target is not on the page, htmx sends a form nowhere and says nothing."""
    forms = list((Path(settings.BASE_DIR) / "templates/returns/dashboard").glob("_*_form.html"))
    assert len(forms) > 10
    assert [one.name for one in forms if 'hx-target="#case"' in one.read_text()] == []


def test_a_refused_act_makes_the_page_anew(staff: Client, case: Return) -> None:
    page = at_desk(f"{case.public_id}/")
    services.cancel_return(return_id=case.public_id, at=NOW, actor="shopper")
    answer = staff.post(f"{page}approve/", headers=htmx(page))
    assert answer.headers["HX-Refresh"] == "true"
    assert "This is no longer possible" in words(staff.get(page))
    assert staff.post(f"{page}cancel/").status_code == 409


def test_staff_cancel_for_a_shopper(staff: Client, case: Return) -> None:
    page = at_desk(f"{case.public_id}/")
    asked = staff.get(f"{page}cancel/", headers=htmx(page))
    assert asked.content.startswith(b'<header class="dialog-head">')
    assert "Cancel R-1001-1?" in words(asked)
    assert "This cannot be taken back." in words(staff.get(f"{page}cancel/"))
    assert fresh(case).state == ReturnState.IN_REVIEW
    done = staff.post(f"{page}cancel/", follow=True)
    assert "R-1001-1 is cancelled." in words(done)
    assert fresh(case).state == ReturnState.CANCELLED


def test_settling_and_paying_by_hand(staff: Client, case: Return) -> None:
    resolve(case, NOW)
    page = at_desk(f"{case.public_id}/")
    shown = staff.get(page)
    assert "Refund ¥2,500" in words(shown)
    sent = {"shown": hidden(shown, "shown"), "key": hidden(shown, "key")}
    for _press in range(2):
        settled = staff.post(f"{page}settle/", sent, headers=htmx(page))
        assert toast(settled)["text"] == "Settled: ¥2,500."
    assert Settlement.objects.count() == 1
    refund = Refund.objects.get()
    paid = f"/d/komorebi/refunds/{refund.public_id}/paid/"
    assert "¥2,500, back to: Card" in words(staff.get(paid))
    assert staff.post(paid, {"reference": "x" * 121}).status_code == 422
    done = staff.post(paid, {"reference": "bank-77"}, follow=True)
    assert "bank-77" in words(done)
    assert fresh(case).state == ReturnState.COMPLETED


def test_paying_less_or_otherwise(staff: Client, bought: Order) -> None:
    first, second = (resolve(ask(bought, NOW, (0, 1, "too_small")), NOW) for _ in range(2))
    page = at_desk(f"{first.public_id}/")
    sent = {"shown": "2500", "key": "set_12345678"}
    for amount, code, sentence in (
        ("abc", 422, "This is not an amount."),
        ("2,501", 422, "This is more than can be given back"),
    ):
        refused = staff.post(f"{page}settle/", {**sent, "pay": amount})
        assert (refused.status_code, sentence in words(refused)) == (code, True)
    stale = staff.post(f"{page}settle/", {**sent, "shown": "2400"})
    assert "The amount has changed since you saw it." in words(stale)
    assert staff.post(f"{page}settle/", {"key": "?"}).status_code == 409
    staff.post(f"{page}settle/", {**sent, "pay": "2,000"})
    assert list(LedgerEntry.objects.values_list("code", "amount").order_by("id")) == [
        ("goods", 2500),
        ("deduction", -500),
    ]
    other = at_desk(f"{second.public_id}/settle/")
    credit = {"shown": "2500", "key": "set_87654321", "outcome": "store_credit"}
    for unseen in (credit, {**credit, "shown_store_credit": "2500"}):
        refused = staff.post(other, unseen)
        assert (refused.status_code, "has changed since" in words(refused)) == (409, True)
    assert Settlement.objects.count() == 1
    staff.post(other, {**credit, "shown_store_credit": "2625"})
    assert Settlement.objects.last().outcome == Outcome.STORE_CREDIT  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"pay": "abc"}, "id_pay", "This is not an amount."),
        ({"pay": "2,501"}, "id_pay", "This is more than can be given back"),
        ({"outcome": "exchange", "shown_exchange": "2500"}, "id_outcome", "No replacement"),
    ],
)
def test_what_is_wrong_with_another_sum_stands_open_at_its_field(
    staff: Client, case: Return, wrong: dict[str, str], field: str, sentence: str
) -> None:
    resolve(case, NOW)
    page = at_desk(f"{case.public_id}/")
    assert '<details class="fold">' in staff.get(page).content.decode()
    sent = {"shown": "2500", "key": "set_12345678", **wrong}
    refused = staff.post(f"{page}settle/", sent, headers=htmx(page))
    part = refused.content.decode()
    # htmx swaps a 422 in; anything else would lose what was typed.
    assert refused.status_code == 422
    assert part.startswith('<div class="stack" id="case">')
    assert '<details class="fold" open>' in part
    assert re.search(rf'id="{field}_error">\s*<p class="field-error">.*{sentence}', part, re.S)
    assert re.search(rf'id="{field}"[^>]*data-focus|data-focus[^>]*id="{field}"', part)
    assert wrong.get("pay", "") in part
    assert "At most ¥2,500. The shopper sees a deduction." in words(refused)


def test_every_other_way_is_offered_with_its_own_sum(
    staff: Client, case: Return, bought: Order
) -> None:
    resolve(case, NOW)
    shown = staff.get(at_desk(f"{case.public_id}/"))
    assert "Refund · ¥2,500 Store credit · ¥2,625" in words(shown)
    assert hidden(shown, "shown_store_credit") == "2625"
    assert "shown_exchange" not in shown.content.decode()
    Order.objects.filter(pk=bought.pk).update(customer=None)
    assert "Store credit · " not in words(staff.get(at_desk(f"{case.public_id}/")))


def test_only_an_exchange_is_settled_as_one(staff: Client, case: Return) -> None:
    resolve(case, NOW)
    sent = {"shown": "2500", "shown_exchange": "2500", "key": "set_12345678"}
    refused = staff.post(at_desk(f"{case.public_id}/settle/"), {**sent, "outcome": "exchange"})
    assert refused.status_code == 422
    assert "No replacement was chosen for this return" in words(refused)
    assert Settlement.objects.count() == 0


def test_an_exchange_is_not_paid_in_part(staff: Client, bought: Order) -> None:
    blue = variant_id(bought, "青")
    wished = ask(bought, NOW, (0, 1, "too_small"), outcome=Outcome.EXCHANGE, variant=blue)
    page = at_desk(f"{resolve(wished, NOW).public_id}/")
    shown = staff.get(page)
    assert "an exchange gives the whole value" in words(shown)
    sent = {name: hidden(shown, name) for name in ("shown", "key", "shown_refund")}
    refused = staff.post(f"{page}settle/", {**sent, "pay": "2000"})
    assert refused.status_code == 422
    assert "An exchange gives the whole value of the items." in words(refused)
    assert Settlement.objects.count() == 0
    staff.post(f"{page}settle/", {**sent, "pay": "2000", "outcome": "refund"})
    assert Refund.objects.get().amount == 2000


def test_an_unclear_payment_is_put_right_by_a_person(staff: Client, case: Return) -> None:
    services.settle_return(return_id=resolve(case, NOW).public_id, key="k", at=NOW, actor=STAFF)
    refund = Refund.objects.get()
    Refund.objects.update(state=RefundState.OUTCOME_UNKNOWN, failure="timeout")
    page = words(staff.get(at_desk(f"{case.public_id}/")))
    assert "It was paid" in page
    assert "timeout" in page
    base = f"/d/komorebi/refunds/{refund.public_id}/"
    assert "Not found in the provider’s books." in words(
        staff.post(f"{base}not-paid/", follow=True)
    )
    assert "Try again" in words(staff.get(at_desk(f"{case.public_id}/")))
    assert staff.post(f"{base}not-paid/").status_code == 409
    staff.post(f"{base}retry/")
    refund.refresh_from_db()
    assert refund.state == RefundState.PENDING


def test_the_address_of_a_command_leads_back_to_its_return(
    staff: Client, case: Return, bought: Order
) -> None:
    services.settle_return(return_id=resolve(case, NOW).public_id, key="k", at=NOW, actor=STAFF)
    page = at_desk(f"{case.public_id}/")
    refund = Refund.objects.get()
    commands = [f"{page}{act}/" for act in ("approve", "undo", "cancel", "settle")]
    commands += [
        f"/d/komorebi/refunds/{refund.public_id}/{act}" for act in ("", "retry/", "not-paid/")
    ]
    for command in commands:
        opened = staff.get(command, follow=True)
        assert (opened.status_code, opened.redirect_chain[-1][0]) == (200, page), command
    services.refund_shipping(order_id=bought.public_id, key="s", at=NOW, actor=STAFF)
    shipping = Refund.objects.latest("id")
    opened = staff.get(f"/d/komorebi/refunds/{shipping.public_id}/retry/", follow=True)
    assert opened.redirect_chain[-1][0] == f"/d/komorebi/orders/{bought.public_id}/"


def test_shipping_is_given_back_from_the_order(staff: Client, bought: Order) -> None:
    order_page = f"/d/komorebi/orders/{bought.public_id}/"
    assert "Refund shipping" in words(staff.get(order_page))
    ask_page = f"{order_page}refund-shipping/"
    dialog = staff.get(ask_page)
    assert "¥500 of outbound shipping of order #1001" in words(dialog)
    for _press in range(2):
        done = staff.post(ask_page, {"key": hidden(dialog, "key")}, follow=True)
        assert "Shipping is refunded." in words(done)
    assert "Refund shipping" not in words(staff.get(order_page))
    refused = staff.get(ask_page, follow=True)
    assert "Shipping was already refunded." in words(refused)
    assert "Shipping was already refunded." in words(staff.post(ask_page, follow=True))
    refund = Refund.objects.get()
    base = f"/d/komorebi/refunds/{refund.public_id}/"
    assert "Mark as paid" in words(staff.get(order_page))
    assert "The refund counts as paid." in words(staff.post(f"{base}paid/", follow=True))
    assert "no longer possible" in words(staff.post(f"{base}retry/", follow=True))


def test_a_replacement_is_shipped(staff: Client, bought: Order) -> None:
    case = ask(
        bought,
        NOW,
        (0, 1, "too_small"),
        outcome=Outcome.EXCHANGE,
        variant=variant_id(bought, "青"),
    )
    services.settle_return(return_id=resolve(case, NOW).public_id, key="k", at=NOW, actor=STAFF)
    assert "R-1001-1" in words(staff.get(at_desk("?view=to_ship")))
    shown = words(staff.get(at_desk(f"{case.public_id}/")))
    assert "Ready to ship" in shown
    assert "Replacement to ship Exchange" in shown
    for page in (at_desk(), f"/d/komorebi/orders/{bought.public_id}/"):
        assert "Replacement to ship" in words(staff.get(page))
    assert "R-1001-1" not in words(staff.get(at_desk("?view=closed")))
    replacement = Replacement.objects.get()
    url = f"/d/komorebi/replacements/{replacement.public_id}/ship/"
    assert "マグカップ 青 × 1" in words(staff.get(url))
    assert staff.post(url, {"carrier_name": "x" * 81}).status_code == 422
    staff.post(url, {"carrier_name": "Yamato", "tracking_number": "398412345670"})
    assert Replacement.objects.get().state == ReplacementState.SHIPPED
    assert staff.post(url).status_code == 409
    assert "Completed Exchange" in words(staff.get(at_desk(f"{case.public_id}/")))
    assert "R-1001-1" in words(staff.get(at_desk("?view=closed")))


def test_approving_without_an_address_is_warned_of(
    staff: Client, warehouse_worker: User, case: Return
) -> None:
    for page in (at_desk(), at_desk(f"{case.public_id}/")):
        shown = staff.get(page)
        assert "Shoppers are not told where to send returns" in words(shown)
        assert "/d/komorebi/settings/returns/#id_address" in shown.content.decode()
    hands = Client(headers={"accept-language": "en"})
    hands.force_login(warehouse_worker)
    assert "Ask the owner to add it" in words(hands.get(at_desk(f"{case.public_id}/")))
    services.publish_policy(
        content=replace(DEFAULT_POLICY, address=("東京都渋谷区1-2-3",)).to_json(),
        effective_from=NOW,
        at=NOW,
        actor=STAFF,
    )
    for page in (at_desk(), at_desk(f"{case.public_id}/")):
        assert "not told where" not in words(staff.get(page))


def test_the_desk_says_why_it_is_another_sum_than_promised(staff: Client, bought: Order) -> None:
    case = resolve(ask(bought, NOW, (0, 2, "too_small"), (1, 1, "too_small")), NOW, 1, 1)
    sums = "Shown at the request ¥7,500 1 item has not arrived yet マグカップ -¥2,500"
    page = at_desk(f"{case.public_id}/")
    assert f"{sums} Shipping, since not every item is accepted -¥500 Refund ¥4,500" in words(
        staff.get(page)
    )
    services.settle_return(
        return_id=case.public_id, key="k", at=NOW, actor=STAFF, shown=4500, pay=4000
    )
    assert "Deduction -¥500 Refund ¥4,000" in words(staff.get(page))


def test_home_and_order_page_show_what_waits(staff: Client, case: Return, bought: Order) -> None:
    home = words(staff.get("/d/komorebi/"))
    assert "1 return to decide" in home
    assert "Returns in 30 days" in home
    resolve(case, NOW)
    assert "1 return to settle" in words(staff.get("/d/komorebi/"))
    services.settle_return(return_id=case.public_id, key="k", at=NOW, actor=STAFF)
    home = words(staff.get("/d/komorebi/"))
    assert "1 refund to pay" in home
    assert "to settle" not in home
    order = words(staff.get(f"/d/komorebi/orders/{bought.public_id}/"))
    assert "Returns and refunds R-1001-1" in order
    assert "R-1001-1" in words(staff.get("/d/komorebi/search/?q=R-1001"))


def test_rights_are_kept(
    case: Return, warehouse_worker: User, other_merchant: Merchant, staff: Client
) -> None:
    hands = Client()
    hands.force_login(warehouse_worker)
    page = at_desk(f"{case.public_id}/")
    assert hands.get(page).status_code == 200
    for act in ("approve/", "decline/", "undo/", "cancel/", "settle/"):
        assert hands.post(f"{page}{act}").status_code == 403
    assert hands.get("/d/komorebi/settings/returns/").status_code == 403
    services.approve_return(return_id=case.public_id, at=NOW, actor=STAFF)
    assert hands.get(f"{page}arrival/").status_code == 200
    assert "Refund shipping" not in words(hands.get(f"/d/komorebi/orders/{case.order.public_id}/"))
    for path in ("", "approve/", "arrival/"):
        assert staff.get(at_desk(f"ret_other/{path}"), follow=True).status_code == 404
    for kind in ("refunds/rfd_x/paid/", "replacements/rep_x/ship/"):
        assert staff.get(f"/d/komorebi/{kind}").status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_is_flat(
    staff: Client, scope: Merchant, mugs: None, rows: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(rows):
        order = sent_order(scope, mug_facts(external_id=f"e{number}", number=f"#{number}"))
        ask(order, NOW, (0, 1, "too_small"))
    # The first page of a session notes it; a list is counted after that.
    staff.get(at_desk())
    with django_assert_max_num_queries(13):
        page = staff.get(at_desk())
    assert page.content.decode().count("row-link") == rows


def test_the_policy_is_published_by_its_owner(
    staff: Client, merchant: Merchant, scope: Merchant
) -> None:
    url = "/d/komorebi/settings/returns/"
    page = words(staff.get(url))
    assert "The standard policy is in force until you publish your own." in page
    filled = {
        "refund_days": "14",
        "store_credit_days": "60",
        "bonus": "7.5",
        "transit_allowance": "5",
        "send_within": "21",
        "restocking": "10",
        "postage": "990",
        "refund_shipping": "full_return",
        "fault_shipping": "prorata",
        "threshold_promotion": "reprice",
        "bundle_discount": "as_allocated",
        "tender_order": "external_first",
        "address": "〒150-0001\n\n東京都渋谷区\n",
        "instructions_en": "Use the box.",
        "instructions_ja": "箱に入れて。",
    }
    for wrong in (
        {"postage": "9.5"},
        {"postage": "-1"},
        {"refund_days": "", "store_credit_days": ""},
        {"address": "a\n" * 9},
        {"bonus": "101"},
    ):
        assert staff.post(url, {**filled, **wrong}).status_code == 422, wrong
    assert PolicyVersion.objects.count() == 0
    published = staff.post(url, filled, follow=True)
    assert "Published. Orders placed from now on follow it." in words(published)
    version = PolicyVersion.objects.get()
    policy = version.policy
    assert [(one.outcome, one.days, one.bonus) for one in policy.outcomes] == [
        ("refund", 14, 0),
        ("store_credit", 60, 750),
    ]
    assert (policy.restocking, policy.postage, policy.review) == (1000, {"JPY": 990}, False)
    assert policy.address == ("〒150-0001", "東京都渋谷区")
    again = staff.get(url).content.decode()
    assert 'value="7.5"' in again
    assert 'value="10"' in again
    assert "Version 1 in force" in words(staff.get(url))
