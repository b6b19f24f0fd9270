"""The pages people look at: the hosted tracking page, its 304, and a list of the dashboard."""

from __future__ import annotations

import urllib.request
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.load import MakeRequest, Rounds, answered, answers, get
from benchmarks.rounds import Comparison, Figure
from benchmarks.shop import Shop
from commerce.links import tracking_url
from commerce.models import Order
from postexp.kernel.tenancy import merchant_scope

QUERIES_OF_TRACKING = 1
QUERIES_OF_A_LIST = 12
EMPTY = "an empty view behind the full stack"


def comparisons(address: str, shop: Shop) -> list[Comparison]:
    """Return what is measured of the pages."""
    session = staff(shop).cookies[settings.SESSION_COOKIE_NAME].value
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
    orders = get(list_path(shop), Cookie=cookie)
    return [*prepared(address, shop), beside_empty("list of orders", address, orders)]


def prepared(address: str, shop: Shop) -> list[Comparison]:
    """Return what is measured of the hosted tracking page."""
    path = tracking_path(shop)
    # The first answer prepares the page; from then on it is one row.
    with urllib.request.urlopen(f"{address}{path}") as answer:  # noqa: S310 (our own site)
        etag = answer.headers["ETag"]
    known = get(path, If_None_Match=etag)
    return [
        beside_empty("tracking page", address, get(path), at_least=0.60),
        beside_empty("tracking page, 304", address, known, "304", at_least=0.50),
    ]


def beside_empty(
    name: str,
    address: str,
    make: MakeRequest,
    status: str = "200",
    *,
    at_least: float | None = None,
) -> Comparison:
    """Return the comparison of a page with the empty view."""
    page = Rounds(lambda: answers(address, make, status))
    return Comparison(
        name,
        "/s",
        page.rate,
        EMPTY,
        lambda: answered(address, get("/empty/"), "200"),
        at_least=at_least,
        more=page.times,
    )


def queries(shop: Shop) -> list[Figure]:
    """Return how many queries each page takes once it is warm."""
    tracking, orders = tracking_path(shop), list_path(shop)
    return [
        Figure("tracking page", count(Client(), tracking), "queries", QUERIES_OF_TRACKING),
        Figure("list of orders", count(staff(shop), orders), "queries", QUERIES_OF_A_LIST),
    ]


def count(client: Client, path: str) -> int:
    """Return how many queries the second look at a page takes."""
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            status = client.get(path, headers={"host": "127.0.0.1"}).status_code
        if status != 200:
            raise RuntimeError(f"{path} was answered with {status}.")
    return len(captured)


def staff(shop: Shop) -> Client:
    """Return a browser in which the owner is logged in."""
    client = Client()
    client.force_login(shop.owner, settings.AUTHENTICATION_BACKENDS[0])
    return client


def tracking_path(shop: Shop) -> str:
    """Return the address of one order's page: the newest of those that were shipped."""
    with merchant_scope(shop.merchant.pk):
        order = Order.objects.filter(fulfilments__isnull=False).order_by("-id")[0]
        return urlsplit(tracking_url(shop.merchant, order)).path


def list_path(shop: Shop) -> str:
    """Return the address of the list of orders."""
    return f"/d/{shop.merchant.slug}/orders/"
