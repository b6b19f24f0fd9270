"""The account on a port: the API under a key, idempotency, and the page shoppers pay on."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from integrations.standing_in import Answering, StandIn
from integrations.stripe.client import API_VERSION
from integrations.stripe.fake.account import GOOD, Complaint, FakeAccount, Thing, invalid
from integrations.stripe.fake.forms import read_form
from integrations.stripe.fake.page import page_of, style
from integrations.stripe.fake.payments import cancel, capture, create_intent, create_refund
from integrations.stripe.fake.sessions import (
    create_session,
    expire_session,
    pay_session,
    return_url,
    words_of,
)

KEYS_LAST = timedelta(hours=24)
KINDS = {
    "refunds": "refund",
    "payment_intents": "payment_intent",
    "charges": "charge",
    "checkout/sessions": "checkout.session",
    "customers": "customer",
    "payment_methods": "payment_method",
    "disputes": "dispute",
}
CREATE: dict[str, Callable[[FakeAccount, dict[str, Any]], Thing]] = {
    "refunds": create_refund,
    "payment_intents": create_intent,
    "checkout/sessions": create_session,
}
ONE = re.compile(r"(checkout/sessions|[a-z_]+)/(\w+)")
ACT = re.compile(r"(checkout/sessions|[a-z_]+)/(\w+)/(\w+)")
FILTERS = ("payment_intent", "charge", "customer")
MOST_ROWS = 100

Answer = tuple[int, bytes]


class FakeStripe(StandIn):
    """A running stand-in for Stripe. Use it as a context manager; `url` is where it listens.

    `page_url` is where browsers find its pages, where that is another one. `changed` is called
    before a request is answered that may have changed something.
    """

    def __init__(
        self,
        account: FakeAccount | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        page_url: str = "",
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.account = account or FakeAccount()
        self.changed = changed
        self.keys: dict[str, tuple[str, float, Answer | None]] = {}
        super().__init__(_Handler, host=host, port=port)
        self.account.page_url = page_url or self.url

    def read(self, path: str, query: dict[str, Any]) -> Thing:
        """Answer a GET: one thing, or a page of a list, the newest first."""
        found = ONE.fullmatch(path)
        if path in KINDS:
            return self._page(path, query)
        if not found or found[1] not in KINDS:
            raise _unknown(f"GET: /v1/{path}")
        return self._shown(self.account.find(KINDS[found[1]], found[2]), query)

    def write(self, path: str, form: dict[str, Any]) -> Thing:
        """Answer a POST: make a thing, or do something to one."""
        account = self.account
        if path in CREATE:
            return self._shown(CREATE[path](account, form), form)
        match ACT.fullmatch(path):
            case re.Match() as found if found[1] == "payment_intents" and found[3] == "capture":
                return self._shown(capture(account, found[2], form), form)
            case re.Match() as found if found[1] == "payment_intents" and found[3] == "cancel":
                return self._shown(cancel(account, found[2], form), form)
            case re.Match() as found if found[1] == "checkout/sessions" and found[3] == "expire":
                return self._shown(expire_session(account, found[2]), form)
        raise _unknown(f"POST: /v1/{path}")

    def once(self, key: str, mark: str, act: Callable[[], Answer]) -> tuple[Answer, bool]:
        """Answer as the first time under a key; return whether it is such a repeat."""
        if not key:
            return act(), False
        with self.account.lock:
            known = self.keys.get(key)
            if known and self.account.now().timestamp() - known[1] < KEYS_LAST.total_seconds():
                return self._again(known, mark, key), True
            self.keys[key] = (mark, self.account.now().timestamp(), None)
        answer: Answer | None = None
        try:
            answer = act()
        finally:
            with self.account.lock:
                if answer is None or answer[0] == 429:
                    del self.keys[key]
                else:
                    self.keys[key] = (mark, self.keys[key][1], answer)
        return answer, False

    def _again(self, known: tuple[str, float, Answer | None], mark: str, key: str) -> Answer:
        if known[0] != mark:
            words = (
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request."
            )
            return _complain(Complaint(400, "idempotency_error", words))
        if known[2] is None:
            words = "There is currently another in-progress request using this Idempotency Key."
            return _complain(
                Complaint(409, "idempotency_error", words, code="idempotency_key_in_use")
            )
        return known[2]

    def _page(self, path: str, query: dict[str, Any]) -> Thing:
        limit = int(query.get("limit", 10))
        if not 1 <= limit <= MOST_ROWS:
            raise invalid("This value must be less than or equal to 100 (for limit).")
        rows = [
            one
            for one in reversed(self.account.all(KINDS[path]))
            if all(one.get(name) == query[name] for name in FILTERS if name in query)
        ]
        if "starting_after" in query:
            after = [one["id"] for one in rows].index(query["starting_after"])
            rows = rows[after + 1 :]
        inner = [one.removeprefix("data.") for one in query.get("expand", ())]
        return {
            "object": "list",
            "url": f"/v1/{path}",
            "has_more": len(rows) > limit,
            "data": [self._shown(one, {"expand": inner}) for one in rows[:limit]],
        }

    def _shown(self, thing: Thing, asked: dict[str, Any]) -> Thing:
        """Return a thing as it is answered: without our own notes, with what shall be expanded."""
        shown = {name: value for name, value in thing.items() if not name.startswith("_")}
        for path in asked.get("expand", ()):
            name, _, inner = path.partition(".")
            kind = {"latest_charge": "charge"}.get(name, name)
            if shown.get(name):
                expand = {"expand": [inner]} if inner else {}
                shown[name] = self._shown(self.account.find(kind, shown[name]), expand)
        return shown


def _unknown(asked: str) -> Complaint:
    return Complaint(404, "invalid_request_error", f"Unrecognized request URL ({asked}).")


def _complain(error: Complaint) -> Answer:
    return error.status, json.dumps(error.body).encode()


class _Handler(Answering):
    fake: ClassVar[FakeStripe]

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        if where.path == "/style.css":
            self._send(200, style(), kind="text/css; charset=utf-8")
            return
        if where.path.startswith("/c/pay/"):
            self._show_page(where.path.rpartition("/")[2])
            return
        query = read_form(where.query)
        self._api(where.path, lambda path: self.fake.read(path, query), "")

    def do_POST(self) -> None:
        body = self._body().decode()
        if self.path.startswith("/c/pay/"):
            self._pay_on_page(self.path.rpartition("/")[2], parse_qs(body))
            return
        mark = hashlib.sha256(f"{self.path}\n{body}".encode()).hexdigest()
        self._api(self.path, lambda path: self.fake.write(path, read_form(body)), mark)

    def _api(self, path: str, act: Callable[[str], Thing], mark: str) -> None:
        account, asked = self.fake.account, path.removeprefix("/v1/")
        account.requests.append(f"{self.command} {asked}")
        refused = self._refusal(asked)
        if refused is not None:
            self._send(*_complain(refused))
            return
        fault = account.fault_for(asked)
        if fault == "time_out_before":
            self.close_connection = True
            return
        if fault in ("http_429", "http_503"):
            self._trouble(fault)
            return

        def answer() -> Answer:
            if fault == "http_500":
                return _complain(Complaint(500, "api_error", "An unknown error occurred."))
            try:
                with account.lock:
                    return 200, json.dumps(act(asked)).encode()
            except Complaint as error:
                if not error.kept:
                    raise
                return _complain(error)

        key = self.headers.get("Idempotency-Key", "") if mark else ""
        try:
            told, repeated = self.fake.once(key, mark, answer)
        except Complaint as error:
            told, repeated = _complain(error), False
        if mark:
            self.fake.changed()
        if fault == "time_out_after":
            self.close_connection = True
            return
        self._send(*told, headers={"Idempotent-Replayed": "true"} if repeated else {})

    def _refusal(self, path: str) -> Complaint | None:
        """Return why this request is not even looked at."""
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if key != self.fake.account.key:
            return Complaint(
                401, "invalid_request_error", f"Invalid API Key provided: {key[:8]}****"
            )
        if self.headers.get("Stripe-Version") != API_VERSION:
            return invalid("Invalid Stripe API version.")
        if any(path.startswith(one) for one in self.fake.account.forbidden):
            words = (
                "The provided key does not have the required permissions for this endpoint. "
                f"Having more permissions would allow this request to {path} to continue."
            )
            return Complaint(403, "invalid_request_error", words, code="more_permissions_required")
        return None

    def _trouble(self, fault: str) -> None:
        if fault == "http_429":
            error = Complaint(
                429,
                "invalid_request_error",
                "Too many requests hit the API too quickly.",
                code="rate_limit",
            )
            self._send(*_complain(error), headers={"Retry-After": "0"})
        else:
            error = Complaint(503, "api_error", "Service unavailable.")
            self._send(
                *_complain(error), headers={"Stripe-Should-Retry": "true", "Retry-After": "0"}
            )

    def _show_page(self, identity: str, problem: str = "", number: str = GOOD) -> None:
        try:
            session = self.fake.account.find("checkout.session", identity)
        except Complaint as error:
            self._send(404, words_of(error).encode(), kind="text/plain; charset=utf-8")
            return
        self._send(
            402 if problem else 200,
            page_of(session, problem, number).encode(),
            kind="text/html; charset=utf-8",
        )

    def _pay_on_page(self, identity: str, form: dict[str, list[str]]) -> None:
        number = "".join(form.get("number", [""])[0].split())
        try:
            session = pay_session(self.fake.account, identity, number)
        except Complaint as error:
            self.fake.changed()
            self._show_page(identity, words_of(error), number)
            return
        self.fake.changed()
        self._send(303, b"", headers={"Location": return_url(session)})
