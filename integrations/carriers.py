"""Asking carriers about parcels: one account, its token, and what can go wrong.

Nothing here waits or tries again, but for a token that has lapsed: who plans the asking decides
when a carrier is asked next.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar, Self

import httpx
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from integrations.errors import ServiceError
from integrations.http import AddressRefused, checked_client
from integrations.tokens import Account, Token

ANSWER_SECONDS = 20.0
RENEW_BEFORE = timedelta(minutes=2)
# What a carrier that names no time is left alone for.
USUAL_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(days=1)
COMPLAINTS = (400, 404, 422)


class CarrierError(ServiceError):
    """A question that led to no answer."""

    words = _("The carrier did not answer as it should.")


class Refused(CarrierError):
    """The carrier does not accept the account: asking again changes nothing."""

    words = _(
        "The carrier refuses our requests. Check the credentials, and that the account may use "
        "tracking. The carrier says: %(detail)s"
    )


class QuestionRefused(CarrierError):
    """The carrier does not accept what was asked. It accepts the account, as far as it is known."""

    words = _("The carrier refuses to answer about some parcels. It says: %(detail)s")


class Busy(CarrierError):
    """The carrier is limiting our requests; `wait` is how long it asks us to stay away."""

    words = _("The carrier is limiting our requests.")

    def __init__(self, wait: timedelta, detail: str = "") -> None:
        super().__init__(detail)
        self.wait = wait


class Unanswered(CarrierError):
    """The carrier gave no answer to rely on. It may answer the next time."""

    words = _("The carrier did not answer (%(detail)s).")


@dataclass(frozen=True)
class TokenRequest:
    """How a carrier is asked for a token: a POST to `path`, with `options` of httpx."""

    path: str
    options: dict[str, Any] = field(repr=False)


class CarrierClient(ABC):
    """Asks one carrier with one account. Use it as a context manager; threads may share it.

    A carrier's own client names its `address` and how many numbers one request is about, and says
    how to ask about them. `calls` counts all requests it made.
    """

    address: ClassVar[str]
    batch_size: ClassVar[int] = 1

    def __init__(
        self,
        account: Account,
        *,
        now: Callable[[], datetime],
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.account = account
        self.calls = 0
        self._counting = threading.Lock()
        self._now = now
        self._http = checked_client(
            base_url=account.base_url or self.address, answer_seconds=answer_seconds
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def fetch(self, numbers: Sequence[str]) -> Iterator[bytes]:
        """Yield one answer a request, for the carrier's `parse`: `batch_size` numbers in each.

        Raises CarrierError where the carrier stops answering; what came before it stands.
        """
        for start in range(0, len(numbers), self.batch_size):
            yield self.ask(numbers[start : start + self.batch_size])

    @abstractmethod
    def check(self) -> None:
        """See that the account is accepted; raises CarrierError."""

    @abstractmethod
    def ask(self, numbers: Sequence[str]) -> bytes:
        """Return the answer about `batch_size` numbers at most; raises CarrierError."""

    def judged(self, answer: httpx.Response) -> httpx.Response:
        """Return an answer with 200 that holds an object, or a complaint about what was asked.

        The carrier's client judges complaints (400, 404 and 422). Raises CarrierError for any other
        answer.
        """
        if answer.status_code == 200:
            read_json(answer)
        elif answer.status_code not in COMPLAINTS:
            raise error_in(answer, self._now())
        return answer

    def exchange(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Return the answer to a request, whatever its status; raises Unanswered without one."""
        with self._counting:
            self.calls += 1
        try:
            return self._http.request(method, path, **options)
        except httpx.TransportError as error:
            raise Unanswered(_cause(error)) from error


