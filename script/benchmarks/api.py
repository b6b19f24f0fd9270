"""Requests a second to the REST API, operation by operation, over kept connections."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings

from benchmarks.load import MakeRequest, drive, get, post
from benchmarks.rounds import Figure
from benchmarks.shop import Shop
from commerce.enums import Scope
from commerce.services.keys import create_key
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope

SECONDS = 1.0
# Milliseconds within which 99 of 100 answers come while 16 connections ask at once.
LIMIT = 2_000.0
REFERENCE = Path(settings.BASE_DIR) / "docs" / "reference" / "openapi.json"


class Api:
    """The API of the measured shop, for a key with every scope."""

    def __init__(self, address: str, shop: Shop) -> None:
        self.address = address
        with merchant_scope(shop.merchant.pk):
            made = create_key(
                merchant=shop.merchant,
                name="bench",
                scopes=list(Scope),
                by=shop.owner,
                at=clock.now(),
            )
        self.headers = {"Authorization": f"Bearer {made.secret}"}

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask once, and return the answer's JSON."""
        request = urllib.request.Request(  # noqa: S310 (our own site)
            f"{self.address}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                **self.headers,
                "Content-Type": "application/json",
                "Idempotency-Key": f"bench {method} {path}",
            },
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310 (our own site)
            return json.load(answer)


def figures(address: str, shop: Shop) -> list[Figure]:
    """Return how quickly each operation that reads is answered, and orders are written."""
    api = Api(address, shop)
    give_back_an_order(api)
    api.ask("POST", "/api/v1/webhook-endpoints", {"url": "https://erp.example/hooks"})
    reading = [
        measure(api, name, get(path, **api.headers), "200") for name, path in readable(api).items()
    ]
    return [*reading, measure(api, "put_order", new_orders(api), "201")]


def measure(api: Api, name: str, make: MakeRequest, status: str) -> Figure:
    """Ask as quickly as answers come; any other status than the one wanted is an error."""
    load = drive(api.address, make, seconds=SECONDS)
    if set(load.statuses) != {status}:
        raise RuntimeError(f"{name}: wanted {status} only, and got {dict(load.statuses)}.")
    return Figure(
        f"API {name}", load.percentile(0.99) * 1000, "ms p99", LIMIT, f"; {load.rate:,.0f}/s"
    )


def readable(api: Api) -> dict[str, str]:
    """Return the path of every operation that reads, by its name, filled in with what is there."""
    paths: dict[str, Any] = json.loads(REFERENCE.read_text())["paths"]
    found: dict[str, str] = {}
    for template, operations in paths.items():
        if "get" in operations:
            found[operations["get"]["operationId"]] = fill(api, template)
    return found


def fill(api: Api, template: str) -> str:
    """Put the first object of the list in the place of its id."""
    head, brace, tail = template.partition("/{")
    if not brace:
        return template
    name, _, rest = tail.partition("}")
    [first] = api.ask("GET", f"{head}?limit=1")["data"]
    return f"{head}/{first['external_id' if name == 'external_id' else 'id']}{rest}"


def give_back_an_order(api: Api) -> None:
    """Lead a return through to its refund, so that there is one of each to read."""
    order, line = next(
        (order, line)
        for order in api.ask("GET", "/api/v1/orders?limit=100")["data"]
        for line in returnable_lines(api, order["external_id"])
    )
    case = api.ask(
        "POST",
        "/api/v1/returns",
        {
            "order_external_id": order["external_id"],
            "outcome": "refund",
            "lines": [{"line_id": line, "quantity": 1, "reason": "too_small"}],
        },
    )
    here, [row] = f"/api/v1/returns/{case['id']}", case["lines"]
    api.ask("POST", f"{here}/approve", {})
    api.ask("POST", f"{here}/receive", {"lines": [{"line_id": row["id"], "quantity": 1}]})
    finding = {"line_id": row["id"], "quantity": 1, "grade": "a", "accepted": True}
    api.ask("POST", f"{here}/inspect", {"findings": [finding]})
    api.ask("POST", f"{here}/settle", {})


def returnable_lines(api: Api, external_id: str) -> list[str]:
    """Return the lines of an order that may come back for a refund."""
    lines = api.ask("GET", f"/api/v1/orders/{external_id}/returnable")["lines"]
    return [
        line["line_id"]
        for line in lines
        if any(offer["outcome"] == "refund" for offer in line["offers"])
    ]


def new_orders(api: Api) -> MakeRequest:
    """Return a maker of requests that each bring the documented example in as a new order."""
    operation = json.loads(REFERENCE.read_text())["paths"]["/api/v1/orders/{external_id}"]["put"]
    example = operation["requestBody"]["content"]["application/json"]["example"]
    body = json.dumps(example).encode()
    headers = {**api.headers, "Content-Type": "application/json"}

    def make(number: int) -> bytes:
        request = post(f"/api/v1/orders/bench-{number}", body, headers)
        return request.replace(b"POST", b"PUT", 1)

    return make
