"""The REST face of tracking: parcels and their scans, and codes of carriers that nobody reads."""

from tracking.api.codes import CodeList, CodeMeaning
from tracking.api.dispatch import OrderDelay
from tracking.api.shipments import (
    DeliveryReportView,
    IncidentList,
    ScanBatch,
    ShipmentCarrier,
    ShipmentDetail,
    ShipmentList,
    ShipmentScans,
    ShipmentStatus,
)

__all__ = [
    "CodeList",
    "CodeMeaning",
    "DeliveryReportView",
    "IncidentList",
    "OrderDelay",
    "ScanBatch",
    "ShipmentCarrier",
    "ShipmentDetail",
    "ShipmentList",
    "ShipmentScans",
    "ShipmentStatus",
]
