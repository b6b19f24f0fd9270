"""Write the reference pages that come from the code into the documentation."""

from typing import Any

from django.core.management.base import BaseCommand

from postexp.kernel import reference


class Command(BaseCommand):
    """`manage.py write_reference`: run it after an event or a table of states was changed."""

    help = "Write docs/reference/events.md and states.md from the code."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        folder = reference.reference_folder()
        folder.mkdir(parents=True, exist_ok=True)
        for name, page in reference.reference_pages().items():
            (folder / name).write_text(page)
            self.stdout.write(f"Wrote {folder / name}.")
