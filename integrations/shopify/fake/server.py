"""The shop on a port: tokens, the Admin API, and the results of bulk operations."""

from __future__ import annotations

import json
import re
import secrets
from datetime import timedelta
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs

from integrations.shopify.client import API_VERSION
from integrations.shopify.fake.engine import Engine
from integrations.shopify.fake.shop import FakeShop
from integrations.shopify.fake.webhooks import WAITS, Postman
from integrations.standing_in import Answering, StandIn

TOKEN_SECONDS = 86_399
OPERATION = re.compile(r"\b(?:query|mutation)\s+(\w+)")
RANGE = re.compile(r"bytes=(\d+)-(\d*)")


class FakeShopify(StandIn):
    """A running stand-in for Shopify. Use it as a context manager; `url` is where it listens."""

    def __init__(
        self, shop: FakeShop | None = None, *, port: int = 0, waits: tuple[float, ...] = WAITS
    ) -> None:
        self.shop = shop or FakeShop()
        self.engine = Engine(self.shop)
        self.postman = Postman(self.shop, waits=waits)
        super().__init__(_Handler, port=port)
        self.shop.results_url = self.url

    def __enter__(self) -> Self:
        self.postman.start()
        return super().__enter__()

    def __exit__(self, *raised: object) -> None:
        super().__exit__(*raised)
        self.postman.stop()


class _Handler(Answering):
    fake: ClassVar[FakeShopify]

    def do_POST(self) -> None:
        body = self._body()
        if self.path == "/admin/oauth/access_token":
            self._token(body)
        elif self.path == f"/admin/api/{API_VERSION}/graphql.json":
            self._graphql(body)
        else:
            self._say(404, {"errors": "Not Found"})

    def do_GET(self) -> None:
        found = re.fullmatch(r"/results/(\d+)\.jsonl", self.path)
        data = self.fake.shop.results.get(int(found[1])) if found else None
        if data is None:
            self._say(404, {"errors": "Not Found"})
            return
        asked = RANGE.fullmatch(self.headers.get("Range", ""))
        start = int(asked[1]) if asked else 0
        end = int(asked[2]) + 1 if asked and asked[2] else len(data)
        if start >= len(data):
            self._send(416, b"", kind="application/jsonl")
        else:
            self._send(206 if asked else 200, data[start:end], kind="application/jsonl")

    def _token(self, body: bytes) -> None:
        shop = self.fake.shop
        if "json" in self.headers.get("Content-Type", ""):
            asked = json.loads(body)
        else:
            asked = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        known = (asked.get("client_id"), asked.get("client_secret")) == (
            shop.client_id,
            shop.client_secret,
        )
        if asked.get("grant_type") != "client_credentials" or not known:
            self._say(400, {"error": "invalid_client"})
            return
        token = f"shpat_{secrets.token_hex(16)}"
        shop.tokens[token] = shop.now() + timedelta(seconds=TOKEN_SECONDS)
        self._say(
            200,
            {
                "access_token": token,
                "scope": ",".join(shop.scopes),
                "expires_in": TOKEN_SECONDS,
            },
        )

    def _graphql(self, body: bytes) -> None:
        shop = self.fake.shop
        asked = json.loads(body)
        named = OPERATION.search(asked.get("query") or "")
        operation = named[1] if named else ""
        shop.requests.append(operation)
        fault = shop.fault_for(operation)
        if fault == "expired_token":
            shop.tokens.clear()
        lasts_until = shop.tokens.get(self.headers.get("X-Shopify-Access-Token", ""))
        if lasts_until is None or lasts_until < shop.now():
            self._say(401, {"errors": "[API] Invalid API key or access token"})
        elif fault == "http_429":
            self._say(429, {"errors": "Exceeded rate limit"}, {"Retry-After": "0.5"})
        elif fault == "http_500":
            self._say(500, {"errors": "Internal Server Error"})
        elif fault == "time_out_before":
            self._hang_up()
        else:
            answer = self.fake.engine.answer(asked, throttle=fault == "throttled")
            if fault == "time_out_after":
                self._hang_up()
            else:
                self._say(200, answer)

    def _hang_up(self) -> None:
        """Close the connection without a word, as a proxy does that has lost patience."""
        self.close_connection = True

    def _say(
        self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        self._send(status, json.dumps(body).encode(), headers=headers)
