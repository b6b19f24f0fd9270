"""The catalogue of translations: collected, checked and compiled by Babel, without GNU gettext."""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

LOCALE = "ja"
TEMPLATE_SUFFIXES = frozenset({".html", ".mjml", ".txt", ".xml"})

_ONE, _MANY, _IN_CONTEXT, _MANY_IN_CONTEXT = (1,), (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS = {
    **dict.fromkeys(("_", "_now"), _ONE),
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop"), _ONE),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), _MANY),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), _IN_CONTEXT),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), _MANY_IN_CONTEXT),
}

# No dates, tools or line numbers: the file changes only where a message does.
HEADER = """\
msgid ""
msgstr ""
"Language: ja\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdr]|\{\w*\}")
_TAG = re.compile(r"</?[a-z][a-z0-9]*")


@dataclass(frozen=True, kw_only=True, order=True)
class Key:
    """What tells one message from another: its English words, its context, its plural."""

    singular: str
    plural: str = ""
    context: str = ""

    @classmethod
    def of(cls, message: Message) -> Key:
        """Return the key of a catalogue's message."""
        singular, *plural = _several(message.id)
        return cls(singular=singular, plural="".join(plural), context=message.context or "")

    @property
    def babel_id(self) -> str | tuple[str, str]:
        """The words as Babel wants them."""
        return (self.singular, self.plural) if self.plural else self.singular

    def __str__(self) -> str:
        context = f" ({self.context})" if self.context else ""
        return f"“{self.singular}”{context}"


def _several(words: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the forms of a message that Babel holds as one text, or as one for each number."""
    return (words,) if isinstance(words, str) else tuple(words or ())


def po_file() -> Path:
    """Return the Japanese catalogue that people edit."""
    return Path(settings.LOCALE_PATHS[0]) / LOCALE / "LC_MESSAGES" / "django.po"


def same_file() -> Path:
    """Return the list of words that are the same in Japanese: one a line, `#` begins a remark."""
    return Path(settings.LOCALE_PATHS[0]) / LOCALE / "same.txt"


def read_same() -> frozenset[str]:
    """Return the words that may stay as they are in English."""
    lines = same_file().read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def source_files() -> Iterator[Path]:
    """Return our Python modules and templates; the rooms are those of INSTALLED_APPS."""
    base = Path(settings.BASE_DIR)
    rooms = {base / app.partition(".")[0] for app in settings.INSTALLED_APPS}
    for room in sorted(rooms):
        for module in sorted(room.rglob("*.py")):
            if "migrations" not in module.parts:
                yield module
    for template in sorted((base / "templates").rglob("*")):
        if template.suffix in TEMPLATE_SUFFIXES:
            yield template


def messages_in(source: str, *, template: bool) -> Iterator[Key]:
    """Return the messages of a module, or of a template. Raises SyntaxError for broken tags."""
    if template:
        # What is no message becomes rows of X; their indentation means nothing to Python.
        rows = templatize(source).splitlines()
        source = "\n".join(row.lstrip() for row in rows)
    for _line, words, _remarks, context in extract(
        "python", io.BytesIO(source.encode()), keywords=KEYWORDS
    ):
        singular, *plural = _several(words)
        if singular:
            yield Key(singular=singular, plural="".join(plural), context=context or "")


def collect(files: Iterable[Path]) -> list[Key]:
    """Return every message of the files once, in alphabetical order.

    Where the same words are used alone and with a plural, gettext knows only the pair.
    """
    found = {
        key
        for file in files
        for key in messages_in(
            file.read_text(encoding="utf-8"), template=file.suffix in TEMPLATE_SUFFIXES
        )
    }
    paired = {(key.singular, key.context) for key in found if key.plural}
    return sorted(key for key in found if key.plural or (key.singular, key.context) not in paired)


def read(file: Path) -> Catalog:
    """Return the catalogue a file holds: an empty one where there is none yet."""
    if not file.exists():
        return Catalog(locale=LOCALE)
    with file.open("rb") as opened:
        return read_po(opened, locale=LOCALE, ignore_obsolete=True, abort_invalid=True)


def translations(catalog: Catalog) -> dict[Key, str]:
    """Return the Japanese words of a catalogue; a message with none, or a guess, is left out."""
    return {
        Key.of(message): "".join(_several(message.string))
        for message in catalog
        if message.id and any(_several(message.string)) and not message.fuzzy
    }


def merge(keys: Iterable[Key], words: Mapping[Key, str]) -> Catalog:
    """Return a catalogue of exactly these messages, with their translations where there are any."""
    catalog = Catalog(locale=LOCALE)
    for key in keys:
        string = words.get(key, "")
        catalog.add(key.babel_id, (string,) if key.plural else string, context=key.context or None)
    return catalog


def written(catalog: Catalog) -> str:
    """Return the text of a catalogue's file: one line a message, the same for the same messages."""
    out = io.BytesIO()
    write_po(out, catalog, width=0, no_location=True, omit_header=True, ignore_obsolete=True)
    return HEADER + out.getvalue().decode().strip() + "\n"


def faults(keys: Iterable[Key], words: Mapping[Key, str], same: frozenset[str]) -> list[str]:
    """Return what is wrong with the translations of these messages, one sentence each."""
    keys = list(keys)
    found = [fault for key in keys if (fault := fault_of(key, words.get(key, ""), same))]
    idle = same - {key.singular for key in keys if words.get(key) == key.singular}
    return found + [f"“{word}” need not be in same.txt." for word in sorted(idle)]


def fault_of(key: Key, words: str, same: frozenset[str]) -> str:
    """Return what is wrong with one translation, or nothing."""
    english = key.plural or key.singular
    if not words:
        return f"{key} has no Japanese."
    if words in {key.singular, english} and key.singular not in same:
        return f"{key} is not translated: translate it, or list it in same.txt."
    if set(_PLACEHOLDER.findall(words)) != set(_PLACEHOLDER.findall(english)):
        return f"{key} and its Japanese “{words}” differ in their placeholders."
    if sorted(_TAG.findall(words)) != sorted(_TAG.findall(english)):
        return f"{key} and its Japanese “{words}” differ in their tags."
    return ""


def compile_file(po: Path) -> bool:
    """Compile a catalogue beside itself, and return whether it was needed.

    The new file takes the old one's place at once, so processes may do this side by side.
    """
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime_ns > po.stat().st_mtime_ns:
        return False
    catalog = read(po)
    with tempfile.NamedTemporaryFile(dir=po.parent, suffix=".new", delete=False) as out:
        write_mo(out, catalog)
    os.chmod(out.name, 0o644)
    os.replace(out.name, mo)
    return True
