"""The shopper's face of returns, one subject a module."""
