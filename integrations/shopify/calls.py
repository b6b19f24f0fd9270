"""What was asked of Shopify under a key of ours: written down before it is sent, sent once.

Every function raises ShopifyError; after Unanswered it may have been done, and the same call with
the same key finds out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from integrations.models import Connection, OutboundCall
from integrations.shopify import access
from integrations.shopify.client import ShopifyClient
from integrations.shopify.errors import Refused, ShopifyError, Unanswered
from postexp.kernel import clock

# What pays money must end within the lease of its delivery, looking first included.
PAYMENT_PATIENCE = 25.0
# Something without an answer may still be under way at Shopify for so long: before that, looking
# whether it was done tells nothing.
UNDER_WAY = timedelta(seconds=60)

Reference = Callable[[dict[str, Any]], str]


def once(
    connection: Connection,
    operation: str,
    key: str,
    variables: dict[str, Any],
    *,
    done: Callable[[ShopifyClient], str],
    reference: Reference,
) -> str:
    """Ask for something that Shopify has no keys for: not again before we have looked."""
    known = call = find_call(operation, key)
    with access.open_client(connection, within=PAYMENT_PATIENCE) as client:
        if call is None:
            call, new = begin(connection, operation, key, variables)
            if not new:
                raise Unanswered("It may still be under way.")
        elif not call.reference:
            if clock.now() - (call.asked_again_at or call.first_sent_at) < UNDER_WAY:
                raise Unanswered("It may still be under way.")
            found = done(client)
            if found:
                return note_answer(call, found)
            _claim_again(call)
        return send(client, call, {}, reference, fresh=known is None)


def _claim_again(call: OutboundCall) -> None:
    """Note that a call is sent once more now. Raises Unanswered where another worker was first."""
    now = clock.now()
    unchanged = OutboundCall.objects.filter(
        pk=call.pk, reference="", asked_again_at=call.asked_again_at
    )
    if not unchanged.update(asked_again_at=now):
        raise Unanswered("It may still be under way.")
    call.asked_again_at = now


def find_call(operation: str, key: str) -> OutboundCall | None:
    """Return what was written down before it was sent under a key, or None."""
    found: OutboundCall | None = OutboundCall.objects.filter(operation=operation, key=key).first()
    return found


def begin(
    connection: Connection, operation: str, key: str, variables: dict[str, Any]
) -> tuple[OutboundCall, bool]:
    """Write down what will be sent, before it is; return it, and whether we were the first."""
    call, new = OutboundCall.objects.get_or_create(
        operation=operation,
        key=key,
        defaults={
            "connection": connection,
            "variables": variables,
            "first_sent_at": clock.now(),
        },
    )
    return call, new


def send(
    client: ShopifyClient,
    call: OutboundCall,
    extra: dict[str, Any],
    reference: Reference,
    *,
    fresh: bool,
) -> str:
    """Send a call as it was written down, and keep its answer.

    What was refused is forgotten, so that it may be asked for otherwise. Unless it is `fresh`, an
    attempt before was never answered: then only a refusal of the very thing tells that nothing was
    done.
    """
    if call.reference:
        return call.reference
    try:
        data = client.run(call.operation, {**call.variables, **extra})
    except Unanswered:
        raise
    except ShopifyError as error:
        if not fresh and not isinstance(error, Refused):
            raise Unanswered(error.kind) from error
        call.delete()
        raise
    return note_answer(call, reference(data))


def note_answer(call: OutboundCall, reference: str) -> str:
    """Keep what Shopify calls what we asked for, and return it."""
    call.reference, call.answered_at = reference[:255], clock.now()
    call.save(update_fields=("reference", "answered_at"))
    return call.reference
