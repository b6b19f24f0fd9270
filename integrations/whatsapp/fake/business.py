"""The business account: its templates, what was sent to whom, and what shall go wrong."""

from __future__ import annotations

import base64
import re
import secrets
import string
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Thing = dict[str, Any]

MARKETING = "MARKETING"
LONGEST_BODY = 1024
# Of one message to one person, once it is switched on.
PAIR_SECONDS = 6.0
_LETTERS = string.ascii_letters + string.digits
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_NAME = re.compile(r"[a-z0-9_]{1,512}")


class Complaint(Exception):
    """An error as Meta words it."""

    def __init__(self, status: int, code: int, message: str, *, details: str = "") -> None:
        super().__init__(message)
        self.status = status
        data = {"messaging_product": "whatsapp", "details": details} if details else None
        self.body = {
            "error": {
                "message": f"(#{code}) {message}",
                "type": "OAuthException",
                "code": code,
                **({"error_data": data} if data else {}),
                "fbtrace_id": f"A{_word(22)}",
            }
        }


@dataclass
class Fault:
    """How requests to paths that end so go wrong, for a number of times."""

    kind: str
    path: str
    times: int


@dataclass
class FakeBusiness:
    """One business account with one number.

    Numbers of people in `absent` have no WhatsApp, those in `stopped` want no marketing, and those
    in `capped` have had enough of it. With `paces_pairs` a person is written to once in six
    seconds. What is delivered is told of at once, and read when a test says so.
    """

    token: str = field(default_factory=lambda: f"EAA{_word(60)}")
    app_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    number_id: str = field(default_factory=lambda: _digits(15))
    account_id: str = field(default_factory=lambda: _digits(15))
    number: str = "+81 3-1234-5678"
    templates: list[Thing] = field(default_factory=list)
    messages: list[Thing] = field(default_factory=list)
    events: list[Thing] = field(default_factory=list)
    listeners: list[Callable[[Thing], None]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    forbidden: set[str] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)
    capped: set[str] = field(default_factory=set)
    paces_pairs: bool = False
    is_subscribed: bool = False
    page: int = 100
    lock: threading.RLock = field(default_factory=threading.RLock)
    _written_at: dict[str, float] = field(default_factory=dict)
    _seconds: int = 0

    def seconds(self) -> int:
        """Return the time as Meta writes it. No two are alike here, or repeats could not be told
        from what somebody does twice.
        """
        self._seconds = max(int(time.time()), self._seconds + 1)
        return self._seconds

    # Templates.

    def template(
        self, name: str, language: str, body: str, *, state: str = "APPROVED", **more: Any
    ) -> Thing:
        """Keep a template as if it had been made in Meta's own pages."""
        made: Thing = {
            "id": _digits(16),
            "name": name,
            "language": language,
            "category": "UTILITY",
            "parameter_format": "POSITIONAL",
            "status": state,
            "components": [{"type": "BODY", "text": body}],
            **more,
        }
        self.templates.append(made)
        return made

    def create_template(self, asked: Thing) -> Thing:
        """Make a template as asked, which is reviewed later; raises Complaint."""
        name, language = str(asked.get("name", "")), str(asked.get("language", ""))
        if not _NAME.fullmatch(name):
            raise invalid("Param name must be lowercase letters, digits and underscores.")
        if any((one["name"], one["language"]) == (name, language) for one in self.templates):
            raise invalid("There is already content in this language for this template.")
        parts = asked.get("components") or []
        body = next((one for one in parts if one.get("type") == "BODY"), None)
        if body is None:
            raise invalid("A template needs a body.")
        self._check_body(body)
        header = next((one for one in parts if one.get("type") == "HEADER"), {"text": ""})
        if len(header["text"]) > 60:
            raise invalid("The header is longer than 60 characters.")
        made = self.template(
            name,
            language,
            body["text"],
            state="PENDING",
            category=asked["category"],
            components=parts,
        )
        return {"id": made["id"], "status": made["status"], "category": made["category"]}

    def _check_body(self, body: Thing) -> None:
        text = str(body.get("text", ""))
        names = _VARIABLE.findall(text)
        if not text or len(text) > LONGEST_BODY:
            raise invalid("The body is empty, or longer than 1024 characters.")
        if re.match(r"\{\{", text.strip()) or re.search(r"\}\}$", text.strip()):
            raise invalid("Variables can't be at the start or end of the template.")
        if re.search(r"\}\}\s*\{\{", text):
            raise invalid("Variables can't stand side by side.")
        examples = (body.get("example") or {}).get("body_text") or [[]]
        if names and len(examples[0]) != len(names):
            raise invalid("Every variable needs an example.")

    def review(self, template: Thing, event: str, *, reason: str = "NONE") -> Thing:
        """Let Meta decide about a template, and tell of it."""
        if event in ("APPROVED", "REJECTED", "PAUSED", "DISABLED"):
            template["status"] = event
        return self.happen(
            "message_template_status_update",
            {
                "event": event,
                "message_template_id": int(template["id"]),
                "message_template_name": template["name"],
                "message_template_language": template["language"],
                "message_template_category": template["category"],
                "reason": reason,
            },
        )

    # Messages.

    def send(self, asked: Thing) -> Thing:
        """Take a message by a template, and tell what becomes of it; raises Complaint."""
        if asked.get("messaging_product") != "whatsapp":
            raise invalid("The parameter messaging_product is required.")
        person = re.sub(r"\D", "", str(asked.get("to", "")))
        if asked.get("type") != "template" or not person:
            raise Complaint(400, 131009, "Parameter value is not valid")
        template = self._sendable(asked.get("template") or {})
        self._pace(person)
        message: Thing = {
            "id": f"wamid.{base64.b64encode(secrets.token_bytes(33)).decode()}",
            "to": person,
            "template": asked["template"],
            "text": self._text(template, asked["template"]),
            "mark": asked.get("biz_opaque_callback_data", ""),
        }
        self.messages.append(message)
        self._deliver(message, is_marketing=template["category"] == MARKETING)
        return {
            "messaging_product": "whatsapp",
            "contacts": [{"input": asked["to"], "wa_id": person}],
            "messages": [{"id": message["id"], "message_status": "accepted"}],
        }

    def _sendable(self, asked: Thing) -> Thing:
        key = (asked.get("name"), (asked.get("language") or {}).get("code"))
        known = [one for one in self.templates if (one["name"], one["language"]) == key]
        if not known or known[0]["status"] in ("PENDING", "REJECTED"):
            raise Complaint(
                404,
                132001,
                "Template name does not exist in the translation",
                details=f"template name ({key[0]}) does not exist in {key[1]}",
            )
        if known[0]["status"] != "APPROVED":
            paused = known[0]["status"] == "PAUSED"
            raise Complaint(400, 132015 if paused else 132016, "Template is paused or disabled")
        return known[0]

    def _text(self, template: Thing, asked: Thing) -> str:
        """Return the body as it is read; raises Complaint where it is not filled in well."""
        filled = {part["type"]: part["parameters"] for part in asked.get("components") or ()}
        for part in template["components"]:
            kind = part["type"].lower()
            names = tuple(dict.fromkeys(_VARIABLE.findall(part.get("text", ""))))
            given = filled.get(kind, [])
            if len(names) != len(given):
                raise Complaint(
                    400,
                    132000,
                    "Number of parameters does not match the expected number of params",
                    details=f"{kind}: number of localizable_params ({len(given)}) does not match "
                    f"the expected number of params ({len(names)})",
                )
        body = next(part for part in template["components"] if part["type"] == "BODY")["text"]
        for place, parameter in enumerate(filled.get("body", []), start=1):
            text = parameter["text"]
            if not text:
                raise Complaint(400, 131008, "Required parameter is missing")
            if re.search(r"[\n\t]| {5}", text):
                raise Complaint(400, 132018, "Param text cannot have new-line/tab characters")
            name = parameter.get("parameter_name", str(place))
            body = re.sub(r"\{\{\s*" + name + r"\s*\}\}", lambda _: text, body)  # noqa: B023
        if len(body) > LONGEST_BODY:
            raise Complaint(400, 132005, "Translated text too long")
        return str(body)

    def _pace(self, person: str) -> None:
        now, last = time.monotonic(), self._written_at.get(person, float("-inf"))
        if self.paces_pairs and now - last < PAIR_SECONDS:
            raise Complaint(400, 131056, "(Business Account, Consumer Account) pair rate limit hit")
        self._written_at[person] = now

    def _deliver(self, message: Thing, *, is_marketing: bool) -> None:
        person = message["to"]
        if person in self.absent:
            self.tell(message, "failed", code=131026, title="Message undeliverable")
        elif is_marketing and person in self.stopped:
            title = "User has stopped marketing messages from this business"
            self.tell(message, "failed", code=131050, title=title)
        elif is_marketing and person in self.capped:
            title = "This message was not delivered to maintain healthy ecosystem engagement."
            self.tell(message, "failed", code=131049, title=title)
        else:
            self.tell(message, "sent")
            self.tell(message, "delivered")

    def tell(self, message: Thing, status: str, *, code: int = 0, title: str = "") -> Thing:
        """Tell what became of a message: `sent`, `delivered`, `read` or `failed`."""
        told: Thing = {
            "id": message["id"],
            "status": status,
            "timestamp": str(self.seconds()),
            "recipient_id": message["to"],
        }
        if message["mark"]:
            told["biz_opaque_callback_data"] = message["mark"]
        if code:
            told["errors"] = [{"code": code, "title": title, "message": title}]
        return self.happen("messages", self._value(message["to"], statuses=[told]))

    def write(self, person: str, content: Thing, *, context: str = "") -> Thing:
        """Let a person write to the shop: `content` is a message's type and what it holds."""
        message = {
            "from": person,
            "id": f"wamid.{_word(40)}",
            "timestamp": str(self.seconds()),
            **({"context": {"from": "", "id": context}} if context else {}),
            **content,
        }
        return self.happen("messages", self._value(person, messages=[message]))

    def prefer(self, person: str, wish: str) -> Thing:
        """Let a person `stop` marketing of the shop, or `resume` it."""
        (self.stopped.add if wish == "stop" else self.stopped.discard)(person)
        told = {
            "wa_id": person,
            "detail": "User requested to change marketing messages",
            "category": "marketing_messages",
            "value": wish,
            "timestamp": self.seconds(),
        }
        return self.happen("user_preferences", self._value(person, user_preferences=[told]))

    def _value(self, person: str, **told: Any) -> Thing:
        number = re.sub(r"\D", "", self.number)
        return {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": number, "phone_number_id": self.number_id},
            "contacts": [{"profile": {"name": "Somebody"}, "wa_id": person}],
            **told,
        }

    # What happens around them.

    def happen(self, topic: str, value: Thing) -> Thing:
        """Tell everybody who listens."""
        event: Thing = {
            "object": "whatsapp_business_account",
            "entry": [
                {
                    "id": self.account_id,
                    "time": self.seconds(),
                    "changes": [{"field": topic, "value": value}],
                }
            ],
        }
        self.events.append(event)
        for listener in self.listeners:
            listener(event)
        return event

    def inject(self, kind: str, *, path: str = "", times: int = 1) -> None:
        """Let the next requests to a path go wrong.

        `time_out_after` (done, and no answer), `time_out_before`, `http_502` (a page instead of an
        answer), or a number of Meta's such as `130429`.
        """
        with self.lock:
            self.faults.append(Fault(kind, path, times))

    def fault_for(self, path: str) -> str:
        """Return how this request goes wrong, or ""; it counts as one of its times."""
        with self.lock:
            for fault in self.faults:
                if fault.times and path.endswith(fault.path):
                    fault.times -= 1
                    return fault.kind
        return ""


def invalid(message: str) -> Complaint:
    """Return a complaint about what was asked."""
    return Complaint(400, 100, "Invalid parameter", details=message)


def _word(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def _digits(length: int) -> str:
    return "1" + "".join(secrets.choice(string.digits) for _ in range(length - 1))
