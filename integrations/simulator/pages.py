"""Reading a page as a browser does: its links, and its forms with what they would send. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(kw_only=True)
class Form:
    """A form: where it goes, what it sends as it stands, and what else could be chosen."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


@dataclass(kw_only=True)
class Page:
    """The links and forms of a page, in the order they stand in."""

    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    def link_to(self, part: str) -> str:
        """Return the first link whose address has a part, or ""."""
        return next((link for link in self.links if part in link), "")

    def form_to(self, part: str) -> Form | None:
        """Return the first form whose action has a part, or None."""
        return next((form for form in self.forms if part in form.action), None)


def read_page(text: str) -> Page:
    """Return the links and forms of an HTML page."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._form: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.page.links.append(given["href"])
        elif tag == "form":
            method = given.get("method", "get").lower()
            self._form = Form(action=given.get("action", ""), method=method)
            self.page.forms.append(self._form)
        elif self._form is not None:
            self._field(self._form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select = name
            form.choices.setdefault(name, [])
        elif tag == "option" and self._select:
            form.choices[self._select].append(value)
            if "selected" in given or self._select not in form.values:
                form.values[self._select] = value
        elif tag == "textarea" and name:
            form.values[name] = ""
        elif tag == "input" and name:
            if given.get("type") not in ("radio", "checkbox"):
                form.values[name] = value
                return
            form.choices.setdefault(name, []).append(value)
            if "checked" in given:
                form.values[name] = value
