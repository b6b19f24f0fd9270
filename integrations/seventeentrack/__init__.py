"""17TRACK: parcels of many carriers, told by signed webhooks."""
