"""Shippo: parcels of many carriers, told by webhooks with a token or a signature."""
