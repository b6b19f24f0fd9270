"""Returns over REST, one subject a module."""
