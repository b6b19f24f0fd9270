"""How staff get their accounts: by invitation only; and how guessing is slowed down."""

from typing import Any

from django.test import Client
from django.urls import reverse

from commerce.models import User


def test_nobody_signs_up_by_themselves(client: Client, db: None) -> None:
    page = client.get("/accounts/signup/")
    assert 'name="email"' not in page.content.decode()
    client.post("/accounts/signup/", {"email": "new@example.com", "password1": "long enough pw"})
    assert not User.objects.exists()


def test_behind_a_proxy_one_person_does_not_shut_the_door_for_all(
    db: None, settings: Any, client: Client
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    form = {"login": "nobody@example.com", "password": "guess"}

    def tries(name: str, address: str) -> str:
        headers = {"X-Forwarded-For": f"203.0.113.9, {address}"}
        answer = client.post(
            reverse("account_login"), form | {"login": f"{name}@example.com"}, headers=headers
        )
        return answer.content.decode()

    for number in range(11):
        blocked = tries(f"n{number}", "198.51.100.1")
    assert "Too many" in blocked
    assert "Too many" not in tries("other", "198.51.100.2")
