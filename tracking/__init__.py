"""Where the parcel is, and when it comes: shipments, scans, the hosted tracking page."""
