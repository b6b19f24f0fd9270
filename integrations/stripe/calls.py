"""What was asked of Stripe under a key of ours: written down before it is sent, made once.

Stripe answers a repeated key as it did the first time, a refusal included, and forgets it after a
day. So each attempt that was not refused has a key of its own at Stripe, which all its repeats
share; and a repeat looks first whether the thing was made.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from integrations.models import Connection, OutboundCall
from integrations.stripe.client import Form, StripeClient
from integrations.stripe.errors import Busy, Declined, Refused, StripeError, Unanswered
from postexp.kernel import clock

Made = dict[str, Any]
Look = Callable[[StripeClient], Made | None]

ENDED = "ended"
"""The operation under which a call is kept whose thing came to nothing after it was made."""


def make_once(
    client: StripeClient,
    connection: Connection,
    *,
    operation: str,
    key: str,
    path: str,
    form: Mapping[str, Form],
    look: Look,
    expand: Sequence[str] = (),
) -> Made:
    """Make a thing at `path`, once per key, and return it as Stripe has it now.

    `look` finds it among those that are there, for an attempt before may have made it unheard; what
    `expand` names is answered as a thing and not as its id. What
    was refused is forgotten, so that it may be asked for again. Raises StripeError; while the call
    is known it may have been made, and the same call with the same key finds out.
    """
    call, new = _begin(connection, operation, key, form)
    if call.reference:
        return client.get(f"{path}/{call.reference}", expand=expand)
    found = None if new else look(client)
    if found is None:
        try:
            found = client.post(
                path,
                {**call.variables["form"], "expand": expand},
                key=f"{key}:{call.variables['attempt']}",
            )
        except (Unanswered, Busy):
            raise
        except StripeError as error:
            # A refused key says nothing of an attempt before; a no to the thing itself does.
            if new or isinstance(error, Refused | Declined):
                call.delete()
            raise
    note_answer(call, str(found["id"]))
    return found


def _begin(
    connection: Connection, operation: str, key: str, form: Mapping[str, Form]
) -> tuple[OutboundCall, bool]:
    call, new = OutboundCall.objects.get_or_create(
        operation=operation,
        key=key,
        defaults={
            "connection": connection,
            "variables": {"form": form, "attempt": secrets.token_hex(4)},
            "first_sent_at": clock.now(),
        },
    )
    return call, new


def find_call(operation: str, key: str) -> OutboundCall | None:
    """Return what was asked for under a key, or None."""
    found: OutboundCall | None = OutboundCall.objects.filter(operation=operation, key=key).first()
    return found


def note_answer(call: OutboundCall, reference: str) -> None:
    """Keep what Stripe calls what we asked for."""
    if call.reference == reference:
        return
    call.reference, call.answered_at = reference[:255], clock.now()
    call.save(update_fields=("reference", "answered_at"))


def note_ended(call: OutboundCall, reference: str) -> None:
    """Keep that what was made came to nothing: the key is free for another attempt."""
    call.operation, call.key, call.reference = ENDED, reference, reference[:255]
    call.save(update_fields=("operation", "key", "reference"))


def has_ended(reference: str) -> bool:
    """Whether something of ours at Stripe is known to have come to nothing."""
    return find_call(ENDED, reference) is not None
