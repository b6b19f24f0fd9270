"""Japanese is complete: every message of the code has its words, and Django finds them."""

import re

import pytest
from django.core.management import call_command
from django.utils.translation import gettext, override

from postexp.kernel import catalogue

# A full stop, comma or bracket of English between Japanese letters is a slip of the keyboard.
HALF_WIDTH_SLIPS = r"[぀-ヿ一-鿿][,!?]|[぀-ヿ一-鿿]\.(?!\w)"


def test_every_message_has_its_japanese() -> None:
    call_command("check_catalogue")


def test_compiled_words_reach_the_pages() -> None:
    with override("ja"):
        assert gettext("Orders") == "注文"
    with override("en"):
        assert gettext("Orders") == "Orders"


def test_japanese_uses_japanese_signs() -> None:
    words = catalogue.translations(catalogue.read(catalogue.po_file()))
    slips = [text for text in words.values() if re.search(HALF_WIDTH_SLIPS, text)]
    assert slips == []


@pytest.mark.parametrize(
    ("never", "instead"),
    [("配送業者", "配送会社"), ("カスタマー", "お客様"), ("サーバー側", "システム")],
)
def test_one_thing_has_one_name(never: str, instead: str) -> None:
    words = catalogue.translations(catalogue.read(catalogue.po_file()))
    assert [text for text in words.values() if never in text] == [], f"write {instead}"
