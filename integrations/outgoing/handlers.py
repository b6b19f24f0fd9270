"""Deliveries are made where the event is: in its transaction, by one statement."""

from collections.abc import Sequence

from django.db import connection

from integrations.outgoing.catalogue import is_told
from integrations.outgoing.selectors import is_about_demo
from postexp.kernel import ids
from postexp.kernel.events import follow
from postexp.kernel.models import EventRecord
from postexp.kernel.statements import fetch_kept
from postexp.kernel.tenancy import current_merchant_id

# An id needs chance from outside the database, and one statement makes many rows: the event's own
# unguessable id and the endpoint's number together make the delivery's.
FAN_OUT = """
INSERT INTO outgoing_delivery (
    merchant_id, public_id, endpoint_id, event_id, message_id, type, cause, body, state, attempts,
    next_at, claim, created_at)
SELECT merchant_id, %(stem)s || id, id, %(event)s, %(message)s, %(type)s, 'event', '', 'pending', 0,
    %(at)s, '', %(at)s
FROM outgoing_endpoint
WHERE merchant_id = %(merchant)s AND state = 'active'
  AND (events = '{}' OR %(type)s = ANY(events))
"""

# Asked for every event there is.
HAS_ENDPOINTS = """
SELECT id FROM outgoing_endpoint WHERE merchant_id = %s AND state = 'active' LIMIT 1
"""


@follow
def fan_out(records: Sequence[EventRecord]) -> None:
    """Note events for every endpoint that is told of their kind; nothing is sent yet.

    Demo data stays in the house: a receiver would book it as real.
    """
    told = [record for record in records if is_told(record.type)]
    if told and _has_endpoints():
        for record in told:
            _note(record)


def _note(record: EventRecord) -> None:
    told = record.payload
    if is_about_demo(told.get("order_id", ""), told.get("customer_id", "")):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            FAN_OUT,
            {
                "stem": ids.new_id("whd"),
                "event": record.pk,
                "message": record.public_id,
                "type": record.type,
                "at": record.recorded_at,
                "merchant": record.merchant_id,
            },
        )


def _has_endpoints() -> bool:
    return fetch_kept(HAS_ENDPOINTS, [current_merchant_id()]) is not None
