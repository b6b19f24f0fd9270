"""Connecting a shop to the services its facts come from."""

from integrations.dashboard.connecting import connection_connect
from integrations.dashboard.connections import (
    connection_check,
    connection_end,
    connection_history,
    connection_history_act,
    connection_light,
    connection_list,
    connection_scans,
)

__all__ = [
    "connection_check",
    "connection_connect",
    "connection_end",
    "connection_history",
    "connection_history_act",
    "connection_light",
    "connection_list",
    "connection_scans",
]
