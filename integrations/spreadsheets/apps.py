"""Registers imports with Django."""

from django.apps import AppConfig


class SpreadsheetsConfig(AppConfig):
    """Imports from files."""

    name = "integrations.spreadsheets"
    label = "spreadsheets"

    def ready(self) -> None:
        from commerce.ports import register_personal_data
        from integrations.spreadsheets import panels  # noqa: F401  it registers itself
        from integrations.spreadsheets.personal import KEEPER

        register_personal_data(KEEPER)
