"""How staff get their accounts: by invitation only."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # untyped base
    """Closes open sign-up: a shop's owner invites people."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
