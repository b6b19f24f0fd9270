"""Royal Mail: the JSON of its tracking service, version 2."""
