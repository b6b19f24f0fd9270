"""What a browser without scripts would post from a page."""

from html.parser import HTMLParser
from typing import Any


class _Form(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside = form_id, False
        self.data: dict[str, list[str]] = {}
        self._select = self._area = ""
        self._first: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
        has = dict(attrs)
        if tag == "form":
            self.inside = has.get("id") == self.form_id
        if not self.inside:
            return
        name = has.get("name", "")
        if tag == "input" and name:
            boxed = has.get("type") in ("checkbox", "radio")
            if not boxed or "checked" in has:
                value = has.get("value", "on" if boxed else "")
                self.data.setdefault(name, []).append(value or "")
        elif tag == "select":
            self._select, self._first = name, None
            self._several = "multiple" in has
        elif tag == "option" and self._select:
            if "selected" in has:
                self.data.setdefault(self._select, []).append(has.get("value", ""))
            self._first = has.get("value", "") if self._first is None else self._first
        elif tag == "textarea":
            self._area = name
            self.data[name] = [""]

    def handle_data(self, data: str) -> None:
        if self._area:
            self.data[self._area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            # The first line break of a text area is not part of it.
            self.data[self._area][0] = self.data[self._area][0].removeprefix("\n")
            self._area = ""
        elif tag == "select" and self._select:
            if not self._several and self._first is not None:
                self.data.setdefault(self._select, [self._first])
            self._select = ""
        elif tag == "form":
            self.inside = False


def fields_of(page: bytes, form_id: str) -> dict[str, list[str]]:
    """Return the values of a form as they stand on a page, without its buttons."""
    reader = _Form(form_id)
    reader.feed(page.decode())
    return reader.data
