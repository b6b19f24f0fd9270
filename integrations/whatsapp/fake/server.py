"""The business account on a port: Meta's Graph API for what we ask of it."""

from __future__ import annotations

import hmac
import json
import re
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from integrations.standing_in import Answering, StandIn
from integrations.whatsapp.client import API_VERSION, proof_of
from integrations.whatsapp.fake.business import Complaint, FakeBusiness, Thing

# What Meta's numbers come with, of those that a test lets go wrong.
STATUS = {131000: 500, 131016: 500, 2: 503, 190: 401, 10: 403, 368: 403, 130429: 400}
_PATH = re.compile(rf"/{re.escape(API_VERSION)}/(\d+)(?:/(\w+))?")


class FakeWhatsApp(StandIn):
    """A stand-in for Meta's Graph API that runs. Use it as a context manager; `url` is where."""

    def __init__(self, business: FakeBusiness | None = None, *, port: int = 0) -> None:
        self.business = business or FakeBusiness()
        super().__init__(_Handler, port=port)

    def read(self, node: str, edge: str, query: dict[str, str]) -> Thing:
        """Answer a GET: the number, or a page of a list."""
        business = self.business
        number = {"id": business.number_id, "display_phone_number": business.number}
        if (node, edge) == (business.number_id, ""):
            return number
        if (node, edge) == (business.account_id, "phone_numbers"):
            return {"data": [number]}
        if (node, edge) == (business.account_id, "message_templates"):
            return self._page(query)
        raise _missing(node)

    def write(self, node: str, edge: str, body: Thing) -> Thing:
        """Answer a POST: send a message, make a template, or tell an app of what happens."""
        business = self.business
        if (node, edge) == (business.number_id, "messages"):
            return business.send(body)
        if (node, edge) == (business.account_id, "message_templates"):
            return business.create_template(body)
        if (node, edge) == (business.account_id, "subscribed_apps"):
            business.is_subscribed = True
            return {"success": True}
        raise _missing(node)

    def _page(self, query: dict[str, str]) -> Thing:
        size = min(int(query.get("limit", 25)), self.business.page)
        first = int(query.get("after") or 0)
        rows = self.business.templates[first : first + size]
        after = first + len(rows)
        paging: Thing = {"cursors": {"before": str(first), "after": str(after)}}
        if after < len(self.business.templates):
            paging["next"] = f"{self.url}/{API_VERSION}/next?access_token={self.business.token}"
        return {"data": rows, "paging": paging}


def _missing(node: str) -> Complaint:
    return Complaint(
        400,
        100,
        f"Unsupported request. Object with ID '{node}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation.",
    )


class _Handler(Answering):
    fake: ClassVar[FakeWhatsApp]

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        body = self._body()
        self._answer(json.loads(body or b"{}"))

    def _answer(self, body: Thing) -> None:
        business, where = self.fake.business, urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(where.query).items()}
        found = _PATH.fullmatch(where.path)
        node, edge = (found[1], found[2] or "") if found else ("", "")
        business.requests.append(f"{self.command} {edge or node}")
        fault = business.fault_for(edge)
        if fault == "time_out_before":
            self.close_connection = True
            return
        if fault == "http_502":
            self._send(502, b"<html>Bad Gateway</html>", kind="text/html")
            return
        try:
            self._refuse(edge, query, fault)
            with business.lock:
                if self.command == "GET":
                    told = self.fake.read(node, edge, query)
                else:
                    told = self.fake.write(node, edge, body)
        except Complaint as error:
            self._send(error.status, json.dumps(error.body).encode())
            return
        if fault == "time_out_after":
            self.close_connection = True
            return
        self._send(200, json.dumps(told).encode())

    def _refuse(self, edge: str, query: dict[str, str], fault: str) -> None:
        """Raise Complaint where this request is not even looked at."""
        business = self.fake.business
        if self.headers.get("Authorization") != f"Bearer {business.token}":
            raise Complaint(401, 190, "Invalid OAuth access token - Cannot parse access token")
        proof = proof_of(business.token, business.app_secret)
        if not hmac.compare_digest(query.get("appsecret_proof", ""), proof):
            raise Complaint(400, 100, "Invalid appsecret_proof provided in the API argument")
        if edge in business.forbidden:
            raise Complaint(403, 200, "You do not have the necessary permissions")
        if fault.isdecimal():
            code = int(fault)
            raise Complaint(STATUS.get(code, 400), code, "Something went wrong")
