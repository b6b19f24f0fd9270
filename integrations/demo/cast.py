"""The demo shops as they stand now: what a simulation needs to go on from there."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from commerce.enums import PaymentState
from commerce.models import Fulfilment, Merchant, Order
from commerce.selectors import list_lines
from commerce.selectors.products import known_products
from integrations.connections import connect
from integrations.demo.platform import DemoParcel, product_body
from integrations.demo.shops import SHOPS, DemoShop
from integrations.demo.stories import tracking_number
from integrations.models import Connection, Service
from postexp.kernel.models import InboxMessage, InboxState
from postexp.kernel.tenancy import merchant_scope
from tracking.selectors import list_shipments
from tracking.selectors.scans import scans_of

FIRST_NUMBER = 1001
OURS = "9100000000"
"""How the ids of the pretended platform's orders begin; before their number, that is."""
MOST_UNDER_WAY = 200


class NoDemoShop(Exception):
    """There is no demo shop to play, or not one that can be played; the text says why."""


@dataclass(frozen=True, kw_only=True)
class UnderWay:
    """A parcel that is on its way, or (not `is_sent`) that an order still waits for."""

    parcel: DemoParcel
    number: str
    contact: str
    is_sent: bool
    scans: int


@dataclass(frozen=True, kw_only=True)
class PlayedShop:
    """A demo shop: who it is, what signs for its platform and its carriers, and how it stands.

    `goods` are the products it does not know yet, as the platform tells them: topic key and body.
    """

    shop: DemoShop
    merchant_id: int
    domain: str
    secret: str
    easypost_id: str
    easypost_secret: str
    next_number: int
    goods: tuple[tuple[str, bytes], ...]
    under_way: tuple[UnderWay, ...]

    @property
    def has_carrier(self) -> bool:
        """Whether a carrier's service tells of its parcels, too."""
        return bool(self.easypost_id)


def find_shops(slug: str = "", *, at: datetime) -> list[PlayedShop]:
    """Return the demo shop of a name, or the well-known ones that are there.

    A shop in the United States is connected to EasyPost for its carriers, if it is not yet. Raises
    NoDemoShop where there is none, where the named one is a real shop's, or is not connected.
    """
    names = [slug] if slug else [shop.slug for shop in SHOPS]
    merchants = list(Merchant.objects.filter(slug__in=names).order_by("id"))
    if slug and merchants and not merchants[0].is_demo:
        raise NoDemoShop(f"{slug} is a real shop: only demo shops are simulated.")
    merchants = [merchant for merchant in merchants if merchant.is_demo]
    if not merchants:
        raise NoDemoShop("There is no demo shop to simulate. Make them with manage.py seed_demo.")
    return [_cast(merchant, at) for merchant in merchants]


def _cast(merchant: Merchant, at: datetime) -> PlayedShop:
    shop = _business_of(merchant)
    with merchant_scope(merchant.pk):
        platform = _connection(Service.SHOPIFY)
        if platform is None:
            raise NoDemoShop(f"{merchant.slug} is not connected to Shopify.")
        carriers = _connection(Service.EASYPOST)
        if carriers is None and shop.country == "US":
            carriers = connect(
                service=Service.EASYPOST,
                account=f"simulated-{merchant.slug}",
                secret=secrets.token_urlsafe(24),
                at=at,
            )
        known = known_products([str(product.external_id) for product in shop.products])
        return PlayedShop(
            shop=shop,
            merchant_id=merchant.pk,
            domain=platform.account,
            secret=platform.secret,
            easypost_id=carriers.public_id if carriers else "",
            easypost_secret=carriers.secret if carriers else "",
            next_number=_next_number(),
            goods=tuple(
                (product.key, product_body(shop, product, at))
                for product in shop.products
                if str(product.external_id) not in known
            ),
            under_way=(*_on_the_way(shop), *_not_sent(shop)),
        )


