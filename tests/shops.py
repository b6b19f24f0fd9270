"""The people and shops tests begin with, and what moves everything on."""

from datetime import datetime
from http.cookies import Morsel
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.test import Client

from commerce.models import Merchant, User
from commerce.services.merchants import open_shop
from notifications.services import go_live
from postexp.kernel import clock, inbox, outbox
from postexp.kernel.tenancy import merchant_scope
from tests.kept import keeps, kept

PASSWORD = "correct horse battery"


def log_in(browser: Client, user: User) -> None:
    """Log a person in, as they do by their password a moment ago."""
    name = settings.SESSION_COOKIE_NAME
    browser.cookies[name] = kept(("logged in", user.pk), lambda: _session_of(user))


def _session_of(user: User) -> Morsel[str]:
    browser, request = Client(), HttpRequest()
    browser.force_login(user)
    request.session = browser.session
    record_authentication(request, user, method="password")
    request.session.save()
    return browser.cookies[settings.SESSION_COOKIE_NAME]


def make_owner() -> User:
    """Make a person who owns shops."""
    return User.objects.create_user("owner@example.com", PASSWORD, name="Aiko Owner")


def open_komorebi(owner: User, at: datetime) -> Merchant:
    """Open a Japanese shop in yen."""
    return _live(
        at,
        owner=owner,
        slug="komorebi",
        name_en="Komorebi Goods",
        name_ja="こもれび雑貨店",
        default_locale="ja",
        time_zone="Asia/Tokyo",
        currency="JPY",
        country="JP",
        support_email="help@komorebi.example",
    )


def open_harbor(at: datetime) -> Merchant:
    """Open another person's shop, in dollars."""
    return _live(
        at,
        owner=User.objects.create_user("rival@example.com", PASSWORD),
        slug="harbor",
        name_en="Harbor & Pine",
        default_locale="en",
        time_zone="America/New_York",
        currency="USD",
        country="US",
        support_email="help@harbor.example",
    )


def _live(at: datetime, **told: Any) -> Merchant:
    """Open a shop whose messages go to shoppers."""
    shop = open_shop(at=at, **told)
    with merchant_scope(shop.pk):
        go_live(at=at, actor="system")
    return shop


# What is due, asked at once: a drain that finds nothing takes nine statements for it.
DUE = """
    SELECT EXISTS (SELECT FROM kernel_inbox WHERE state = 'received' AND next_at <= %(now)s),
      count(*) FILTER (WHERE NOT outside) > 0, count(*) FILTER (WHERE outside) > 0
    FROM kernel_delivery WHERE state = 'pending' AND next_at <= %(now)s
"""


@keeps
def drain_all() -> None:
    """Do everything that is due by now: inbox, reactions, and outside effects in this process."""
    while True:
        now = clock.now()
        with connection.cursor() as cursor:
            cursor.execute(DUE, {"now": now})
            requests, reactions, effects = cursor.fetchone()
        done = (
            (inbox.drain(at=now) if requests else 0)
            + (outbox.drain_database(at=now) if reactions else 0)
            + (outbox.claim_outside(at=now, hand_over=_run_here) if effects else 0)
        )
        if not done:
            return


def _run_here(delivery_id: int, claim: str) -> None:
    outbox.run_outside(delivery_id, claim, now=clock.now)
