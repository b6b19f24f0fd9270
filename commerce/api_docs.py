"""The page that shows the API to people: every operation with a request to copy."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Mapping
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
            yield _operation(path, method, operation)


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    body = _example(operation.get("requestBody", {}))
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
        "curl": _curl(method, filled, body),
        "python": _python(operation["operationId"], names, body),
        "code": answers[0][0] if answers else "",
        "answer": _json(answers[0][1]) if answers else "",
    }


def _example(body: Mapping[str, Any]) -> Any:
    content = body.get("content", {}).get("application/json", {})
    return content.get("example")


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _curl(method: str, path: str, body: Any) -> str:
    """Return a request to paste into a shell, with the key in a variable."""
    flag = "" if method == "get" else f" -X {method.upper()}"
    lines = [f'curl -s{flag} "$POSTEXP{path}"', '-H "Authorization: Bearer $KEY"']
    if method in WRITES:
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if body is not None:
        lines += ['-H "Content-Type: application/json"', f"-d {shlex.quote(_json(body))}"]
    return " \\\n  ".join(lines)


def _python(operation: str, names: Iterable[str], body: Any) -> str:
    """Return the same request with the Python client."""
    arguments = [repr(str(VALUES.get(name, name))) for name in names]
    if body is not None:
        arguments.append(pformat(body, width=CLIENT_WIDTH, sort_dicts=False))
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