def _business_of(merchant: Merchant) -> DemoShop:
    """Return the pretended business of a shop: its own, or one of its currency."""
    own = next((shop for shop in SHOPS if shop.slug == merchant.slug), None)
    like = next((shop for shop in SHOPS if shop.currency == merchant.currency), SHOPS[0])
    found = own or like
    settings = {**found.settings, "slug": merchant.slug, "currency": merchant.currency}
    return replace(found, settings=settings)


def _connection(service: Service) -> Connection | None:
    living = Connection.objects.filter(service=service, ended_at=None)
    found: Connection | None = living.order_by("id").first()
    return found


def _next_number() -> int:
    """Return the number after every order that is there, or was told and is still to be read."""
    newest = (
        Order.objects.filter(external_id__startswith=OURS)
        .order_by("-external_id")
        .values_list("external_id", flat=True)
        .first()
    )
    unread = InboxMessage.objects.filter(state=InboxState.RECEIVED, topic="orders/create").order_by(
        "-id"
    )[:MOST_UNDER_WAY]
    ids = [int(newest or 0), *(int(json.loads(bytes(one.body))["id"]) for one in unread)]
    return max([FIRST_NUMBER, *(number % 10**6 + 1 for number in ids if number)])


def _on_the_way(shop: DemoShop) -> list[UnderWay]:
    shipments = [
        one
        for one in list_shipments(view="on_the_way")[:MOST_UNDER_WAY]
        if one.order is not None
        and one.order.external_id.startswith(OURS)
        and one.fulfilment_ref.isdecimal()
    ]
    scans = scans_of([shipment.pk for shipment in shipments])
    return [
        UnderWay(
            parcel=_parcel(
                shop,
                shipment.order,
                fulfilment_id=int(shipment.fulfilment_ref),
                carrier=shipment.carrier,
                number=shipment.tracking_number,
                shipped_at=shipment.dispatched_at or shipment.created_at,
            ),
            number=shipment.order.number,
            contact=shipment.order.email,
            is_sent=True,
            scans=len(scans.get(shipment.pk, ())),
        )
        for shipment in shipments
        if shipment.order is not None
    ]


def _not_sent(shop: DemoShop) -> list[UnderWay]:
    """Return a parcel for each paid order of which nothing has left, the newest ones."""
    sent = Fulfilment.objects.exclude(order=None).values("order")
    waiting = (
        Order.objects.filter(
            external_id__startswith=OURS,
            cancelled_at=None,
            given_back=0,
            payment_state=PaymentState.PAID,
        )
        .exclude(id__in=sent)
        .order_by("-id")[:MOST_UNDER_WAY]
    )
    return [
        UnderWay(
            parcel=_parcel(
                shop,
                order,
                fulfilment_id=9_300_000_000_000_000 + int(order.external_id) % 10**6 * 10,
                carrier=carrier,
                # The same order goes under the same number, however often it is asked for.
                number=tracking_number(carrier, Random(order.external_id)),
                shipped_at=None,
                lines=tuple((int(line.external_id), line.quantity) for line in list_lines(order)),
            ),
            number=order.number,
            contact=order.email,
            is_sent=False,
            scans=0,
        )
        for order in waiting
        for carrier in [shop.carriers[int(order.external_id) % len(shop.carriers)]]
    ]


def _parcel(
    shop: DemoShop,
    order: Order,
    *,
    fulfilment_id: int,
    carrier: str,
    number: str,
    shipped_at: datetime | None,
    lines: tuple[tuple[int, int], ...] = (),
) -> DemoParcel:
    return DemoParcel(
        shop=shop,
        order_id=int(order.external_id),
        fulfilment_id=fulfilment_id,
        lines=lines,
        carrier=carrier,
        number=number,
        home=(order.address.get("province", ""), order.address.get("city", "")),
        promise=timedelta(days=2 if shop.country == "JP" else 4),
        shipped_at=shipped_at,
    )
