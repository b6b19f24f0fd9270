"""The account on a port: the API under its token, and the dialog that links accounts."""

from __future__ import annotations

import json
import re
import secrets
import uuid
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import httpx

from integrations.line.fake.account import Complaint, FakeAccount, Thing, checked_messages
from integrations.line.fake.page import ask, tell
from integrations.line.fake.postman import ANSWER_SECONDS, body_of, send
from integrations.standing_in import Answering, StandIn

DIALOG = "/dialog/bot/accountLink"
LINK_TOKEN = re.compile(r"user/([^/]+)/linkToken")
PROFILE = re.compile(r"profile/([^/]+)")
TROUBLE = {
    "busy": Complaint(429, "The API rate limit has been exceeded. Try again later."),
    "broken": Complaint(500, "Internal server error"),
    "forbidden": Complaint(403, "Access to this API is not available for your account"),
}

Answer = tuple[int, Thing, dict[str, str]]


class FakeLine(StandIn):
    """A running stand-in. Use it as a context manager; `url` is where it listens.

    The `faults` of its account are taken by requests that change something, one each: `busy`,
    `broken`, `forbidden`, `silent` (nothing done, no answer), `done_then_silent`.
    """

    def __init__(
        self, account: FakeAccount | None = None, *, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self.account = account or FakeAccount()
        super().__init__(_Handler, host=host, port=port)

    def read(self, path: str) -> Thing:
        """Answer a GET."""
        account = self.account
        if found := PROFILE.fullmatch(path):
            return account.profile(found[1])
        if path == "info":
            return {
                "userId": account.user,
                "basicId": account.basic_id,
                "displayName": account.name,
                "chatMode": "bot",
                "markAsReadMode": "auto",
            }
        if path == "message/quota":
            return {"type": "limited", "value": account.quota}
        if path == "message/quota/consumption":
            return {"totalUsage": account.used}
        if path == "channel/webhook/endpoint" and account.endpoint:
            return {"endpoint": account.endpoint, "active": account.webhooks_on}
        raise Complaint(404, "Not found")

    def write(self, path: str, body: Thing, key: str) -> Answer:
        """Answer a POST."""
        account, headers = self.account, {"x-line-request-id": str(uuid.uuid4())}
        if found := LINK_TOKEN.fullmatch(path):
            return 200, account.issue_link_token(found[1]), headers
        if path == "message/push":
            request_id, sent = account.push(body, key)
            return 200, sent, {"x-line-request-id": request_id}
        if path == "message/reply":
            return 200, account.reply(body), headers
        if path == "message/validate/push":
            checked_messages(body)
            return 200, {}, headers
        if path == "channel/webhook/test":
            return 200, self._try_webhook(), headers
        raise Complaint(404, "Not found")

    def try_address(self) -> int:
        """Send a request without events to the endpoint; return the answer's status, or 0."""
        with httpx.Client(timeout=ANSWER_SECONDS, trust_env=False) as http:
            return send(http, self.account, self.account.endpoint, body_of(self.account, []))

    def _try_webhook(self) -> Thing:
        """Send a request without events, as the Verify button does, and tell how it went."""
        if not self.account.endpoint:
            raise Complaint(404, "Webhook endpoint not found")
        status = self.try_address()
        reason = {0: "COULD_NOT_CONNECT", 200: "OK"}.get(status, "ERROR_STATUS_CODE")
        return {
            "success": status == 200,
            "timestamp": datetime.now(UTC).isoformat(),
            "statusCode": status,
            "reason": reason,
            "detail": str(status),
        }


class _Handler(Answering):
    fake: ClassVar[FakeLine]

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        if where.path == DIALOG:
            self._show_dialog(where.query)
            return
        self._api(lambda path: (200, self.fake.read(path), {}), ())

    def do_POST(self) -> None:
        data = self._body().decode()
        where = urlsplit(self.path)
        if where.path == DIALOG:
            self._link(parse_qs(where.query), parse_qs(data))
            return
        key = self.headers.get("X-Line-Retry-Key", "")
        self._api(lambda path: self.fake.write(path, json.loads(data or "{}"), key), self._faults())

    def _faults(self) -> tuple[str, ...]:
        faults = self.fake.account.faults
        return (faults.popleft(),) if faults else ()

    def _api(self, act: Any, faults: tuple[str, ...]) -> None:
        account = self.fake.account
        path = urlsplit(self.path).path.removeprefix("/v2/bot/")
        account.requests.append(f"{self.command} {path}")
        if self.headers.get("Authorization") != f"Bearer {account.token}":
            words = (
                "Authentication failed. Confirm that the access token in the authorization header "
                "is valid."
            )
            self._complain(Complaint(401, words))
            return
        if "silent" in faults:
            self.close_connection = True
            return
        trouble = next((TROUBLE[one] for one in faults if one in TROUBLE), None)
        try:
            if trouble is not None:
                raise trouble
            status, body, headers = act(path)
        except Complaint as error:
            self._complain(error)
            return
        if "done_then_silent" in faults:
            self.close_connection = True
            return
        self._send(status, json.dumps(body).encode(), headers=headers)

    def _show_dialog(self, query: str) -> None:
        account, asked = self.fake.account, parse_qs(query)
        _, user = account.link_tokens.get(asked.get("linkToken", [""])[0], (0.0, ""))
        friend = account.friends.get(user)
        if friend is None:
            self._page(400, tell(self._locale(), "The link token is invalid or expired."))
            return
        self._page(200, ask(self._locale(), name=friend.name, shop=account.name))

    def _link(self, asked: dict[str, list[str]], form: dict[str, list[str]]) -> None:
        account = self.fake.account
        stranger = "" if form.get("by") != ["stranger"] else f"U{secrets.token_hex(16)}"
        try:
            done = account.link(
                asked.get("linkToken", [""])[0], asked.get("nonce", [""])[0], by=stranger
            )
        except Complaint as error:
            self._page(error.status, tell(self._locale(), str(error)))
            return
        self._page(200 if done else 400, tell(self._locale(), "ok" if done else "failed"))

    def _locale(self) -> str:
        return "ja" if self.headers.get("Accept-Language", "").startswith("ja") else "en"

    def _complain(self, error: Complaint) -> None:
        self._send(error.status, json.dumps(error.body).encode(), headers=error.headers)

    def _page(self, status: int, page: str) -> None:
        self._send(status, page.encode(), kind="text/html; charset=utf-8")
