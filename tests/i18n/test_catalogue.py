"""The catalogue's tool: what it finds, keeps, refuses and compiles."""

import os
import re
from gettext import GNUTranslations
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.pofile import PoFileError
from django.core.management import CommandError, call_command

from postexp.kernel import catalogue
from postexp.kernel.catalogue import KEYWORDS, Key, fault_of, messages_in, source_files


def in_module(source: str) -> list[Key]:
    return list(messages_in(source, template=False))


def in_template(source: str) -> list[Key]:
    return list(messages_in(source, template=True))


@pytest.mark.parametrize(
    ("source", "key"),
    [
        ('_("Orders")', Key(singular="Orders")),
        ('gettext("Orders")', Key(singular="Orders")),
        ('label = gettext_lazy("Two " "parts")', Key(singular="Two parts")),
        ('translation.gettext_noop("Orders")', Key(singular="Orders")),
        ('ngettext("%(n)s day", "%(n)s days", n)', Key(singular="%(n)s day", plural="%(n)s days")),
        ('pgettext("of a return", "State")', Key(singular="State", context="of a return")),
        ('pgettext_lazy("of a return", "State")', Key(singular="State", context="of a return")),
        (
            'npgettext("parcels", "one", "many", n)',
            Key(singular="one", plural="many", context="parcels"),
        ),
    ],
)
def test_a_call_in_a_module_is_found(source: str, key: Key) -> None:
    assert in_module(f"def label():\n    return {source}\n") == [key]


def test_words_outside_calls_and_computed_words_are_no_messages() -> None:
    assert in_module('_ = "Orders"\nfor _ in ("a", "b"): print("c")\n_(name)\n_("")\n') == []


@pytest.mark.parametrize(
    ("source", "key"),
    [
        ("{% translate 'Orders' %}", Key(singular="Orders")),
        ('{% translate "Orders" as title %}', Key(singular="Orders")),
        ('{% translate "100% wool" %}', Key(singular="100%% wool")),
        (
            '{% translate "State" context "of a return" %}',
            Key(singular="State", context="of a return"),
        ),
        ('{{ name|default:_("nobody") }}', Key(singular="nobody")),
        ('{% button label=_("Save") %}', Key(singular="Save")),
        (
            "{% blocktranslate trimmed with n=order.number %}\n      Order {{ n }}\n      came."
            "\n{% endblocktranslate %}",
            Key(singular="Order %(n)s came."),
        ),
        (
            "{% blocktranslate count n=days %}{{ n }} day{% plural %}{{ n }} days"
            "{% endblocktranslate %}",
            Key(singular="%(n)s day", plural="%(n)s days"),
        ),
        (
            '{% blocktranslate context "mail" %}Hello{% endblocktranslate %}',
            Key(singular="Hello", context="mail"),
        ),
    ],
)
def test_a_tag_in_a_template_is_found(source: str, key: Key) -> None:
    page = f"<main>\n    <p>it's\n  {source}\n        </p>\n</main>\n"
    assert in_template(page) == [key]


def test_a_template_with_a_tag_inside_a_block_is_refused() -> None:
    with pytest.raises(SyntaxError):
        in_template("{% blocktranslate %}a {% if b %}c{% endif %}{% endblocktranslate %}")


def test_messages_are_collected_once_sorted_and_pairs_win(tmp_path: Path) -> None:
    module = tmp_path / "views.py"
    module.write_text('_("parcel")\n_("Zebra")\n_("Apple")\nngettext("parcel", "parcels", n)\n')
    template = tmp_path / "page.html"
    template.write_text("{% translate 'Apple' %}{% translate 'Apple' context 'fruit' %}")
    assert catalogue.collect([module, template]) == [
        Key(singular="Apple"),
        Key(singular="Apple", context="fruit"),
        Key(singular="Zebra"),
        Key(singular="parcel", plural="parcels"),
    ]


