"""Commerce's pages for a shop's staff, one subject a module."""
