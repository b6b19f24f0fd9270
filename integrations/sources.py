"""Every source of tracking by name, with the pure function that reads its bytes.

Adding a carrier is its folder, a folder of samples, and one line here.
"""

from __future__ import annotations

from collections.abc import Callable

from integrations.aftership import parse as aftership
from integrations.amazon_shipping import parse as amazon_shipping
from integrations.australiapost import parse as australiapost
from integrations.canadapost import parse as canadapost
from integrations.dhl import parse as dhl
from integrations.dhl_parcel_de import parse as dhl_parcel_de
from integrations.easypost import parse as easypost
from integrations.fedex import parse as fedex
from integrations.hermes import parse as hermes
from integrations.japan_post import parse as japan_post
from integrations.royalmail import parse as royalmail
from integrations.sagawa import parse as sagawa
from integrations.seventeentrack import parse as seventeentrack
from integrations.shippo import parse as shippo
from integrations.shopify.parse import parcels as shopify
from integrations.ups import parse as ups
from integrations.usps import parse as usps
from integrations.yamato import parse as yamato
from tracking.rules import NormalisedShipment

Parse = Callable[[bytes], tuple[NormalisedShipment, ...]]
"""From the bytes of one message to the shipments it tells of; raises Unreadable on other bytes."""

SOURCES: dict[str, Parse] = {
    "aftership": aftership.parse,
    "amazon_shipping": amazon_shipping.parse,
    "australiapost": australiapost.parse,
    "canadapost": canadapost.parse,
    "dhl": dhl.parse,
    "dhl_parcel_de": dhl_parcel_de.parse,
    "easypost": easypost.parse,
    "fedex": fedex.parse,
    "hermes": hermes.parse,
    "japan_post": japan_post.parse,
    "royalmail": royalmail.parse,
    "sagawa": sagawa.parse,
    "seventeentrack": seventeentrack.parse,
    "shippo": shippo.parse,
    "shopify": shopify.parse,
    "ups": ups.parse,
    "usps": usps.parse,
    "yamato": yamato.parse,
}

PAGES = frozenset({"japan_post", "sagawa", "yamato"})
"""Sources that are rows of Japanese inquiry pages: words, whose years follow from an inquiry."""