def test_the_files_are_those_of_the_rooms_and_the_templates() -> None:
    files = {str(file) for file in catalogue.source_files()}
    root = str(catalogue.po_file().parents[3])
    assert f"{root}/postexp/settings.py" in files
    assert f"{root}/commerce/enums.py" in files
    assert f"{root}/templates/components/pagination.html" in files
    assert not [file for file in files if "/migrations/" in file or "/.venv/" in file]


def test_a_file_written_is_read_again_the_same(tmp_path: Path) -> None:
    words = {
        Key(singular="Say “hi”\nto %(name)s"): "%(name)s様に「こんにちは」と\n伝える",
        Key(singular="%(n)s day", plural="%(n)s days"): "%(n)s日",
        Key(singular="State", context="of a return"): "状態",
    }
    keys = sorted([*words, Key(singular="New")])
    text = catalogue.written(catalogue.merge(keys, words))
    po = tmp_path / "django.po"
    po.write_text(text)
    assert catalogue.translations(catalogue.read(po)) == words
    assert catalogue.written(catalogue.merge(keys, words)) == text
    assert "POT-Creation-Date" not in text
    assert "#:" not in text


def test_guesses_and_obsolete_messages_are_not_kept(tmp_path: Path) -> None:
    po = tmp_path / "django.po"
    po.write_text(
        catalogue.HEADER
        + '#, fuzzy\nmsgid "Guess"\nmsgstr "推測"\n\n#~ msgid "Old"\n#~ msgstr "古い"\n'
    )
    assert catalogue.translations(catalogue.read(po)) == {}


def test_a_file_that_is_no_catalogue_is_refused(tmp_path: Path) -> None:
    po = tmp_path / "django.po"
    po.write_text("<<<<<<< mine\n")
    with pytest.raises(PoFileError):
        catalogue.read(po)


@pytest.mark.parametrize(
    ("key", "words", "fault"),
    [
        (Key(singular="Orders"), "注文", ""),
        (Key(singular="Orders"), "", "has no Japanese"),
        (Key(singular="Orders", context="nav"), "", "(nav) has no Japanese"),
        (Key(singular="Orders"), "Orders", "is not translated"),
        (Key(singular="Shopify"), "Shopify", ""),
        (Key(singular="one day", plural="days"), "days", "is not translated"),
        (Key(singular="Hi %(name)s"), "こんにちは", "placeholders"),
        (Key(singular="Hi %(name)s"), "%(name)s様、%(name)s様", ""),
        (Key(singular="Hi {name}"), "{nom}様", "placeholders"),
        (Key(singular="Up to %s"), "最大%d", "placeholders"),
        (Key(singular="one day", plural="%(n)s days"), "%(n)s日", ""),
        (Key(singular="%(n)s day", plural="%(n)s days"), "数日", "placeholders"),
        (Key(singular="Read <a href='/'>this</a>"), "<a href='/'>こちら</a>をご覧ください", ""),
        (Key(singular="Read <a href='/'>this</a>"), "<a>こちらをご覧ください", "tags"),
    ],
)
def test_a_fault_is_named(key: Key, words: str, fault: str) -> None:
    found = fault_of(key, words, frozenset({"Shopify"}))
    assert fault in found
    assert bool(fault) == bool(found)


