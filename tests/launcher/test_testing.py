"""The environment the tests run in."""

from pathlib import Path

import pytest

from launcher.test import test_environment as environment_of_tests


def test_settings_of_the_machine_do_not_reach_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://production/shop")
    monkeypatch.setenv("POSTEXP_SMTP_HOST", "smtp.example.com")
    monkeypatch.setenv("ANYMAIL_POSTMARK_SERVER_TOKEN", "real")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    servers = {"DATABASE_URL": "postgresql://temporary", "REDIS_URL": "unix:///temporary"}

    made = environment_of_tests(servers, Path("/usr/bin/chromium"))

    assert made["DATABASE_URL"] == "postgresql://temporary"
    assert made["REDIS_URL"] == "unix:///temporary"
    assert made["POSTEXP_CHROMIUM"] == "/usr/bin/chromium"
    assert "POSTEXP_SMTP_HOST" not in made
    assert "ANYMAIL_POSTMARK_SERVER_TOKEN" not in made
    assert made["HTTPS_PROXY"] == "http://proxy.example:3128"
    assert len(made["POSTEXP_SECRET_KEY"]) >= 50
