"""Hermes Germany: the JSON of its shipment information service."""
