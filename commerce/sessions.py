"""When people's sessions were last seen, without a write on every request."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponseBase

# How exactly the page of sessions tells when each was last seen.
SECONDS = 300.0
REMEMBERED = 4096


class SeenSessions:
    """Notes a session's last activity, at most every five minutes in each process.

    allauth's own middleware writes with every request, which is the dearest part of a short page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.seen: dict[str, float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = request.session.session_key
        if key and self.is_due(key) and request.user.is_authenticated:
            UserSession.objects.create_from_request(request)
            if len(self.seen) >= REMEMBERED:
                self.seen.clear()
            self.seen[key] = time.monotonic()
        return self.get_response(request)

    def is_due(self, key: str) -> bool:
        """Whether this process has not noted the session lately."""
        noted = self.seen.get(key)
        return noted is None or time.monotonic() - noted >= SECONDS
