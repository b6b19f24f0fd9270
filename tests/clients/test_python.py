"""The Python client has a method for every operation, and a journey works with it."""

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings

from commerce.api_docs import description
from commerce.enums import Scope
from commerce.models import Merchant, User
from commerce.services.keys import create_key
from postexp.kernel import clock
from postexp.kernel.tenancy import merchant_scope
from postexp.wsgi import application

sys.path.insert(0, str(Path(settings.BASE_DIR) / "clients" / "python"))
from postexp_client import Postexp, PostexpError, Refused, Unreachable

OPERATIONS = [
    (method, path, operation)
    for path, methods in description()["paths"].items()
    for method, operation in methods.items()
]


class Recorded(Exception):
    """What the client would have sent."""

    def __init__(self, request: httpx.Request) -> None:
        self.request = request


def refuse(request: httpx.Request) -> httpx.Response:
    raise Recorded(request)


@pytest.mark.parametrize(
    ("method", "path", "operation"), OPERATIONS, ids=[one["operationId"] for *_, one in OPERATIONS]
)
def test_each_operation_has_a_method_that_asks_for_it(
    method: str, path: str, operation: dict[str, Any]
) -> None:
    postexp = Postexp("http://x", "k", transport=httpx.MockTransport(refuse))
    call = getattr(postexp, operation["operationId"])
    wanted = {one["name"]: one["in"] for one in operation.get("parameters", [])}
    given = {
        name: {"idempotency_key": "Idempotency-Key"}.get(name, name)
        for name in inspect.signature(call).parameters
    }
    named = {name for name, where in wanted.items() if where != "header"}
    if "Idempotency-Key" in wanted:
        named.add("Idempotency-Key")
    assert set(given.values()) - {"body"} == named
    values: dict[str, Any] = {
        name: {} if name == "body" else f"{name}/é" for name in given if name != "limit"
    } | ({"idempotency_key": "once"} if "idempotency_key" in given else {})
    with pytest.raises(Recorded) as sent:
        call(**values)
    request = sent.value.request
    filled = re.sub(r"\{(\w+)\}", r"\1%2F%C3%A9", path)
    assert (request.method.lower(), request.url.raw_path.decode().split("?")[0]) == (method, filled)
    asked = {name for name, where in wanted.items() if where == "query" and name != "limit"}
    assert set(request.url.params) == asked


def test_the_client_has_no_method_for_what_is_not_there() -> None:
    own = {"close", "each"}
    methods = {name for name in dir(Postexp) if not name.startswith("_")} - own
    assert methods == {operation["operationId"] for *_, operation in OPERATIONS}


@pytest.fixture
def postexp(merchant: Merchant, owner: User) -> Iterator[Postexp]:
    with merchant_scope(merchant.pk):
        secret = create_key(
            merchant=merchant, name="journey", scopes=list(Scope), by=owner, at=clock.now()
        ).secret
    with Postexp("http://localhost", secret, transport=httpx.WSGITransport(application)) as client:
        yield client


@pytest.mark.django_db(transaction=True)
def test_a_journey_from_an_order_to_its_parcel_and_what_was_told(postexp: Postexp) -> None:
    path = description()["paths"]["/api/v1/orders/{external_id}"]["put"]
    body = path["requestBody"]["content"]["application/json"]["example"]
    order = postexp.put_order("web-1", body)
    endpoint = postexp.create_webhook_endpoint({"url": "https://example.com/", "events": []})
    assert endpoint["secret"].startswith("whsec_")
    shipment = postexp.send_shipment(
        {
            "external_id": "web-1-1",
            "order_external_id": "web-1",
            "carrier": "ヤマト運輸",
            "tracking_number": "123412341233",
            "items": [{"line_external_id": "1", "quantity": 2}],
        }
    )
    postexp.test_webhook_endpoint(endpoint["id"])
    whole = postexp.get_order("web-1", expand="shipments")
    assert [one["id"] for one in whole["shipments"]] == [shipment["id"]]
    told = [one["type"] for one in postexp.each(postexp.list_events, limit=2)]
    assert told.count("order.placed") == 1
    assert len(told) > 4
    [delivery, *_] = postexp.list_webhook_deliveries(endpoint["id"])["data"]
    assert delivery["type"] == "webhook_endpoint.test"
    assert postexp.get_customer(order["customer"]["id"])["family_name"] == "佐藤"
    with pytest.raises(Refused) as refused:
        postexp.get_return("ret_none")
    assert (refused.value.status, refused.value.code) == (404, "not_found")


def test_photos_are_sent_as_files_beside_the_words() -> None:
    postexp = Postexp("http://x", "k", transport=httpx.MockTransport(refuse))
    with pytest.raises(Recorded) as sent:
        postexp.add_return_evidence("ret_1", {"file": b"a picture", "note": "torn"})
    request = sent.value.request
    assert request.headers["Content-Type"].startswith("multipart/form-data")
    assert b'name="file"; filename="file"' in request.content
    assert b'name="note"' in request.content


def test_a_photo_comes_as_its_bytes() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.url.raw_path.decode())
        return httpx.Response(200, content=b"a picture", headers={"Content-Type": "image/jpeg"})

    postexp = Postexp("http://x", "k", transport=httpx.MockTransport(answer))
    assert postexp.get_return_photo("ret_1", "evd_1", size="small") == b"a picture"
    assert seen == ["/api/v1/returns/ret_1/evidence/evd_1?size=small"]


def test_it_waits_and_tries_again_where_the_api_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("postexp_client.asking.time.sleep", waits.append)
    keys: list[str] = []
    answers = iter(
        [
            httpx.Response(429, headers={"Retry-After": "7"}),
            httpx.Response(503),
            httpx.Response(200, json={"id": "ret_1"}),
        ]
    )

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        return next(answers)

    postexp = Postexp("http://x", "k", transport=httpx.MockTransport(answer))
    assert postexp.approve_return("ret_1") == {"id": "ret_1"}
    assert waits == [7.0, 1.0]
    assert len(set(keys)) == 1


@pytest.mark.parametrize("failure", [httpx.ConnectError, httpx.ReadTimeout])
def test_silence_is_the_clients_own_error_after_every_try(
    monkeypatch: pytest.MonkeyPatch, failure: type[httpx.TransportError]
) -> None:
    monkeypatch.setattr("postexp_client.asking.time.sleep", lambda _: None)
    tries: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        tries.append(request)
        raise failure("nobody there")

    postexp = Postexp("http://x", "k", transport=httpx.MockTransport(answer))
    with pytest.raises(Unreachable, match=r"http://x/api/v1/ did not answer: nobody there") as told:
        postexp.list_orders()
    assert isinstance(told.value.__cause__, failure)
    assert issubclass(Refused, PostexpError)
    assert issubclass(Unreachable, PostexpError)
    assert len(tries) == 4
