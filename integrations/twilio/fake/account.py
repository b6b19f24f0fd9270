"""The account: its senders, what was sent, who said STOP, and what its webhooks tell."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from integrations.twilio.parse import WHATSAPP
from integrations.twilio.signatures import HEADER, signature_of
from notifications.rules.segments import count_segments
from notifications.rules.wishes import Wish, wish_in
from postexp.kernel import clock

Thing = dict[str, Any]

FORM = "application/x-www-form-urlencoded"
LONGEST_TEXT = 1600

# Twilio's own numbers for trials, and with which code it refuses them.
REFUSED_NUMBERS: dict[str, tuple[int, str]] = {
    "+15005550001": (21211, "Invalid 'To' Phone Number: {to}"),
    "+15005550002": (
        21612,
        "Message cannot be sent with the current combination of 'To' and 'From'",
    ),
    "+15005550003": (21408, "Permission to send an SMS has not been enabled for the region"),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (21614, "'To' number: {to}, is not a valid mobile number"),
}
UNDELIVERED = range(30003, 30009)
"""A number that ends in one of these is taken and never delivered, for that reason."""


class Complaint(Exception):
    """An error as Twilio words it."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.body = {
            "code": code,
            "message": message,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        }


@dataclass(frozen=True, kw_only=True)
class Call:
    """One of Twilio's requests to a webhook, signed."""

    url: str
    fields: Mapping[str, str]
    token: str

    @property
    def body(self) -> bytes:
        """The form, empty fields among them."""
        return urlencode(self.fields).encode()

    @property
    def headers(self) -> dict[str, str]:
        """What proves it."""
        return {
            "Content-Type": FORM,
            HEADER: signature_of(self.url, self.fields.items(), self.token),
        }


