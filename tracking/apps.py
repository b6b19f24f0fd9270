"""Registers tracking with Django."""

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    """The tracking room."""

    name = "tracking"
