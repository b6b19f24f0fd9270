"""The account: its friends, what they were sent, what happened, and what shall go wrong."""

from __future__ import annotations

import re
import secrets
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Thing = dict[str, Any]

USER = re.compile(r"U[0-9a-f]{32}")
KEYS_LAST = 24 * 3600.0
LINK_TOKENS_LAST = 600.0
REPLY_TOKENS_LAST = 60.0
MOST_MESSAGES = 5
NONCE = range(10, 256)


class Complaint(Exception):
    """An error as LINE words it."""

    def __init__(self, status: int, message: str, *details: tuple[str, str], **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body: Thing = {"message": message, **more}
        if details:
            self.body["details"] = [{"message": words, "property": name} for words, name in details]
        self.headers: dict[str, str] = {}


@dataclass
class Friend:
    """Somebody with LINE: `is_friend` until they block the account."""

    user: str
    name: str
    language: str = "ja"
    is_friend: bool = True
    received: list[Thing] = field(default_factory=list)


@dataclass
class FakeAccount:
    """One official account. `quota` is how many messages it may push in a month."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(96))
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    user: str = field(default_factory=lambda: f"U{secrets.token_hex(16)}")
    basic_id: str = "@komorebi"
    name: str = "こもれび雑貨店"
    quota: int = 200
    used: int = 0
    endpoint: str = ""
    webhooks_on: bool = True
    friends: dict[str, Friend] = field(default_factory=dict)
    pushed: dict[str, tuple[float, str, list[Thing]]] = field(default_factory=dict)
    link_tokens: dict[str, tuple[float, str]] = field(default_factory=dict)
    reply_tokens: dict[str, tuple[float, str]] = field(default_factory=dict)
    events: list[Thing] = field(default_factory=list)
    listeners: list[Callable[[Thing], None]] = field(default_factory=list)
    faults: deque[str] = field(default_factory=deque)
    requests: list[str] = field(default_factory=list)
    now: Callable[[], float] = time.time
    lock: threading.RLock = field(default_factory=threading.RLock)

    def befriend(self, name: str, *, language: str = "ja", user: str = "") -> Friend:
        """Let somebody add the account as a friend, and tell of it."""
        friend = Friend(user or f"U{secrets.token_hex(16)}", name, language)
        self.friends[friend.user] = friend
        self.happen(friend.user, "follow", follow={"isUnblocked": False})
        return friend

    def block(self, user: str) -> None:
        """Let somebody block the account, and tell of it: nothing can be answered."""
        self.friends[user].is_friend = False
        self.happen(user, "unfollow", replies=False)

    def say(self, user: str, text: str) -> Thing:
        """Let somebody write to the account, and tell of it."""
        message = {"id": _number(), "type": "text", "text": text, "quoteToken": _word()}
        return self.happen(user, "message", message=message)

    def happen(self, user: str, topic: str, *, replies: bool = True, **more: Any) -> Thing:
        """Tell of something in the chat with somebody."""
        event: Thing = {
            "type": topic,
            "mode": "active",
            "timestamp": int(self.now() * 1000),
            "source": {"type": "user", "userId": user},
            "webhookEventId": f"01{secrets.token_hex(12).upper()}",
            "deliveryContext": {"isRedelivery": False},
            **more,
        }
        if replies:
            event["replyToken"] = secrets.token_hex(16)
            self.reply_tokens[event["replyToken"]] = (self.now(), user)
        self.events.append(event)
        if self.webhooks_on:
            for listener in self.listeners:
                listener(event)
        return event

    def push(self, body: Thing, key: str) -> tuple[str, Thing]:
        """Send messages to somebody once per key; return the request's id and the answer."""
        with self.lock:
            if key and not _is_uuid(key):
                raise Complaint(400, "Invalid retry key")
            known = self.pushed.get(key) if key else None
            if known and self.now() - known[0] < KEYS_LAST:
                error = Complaint(409, "The retry key is already accepted", sentMessages=known[2])
                error.headers = {"x-line-accepted-request-id": known[1]}
                raise error
            to = body.get("to")
            if not isinstance(to, str) or not USER.fullmatch(to):
                raise Complaint(
                    400, "The property, 'to', in the request body is invalid (line: -, column: -)"
                )
            messages = checked_messages(body)
            if to not in self.friends:
                raise Complaint(400, "Failed to send messages")
            if self.used >= self.quota:
                raise Complaint(429, "You have reached your monthly limit.")
            request_id, sent = str(uuid.uuid4()), self._deliver(to, messages)
            self.used += 1 if self.friends[to].is_friend else 0
            if key:
                self.pushed[key] = (self.now(), request_id, sent)
            return request_id, {"sentMessages": sent}

    def reply(self, body: Thing) -> Thing:
        """Answer an event, once and within a minute."""
        with self.lock:
            made_at, user = self.reply_tokens.pop(str(body.get("replyToken")), (0.0, ""))
            if self.now() - made_at > REPLY_TOKENS_LAST:
                raise Complaint(400, "Invalid reply token")
            return {"sentMessages": self._deliver(user, checked_messages(body))}

    def issue_link_token(self, user: str) -> Thing:
        """Return a token with which a friend links their account, once and within ten minutes."""
        if user not in self.friends:
            raise Complaint(404, "Not found")
        token = secrets.token_urlsafe(24)
        self.link_tokens[token] = (self.now(), user)
        return {"linkToken": token}

    def link(self, token: str, nonce: str, *, by: str = "") -> bool:
        """Let somebody (its owner, unless named) use a link token; whether LINE tells `ok`.

        Raises Complaint where LINE's page shows an error and tells nothing.
        """
        with self.lock:
            made_at, user = self.link_tokens.pop(token, (0.0, ""))
            if self.now() - made_at > LINK_TOKENS_LAST:
                raise Complaint(400, "The link token is invalid or expired.")
            if len(nonce) not in NONCE:
                raise Complaint(400, "The nonce must be 10 to 255 characters.")
            done = by in ("", user)
            link = {"result": "ok" if done else "failed", "nonce": nonce}
            self.happen(by or user, "accountLink", link=link)
            return done

    def profile(self, user: str) -> Thing:
        """Return what a friend shows of themselves."""
        friend = self.friends.get(user)
        if friend is None or not friend.is_friend:
            raise Complaint(404, "Not found")
        return {"userId": user, "displayName": friend.name, "language": friend.language}

    def _deliver(self, user: str, messages: list[Thing]) -> list[Thing]:
        friend = self.friends[user]
        if friend.is_friend:
            # What goes to somebody who blocked the account is taken, and never shown.
            friend.received += messages
        return [{"id": _number(), "quoteToken": _word()} for _ in messages]


def checked_messages(body: Thing) -> list[Thing]:
    """Return the messages of a request; raises Complaint for what LINE's form does not allow."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not 0 < len(messages) <= MOST_MESSAGES:
        raise _invalid("Size must be between 1 and 5", "messages")
    for index, message in enumerate(messages):
        _check(message, f"messages[{index}]")
    return messages


def _check(message: Thing, where: str) -> None:
    if message.get("type") == "text":
        _sized(message.get("text"), 5000, f"{where}.text")
    elif message.get("type") == "flex":
        _sized(message.get("altText"), 400, f"{where}.altText")
        bubble = message.get("contents", {})
        if bubble.get("type") != "bubble":
            raise _invalid("must be a bubble or a carousel", f"{where}.contents")
        for part in ("header", "body", "footer"):
            if part in bubble:
                _check_box(bubble[part], f"{where}.contents.{part}")
    else:
        raise _invalid("Must be one of the following values: [text, flex]", f"{where}.type")


def _check_box(box: Thing, where: str) -> None:
    if box.get("type") != "box" or box.get("layout") not in ("vertical", "horizontal", "baseline"):
        raise _invalid("invalid box", where)
    for index, one in enumerate(box.get("contents", [])):
        inside = f"{where}.contents[{index}]"
        if one.get("type") == "text":
            _sized(one.get("text"), 5000, f"{inside}.text")
        elif one.get("type") == "button":
            action = one.get("action", {})
            _sized(action.get("label"), 20, f"{inside}.action.label")
            _sized(action.get("uri"), 1000, f"{inside}.action.uri")
            if not re.match(r"(https?|tel|line):", action["uri"]):
                raise _invalid("invalid uri scheme", f"{inside}.action.uri")
            if one.get("style") not in (None, "primary", "secondary", "link"):
                raise _invalid("invalid style", f"{inside}.style")
            if "color" in one and not re.fullmatch(r"#[0-9a-fA-F]{6,8}", one["color"]):
                raise _invalid("invalid color", f"{inside}.color")
        else:
            raise _invalid("unknown component", f"{inside}.type")


def _sized(value: object, longest: int, where: str) -> None:
    if not isinstance(value, str) or not value:
        raise _invalid("May not be empty", where)
    if len(value) > longest:
        raise _invalid(f"Length must be between 0 and {longest}", where)


def _invalid(words: str, where: str) -> Complaint:
    return Complaint(400, "The request body has 1 error(s)", (words, where))


def _is_uuid(key: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", key))


def _number() -> str:
    return str(secrets.randbelow(10**17) + 4 * 10**17)


def _word() -> str:
    return secrets.token_urlsafe(24)
