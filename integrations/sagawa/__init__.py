"""Sagawa Express: the lines and rows of its inquiry page."""
