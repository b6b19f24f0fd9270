"""Secrets at rest: unreadable in the database, and moved to a new key without loss."""

from datetime import datetime
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import CommandError, call_command
from django.db import connection

from commerce.models import Merchant
from integrations.connections import connect
from integrations.models import Connection
from postexp.kernel import secrets
from postexp.kernel.tenancy import merchant_scope

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def shopify(scope: Merchant, settings: Any, at: datetime) -> Connection:
    """A connection whose secrets were encrypted with the old key."""
    settings.ENCRYPTION_KEYS = [OLD]
    return connect(service="shopify", account="komorebi.myshopify.com", secret="hush", at=at)


def stored() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, old_secret FROM integrations_connection ORDER BY id")
        return [text for row in cursor.fetchall() for text in row]


def test_the_database_sees_ciphertext_only(shopify: Connection) -> None:
    shopify.refresh_from_db()
    assert shopify.secret == "hush"
    assert shopify.old_secret == ""
    assert "hush" not in "".join(stored())
    assert Fernet(OLD).decrypt(stored()[0]) == b"hush"


def test_nothing_stays_nothing() -> None:
    field = secrets.EncryptedTextField()
    assert field.get_prep_value(None) is None
    assert field.from_db_value(None) is None


def test_a_new_first_key_encrypts_and_the_old_one_still_reads(
    shopify: Connection, settings: Any
) -> None:
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    shopify.refresh_from_db()
    assert shopify.secret == "hush"
    shopify.save()
    assert Fernet(NEW).decrypt(stored()[0]) == b"hush"


def test_without_its_key_a_secret_cannot_be_read(shopify: Connection, settings: Any) -> None:
    settings.ENCRYPTION_KEYS = [NEW]
    with pytest.raises(InvalidToken):
        shopify.refresh_from_db()


def test_rotation_moves_every_shops_secrets_and_frees_the_old_key(
    shopify: Connection, other_merchant: Merchant, settings: Any, at: datetime
) -> None:
    with merchant_scope(other_merchant.pk):
        connect(service="easypost", account="harbor", secret="quiet", at=at)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    # Each of the two connections keeps its secret, the one before it, and a token.
    assert secrets.rotate() == 6
    assert secrets.rotate() == 0
    settings.ENCRYPTION_KEYS = [NEW]
    shopify.refresh_from_db()
    assert shopify.secret == "hush"
    with merchant_scope(other_merchant.pk):
        assert Connection.objects.get().secret == "quiet"


def test_rotation_changes_nothing_where_a_key_is_lost(
    shopify: Connection, other_merchant: Merchant, settings: Any, at: datetime
) -> None:
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with merchant_scope(other_merchant.pk):
        connect(service="easypost", account="harbor", secret="lost", at=at)
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    before = stored()
    with pytest.raises(CommandError, match=r"No key decrypts secret of integrations\.Connection"):
        call_command("rotate_secrets")
    assert stored() == before


def test_the_command_says_how_many(
    shopify: Connection, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ENCRYPTION_KEYS = [NEW, OLD]
    call_command("rotate_secrets")
    assert capsys.readouterr().out == ("3 secrets were encrypted anew. The older keys can go.\n")


def test_a_hashed_key_is_the_same_every_time_and_tells_nothing() -> None:
    assert secrets.hash_key("pxk_1") == secrets.hash_key("pxk_1")
    assert secrets.hash_key("pxk_1") != secrets.hash_key("pxk_2")
    assert len(secrets.hash_key("pxk_1")) == 64
