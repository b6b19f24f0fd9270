"""Write the reference of events into the documentation."""

from typing import Any

from django.core.management.base import BaseCommand

from postexp.kernel import reference


class Command(BaseCommand):
    """`manage.py write_reference`: run it after an event was added, changed or subscribed to."""

    help = "Write docs/reference/events.md from the events of the code."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        file = reference.event_reference()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(reference.events_page(reference.our_events()))
        self.stdout.write(f"Wrote {file}.")
