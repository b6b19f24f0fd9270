"""Static files: each entry sheet is joined into one file when the files are collected.

The sources stay one file per component, with `@import url("…") layer(…)`; a browser that followed
those would ask thirty times before the first paint. Joined, it asks once. During development the
browser follows the imports, so nothing has to be built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

ENTRIES = ("css/dashboard.css", "css/site.css")

_IMPORT = re.compile(r'^@import url\("([\w./-]+)"\) layer\((\w+)\);$', re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_INDENT = re.compile(r"\n\s*")


def join_sheets(entry: str, sources: dict[str, str]) -> str:
    """Return an entry sheet with every import replaced by its layer block, without comments.

    `sources` maps file names beside the entry to their text; a missing one raises KeyError.
    """

    def block(found: re.Match[str]) -> str:
        return f"@layer {found[2]} {{\n{sources[found[1]]}\n}}"

    return _INDENT.sub("\n", _COMMENT.sub("", _IMPORT.sub(block, entry))).lstrip()


class JoinedSheet(Storage):
    """One finished sheet, offered where the collected original would be read."""

    def __init__(self, text: str) -> None:
        self.text = text

    def _open(self, name: str, mode: str = "rb") -> ContentFile[bytes]:
        return ContentFile(self.text.encode(), name=name)


class JoiningStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed and compressed files, with the entry sheets joined first."""

    def post_process(
        self, paths: dict[str, tuple[Storage, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        """Hash and compress what was collected, putting joined sheets in place of the entries."""
        joined = dict(paths)
        for name in ENTRIES:
            if name in paths:
                folder = name.rpartition("/")[0]
                text = _read(paths, name)
                imported = {part: _read(paths, f"{folder}/{part}") for part in _parts(text)}
                joined[name] = (JoinedSheet(join_sheets(text, imported)), name)
        yield from super().post_process(joined, dry_run=dry_run, **options)


def _parts(entry: str) -> list[str]:
    return [found[1] for found in _IMPORT.finditer(entry)]


def _read(paths: dict[str, tuple[Storage, str]], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as source:
        content: bytes = source.read()
    return content.decode()
