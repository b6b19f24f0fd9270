"""Plays the past of the demo shops, in order, through intake and services."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import django
from django.conf import settings
from django.db import transaction

from commerce.enums import Role
from commerce.models import Merchant, Product, User
from commerce.services.merchants import add_member, open_shop
from commerce.services.products import set_picture
from integrations.connections import connect
from integrations.demo import cancelling, desk, returning
from integrations.demo.journeys import DAYS, CalledOff, Followed, Step, Told, Wished, plan
from integrations.demo.labels import offer_labels
from integrations.demo.pictures import draw
from integrations.demo.points import open_points
from integrations.demo.policy import SENDING, shop_rules
from integrations.demo.progress import Progress, count_orders
from integrations.demo.shops import SHOPS, DemoShop
from integrations.models import Service
from notifications.selectors.flows import get_terms
from notifications.services import change_terms, go_live
from postexp.kernel import clock, inbox, outbox
from postexp.kernel.models import InboxMessage
from postexp.kernel.tenancy import current_merchant_id, merchant_scope
from returns.enums.exchanges import ExchangeTiming
from returns.selectors import version_in_force
from returns.services import publish_policy
from returns.services.exchange_terms import set_exchange_terms

EMAIL = "demo@postexp.example"
LOGIN_FILE = Path(settings.BASE_DIR) / "var" / "demo-login"
COLLEAGUES = (
    ("mika@postexp.example", "Mika Arai", Role.MANAGER),
    ("tom@postexp.example", "Tom Becker", Role.AGENT),
    ("yuto@postexp.example", "Yuto Mori", Role.WAREHOUSE),
)
# History is played in stretches: what is told in one is read together, as a busy drainer would.
STRETCH = timedelta(hours=4)
PAST = timedelta(days=60)


def missing_shops() -> list[DemoShop]:
    """Return the demo shops that are not there yet, or whose past was interrupted."""
    return [shop for shop in SHOPS if not _is_whole(shop)]


def _is_whole(shop: DemoShop) -> bool:
    """Whether everything was played: the pictures come last."""
    merchant = Merchant.objects.filter(slug=shop.slug).first()
    if merchant is None:
        return False
    last = str(shop.products[-1].external_id)
    with merchant_scope(merchant.pk):
        return Product.objects.filter(external_id=last).exclude(image="").exists()


def seed(*, now: datetime) -> None:
    """Open the missing demo shops and play their past up to `now`, each in its own process."""
    shops = missing_shops()
    if not shops:
        return
    with clock.played(now - PAST):
        _owner()
    with ProcessPoolExecutor(
        max_workers=len(shops), mp_context=get_context("spawn"), initializer=django.setup
    ) as pool:
        list(pool.map(_seed_shop, [shop.slug for shop in shops], [now] * len(shops)))


def _seed_shop(slug: str, now: datetime) -> None:
    seed_shop(next(shop for shop in SHOPS if shop.slug == slug), now=now, say=_to_stderr)


def _to_stderr(line: str) -> None:
    """Say a line at once and whole, for two processes speak."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def seed_shop(shop: DemoShop, *, now: datetime, say: Callable[[str], None]) -> Merchant:
    """Open one demo shop with its past; what an interrupted seeding left is carried on.

    How far it has got is said line by line.
    """
    owner = User.objects.get(email=EMAIL)
    merchant = Merchant.objects.filter(slug=shop.slug).first() or _open(shop, owner, now - PAST)
    with merchant_scope(merchant.pk):
        now = _planned_for(now)
        steps = plan(shop, now=now, unusual=True)
        name = shop.settings["name_en"]
        progress = Progress(shop=name, orders=count_orders(steps), say=say)
        play(steps, actor=owner.actor, played=progress.note)
        desk.lay_out(now=now, actor=owner.actor)
        settle(now)
        say(f"Seeding {name}: drawing the pictures of its products.")
        draw_pictures(shop)
    return merchant


def _planned_for(now: datetime) -> datetime:
    """Return the instant that an interrupted seeding had planned for, for the plan hangs on it."""
    first = InboxMessage.objects.order_by("id").first()
    return first.received_at + timedelta(days=DAYS) if first else now


def _owner() -> User:
    password = secrets.token_urlsafe(9)
    with transaction.atomic():
        owner = User.objects.filter(email=EMAIL).first() or User.objects.create_superuser(
            EMAIL, name="Demo Owner"
        )
        owner.set_password(password)
        owner.save()
    remember_login(password)
    return owner


def remember_login(password: str) -> None:
    """Keep the demo's password where only this account can read it."""
    LOGIN_FILE.parent.mkdir(parents=True, exist_ok=True)
    LOGIN_FILE.touch(mode=0o600)
    LOGIN_FILE.write_text(password, "utf-8")


