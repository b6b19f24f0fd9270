"""Cancelling from the shopper's page and at the desk: no log-in for one, rights for the other."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from commerce import links
from commerce.models import Merchant, Order, User
from commerce.services.orders import take_in_order
from returns.enums import CancellationState
from returns.models import Cancellation, Return, Settlement
from returns.rules.cancellations import CancelTerms
from returns.selectors.cancellations import cancel_terms
from returns.services.cancellations import set_cancel_terms
from returns.services.cancelling import carry_out_cancellation
from tests.facts import order_facts
from tests.returns.conftest import STAFF
from tests.returns.test_cancellations import LATER, MINUTE, NOW, PLACED, cancel, ids, pick
from tests.shops import drain_all, log_in


@pytest.fixture(autouse=True)
def today() -> Any:
    """Forty minutes after the order."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def placed(scope: Merchant) -> Order:
    """Two mugs at ¥2,500, a towel at ¥2,000 and delivery at ¥500, still on the shelf."""
    facts = order_facts(placed_at=PLACED, updated_at=PLACED)
    return take_in_order(facts, merchant=scope, at=PLACED).order


@pytest.fixture
def shopper() -> Client:
    """A browser that sends its language, and no cookies."""
    return Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)


def path(order: Order, merchant: Merchant, more: str = "") -> str:
    return f"/s/{merchant.slug}/c/{links.order_token(order.public_id)}/{more}"


def words(response: Any) -> str:
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found is not None
    return found[1]


def confirm(shopper: Client, order: Order, merchant: Merchant, *units: int) -> Any:
    """Go through both screens, and press the button."""
    query = "&".join(f"q_{line}={n}" for line, n in zip(ids(order), units, strict=False))
    check = shopper.get(f"{path(order, merchant, 'check/')}?{query}")
    assert check.status_code == 200
    data = {name: hidden(check, name) for name in ("payout", "key")}
    return shopper.post(f"{path(order, merchant, 'check/')}?{query}", data)


def test_two_screens_and_five_minutes_to_take_it_back(
    shopper: Client, placed: Order, scope: Merchant
) -> None:
    start = shopper.get(path(placed, scope))
    assert "You can cancel until Sat 21 Nov, 12:20, unless it is packed before." in words(start)
    done = confirm(shopper, placed, scope, 2, 1)
    assert done.status_code == 302
    page = shopper.get(done["Location"])
    assert "Your cancellation is confirmed" in words(page)
    assert "¥7,500 goes back to the way you paid." in words(page)
    assert "You can take this back until 12:05." in words(page)
    cancellation = Cancellation.objects.get()
    undone = shopper.post(path(placed, scope, f"{cancellation.public_id}/undo/"))
    assert "You took your cancellation back" in words(shopper.get(undone["Location"]))
    assert Cancellation.objects.get().state == CancellationState.WITHDRAWN
    assert not Settlement.objects.exists()


def test_the_sum_is_shown_for_what_was_chosen(
    shopper: Client, placed: Order, scope: Merchant
) -> None:
    check = shopper.get(f"{path(placed, scope, 'check/')}?q_{ids(placed)[0]}=1")
    assert "You get back ¥2,500" in words(check)
    none = shopper.get(f"{path(placed, scope, 'check/')}?q_{ids(placed)[0]}=0")
    assert none.status_code == 422
    assert "Choose at least one item." in words(none)


def test_pressing_twice_cancels_once(shopper: Client, placed: Order, scope: Merchant) -> None:
    query = f"q_{ids(placed)[1]}=1"
    here = f"{path(placed, scope, 'check/')}?{query}"
    check = shopper.get(here)
    data = {name: hidden(check, name) for name in ("payout", "key")}
    first, second = shopper.post(here, data), shopper.post(here, data)
    assert first["Location"] == second["Location"]
    assert Cancellation.objects.count() == 1


def test_a_pick_between_the_screens_is_told_with_its_return(
    shopper: Client, placed: Order, scope: Merchant
) -> None:
    query = "&".join(f"q_{line}={n}" for line, n in zip(ids(placed), (2, 1), strict=True))
    here = f"{path(placed, scope, 'check/')}?{query}"
    data = {name: hidden(shopper.get(here), name) for name in ("payout", "key")}
    pick(placed, NOW, 2, 1)
    page = shopper.get(shopper.post(here, data)["Location"])
    assert "It was too late to cancel" in words(page)
    assert f"/{Return.objects.get().public_id}/" in page.content.decode()
    back = shopper.get(
        f"/s/{scope.slug}/r/{links.order_token(placed.public_id)}/{Return.objects.get().public_id}/"
    )
    assert "Once it has arrived, you can send it back." in words(back)


def test_a_part_that_was_picked_between_shows_the_new_sum(
    shopper: Client, placed: Order, scope: Merchant
) -> None:
    query = "&".join(f"q_{line}={n}" for line, n in zip(ids(placed), (1, 1), strict=True))
    here = f"{path(placed, scope, 'check/')}?{query}"
    data = {name: hidden(shopper.get(here), name) for name in ("payout", "key")}
    pick(placed, NOW, 0, 1)
    page = shopper.post(here, data)
    assert page.status_code == 422
    assert "The amount has changed since you saw it." in words(page)
    assert not Cancellation.objects.exists()


