"""The tables of tracking, one subject a module."""

from tracking.models.codes import CarrierCode, CarrierCodeScan
from tracking.models.corrections import Correction
from tracking.models.dispatch import DispatchDelay, LateOrder
from tracking.models.incidents import Incident, TrackingSettings, UsualTimes
from tracking.models.pages import LookupAttempt, LookupChallenge, PreparedPage
from tracking.models.reports import CountedParcel, DeliveryRollup
from tracking.models.shipments import Shipment, ShipmentEvent, ShipmentItem

__all__ = (
    "CarrierCode",
    "CarrierCodeScan",
    "Correction",
    "CountedParcel",
    "DeliveryRollup",
    "DispatchDelay",
    "Incident",
    "LateOrder",
    "LookupAttempt",
    "LookupChallenge",
    "PreparedPage",
    "Shipment",
    "ShipmentEvent",
    "ShipmentItem",
    "TrackingSettings",
    "UsualTimes",
)