def test_words_listed_as_the_same_in_vain_are_named() -> None:
    keys = [Key(singular="Shopify"), Key(singular="Orders")]
    words = {keys[0]: "Shopify", keys[1]: "注文"}
    listed = frozenset({"Shopify", "Orders", "Gone"})
    assert catalogue.faults(keys, words, listed) == [
        "“Gone” need not be in same.txt.",
        "“Orders” need not be in same.txt.",
    ]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small house of one room with a module and a template, and an empty catalogue."""
    (tmp_path / "shop" / "migrations").mkdir(parents=True)
    (tmp_path / "shop" / "views.py").write_text('_("Orders")\n')
    (tmp_path / "shop" / "migrations" / "0001.py").write_text('_("of a migration")\n')
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text("{% translate 'Parcels' %}\n")
    (tmp_path / "templates" / "logo.png").write_bytes(b"\x89PNG")
    (tmp_path / "locale" / "ja").mkdir(parents=True)
    (tmp_path / "locale" / "ja" / "same.txt").write_text("# Names\n\n")
    settings = SimpleNamespace(
        BASE_DIR=tmp_path,
        LOCALE_PATHS=[tmp_path / "locale"],
        INSTALLED_APPS=["shop.front", "django.contrib.auth"],
    )
    monkeypatch.setattr(catalogue, "settings", settings)
    return tmp_path


def keep(file: Path, words: dict[str, str]) -> Path:
    """Write a catalogue of these words."""
    translated = {Key(singular=english): japanese for english, japanese in words.items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(catalogue.written(catalogue.merge(sorted(translated), translated)))
    return file


def run(command: str, *arguments: str) -> str:
    said = StringIO()
    call_command(command, *arguments, stdout=said)
    return said.getvalue().strip()


def test_messages_are_collected_then_translated_then_in_order(house: Path) -> None:
    assert run("collect_messages") == "2 messages, 2 without a translation."
    with pytest.raises(CommandError, match=r"“Orders” has no Japanese\.\n“Parcels” has no"):
        run("check_catalogue")
    words = keep(house / "words.po", {"Orders": "注文", "Parcels": "荷物"})
    assert run("collect_messages", str(words)) == "2 messages, 0 without a translation."
    assert run("check_catalogue") == "All 2 messages have their Japanese."
    assert "of a migration" not in catalogue.po_file().read_text()


def test_words_of_a_named_file_win_over_the_catalogues(house: Path) -> None:
    po = keep(catalogue.po_file(), {"Orders": "ご注文", "Parcels": "荷物"})
    words = keep(house / "words.po", {"Orders": "注文"})
    run("collect_messages", str(words))
    assert catalogue.translations(catalogue.read(po)) == {
        Key(singular="Orders"): "注文",
        Key(singular="Parcels"): "荷物",
    }


def test_a_message_that_is_gone_makes_the_catalogue_stale(house: Path) -> None:
    (house / "templates" / "page.html").write_text("")
    (house / "shop" / "views.py").write_text('_("Orders")\n')
    po = catalogue.po_file()
    po.parent.mkdir(parents=True)
    po.write_text(
        f'{catalogue.HEADER}msgid "Gone"\nmsgstr "なし"\n\nmsgid "Orders"\nmsgstr "注文"\n'
    )
    with pytest.raises(CommandError, match="run script/messages"):
        run("check_catalogue")
    run("collect_messages")
    run("check_catalogue")
    assert "Gone" not in po.read_text()


def test_a_catalogue_is_compiled_once_and_again_when_it_changed(house: Path) -> None:
    po = keep(catalogue.po_file(), {"Orders": "注文"})
    assert run("compile_catalogue") == "Compiled the catalogue."
    assert run("compile_catalogue") == "Nothing changed."
    mo = po.with_suffix(".mo")
    with mo.open("rb") as compiled:
        assert GNUTranslations(compiled).gettext("Orders") == "注文"
    later = mo.stat().st_mtime + 1
    os.utime(po, (later, later))
    assert run("compile_catalogue", "-v0") == ""
    assert sorted(file.name for file in po.parent.iterdir()) == ["django.mo", "django.po"]


def test_every_name_gettext_goes_by_is_collected() -> None:
    imported = re.compile(r"import .*?\b(\w*gettext\w*)(?: as (\w+))?$", re.MULTILINE)
    names = {
        alias or name
        for file in source_files()
        if file.suffix == ".py"
        for name, alias in imported.findall(file.read_text(encoding="utf-8"))
    }
    assert {"_", "pgettext"} <= names
    assert names - KEYWORDS.keys() == set()
