"""Telling the platform an order lives on which of its units are not to be sent.

The money of a cancellation goes back by its settlement alone, whatever becomes of this.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from postexp.kernel.events import append
from returns.enums import CancellationState, PlatformStop
from returns.errors import CancellationMovedOn
from returns.events import PlatformStopAsked, PlatformStopFailed, PlatformStopped
from returns.models import Cancellation
from returns.ports import StoppedUnits, stop_provider_for
from returns.selectors.cancellations import get_cancellation, list_cancelled_lines
from returns.services.cancellations import lock_cancellation

SHOPPER = "shopper"


def ask_platform(cancellation: Cancellation, *, at: datetime, actor: str) -> None:
    """Ask for the platform to be told, where a provider can; the caller holds the order's lock.

    Publishes PlatformStopAsked.
    """
    provider = stop_provider_for(cancellation.order.source)
    if provider is None:
        return
    cancellation.platform, cancellation.platform_stop = provider.name, PlatformStop.ASKED
    cancellation.platform_problem = ""
    cancellation.save()
    append(
        PlatformStopAsked(
            order_id=cancellation.order.public_id,
            cancellation_id=cancellation.public_id,
            platform=provider.name,
            asked_at=at.isoformat(),
        ),
        at=at,
        actor=actor,
    )


def tell_platform_again(*, cancellation_id: str, at: datetime, actor: str) -> Cancellation:
    """Let the platform be told once more of what it refused to hear.

    Publishes PlatformStopAsked. Raises CancellationMovedOn where nothing was refused.
    """
    with transaction.atomic():
        cancellation = lock_cancellation(cancellation_id)
        if cancellation.platform_stop != PlatformStop.FAILED:
            raise CancellationMovedOn
        ask_platform(cancellation, at=at, actor=actor)
    return cancellation


def units_to_stop(cancellation_id: str) -> StoppedUnits | None:
    """Return what a platform is to be told; None where it was told, or nothing is left to stop."""
    cancellation = get_cancellation(cancellation_id)
    lines = {
        line.order_line.external_id: line.left
        for line in list_cancelled_lines(cancellation)
        if line.left
    }
    is_open = cancellation.state != CancellationState.TOO_LATE
    if cancellation.platform_stop in ("", PlatformStop.TOLD) or not (is_open and lines):
        return None
    order = cancellation.order
    return StoppedUnits(
        key=cancellation.public_id,
        number=cancellation.number,
        source=order.source,
        order_external_id=order.external_id,
        currency=order.currency,
        lines=lines,
        by_shopper=cancellation.requested_by == SHOPPER,
    )


def platform_told(cancellation_id: str, *, at: datetime, actor: str) -> None:
    """Note that the platform knows, once. Publishes PlatformStopped."""
    with transaction.atomic():
        cancellation = lock_cancellation(cancellation_id)
        if cancellation.platform_stop in ("", PlatformStop.TOLD):
            return
        cancellation.platform_stop, cancellation.platform_problem = PlatformStop.TOLD, ""
        cancellation.save()
        append(
            PlatformStopped(
                order_id=cancellation.order.public_id,
                cancellation_id=cancellation.public_id,
                platform=cancellation.platform,
            ),
            at=at,
            actor=actor,
        )


def platform_not_told(cancellation_id: str, *, why: str, at: datetime, actor: str) -> None:
    """Note that the platform does not know, and why: staff must look. Publishes PlatformStopFailed.

    One that was told after all stays told.
    """
    with transaction.atomic():
        cancellation = lock_cancellation(cancellation_id)
        if cancellation.platform_stop != PlatformStop.ASKED:
            return
        cancellation.platform_stop, cancellation.platform_problem = PlatformStop.FAILED, why
        cancellation.save()
        append(
            PlatformStopFailed(
                order_id=cancellation.order.public_id,
                cancellation_id=cancellation.public_id,
                platform=cancellation.platform,
            ),
            at=at,
            actor=actor,
        )
