"""The account: its things, its clock, what happened, and what shall go wrong."""

from __future__ import annotations

import secrets
import string
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from integrations.stripe.client import API_VERSION

Thing = dict[str, Any]

HOLDS_LAST = timedelta(days=7)
HELD = "requires_capture"
_LETTERS = string.ascii_letters + string.digits

# Stripe's own numbers for trials, and what becomes of them.
GOOD = "4242424242424242"
DECLINED = "4000000000000002"
ASKS_EACH_TIME = "4000002500003155"
REFUNDS_LATE = "4000000000007726"
REFUNDS_COME_BACK = "4000000000005126"


class Complaint(Exception):
    """An error as Stripe words it. `kept`: it is the answer to every repeat under its key."""

    def __init__(
        self,
        status: int,
        kind: str,
        message: str,
        *,
        code: str = "",
        kept: bool = True,
        **more: object,
    ) -> None:
        super().__init__(message)
        told = {"type": kind, "message": message, **({"code": code} if code else {}), **more}
        self.status, self.kept, self.body = status, kept, {"error": told}


def invalid(message: str, *, code: str = "", kept: bool = True) -> Complaint:
    """Return a complaint about what was asked."""
    return Complaint(400, "invalid_request_error", message, code=code, kept=kept)


@dataclass
class Fault:
    """How requests to paths that begin so go wrong, for a number of times."""

    kind: str
    path: str
    times: int


@dataclass
class FakeAccount:
    """One account in test mode. Its money is nobody's."""

    key: str = field(default_factory=lambda: f"rk_test_{_word(24)}")
    webhook_secret: str = field(default_factory=lambda: f"whsec_{_word(32)}")
    ahead: timedelta = timedelta(0)
    things: dict[str, dict[str, Thing]] = field(default_factory=dict)
    events: list[Thing] = field(default_factory=list)
    listeners: list[Callable[[Thing], None]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    forbidden: set[str] = field(default_factory=set)
    declining: set[str] = field(default_factory=set)
    page_url: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def now(self) -> datetime:
        """The account's time: that of the machine, and what was let pass."""
        return datetime.now(UTC) + self.ahead

    def seconds(self) -> int:
        """The account's time as Stripe writes it."""
        return int(self.now().timestamp())

    def make(self, kind: str, prefix: str, **values: object) -> Thing:
        """Keep a new thing and return it."""
        made: Thing = {
            "id": f"{prefix}_{_word(24)}",
            "object": kind,
            "created": self.seconds(),
            "livemode": False,
            "metadata": {},
            **values,
        }
        self.things.setdefault(kind, {})[made["id"]] = made
        return made

    def all(self, kind: str) -> list[Thing]:
        """Return the things of a kind, the oldest first."""
        return list(self.things.get(kind, {}).values())

    def find(self, kind: str, identity: str) -> Thing:
        """Return a thing; raises Complaint as Stripe does for an id it does not know."""
        found = self.things.get(kind, {}).get(identity)
        if found is None:
            name = kind.rpartition(".")[2]
            raise Complaint(
                404,
                "invalid_request_error",
                f"No such {name}: '{identity}'",
                code="resource_missing",
            )
        return found

    def happen(self, topic: str, thing: Thing) -> Thing:
        """Tell everybody who listens that something happened to a thing."""
        event: Thing = {
            "id": f"evt_{_word(24)}",
            "object": "event",
            "api_version": API_VERSION,
            "created": self.seconds(),
            "data": {"object": {**thing}},
            "livemode": False,
            "pending_webhooks": len(self.listeners),
            "request": {"id": None, "idempotency_key": None},
            "type": topic,
        }
        self.events.append(event)
        for listener in self.listeners:
            listener(event)
        return event

    def inject(self, kind: str, *, path: str = "", times: int = 1) -> None:
        """Let the next requests to a path go wrong.

        `time_out_after` (done, and no answer), `time_out_before`, `http_429`, `http_500` (kept
        under its key), `http_503`.
        """
        with self.lock:
            self.faults.append(Fault(kind, path, times))

    def fault_for(self, path: str) -> str:
        """Return how this request goes wrong, or ""; it counts as one of its times."""
        with self.lock:
            for fault in self.faults:
                if fault.times and path.startswith(fault.path):
                    fault.times -= 1
                    return fault.kind
        return ""

    def pass_time(self, time: timedelta) -> None:
        """Let time pass: holds lapse, and pages close."""
        with self.lock:
            self.ahead += time
            for intent in self.all("payment_intent"):
                if intent["status"] == HELD and intent["_lapses"] <= self.seconds():
                    self.let_go(intent, "automatic")
            for session in self.all("checkout.session"):
                if session["status"] == "open" and session["expires_at"] <= self.seconds():
                    self.close(session)

    def let_go(self, intent: Thing, reason: str) -> None:
        """Cancel a payment that was not taken; what was held is free again."""
        intent.update(
            status="canceled",
            amount_capturable=0,
            canceled_at=self.seconds(),
            cancellation_reason=reason,
        )
        charge = self.things["charge"].get(intent["latest_charge"] or "")
        if charge is not None and charge["status"] == "succeeded":
            charge.update(refunded=True, amount_refunded=charge["amount"])
            self.happen("charge.expired" if reason == "automatic" else "charge.refunded", charge)
        self.happen("payment_intent.canceled", intent)

    def close(self, session: Thing) -> None:
        """Close a page that nobody paid on."""
        session.update(status="expired", url=None)
        self.happen("checkout.session.expired", session)


def _word(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
