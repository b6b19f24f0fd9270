"""Asking carriers about parcels: the shop's accounts there, when each parcel is due, the asking."""
