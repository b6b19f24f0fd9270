"""The log of requests to the API: written beside the answers, purged by age."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from commerce.models import ApiKey, ApiRequest
from commerce.models.api import api_request_id

KEPT_BODY = 8_000

# The answer does not wait until the disk has the line: a crash may lose the last of them.
LOG = """
INSERT INTO commerce_apirequest (merchant_id, public_id, key_id, at, method, path, query, version,
    idempotency_key, request_body, whole, status, milliseconds, answer)
SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s
FROM (SELECT set_config('synchronous_commit', 'off', true)) AS quickly
"""


def log_request(
    *,
    key: ApiKey,
    method: str,
    path: str,
    query: str,
    version: str,
    idempotency_key: str,
    body: bytes,
    status: int,
    answer: bytes,
    milliseconds: int,
    at: datetime,
) -> None:
    """Keep a request of a key with its answer, both cut to what people look at."""
    text = _text(body)
    values: list[str | int | datetime] = [
        *(key.merchant_id, api_request_id(), key.pk, at, method, _text(path.encode())[:300]),
        *(_text(query.encode())[:1000], version, _text(idempotency_key.encode())[:255]),
        *(text[:KEPT_BODY], len(text) <= KEPT_BODY and text.encode() == body),
        *(status, milliseconds, _text(answer)[:KEPT_BODY]),
    ]
    with connection.cursor() as cursor:
        cursor.execute(LOG, values)


def purge(*, before: datetime) -> int:
    """Forget requests that came before an instant; return how many."""
    count, _models = ApiRequest.every_merchant.filter(at__lt=before).delete()
    return count


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace").replace("\x00", "")
