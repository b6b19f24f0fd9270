"""Encrypt what is stored with the newest key, so that an old key can be thrown away."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from postexp.kernel import secrets


class Command(BaseCommand):
    """`manage.py rotate_secrets`: run it after a new key was put first in the settings."""

    help = "Encrypt every stored secret with the first of POSTEXP_ENCRYPTION_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            changed = secrets.rotate()
        except secrets.LostKey as error:
            raise CommandError(f"{error} Put the key back; nothing was changed.") from error
        self.stdout.write(f"{changed} secrets were encrypted anew. The older keys can go.")