@dataclass
class FakeAccount:
    """One account. `listeners` are handed each request to a webhook of ours, to send it or not."""

    sid: str = field(default_factory=lambda: f"AC{secrets.token_hex(16)}")
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    status: str = "active"
    numbers: set[str] = field(default_factory=lambda: {"+15005550006"})
    voice_numbers: set[str] = field(default_factory=set)
    services: dict[str, str] = field(default_factory=dict)
    whatsapp: set[str] = field(default_factory=set)
    templates: dict[str, int] = field(default_factory=dict)
    messages: dict[str, Thing] = field(default_factory=dict)
    callbacks: dict[str, str] = field(default_factory=dict)
    stopped: set[tuple[str, str]] = field(default_factory=set)
    listeners: list[Callable[[Call], None]] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def shown(self) -> Thing:
        """Return the account as it is answered."""
        return {
            "sid": self.sid,
            "friendly_name": "A made-up account",
            "status": self.status,
            "type": "Full",
            "uri": f"/2010-04-01/Accounts/{self.sid}.json",
        }

    def list_numbers(self, number: str) -> Thing:
        """Return its phone numbers that are one."""
        owned = [one for one in (number,) if one in self.numbers | self.voice_numbers]
        return {
            "incoming_phone_numbers": [
                {
                    "sid": f"PN{secrets.token_hex(16)}",
                    "phone_number": one,
                    "capabilities": {"voice": True, "sms": one in self.numbers, "mms": False},
                }
                for one in owned
            ],
            "page": 0,
            "page_size": 50,
        }

    def find_service(self, sid: str) -> Thing:
        """Return a Messaging Service, which sends from the number it was given."""
        if sid not in self.services:
            raise Complaint(404, 20404, f"The requested resource /Services/{sid} was not found")
        return {"sid": sid, "account_sid": self.sid, "friendly_name": "A made-up service"}

    def send(self, form: Mapping[str, str]) -> Thing:
        """Take a message, or complain as Twilio does."""
        to, service = form.get("To", ""), form.get("MessagingServiceSid", "")
        sender = self._check_sender(form.get("From", ""), service)
        if not to:
            raise Complaint(400, 21604, "A 'To' phone number is required.")
        text = self._text(form)
        self._check_reader(sender, to)
        sid = f"SM{secrets.token_hex(16)}"
        segments = 1 if to.startswith(WHATSAPP) else count_segments(text)
        message: Thing = {
            "sid": sid,
            "account_sid": self.sid,
            "api_version": "2010-04-01",
            "body": text,
            "date_created": _now(),
            "date_sent": None,
            "date_updated": _now(),
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            # Which number of a service sends is chosen later.
            "from": None if service else sender,
            "messaging_service_sid": service or None,
            "num_media": "0",
            "num_segments": "0" if service else str(segments),
            "price": None,
            "price_unit": "USD",
            "status": "accepted" if service else "queued",
            "subresource_uris": {"media": f"/2010-04-01/Accounts/{self.sid}/Messages/{sid}/Media"},
            "to": to,
            "uri": f"/2010-04-01/Accounts/{self.sid}/Messages/{sid}.json",
        }
        with self.lock:
            self.messages[sid] = {**message, "_from": sender}
            if form.get("StatusCallback"):
                self.callbacks[sid] = form["StatusCallback"]
        return message

    def report(self, sid: str, state: str, code: int = 0) -> None:
        """Let a message fare so, and tell whoever asked to hear of it."""
        message = self.messages[sid]
        message.update(status=state, error_code=code or None, date_updated=_now())
        if sid in self.callbacks:
            self._tell(
                self.callbacks[sid],
                {
                    "MessageSid": sid,
                    "SmsSid": sid,
                    "MessageStatus": state,
                    "SmsStatus": state,
                    **({"ErrorCode": str(code)} if code else {}),
                    "To": message["to"],
                    "From": message["_from"],
                    "AccountSid": self.sid,
                    "ApiVersion": "2010-04-01",
                },
            )

    def deliver(self, sid: str) -> None:
        """Let a message take its usual way: sent, then delivered, unless its number says not."""
        to = self.messages[sid]["to"]
        self.report(sid, "sent")
        code = int(to[-5:]) if to[-5:].isdigit() else 0
        if code in UNDELIVERED:
            self.report(sid, "undelivered", code)
        else:
            self.report(sid, "delivered")

    def hear(
        self, url: str, *, sender: str, to: str, text: str, media: tuple[str, ...] = ()
    ) -> str:
        """Let somebody write to a number whose webhook is at `url`; return the message's id.

        STOP and START are obeyed before we hear of them.
        """
        sid = f"SM{secrets.token_hex(16)}"
        wish = wish_in(text) if text.isascii() else None
        with self.lock:
            if wish == Wish.STOP:
                self.stopped.add((to, sender))
            elif wish == Wish.START:
                self.stopped.discard((to, sender))
        self._tell(
            url,
            {
                "ToCountry": "US",
                "ToState": "",
                "SmsMessageSid": sid,
                "NumMedia": str(len(media)),
                **{f"MediaContentType{index}": one for index, one in enumerate(media)},
                "SmsSid": sid,
                "SmsStatus": "received",
                "Body": text,
                "To": to,
                "NumSegments": str(count_segments(text)),
                "MessageSid": sid,
                "AccountSid": self.sid,
                "From": sender,
                "ApiVersion": "2010-04-01",
            },
        )
        return sid

    @staticmethod
    def words_in(twiml: str) -> list[str]:
        """Return what an answer to an incoming message sends back."""
        told = ElementTree.fromstring(twiml)  # noqa: S314  our own words
        return ["".join(one.itertext()) for one in told.iter("Message")]

    def _tell(self, url: str, fields: Mapping[str, str]) -> None:
        call = Call(url=url, fields=fields, token=self.token)
        for listener in self.listeners:
            listener(call)

    def _check_sender(self, sender: str, service: str) -> str:
        if service:
            if service not in self.services:
                raise Complaint(400, 21701, "The messaging service does not exist.")
            return self.services[service]
        if not sender:
            raise Complaint(400, 21603, "A 'From' phone number is required.")
        if sender.startswith(WHATSAPP):
            if sender.removeprefix(WHATSAPP) not in self.whatsapp:
                words = "Twilio could not find a Channel with the specified From address"
                raise Complaint(400, 63007, words)
        elif sender not in self.numbers:
            words = f"The From phone number {sender} is not a valid, SMS-capable number."
            raise Complaint(400, 21606, words)
        return sender

    def _text(self, form: Mapping[str, str]) -> str:
        if "ContentSid" in form:
            return self._filled(form["ContentSid"], form.get("ContentVariables", ""))
        text = form.get("Body", "")
        if not text:
            raise Complaint(400, 21602, "Message body is required.")
        if len(text) > LONGEST_TEXT:
            words = "The concatenated message body exceeds the 1600 character limit."
            raise Complaint(400, 21617, words)
        return text

    def _filled(self, template: str, variables: str) -> str:
        if template not in self.templates:
            raise Complaint(400, 21655, "The ContentSid is invalid.")
        try:
            told = json.loads(variables or "{}")
        except ValueError:
            told = None
        places = {str(place) for place in range(1, self.templates[template] + 1)}
        if not isinstance(told, dict) or set(told) != places:
            raise Complaint(400, 21656, "The ContentVariables parameter is invalid.")
        return " ".join(str(told[place]) for place in sorted(places, key=int))

    def _check_reader(self, sender: str, to: str) -> None:
        code, words = REFUSED_NUMBERS.get(to, (0, ""))
        number = to.removeprefix(WHATSAPP)
        if not number.startswith("+") or not number[1:].isdigit() or not 7 < len(number) < 17:
            code, words = 21211, "Invalid 'To' Phone Number: {to}"
        if (sender, to) in self.stopped:
            code, words = 21610, "Attempt to send to unsubscribed recipient"
        if code:
            raise Complaint(400, code, words.format(to=to))


def _now() -> str:
    return format_datetime(clock.now())
