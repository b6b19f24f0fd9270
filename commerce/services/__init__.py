"""Commerce's writes, one subject a module."""
