"""Australia Post: the JSON of its Shipping and Tracking service."""
