"""Yamato Transport: the rows of its inquiry page."""
