"""Canada Post: the XML of its tracking service."""
