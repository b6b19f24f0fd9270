"""Look at a deployment, and say in words what is wrong with it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from postexp.kernel import clock, doctor

MARKS = {doctor.GOOD: "ok", doctor.WARNING: "LOOK", doctor.WRONG: "WRONG"}


class Command(BaseCommand):
    """`manage.py doctor`: status 1 where something is wrong; warnings alone leave it 0."""

    help = "Check this deployment, and say what is wrong and what to do about it."
    # It says in plainer words what these would refuse to start for.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        findings = doctor.examine(clock.now())
        for finding in findings:
            self.stdout.write(f"{MARKS[finding.state]:<6} {finding.about}: {finding.found}")
            if finding.advice:
                self.stdout.write(f"       -> {finding.advice}")
        ill = sum(finding.state == doctor.WRONG for finding in findings)
        if ill:
            raise CommandError(f"{ill} of {len(findings)} things are wrong; see above.")
        self.stdout.write(f"All {len(findings)} things were looked at; none is wrong.")
