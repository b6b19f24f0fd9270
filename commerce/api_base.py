"""What every REST view of ours stands on: the scope of its key, idempotent writes, paging."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, ClassVar

from django.db.models import Choices, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.api_access import Problem
from commerce.models import ApiKey
from postexp.kernel import clock, idempotency
from postexp.kernel.tenancy import merchant_scope

__all__ = ("PAGING", "MerchantView", "Problem", "external_id_of", "page", "write_cursor")

PAGING = [
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}),
    OpenApiParameter("cursor", str, description="The `next` of the page before."),
]
EXTERNAL_ID = re.compile(r"[^\x00-\x1f\x7f/]{1,64}")


def external_id_of(text: str) -> str:
    """Return an external id from an address; raises Http404 for what can be none."""
    if not EXTERNAL_ID.fullmatch(text):
        raise Http404
    return text


class MerchantView(APIView):
    """An API view inside the scope of its key's merchant. Writes take an `Idempotency-Key`."""

    read_scope: ClassVar[str] = ""
    write_scope: ClassVar[str] = ""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Enter the scope once the key is known, and leave it with the answer."""
        with ExitStack() as self._scope:
            response: Any = super().dispatch(request, *args, **kwargs)
            response.render()
            return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        assert isinstance(request.auth, ApiKey)
        self._scope.enter_context(merchant_scope(request.auth.merchant_id))

    @property
    def actor(self) -> str:
        """How the event log names this caller."""
        assert isinstance(self.request.auth, ApiKey)
        return f"api:{self.request.auth.public_id}"

    def choice(self, name: str, choices: type[Choices]) -> str:
        """Return what a filter of the address asks for, or empty; raises Problem for another."""
        chosen = self.request.query_params.get(name, "")
        if chosen and chosen not in choices.values:
            raise Problem(422, f"invalid_{name}", _("There is no such %s.") % name)
        return chosen

    def once(self, operation: str, carry_out: Callable[[], Response]) -> Response:
        """Carry a write out once per `Idempotency-Key`; without a key, carry it out."""
        key = self.request.headers.get("Idempotency-Key", "")
        if not key:
            return carry_out()
        if len(key) > idempotency.LONGEST_KEY:
            raise Problem(
                422, "idempotency_key_too_long", _("Use a key of 255 characters at most.")
            )
        try:
            answer = idempotency.once(
                key=key,
                operation=operation,
                body=json.dumps(self.request.data, sort_keys=True, default=str).encode(),
                at=clock.now(),
                carry_out=lambda: _answer(carry_out()),
            )
        except idempotency.IdempotencyMismatch as error:
            raise Problem(
                422, "idempotency_mismatch", _("This key was used with another request.")
            ) from error
        except idempotency.IdempotencyInProgress as error:
            raise Problem(
                409, "idempotency_in_progress", _("The first request with this key still runs.")
            ) from error
        return Response(json.loads(answer.body), status=answer.status)


def _answer(response: Response) -> idempotency.Answer:
    return idempotency.Answer(
        status=response.status_code,
        body=json.dumps(response.data).encode(),
        content_type="application/json",
    )


def page(
    request: Request, queryset: QuerySet[Any], represent: Callable[[Any], dict[str, Any]]
) -> Response:
    """Answer one page, newest first: `?limit=` (1-100, default 20) and `?cursor=` from `next`."""
    limit = _limit(request.query_params.get("limit", "20"))
    cursor = request.query_params.get("cursor", "")
    if cursor:
        queryset = queryset.filter(id__lt=_read_cursor(cursor))
    rows = list(queryset.order_by("-id")[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    return Response(
        {
            "data": [represent(row) for row in rows],
            "next": write_cursor(rows[-1].pk) if more else None,
        }
    )


def _limit(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= 100:
        return int(text)
    raise Problem(422, "invalid_limit", _("limit must be a whole number from 1 to 100."))


def write_cursor(row_id: int) -> str:
    """Return an opaque cursor after a row."""
    return base64.urlsafe_b64encode(f"v1:{row_id}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        version, number = text.split(":")
        row_id = int(number)
    except (binascii.Error, ValueError) as error:
        raise _bad_cursor() from error
    if version != "v1" or not 0 < row_id < 2**63:
        raise _bad_cursor()
    return row_id


def _bad_cursor() -> Problem:
    return Problem(422, "invalid_cursor", _("Use the value of next from the page before."))
