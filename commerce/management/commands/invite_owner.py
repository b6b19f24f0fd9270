"""Let a person open a shop."""

from typing import Any

from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from commerce.models import User
from commerce.services.invitations import password_link


class Command(BaseCommand):
    """`manage.py invite_owner owner@shop.example`: an account that may open a shop."""

    help = "Let a person open a shop; print where a new one sets a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="The address the person logs in with.")
        parser.add_argument("--name", default="", help="The person's name.")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            user = User.objects.filter(email=options["email"].lower()).first()
            user = user or User.objects.create_user(options["email"], name=options["name"])
            user.user_permissions.add(
                Permission.objects.get(codename="add_merchant", content_type__app_label="commerce")
            )
        if user.has_usable_password():
            self.stdout.write(f"{user.email} may open a shop; the first log-in leads to it.")
        else:
            self.stdout.write(f"{user.email} sets a password at {password_link(user)}")
