"""Second factors: set up, asked for, required by a shop; sessions; and fresh confirmation."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.test import Client

from commerce.models import ApiKey, Invitation, Merchant, User
from postexp.kernel import secrets
from postexp.kernel.models import EventRecord
from tests.commerce.conftest import Enter
from tests.shops import PASSWORD, log_in

KEYS = "/d/komorebi/settings/keys/"
FACTORS = "/d/komorebi/settings/staff/two-factors/"
ORDERS = "/d/komorebi/orders/"
ENTER = "/accounts/2fa/reauthenticate/"
NEW_KEY = {"name": "ERP", "scopes": ["orders:read"]}


SetUp = Callable[[Client], str]


def code_of(secret: str, later: int = 0) -> str:
    """Return what an authenticator app shows now, or some half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def set_up_app(browser: Client) -> str:
    """Turn the authenticator app on, and return its key."""
    page = browser.get("/accounts/2fa/totp/activate/")
    secret: str = page.context["form"].secret
    answer = browser.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302
    return secret


@pytest.fixture
def set_up(django_capture_on_commit_callbacks: Any) -> SetUp:
    """Turn the app on as a browser does it, with what follows the commit; return its key."""

    def act(browser: Client) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            return set_up_app(browser)

    return act


def test_an_app_is_set_up_and_asked_for(
    staff: Client, scope: Merchant, owner: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        secret = set_up_app(staff)
    kept = Authenticator.objects.get(user=owner, type="totp").data["secret"]
    assert secret not in str(kept)
    guest = Client()
    answer = guest.post("/accounts/login/", {"login": owner.email, "password": PASSWORD})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert guest.get("/d/komorebi/").status_code == 302
    assert guest.post(answer["Location"], {"code": "000000"}).status_code == 200
    assert guest.get("/d/komorebi/").status_code == 302
    # A code works once, so the next one it is.
    guest.post(answer["Location"], {"code": code_of(secret, later=1)})
    assert guest.get("/d/komorebi/").status_code == 200
    told = EventRecord.objects.filter(type="staff.security_changed")
    assert [event.actor for event in told] == [owner.actor] * len(told)
    said = {(event.payload["act"], event.payload["factor"]) for event in told}
    assert said == {("added", "totp"), ("added", "recovery_codes")}


def test_recovery_codes_let_in_once(staff: Client, scope: Merchant, owner: User) -> None:
    set_up_app(staff)
    codes = staff.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10
    downloaded = staff.get("/accounts/2fa/recovery-codes/download/").content.decode().split()
    assert downloaded == codes

    def come_in(code: str) -> int:
        guest = Client()
        login = {"login": owner.email, "password": PASSWORD}
        answer = guest.post("/accounts/login/", login)
        guest.post(answer["Location"], {"code": code})
        return guest.get("/d/komorebi/").status_code

    assert [come_in(codes[0]), come_in(codes[0]), come_in(codes[1])] == [200, 302, 200]
    staff.post("/accounts/2fa/recovery-codes/generate/")
    assert come_in(codes[2]) == 302


def test_rotated_keys_still_open_second_factors(
    staff: Client, scope: Merchant, owner: User, settings: Any
) -> None:
    secret = set_up_app(staff)
    newest = "bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmU="
    settings.ENCRYPTION_KEYS = [newest, *settings.ENCRYPTION_KEYS]
    assert secrets.rotate() >= 2
    settings.ENCRYPTION_KEYS = [newest]
    assert secrets.rotate() == 0
    assert (
        Authenticator.objects.get(user=owner, type="totp")
        .wrap()
        .validate_code(code_of(secret, later=1))
    )


@pytest.mark.django_db(transaction=True)
def test_a_shop_may_ask_everyone_for_two(
    staff: Client, enter: Enter, scope: Merchant, set_up: SetUp
) -> None:
    refused = staff.post(FACTORS, {"required": "1"}, follow=True).content.decode()
    assert "Set up your own second factor first" in refused
    set_up(staff)
    staff.post(FACTORS, {"required": "1"})
    scope.refresh_from_db()
    assert scope.two_factors_required
    assert staff.get("/d/komorebi/").status_code == 200
    agent = enter("agent")
    answer = agent.get(ORDERS, follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/2fa/"
    assert "Set up your second one to go on" in answer.content.decode()
    part = agent.get(ORDERS, headers={"HX-Request": "true"})
    assert part["HX-Redirect"] == "/accounts/2fa/"
    log_in(agent, User.objects.get(email="agent@komorebi.example"))
    set_up(agent)
    assert agent.get(ORDERS).status_code == 200
    staff.post(FACTORS, {"required": "0"})
    assert enter("warehouse").get(ORDERS).status_code == 200
    changes = EventRecord.objects.filter(type="merchant.changed").order_by("id")
    assert [event.payload["detail"] for event in changes] == [
        "two factors for everyone",
        "two factors no longer asked for",
    ]


def test_a_session_opened_by_password_alone_is_not_enough_any_more(
    staff: Client, scope: Merchant, owner: User, set_up: SetUp
) -> None:
    old = Client()
    log_in(old, owner)
    secret = set_up(staff)
    assert old.get(ORDERS).status_code == 200
    staff.post(FACTORS, {"required": "1"})
    led = old.get(ORDERS, {"view": "open"})
    assert led["Location"] == f"{ENTER}?next=%2Fd%2Fkomorebi%2Forders%2F%3Fview%3Dopen"
    page = old.get(led["Location"]).content.decode()
    assert "Enter your second one to go on" in page
    # The password, once more, is still one factor.
    old.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert old.get(ORDERS).status_code == 302
    assert old.post(ENTER, {"code": "000000"}).status_code == 200
    assert old.get(ORDERS).status_code == 302
    gone = {"code": code_of(secret, later=1), "next": ORDERS}
    assert old.post(ENTER, gone)["Location"] == ORDERS
    assert old.get(ORDERS).status_code == 200


def test_what_was_posted_waits_for_the_second_factor(
    staff: Client, scope: Merchant, owner: User, set_up: SetUp
) -> None:
    old = Client()
    log_in(old, owner)
    secret = set_up(staff)
    staff.post(FACTORS, {"required": "1"})
    led = old.post("/d/komorebi/settings/staff/", {"email": "a@b.example", "role": "agent"})
    assert led["Location"].startswith(ENTER)
    assert not Invitation.objects.exists()
    old.post(
        led["Location"],
        {"code": code_of(secret, later=1), "next": "/d/komorebi/settings/staff/"},
    )
    assert Invitation.objects.get().email == "a@b.example"


def test_under_htmx_the_person_comes_back_to_the_page(
    staff: Client, scope: Merchant, owner: User, set_up: SetUp
) -> None:
    old = Client()
    log_in(old, owner)
    set_up(staff)
    staff.post(FACTORS, {"required": "1"})
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/d/komorebi/"}
    led = old.get(ORDERS, headers=headers)["HX-Redirect"]
    assert led == f"{ENTER}?next=http%3A%2F%2Ftestserver%2Fd%2Fkomorebi%2F"


def test_a_factor_added_to_another_proves_nothing(
    staff: Client, scope: Merchant, owner: User, set_up: SetUp
) -> None:
    Authenticator.objects.create(user=owner, type="webauthn", data={"name": "Key"})
    set_up(staff)
    scope.two_factors_required = True
    scope.save()
    assert staff.get(ORDERS)["Location"].startswith(ENTER)


def test_who_has_a_passkey_only_is_asked_for_it(
    staff: Client, scope: Merchant, owner: User
) -> None:
    Authenticator.objects.create(user=owner, type="webauthn", data={"name": "Key"})
    scope.two_factors_required = True
    scope.save()
    assert staff.get(ORDERS)["Location"].startswith("/accounts/2fa/webauthn/reauthenticate/")


def test_other_shops_are_as_open_as_before(
    staff: Client, scope: Merchant, other_merchant: Merchant, set_up: SetUp
) -> None:
    set_up(staff)
    staff.post(FACTORS, {"required": "1"})
    rival = Client()
    rival.force_login(User.objects.get(email="rival@example.com"))
    assert rival.get("/d/harbor/").status_code == 200


def test_a_dangerous_act_waits_for_a_fresh_confirmation(
    client: Client, scope: Merchant, owner: User
) -> None:
    client.force_login(owner)
    assert client.get(KEYS).status_code == 200
    asked = client.post(KEYS, NEW_KEY)
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    assert not ApiKey.objects.exists()
    page = client.get(asked["Location"]).content.decode()
    assert "Confirm that it is you" in page
    wrong = client.post(asked["Location"], {"password": "no"})
    assert wrong.status_code == 200
    assert not ApiKey.objects.exists()
    # What was asked for before is carried out now, so that nothing has to be typed twice.
    done = client.post(asked["Location"], {"password": PASSWORD, "next": KEYS})
    assert "not shown again" in done.content.decode()
    assert ApiKey.objects.get().name == "ERP"
    assert client.post(KEYS, {**NEW_KEY, "name": "Two"}).status_code == 200


def test_under_htmx_the_whole_page_is_left(client: Client, scope: Merchant, owner: User) -> None:
    client.force_login(owner)
    asked = client.post(KEYS, NEW_KEY, headers={"HX-Request": "true"})
    assert asked["HX-Redirect"].startswith("/accounts/reauthenticate/")


def test_an_old_confirmation_counts_no_more(staff: Client, scope: Merchant, settings: Any) -> None:
    session = staff.session
    for proof in session["account_authentication_methods"]:
        proof["at"] -= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1
    session.save()
    assert staff.post(KEYS, NEW_KEY).status_code == 302


def test_second_factors_are_changed_by_who_confirmed_only(
    client: Client, scope: Merchant, owner: User
) -> None:
    client.force_login(owner)
    for path in ("totp/activate/", "webauthn/add/", "recovery-codes/generate/"):
        asked = client.get(f"/accounts/2fa/{path}")
        assert asked["Location"].startswith("/accounts/reauthenticate/"), path


SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
)


def test_a_session_names_its_device_and_the_zone_of_its_times(
    client: Client, scope: Merchant, owner: User
) -> None:
    client.force_login(owner)
    client.get("/accounts/sessions/", headers={"User-Agent": SAFARI})
    UserSession.objects.update(created_at=datetime(2026, 11, 21, 18, 30, tzinfo=UTC))
    page = client.get("/accounts/sessions/", headers={"User-Agent": SAFARI}).content.decode()
    assert "Safari on iPhone" in page
    assert "Asia/Tokyo" in page
    assert re.search(r"22[^<]*3:30|3:30[^<]*22", page), "the shop's clock, nine hours ahead"


def test_the_other_sessions_end(client: Client, scope: Merchant, owner: User) -> None:
    login = {"login": owner.email, "password": PASSWORD}
    old = Client(headers={"User-Agent": "Old laptop"})
    old.post("/accounts/login/", login)
    assert old.get("/d/komorebi/").status_code == 200
    client.post("/accounts/login/", login)
    page = client.get("/accounts/sessions/").content.decode()
    assert "Old laptop" in page
    client.post("/accounts/sessions/")
    assert client.get("/d/komorebi/").status_code == 200
    assert old.get("/d/komorebi/").status_code == 302


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_pages_of_account_security(
    staff: Client, scope: Merchant, owner: User, language: str
) -> None:
    set_up_app(staff)
    headers = {"Accept-Language": language}
    for path in (
        *("", "totp/deactivate/", "recovery-codes/", "recovery-codes/generate/", "webauthn/"),
        *("webauthn/add/", "../sessions/", "../password/change/", "../reauthenticate/"),
        *("reauthenticate/",),
    ):
        answer = staff.get(f"/accounts/2fa/{path}".replace("2fa/../", ""), headers=headers)
        assert answer.status_code == 200, path
        assert f'<html lang="{language}"' in answer.content.decode(), path