def test_why_not_and_what_else(shopper: Client, placed: Order, scope: Merchant) -> None:
    with time_machine.travel(PLACED + 61 * MINUTE, tick=False):
        late = words(shopper.get(path(placed, scope)))
    assert "Nothing can be cancelled any more" in late
    assert "The time to cancel ended at Sat 21 Nov, 12:20." in late
    assert "You can return it once it has arrived." in late
    with time_machine.travel(PLACED + 61 * MINUTE, tick=False):
        japanese = words(shopper.get(path(placed, scope), {"lang": "ja"}))
    assert "11月21日(土) 12:20" in japanese


def test_too_late_to_undo(shopper: Client, placed: Order, scope: Merchant) -> None:
    cancellation = cancel(placed, NOW)
    with time_machine.travel(LATER, tick=False):
        late = shopper.post(path(placed, scope, f"{cancellation.public_id}/undo/"))
    assert late.status_code == 409
    assert "The time to undo this is over." in words(late)


def test_another_orders_cancellation_is_not_there(
    shopper: Client, placed: Order, scope: Merchant
) -> None:
    other = take_in_order(
        order_facts(external_id="2", number="#2", placed_at=PLACED), merchant=scope, at=PLACED
    ).order
    cancellation = cancel(other, NOW)
    assert shopper.get(path(placed, scope, f"{cancellation.public_id}/")).status_code == 404


def test_the_tracking_page_leads_there(shopper: Client, placed: Order, scope: Merchant) -> None:
    here = f"/s/{scope.slug}/t/{links.order_token(placed.public_id)}/"
    assert "Cancel items" in words(shopper.get(here, {"lang": "en"}))
    cancellation = cancel(placed, NOW)
    drain_all()
    page = words(shopper.get(here, {"lang": "en"}))
    assert "C-1001-1" in page
    assert "undo until 12:05" in page
    assert "Cancel items" not in page
    assert "マグカップ" not in page
    with time_machine.travel(LATER, tick=False):
        carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
        drain_all()
        assert "This order was cancelled" in words(shopper.get(here, {"lang": "en"}))


def test_staff_cancel_whenever_it_is_on_the_shelf(
    placed: Order, scope: Merchant, owner: User, client: Client
) -> None:
    log_in(client, owner)
    with time_machine.travel(PLACED + timedelta(days=2), tick=False):
        page = reverse("dashboard:order_detail", args=[scope.slug, placed.public_id])
        choose = reverse("dashboard:order_cancel", args=[scope.slug, placed.public_id])
        assert choose in client.get(page).content.decode()
        assert client.get(choose).status_code == 200
        here = f"{choose}check/?q_{ids(placed)[0]}=1"
        check = client.get(here)
        data = {name: hidden(check, name) for name in ("payout", "key")}
        client.post(here, data)
        cancellation = Cancellation.objects.get()
        assert (cancellation.requested_by, cancellation.quote["payout"]) == (owner.actor, 2500)
        undo = reverse("dashboard:cancellation_withdraw", args=[scope.slug, cancellation.public_id])
        assert undo in client.get(page).content.decode()
        client.post(undo)
    assert Cancellation.objects.get().state == CancellationState.WITHDRAWN


def test_staff_decide_and_the_list_says_what_waits(
    placed: Order, scope: Merchant, owner: User, client: Client
) -> None:
    set_cancel_terms(CancelTerms(review=True), at=NOW, actor=STAFF)
    cancellation = cancel(placed, NOW)
    log_in(client, owner)
    listed = client.get(
        reverse("dashboard:cancellation_list", args=[scope.slug]), {"view": "review"}
    )
    assert "C-1001-1" in words(listed)
    home = client.get(reverse("dashboard:home", args=[scope.slug]))
    assert "1 cancellation to decide" in words(home)
    decline = reverse("dashboard:cancellation_decline", args=[scope.slug, cancellation.public_id])
    assert client.get(decline).status_code == 200
    assert client.post(decline, {"text": ""}).status_code == 422
    client.post(decline, {"text": "Made for you."})
    assert Cancellation.objects.get().state == CancellationState.DECLINED
    again = client.post(decline, {"text": "Made for you."}, follow=True)
    assert "the cancellation has moved on" in words(again)


def test_staff_settle_what_got_stuck(
    placed: Order, scope: Merchant, owner: User, client: Client
) -> None:
    cancellation = cancel(placed, NOW)
    Cancellation.objects.update(quote={**cancellation.quote, "payout": 1})
    carry_out_cancellation(cancellation_id=cancellation.public_id, at=LATER)
    log_in(client, owner)
    settle = reverse("dashboard:cancellation_settle", args=[scope.slug, cancellation.public_id])
    order_page = reverse("dashboard:order_detail", args=[scope.slug, placed.public_id])
    assert "The sum is another one than the shopper saw." in words(client.get(order_page))
    page = client.get(settle)
    assert "¥7,500" in words(page)
    client.post(settle, {"shown": hidden(page, "shown")})
    assert Settlement.objects.get().total == 7500


def test_a_shop_says_until_when(scope: Merchant, owner: User, client: Client) -> None:
    log_in(client, owner)
    here = reverse("dashboard:cancel_settings", args=[scope.slug])
    assert client.get(here).status_code == 200
    client.post(here, {"ends": "minutes", "minutes": "30", "review": "on"})
    assert cancel_terms() == CancelTerms(minutes=30, review=True)
    client.post(here, {"ends": "picked", "minutes": "30"})
    assert cancel_terms() == CancelTerms(minutes=None)
    assert client.post(here, {"ends": "minutes", "minutes": ""}).status_code == 422
