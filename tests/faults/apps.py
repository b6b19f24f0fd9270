"""How the processes under test load the planted handlers."""

from pathlib import Path

from django.apps import AppConfig


class Faults(AppConfig):
    """The tests of faults, as an application of Django."""

    name = "tests.faults"
    path = str(Path(__file__).parent)

    def ready(self) -> None:
        """Plant the handlers."""
        from tests.faults import planted

        planted.plant()
