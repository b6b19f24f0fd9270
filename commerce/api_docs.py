"""The page that shows the API to people: every operation with a request to copy."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pprint import pformat
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator

from commerce.api_examples import VALUES

WRITES = ("post", "put", "patch", "delete")
CLIENT_WIDTH = 88
MONEY, FILE = "money", "file"
JSON, FORM = "application/json", "multipart/form-data"


@dataclass(frozen=True)
class Sent:
    """The example of a body, None for no body, and the names of its fields that are files."""

    body: Any
    files: frozenset[str]

    def parts(self) -> list[str]:
        """Return the fields as curl takes those of a form."""
        return [
            f"{name}=@{value}" if name in self.files else f"{name}={value}"
            for name, value in self.body.items()
        ]


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Every operation and every webhook, with its parameters, an example, curl and Python."""
    return render(request, "docs/api.html", {"groups": _groups(), "events": _events()})


@cache
def description() -> dict[str, Any]:
    """Return the API's description, read from the code once."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema


@cache
def _groups() -> list[dict[str, Any]]:
    told = sorted(_operations(description()), key=lambda one: (one["tag"], one["path"]))
    return [
        {"name": tag, "id": tag.lower(), "operations": list(operations)}
        for tag, operations in groupby(told, key=lambda one: one["tag"])
    ]


def _operations(schema: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield _operation(path, method, operation, schema["components"]["schemas"])


def _operation(
    path: str, method: str, operation: Mapping[str, Any], components: Mapping[str, Any]
) -> dict[str, Any]:
    asked = operation.get("requestBody", {})
    fields = list(_fields(_content(asked), components))
    sent = Sent(_example(asked), frozenset(one["name"] for one in fields if one["kind"] == FILE))
    answers = [
        (code, _example(answer))
        for code, answer in operation["responses"].items()
        if code.startswith("2")
    ]
    parameters = [
        {**one, "values": one["schema"].get("enum", [])}
        for one in operation.get("parameters", [])
        if one["in"] != "header"
    ]
    filled = re.sub(r"\{(\w+)\}", lambda found: str(VALUES.get(found[1], found[1])), path)
    names = re.findall(r"\{(\w+)\}", path)
    return {
        "id": operation["operationId"],
        "tag": operation["tags"][0],
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "about": operation.get("description", "").replace("`", ""),
        "parameters": parameters,
        "fields": fields,
        "curl": _curl(method, filled, sent),
        "python": _python(operation["operationId"], names, sent),
        "code": answers[0][0] if answers else "",
        "answer": _json(answers[0][1]) if answers else "",
    }


def _media(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a body looks like as JSON, or as a form where it brings a file."""
    content: Mapping[str, Mapping[str, Any]] = body.get("content", {})
    return content.get(JSON) or content.get(FORM, {})


def _example(body: Mapping[str, Any]) -> Any:
    return _media(body).get("example")


def _content(body: Mapping[str, Any]) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = _media(body).get("schema", {})
    return schema


def _fields(
    schema: Mapping[str, Any], components: Mapping[str, Any], within: str = ""
) -> Iterable[dict[str, Any]]:
    """Return every field of a body, each below the one it is part of: `lines[].sku`."""
    whole = _resolved(schema, components)
    required = whole.get("required", ())
    for name, told in sorted(
        whole.get("properties", {}).items(), key=lambda one: one[0] not in required
    ):
        kind, inner = _kind(told, components)
        path = f"{within}{name}"
        yield {
            "name": path,
            "kind": kind,
            "required": name in required,
            "words": told.get("description", "").replace("`", ""),
            "values": [one for one in inner.get("enum", []) if one is not None],
            "default": told.get("default"),
        }
        if kind != MONEY:
            yield from _fields(inner, components, f"{path}{'[]' if 'items' in told else ''}.")


def _kind(told: Mapping[str, Any], components: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return what a field is in one word or two, and the schema of what it holds."""
    whole = _resolved(told, components)
    if whole.get("properties", {}).keys() == {"amount", "currency"}:
        return MONEY, whole
    if "items" in whole:
        kind, inner = _kind(whole["items"], components)
        return f"list of {kind}" + ("" if kind == MONEY else "s"), inner
    types = whole.get("type", "object")
    named = next((one for one in types if one != "null"), "") if isinstance(types, list) else types
    kind = str(whole.get("format", named))
    return FILE if kind == "binary" else kind, whole


def _resolved(told: Mapping[str, Any], components: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema itself, where it refers to one, or to one or nothing."""
    for many in ("oneOf", "allOf", "anyOf"):
        for one in told.get(many, ()):
            if one.get("type") != "null":
                return _resolved(one, components)
    if "$ref" in told:
        return _resolved(components[told["$ref"].rpartition("/")[2]], components)
    return told


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _curl(method: str, path: str, sent: Sent) -> str:
    """Return a request to paste into a shell, with the key in a variable."""
    flag = "" if method == "get" else f" -X {method.upper()}"
    lines = [f'curl -s{flag} "$POSTEXP{path}"', '-H "Authorization: Bearer $KEY"']
    if method in WRITES:
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if sent.files:
        lines += [f"-F {shlex.quote(one)}" for one in sent.parts()]
    elif sent.body is not None:
        lines += ['-H "Content-Type: application/json"', f"-d {shlex.quote(_json(sent.body))}"]
    return " \\\n  ".join(lines)


def _python(operation: str, names: Iterable[str], sent: Sent) -> str:
    """Return the same request with the Python client."""
    arguments = [repr(str(VALUES.get(name, name))) for name in names]
    if sent.body is not None:
        told = pformat(sent.body, width=CLIENT_WIDTH, sort_dicts=False)
        for name in sent.files:
            file = repr(sent.body[name])
            told = told.replace(f"{name!r}: {file}", f'{name!r}: open({file}, "rb").read()')
        arguments.append(told)
    return (
        "from postexp_client import Postexp\n\n"
        f'postexp = Postexp("{settings.BASE_URL}", key)\n'
        f"postexp.{operation}({', '.join(arguments)})"
    )


@cache
def _events() -> list[dict[str, Any]]:
    schema = description()
    return [
        {
            "type": name,
            "title": told["post"]["summary"],
            "about": told["post"]["description"],
            "sample": _json(_example(told["post"]["requestBody"])),
        }
        for name, told in sorted(schema.get("webhooks", {}).items())
    ]