def login() -> tuple[str, str]:
    """Return the demo's e-mail address and password, making a new password where it is lost."""
    if not LOGIN_FILE.exists():
        _owner()
    return EMAIL, LOGIN_FILE.read_text("utf-8")


@transaction.atomic
def _open(shop: DemoShop, owner: User, at: datetime) -> Merchant:
    merchant = open_shop(owner=owner, at=at, **shop.settings)
    with merchant_scope(merchant.pk):
        go_live(at=at, actor=owner.actor)
        change_terms(terms=replace(get_terms(), prices=shop.prices), at=at, actor=owner.actor)
        for email, name, role in COLLEAGUES:
            user, _ = User.objects.get_or_create(email=email, defaults={"name": name})
            add_member(merchant=merchant, user=user, role=role, by=owner, at=at)
        connect(
            service=Service.SHOPIFY,
            account=shop.domain,
            secret=secrets.token_urlsafe(24),
            at=at,
        )
        promised = replace(
            version_in_force(at).policy,
            address=shop.return_address,
            instructions=SENDING,
            rules=shop_rules(
                merchant.currency, at.astimezone(merchant.zone).date(), merchant.default_locale
            ),
        )
        publish_policy(content=promised.to_json(), effective_from=at, at=at, actor=owner.actor)
        offer_labels(at=at, actor=owner.actor)
        if shop.country == "JP":
            send_early(at, owner.actor)
        open_points(at=at, actor=owner.actor)
    return merchant


def send_early(at: datetime, actor: str) -> None:
    """Let replacements leave as soon as a carrier has the original, of any product."""
    set_exchange_terms(
        ship_on=ExchangeTiming.ON_SCAN,
        instant=False,
        instant_cap=None,
        return_days=14,
        shop_now=True,
        at=at,
        actor=actor,
    )


def play(
    steps: Sequence[Step],
    *,
    actor: str,
    played: Callable[[Sequence[Step]], None] = lambda stretch: None,
) -> None:
    """Play steps, oldest first, draining inbox and events as time goes by.

    A stretch is played whole or not at all, and once: the inbox knows what was told. `played` hears
    of each that is there.
    """
    for stretch in stretches(steps):
        play_once(stretch, source=Service.SHOPIFY, actor=actor)
        played(stretch)


@transaction.atomic
def play_once(stretch: Sequence[Step], *, source: str, actor: str) -> None:
    """Play one stretch, told by a source of the inbox; nothing happens where it was played."""
    told = [step for step in stretch if isinstance(step, Told)]
    if any(_tell(step, source).duplicate for step in told):
        return
    settle(told[-1].at)
    for step in stretch:
        if isinstance(step, Wished):
            returning.play(step, settle=settle)
        elif isinstance(step, CalledOff):
            cancelling.play(step, actor=actor, settle=settle)
        elif isinstance(step, Followed):
            _go_on(step, actor=actor)


def _go_on(step: Followed, *, actor: str) -> None:
    if isinstance(step.of, Wished):
        returning.go_on(step.of, move=step.move, at=step.at, actor=actor, settle=settle)
    else:
        cancelling.go_on(step.of, move=step.move, at=step.at, actor=actor, settle=settle)


def stretches(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Yield the steps in stretches of a few hours: first what is told, then what people do.

    So everything happens in the order of time, and what is numbered is numbered so.
    """
    stretch: list[Step] = []
    for step in steps:
        if stretch and isinstance(step, Told):
            is_long = step.at - stretch[0].at > STRETCH
            if is_long or not isinstance(stretch[-1], Told):
                yield stretch
                stretch = []
        stretch.append(step)
    yield stretch


def _tell(step: Told, source: str) -> inbox.Stored:
    return inbox.store(
        source=source,
        topic=step.topic,
        provider_key=f"{step.topic}:{step.key}",
        merchant_id=current_merchant_id(),
        headers={"Topic": step.topic},
        body=step.body,
        at=step.at,
    )


def settle(at: datetime) -> None:
    """Do everything that is due at an instant of the past, outside effects included."""

    def hand_over(delivery_id: int, claim: str) -> None:
        outbox.run_outside(delivery_id, claim, now=clock.now)

    with clock.played(at):
        while (
            inbox.drain(at=at, limit=500)
            + outbox.drain_database(at=at, limit=500)
            + outbox.claim_outside(at=at, hand_over=hand_over, limit=200)
        ):
            pass


def draw_pictures(shop: DemoShop) -> None:
    """Give the products of a demo shop their pictures."""
    for product in shop.products:
        set_picture(external_id=product.external_id, png=draw(product.shape, product.colours))
