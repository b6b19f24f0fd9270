"""How staff get their accounts: by invitation only."""

from django.test import Client

from commerce.models import User


def test_nobody_signs_up_by_themselves(client: Client, db: None) -> None:
    page = client.get("/accounts/signup/")
    assert 'name="email"' not in page.content.decode()
    client.post("/accounts/signup/", {"email": "new@example.com", "password1": "long enough pw"})
    assert not User.objects.exists()
