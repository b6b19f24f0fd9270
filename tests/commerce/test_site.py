"""What shoppers' browsers load of a shop."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from commerce.models import Merchant
from commerce.selectors import theme_url


def test_the_theme_is_kept_for_ever_under_its_name(client: Client, merchant: Merchant) -> None:
    answer = client.get(theme_url(merchant))
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer["Cache-Control"]
    assert "public" in answer["Cache-Control"]
    assert b"--accent: " in answer.content


def test_an_old_name_gives_the_theme_of_today(client: Client, merchant: Merchant) -> None:
    old = theme_url(merchant)
    Merchant.objects.filter(pk=merchant.pk).update(theme={"accent": "#aa0000"})
    answer = client.get(old)
    assert b"#aa0000" in answer.content
    assert "immutable" not in answer["Cache-Control"]
    assert "max-age=60" in answer["Cache-Control"]


def test_no_theme_without_a_shop(client: Client, db: None) -> None:
    assert client.get("/s/nobody/theme/0123456789abcdef.css").status_code == 404
    assert client.get("/s/komorebi/theme/../../etc.css").status_code == 404


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    """Some uploads, and a secret beside them."""
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "logos").mkdir()
    (tmp_path / "private").mkdir()
    (tmp_path / "logos" / "img_1.png").write_bytes(b"png")
    (tmp_path / "logos" / "page.html").write_text("<script>")
    (tmp_path / "private" / "img_1.png").write_bytes(b"secret")
    return tmp_path


def test_pictures_are_served_as_pictures_and_nothing_else(client: Client, files: Path) -> None:
    answer = client.get("/media/logos/img_1.png")
    assert answer.getvalue() == b"png"
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "logos/none.png",
        "logos/page.html",
        "private/img_1.png",
        "logos/../private/img_1.png",
        "logos/",
        "img.png",
    ],
)
def test_other_files_do_not_exist(client: Client, files: Path, path: str) -> None:
    assert client.get(f"/media/{path}").status_code == 404
