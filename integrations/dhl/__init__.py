"""DHL: the JSON of its unified shipment tracking, over all its divisions."""
