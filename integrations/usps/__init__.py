"""USPS: what its Tracking API tells of parcels."""
