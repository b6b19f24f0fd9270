"""The examples of the API's description are what the API takes and gives."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from drf_spectacular.generators import SchemaGenerator
from jsonschema_rs import Draft202012Validator
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.serializers import FileField
from rest_framework.test import APIRequestFactory

from commerce.api_docs import description
from tracking.serializers.scans_in import read_scan

FORM = "multipart/form-data"
BODY_PARTS = [
    (operation["operationId"], name, media, content)
    for methods in description()["paths"].values()
    for operation in methods.values()
    for name, body in [
        ("request", operation.get("requestBody", {})),
        *operation["responses"].items(),
    ]
    for media, content in body.get("content", {}).items()
]
PARTS = [(operation, name, content) for operation, name, _media, content in BODY_PARTS]
FORMS = {
    operation for operation, name, media, _ in BODY_PARTS if (name, media) == ("request", FORM)
}
BODIES = {operation: content["example"] for operation, name, content in PARTS if name == "request"}


@cache
def serializers() -> dict[str, Any]:
    """What reads the body of each operation that has one: a serializer, or a plain schema."""
    found = {}
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    paths = generator.get_schema(request=None, public=True)["paths"]
    for path, _regex, method, view in generator._get_paths_and_endpoints():
        operation = paths.get(path, {}).get(method.lower(), {})
        if "requestBody" not in operation:
            continue
        inspector = getattr(view, method.lower()).kwargs["schema"]()
        inspector.view, inspector.method = view, method
        read = inspector.get_request_serializer()
        told_by_media = isinstance(read, dict) and read.keys() == {FORM}
        found[operation["operationId"]] = read[FORM] if told_by_media else read
    return found


def as_form(fields: dict[str, Any], files: set[str]) -> Any:
    """The same fields as a form brings them: all of them text, but for the files."""
    sent = {
        name: SimpleUploadedFile(told, b"a picture") if name in files else told
        for name, told in fields.items()
    }
    request = APIRequestFactory().post("/", sent, format="multipart")
    return Request(request, parsers=[MultiPartParser()]).data


@cache
def validator(schema: str) -> Draft202012Validator:
    """What compares with a schema of the description; many operations give the same."""
    return Draft202012Validator({**json.loads(schema), "components": description()["components"]})


def test_every_example_keeps_to_its_schema() -> None:
    wrong = [
        (operation, name, list(error.instance_path), error.message)
        for operation, name, content in PARTS
        for error in validator(json.dumps(content["schema"])).iter_errors(content["example"])
    ]
    assert wrong == []


def test_every_body_has_its_serializer() -> None:
    assert BODIES.keys() == serializers().keys()
    read_by_hand = [name for name, read in serializers().items() if not isinstance(read, type)]
    assert read_by_hand == ["send_tracking_events"]


@pytest.mark.parametrize("operation", sorted(BODIES.keys() - {"send_tracking_events"}))
def test_an_example_is_taken_by_its_serializer(operation: str, scope: Any) -> None:
    reader, body = serializers()[operation], BODIES[operation]
    files = {name for name, one in reader().fields.items() if isinstance(one, FileField)}
    assert bool(files) == (operation in FORMS)
    read = reader(data=as_form(body, files) if operation in FORMS else body)
    assert read.is_valid(), read.errors


def test_the_example_of_tracking_events_is_taken() -> None:
    for event in BODIES["send_tracking_events"]["events"]:
        at = datetime.fromisoformat(event["occurred_at"]) + timedelta(hours=1)
        scan = read_scan(event, at=at)
        assert scan.told.events[0].status


def test_a_refusal_reads_like_one() -> None:
    problems = [
        (name, content["example"])
        for _operation, name, content in PARTS
        if content["schema"].get("$ref", "").endswith("/Problem")
    ]
    assert problems
    for status, told in problems:
        assert str(told["status"]) == status
        assert told["type"] == f"urn:postexp:problem:{told['code']}"
