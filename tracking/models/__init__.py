"""The tables of tracking, one subject a module."""

from tracking.models.codes import CarrierCode, CarrierCodeScan
from tracking.models.corrections import Correction, correction_id
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
    "Incident",
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
    "incident_id",
    "shipment_id",
)
