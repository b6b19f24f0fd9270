"""The design system: template tags, charts, icons, themes and the living style guide."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    """A room without tables and without business words."""

    name = "postexp.design"
    label = "design"
