"""The tables of tracking, one subject a module."""

from tracking.models.codes import CarrierCode, CarrierCodeScan
from tracking.models.corrections import Correction, correction_id
from tracking.models.dispatch import DispatchDelay, LateOrder, dispatch_delay_id
from tracking.models.incidents import Incident, TrackingSettings, UsualTimes, incident_id
from tracking.models.pages import LookupAttempt, LookupChallenge, PreparedPage, challenge_id
from tracking.models.reports import CountedParcel, DeliveryRollup
from tracking.models.shipments import Shipment, ShipmentEvent, ShipmentItem, shipment_id

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
    "challenge_id",
    "correction_id",
    "dispatch_delay_id",
    "incident_id",
    "shipment_id",
)
