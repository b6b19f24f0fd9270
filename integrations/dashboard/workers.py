"""Giving work to a worker now."""

from __future__ import annotations

import logging

from celery import Task

from integrations.models import Connection

logger = logging.getLogger(__name__)


def hand_over(task: Task[[int, int], None], connection: Connection) -> None:
    """Give work to a worker now. Where the broker is down, the schedule finds it later."""
    try:
        task.apply_async((connection.merchant_id, connection.pk), retry=False)
    except task.OperationalError as error:
        logger.warning("the broker takes no work: %s", type(error).__name__)
