"""The merchant's face of tracking, one subject a module."""

from tracking.dashboard.codes import code_list, code_map
from tracking.dashboard.corrections import (
    shipment_carrier,
    shipment_status,
    shipment_withdraw,
)
from tracking.dashboard.dispatch import order_delay, order_delay_end
from tracking.dashboard.incidents import incident_act, incident_list, tracking_settings
from tracking.dashboard.letters import incident_letter
from tracking.dashboard.reports import delivery_report
from tracking.dashboard.shipments import shipment_detail, shipment_list

__all__ = (
    "code_list",
    "code_map",
    "delivery_report",
    "incident_act",
    "incident_letter",
    "incident_list",
    "order_delay",
    "order_delay_end",
    "shipment_carrier",
    "shipment_detail",
    "shipment_list",
    "shipment_status",
    "shipment_withdraw",
    "tracking_settings",
)
