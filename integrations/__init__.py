"""Integrations: every wire to the outside."""
