"""What is configured: keys nobody guesses, an address people reach, mail that leaves the house."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings

from postexp.kernel.doctor.findings import Finding, good, wrong

SECRET_LENGTH = 50
# Keys of the documentation and of this repository's own tests and checks, known to everyone.
KNOWN_KEYS = ("only-for-checks", "dev-secret", "django-insecure", "changeme", "change-me")


def check_secret_key(at: datetime) -> Finding:
    """The key that signs sessions and links cannot be guessed."""
    about = "Signing key"
    key: str = settings.SECRET_KEY
    known = any(part in key.lower() for part in KNOWN_KEYS)
    if known or len(key) < SECRET_LENGTH or len(set(key)) < 10:
        return wrong(
            about,
            "POSTEXP_SECRET_KEY can be guessed: whoever does can log in as anyone.",
            "Make another: python -c 'import secrets; print(secrets.token_urlsafe(50))'. Links in "
            "mails that were sent already open as long as the old one is in "
            "POSTEXP_SECRET_KEY_FALLBACKS.",
        )
    return good(about, "Long and random.")


def check_encryption_keys(at: datetime) -> Finding:
    """The keys of stored secrets are keys."""
    about = "Encryption keys"
    for number, key in enumerate(settings.ENCRYPTION_KEYS, 1):
        try:
            Fernet(key)
        except ValueError:
            return wrong(
                about,
                f"Number {number} of POSTEXP_ENCRYPTION_KEYS is no Fernet key.",
                "Make one: python -c 'from cryptography.fernet import Fernet; "
                "print(Fernet.generate_key().decode())'.",
            )
    count = len(settings.ENCRYPTION_KEYS)
    return good(about, f"{count} usable key{'' if count == 1 else 's'}, the first encrypts.")


def check_address(at: datetime) -> Finding:
    """People reach the site by its address, over TLS."""
    about = "Address"
    parts = urlsplit(settings.BASE_URL)
    host = parts.hostname or ""
    if host not in settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        return wrong(
            about,
            f"POSTEXP_BASE_URL names {host}, which POSTEXP_ALLOWED_HOSTS does not: everyone gets "
            "400 there.",
            f"Add {host} to POSTEXP_ALLOWED_HOSTS.",
        )
    if "*" in settings.ALLOWED_HOSTS:
        return wrong(
            about,
            "POSTEXP_ALLOWED_HOSTS allows every name, so links in mails can be forged.",
            f"Set it to {host}.",
        )
    if parts.scheme != "https":
        return wrong(
            about,
            f"{settings.BASE_URL} is not encrypted: what people type can be read on the way.",
            "Put a proxy with a certificate before the site (docs/deploy.md), and begin "
            "POSTEXP_BASE_URL with https://.",
        )
    return good(about, f"{settings.BASE_URL}, encrypted.")


def check_debug(at: datetime) -> Finding:
    """Errors show nobody our source."""
    if settings.DEBUG:
        return wrong(
            "Debug mode",
            "It is on: every error shows settings and source to whoever meets it.",
            "Set POSTEXP_DEBUG=0.",
        )
    return good("Debug mode", "Off.")


def check_outgoing(at: datetime) -> Finding:
    """Nobody who may type an address in reaches our own network by it."""
    about = "Outgoing requests"
    if settings.ALLOW_PRIVATE_ADDRESSES:
        return wrong(
            about,
            "POSTEXP_ALLOW_PRIVATE_ADDRESSES=1 lets webhooks and connections reach private "
            "addresses, this machine's own among them, and go over plain http.",
            "It is for trying out only: take the setting away, and restart.",
        )
    return good(about, "They go to public addresses, over https.")


def check_mail(at: datetime) -> Finding:
    """Mail leaves the house, under a name of ours."""
    about = "Mail"
    if "Mailbox" in settings.EMAIL_BACKEND:
        return wrong(
            about,
            "Every message stays in the mailbox at /mailbox/, and reaches nobody.",
            "Set POSTEXP_EMAIL_BACKEND and the settings of your mail provider (.env.example).",
        )
    if "localhost" in settings.DEFAULT_FROM_EMAIL:
        return wrong(
            about,
            f"Mail is sent from {settings.DEFAULT_FROM_EMAIL}, which every provider refuses.",
            "Set POSTEXP_FROM_EMAIL to an address of a domain that is yours.",
        )
    return good(about, f"Sent by {settings.EMAIL_BACKEND} from {settings.DEFAULT_FROM_EMAIL}.")
