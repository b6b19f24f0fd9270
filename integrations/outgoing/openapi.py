"""The webhooks in the API's description: each kind of event with a sample of what is sent."""

from __future__ import annotations

from typing import Any

from integrations.outgoing import catalogue


def add_webhooks(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the catalogue to the description, as OpenAPI 3.1 has a place for."""
    components = result["components"]["schemas"]
    result["webhooks"] = {
        kind.type: {"post": _operation(kind, components)} for kind in catalogue.list_kinds()
    }
    return result


def _operation(kind: catalogue.Kind, components: dict[str, Any]) -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": kind.type},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"type": "object"},
        },
    }
    content = {"schema": schema, "example": catalogue.sample(kind.type, components)}
    return {
        "tags": ["Events"],
        "summary": kind.title,
        "description": kind.about,
        "requestBody": {"content": {"application/json": content}},
        "responses": {"2XX": {"description": "Taken. Anything else is tried again."}},
    }
