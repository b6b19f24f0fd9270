"""The people and shops tests begin with, and what moves everything on."""

from datetime import datetime

from commerce.models import Merchant, User
from commerce.services.merchants import open_shop
from postexp.kernel import clock, inbox, outbox

PASSWORD = "correct horse battery"


def make_owner() -> User:
    """Make a person who owns shops."""
    return User.objects.create_user("owner@example.com", PASSWORD, name="Aiko Owner")


def open_komorebi(owner: User, at: datetime) -> Merchant:
    """Open a Japanese shop in yen."""
    return open_shop(
        owner=owner,
        at=at,
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
    return open_shop(
        owner=User.objects.create_user("rival@example.com", PASSWORD),
        at=at,
        slug="harbor",
        name_en="Harbor & Pine",
        default_locale="en",
        time_zone="America/New_York",
        currency="USD",
        country="US",
        support_email="help@harbor.example",
    )


def drain_all() -> None:
    """Do everything that is due by now: inbox, reactions, and outside effects in this process."""
    while True:
        now = clock.now()
        done = (
            inbox.drain(at=now)
            + outbox.drain_database(at=now)
            + outbox.claim_outside(at=now, hand_over=_run_here)
        )
        if not done:
            return


def _run_here(delivery_id: int, claim: str) -> None:
    outbox.run_outside(delivery_id, claim, now=clock.now)