class TokenClient(CarrierClient):
    """Asks a carrier that gives tokens by the client-credentials grant.

    A carrier's own client says how to ask for one.
    """

    def check(self) -> None:
        """Take a new token; raises CarrierError."""
        self.take_token()

    @abstractmethod
    def token_request(self) -> TokenRequest:
        """Return how the carrier is asked for a token of the account."""

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request with a token that lasts, and return what `judged` lets pass.

        A token that the carrier no longer accepts is renewed once. Raises CarrierError.
        """
        answer = self._send(method, path, self._token(), options)
        if answer.status_code == 401:
            answer = self._send(method, path, self.take_token(), options)
        return self.judged(answer)

    def take_token(self) -> Token:
        """Take a new token by the client-credentials grant; raises CarrierError."""
        asked = self.token_request()
        answer = self.exchange("POST", asked.path, **asked.options)
        if answer.status_code != 200:
            raise error_in(answer, self._now(), may_be_our_fault=True)
        body = read_json(answer)
        value = str(body.get("access_token") or "")
        if not value:
            raise Unanswered(gettext_noop("no access token"))
        token = Token(value, self._now() + _lifetime(body.get("expires_in")))
        self.account.keep(token)
        return token

    def _token(self) -> Token:
        kept = self.account.token()
        if kept is not None and kept.lasts(self._now(), margin=RENEW_BEFORE):
            return kept
        return self.take_token()

    def _send(
        self, method: str, path: str, token: Token, options: dict[str, Any]
    ) -> httpx.Response:
        headers = {**options.get("headers", {}), "Authorization": f"Bearer {token.value}"}
        return self.exchange(method, path, **{**options, "headers": headers})


def _cause(error: httpx.TransportError) -> str:
    """Return why there is no answer; `describe` tells it in the reader's language."""
    if isinstance(error, AddressRefused):
        return gettext_noop("an address that is not public, or not https")
    if isinstance(error, httpx.TimeoutException):
        return gettext_noop("no answer in time")
    if isinstance(error, httpx.ConnectError):
        return gettext_noop("no connection")
    return gettext_noop("the connection broke")


def read_json(answer: httpx.Response) -> dict[str, Any]:
    """Return the object that an answer holds; raises Unanswered where it holds none."""
    try:
        body = answer.json()
    except (ValueError, RecursionError) as error:
        raise Unanswered(gettext_noop("not JSON")) from error
    if not isinstance(body, dict):
        raise Unanswered(gettext_noop("not a JSON object"))
    return body


def error_in(
    answer: httpx.Response, at: datetime, *, may_be_our_fault: bool = False
) -> CarrierError:
    """Return what an answer without a parcel says: Busy, Refused or Unanswered.

    `may_be_our_fault` where a complaint about the request means the account, as in a login.
    """
    status = answer.status_code
    if status == 429 or (status == 503 and "Retry-After" in answer.headers):
        return Busy(_wait(answer.headers.get("Retry-After", ""), at), f"HTTP {status}")
    if status in (401, 402, 403) or (may_be_our_fault and status in COMPLAINTS):
        return Refused(complaint(answer))
    return Unanswered(f"HTTP {status}")


def complaint(answer: httpx.Response) -> str:
    """Return why a carrier refuses, in its own words: at most 300 signs."""
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        body = None
    words = " ".join(_messages(body))[:300]
    return words or f"HTTP {answer.status_code}"


def _messages(body: Any) -> Iterator[str]:
    """Yield the messages of an error, wherever the carrier puts them."""
    if isinstance(body, dict):
        for name in ("error_description", "message", "title", "detail"):
            if isinstance(body.get(name), str):
                yield body[name]
        for name in ("errors", "error", "response"):
            yield from _messages(body.get(name))
    elif isinstance(body, list):
        for row in body[:5]:
            yield from _messages(row)


def _wait(written: str, at: datetime) -> timedelta:
    """Read Retry-After: seconds, or a date of HTTP."""
    try:
        wait = timedelta(seconds=float(written))
    except (ValueError, OverflowError):
        try:
            until = parsedate_to_datetime(written)
        except ValueError:
            return USUAL_WAIT
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - at
    return min(max(wait, timedelta(seconds=1)), LONGEST_WAIT)


def _lifetime(written: Any) -> timedelta:
    """Return how long a token lasts; carriers write the seconds as a number or as text."""
    try:
        return timedelta(seconds=min(max(int(written), 0), 86_400 * 30))
    except (TypeError, ValueError):
        return timedelta(hours=1)
