"""The returns desk, one subject a module."""
