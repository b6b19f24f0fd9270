"""The plain-text part of a mail, read from the same MJML as its HTML part, so the two cannot drift
apart.

Paragraphs and headings become paragraphs, a button becomes its words with the address below, list
items keep their numbers, and the rows of a table are set in columns with the last one aligned on
the right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from unicodedata import east_asian_width

WIDTH = 64
"""Columns of a table line at most, counting a full-width character as two."""

_SKIPPED = {"mj-head", "mj-title", "mj-preview", "mj-style", "mj-attributes", "mj-raw"}
_PARAGRAPHS = {"p", "h1", "h2", "ul", "ol"}


def plain_text(mjml: str, *, label: str = "{}:") -> str:
    """Return the words of rendered MJML as readable text, ending with one newline.

    `label` is how the small heading above a block is written in the reader's language.
    """
    reader = _Reader(label)
    reader.feed(mjml)
    reader.close()
    return reader.text()


def display_width(text: str) -> int:
    """Return how many columns a text takes where full-width characters take two."""
    return sum(2 if east_asian_width(character) in "FW" else 1 for character in text)


class _Reader(HTMLParser):
    """Collects blocks of text; a label stands right above the block it names."""

    def __init__(self, label: str) -> None:
        super().__init__(convert_charrefs=True)
        self.label_format = label
        self.blocks: list[str] = []
        self.words = ""
        self.skipping = 0
        self.label = False
        self.links: list[tuple[str, int]] = []
        self.button = ""
        self.rows: list[list[str]] | None = None
        self.ragged = False
        self.lists: list[int | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _SKIPPED:
            self.skipping += 1
        elif self.skipping:
            return
        elif tag == "mj-text":
            self.label = given.get("mj-class") == "label"
        elif tag == "mj-button":
            self.button = given.get("href", "")
        elif tag == "mj-table":
            self.rows = []
        elif tag == "tr" and self.rows is not None:
            self.rows.append([])
        elif tag == "td":
            self.words = ""
            self.ragged = given.get("align") != "right"
        elif tag == "br":
            self.words += "\n"
        elif tag == "a":
            self.links.append((given.get("href", ""), len(self.words)))
        elif tag in {"ol", "ul"}:
            self.end_paragraph()
            self.lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self.begin_item()
        elif tag in _PARAGRAPHS:
            self.end_paragraph()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SKIPPED:
            self.handle_starttag(tag, attrs)
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self.skipping -= 1
        elif self.skipping:
            return
        elif tag == "mj-button":
            self.add_block(f"{tidy(self.words)}:\n{self.button}")
            self.words = ""
        elif tag == "td" and self.rows:
            self.rows[-1].append(tidy(self.words).replace("\n", " · "))
            self.words = ""
        elif tag == "mj-table":
            self.add_block(columns(self.rows or [], ragged=self.ragged))
            self.rows, self.words = None, ""
        elif tag == "a" and self.links:
            self.end_link()
        elif tag == "li":
            self.words = self.words.rstrip() + "\n"
        elif tag in {"ol", "ul"} and self.lists:
            self.lists.pop()
            self.end_paragraph()
        elif tag in _PARAGRAPHS or tag == "mj-text":
            self.end_paragraph()

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.words += re.sub(r"\s+", " ", data)

    def begin_item(self) -> None:
        """Start a list item with its number or a dash."""
        count = self.lists[-1] if self.lists else None
        if count is None:
            self.words += "- "
        else:
            self.lists[-1] = count + 1
            self.words += f"{count + 1}. "

    def end_link(self) -> None:
        """Put a link's address behind its words, unless they say it already or a table is too
        narrow for it.
        """
        href, start = self.links.pop()
        words = self.words[start:].strip()
        if self.rows is None and href and href.removeprefix("mailto:") != words:
            self.words += f" ({href})"

    def end_paragraph(self) -> None:
        """Close the paragraph under way, if it has any words."""
        self.add_block(tidy(self.words))
        self.words = ""

    def add_block(self, block: str) -> None:
        """Add a block. One that follows a label belongs to it and gets no empty line between."""
        if not block:
            return
        if self.blocks and self.blocks[-1].endswith("\0"):
            self.blocks[-1] = self.blocks[-1].removesuffix("\0") + "\n" + block
        else:
            self.blocks.append(self.label_format.format(block) + "\0" if self.label else block)
        self.label = False

    def text(self) -> str:
        """Return everything read, a blank line between blocks."""
        self.end_paragraph()
        return "\n\n".join(block.removesuffix("\0") for block in self.blocks) + "\n"


def tidy(words: str) -> str:
    """Return words without stray spaces: one space between words, none at the ends of lines."""
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in words.split("\n"))
    return "\n".join(line for line in lines if line)


def columns(rows: Sequence[Sequence[str]], *, ragged: bool = False) -> str:
    """Return table rows as lines, empty cells left out.

    The last column is aligned on the right, as sums are, or on the left when `ragged`. A row that
    is too wide for one line keeps its last cell behind two spaces.
    """
    filled = [cells for row in rows if (cells := [cell for cell in row if cell])]
    pairs = [("  ".join(cells[:-1]), cells[-1]) for cells in filled]
    left = max((display_width(first) for first, _ in pairs), default=0)
    both = max((display_width(first) + display_width(last) for first, last in pairs), default=0)
    lines = []
    for first, last in pairs:
        room = left if ragged else min(WIDTH - 2, both) - display_width(last)
        space = 2 + max(0, room - display_width(first))
        lines.append(first + " " * space + last if first else last)
    return "\n".join(lines)
