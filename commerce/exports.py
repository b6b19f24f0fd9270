"""Lists as CSV, for every room's dashboard: what is on the page now, to the last row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.http import StreamingHttpResponse
from django.utils import timezone

from commerce.access import StaffRequest
from commerce.events import ListExported
from postexp.kernel import clock
from postexp.kernel.events import append
from postexp.kernel.spreadsheets import Cell, download

# Words people search for may name a person; the log keeps that there was a search.
SEARCHES = frozenset({"q", "about"})


def wants_csv(request: StaffRequest) -> bool:
    """Whether a list is asked for as a file, by `?export=csv`."""
    return request.GET.get("export") == "csv"


def list_as_csv(
    request: StaffRequest, name: str, header: Sequence[Cell], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """Return every row of a list as a CSV file, made while it is sent. Publishes ListExported.

    `rows` are taken in the scope, language and time zone of the request.
    """
    at = clock.now()
    with transaction.atomic():
        append(
            ListExported(
                merchant_public_id=request.merchant.public_id, list=name, detail=_filters(request)
            ),
            at=at,
            actor=request.user.actor,
        )
    day = timezone.localtime(at).date().isoformat()
    return download(f"{request.merchant.slug}-{name}-{day}.csv", header, rows)


def _filters(request: StaffRequest) -> str:
    chosen = {
        name: "…" if name in SEARCHES else value
        for name, value in request.GET.items()
        if value and name not in ("export", "before", "after")
    }
    return ", ".join(f"{name}={value}" for name, value in sorted(chosen.items()))[:300]
