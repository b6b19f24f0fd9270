"""DHL Parcel Germany: the XML of its parcel tracking service."""
