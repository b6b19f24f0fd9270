"""How our REST views describe themselves in OpenAPI."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from commerce.api_examples import example_of
from commerce.api_versions import HEADER, VERSIONS

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {},
    },
}
PROBLEMS = {
    "400": "The body is not valid JSON.",
    "401": "No API key, or one that is unknown or revoked.",
    "403": "The key lacks the scope this operation needs.",
    "404": "There is no such object.",
    "405": "This path does not take that method.",
    "409": "The object is in a state that does not allow this.",
    "415": "The body must be application/json.",
    "429": "The key made too many requests; Retry-After says when to go on.",
    "422": "Something in the request is wrong; `errors` says what.",
}


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Names the API key scheme."""

    target_class = "commerce.api_access.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "An API key of your shop."}


class PostexpSchema(AutoSchema):
    """Adds the problem+json answers, and the Idempotency-Key of writes, to every operation."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        problem = ResolvedComponent(  # type: ignore[no-untyped-call]
            name="Problem", type=ResolvedComponent.SCHEMA, schema=PROBLEM_SCHEMA, object="Problem"
        )
        self.registry.register_on_missing(problem)
        for code, description in PROBLEMS.items():
            operation["responses"].setdefault(
                code,
                {
                    "description": description,
                    "content": {"application/problem+json": {"schema": problem.ref}},
                },
            )
        operation.setdefault("parameters", []).append(
            {
                "in": "header",
                "name": HEADER,
                "schema": {"type": "string", "enum": list(VERSIONS)},
                "description": "The version to speak; by default the one of the key's first day.",
            }
        )
        if self.method in ("POST", "PUT", "PATCH", "DELETE"):
            operation.setdefault("parameters", []).append(
                {
                    "in": "header",
                    "name": "Idempotency-Key",
                    "schema": {"type": "string", "maxLength": 255},
                    "description": "The same key with the same body gives the first answer again.",
                }
            )
        return operation


def add_examples(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Give every body of every operation an example, made from its schema."""
    components = result["components"]["schemas"]
    for path in result["paths"].values():
        for operation in path.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for body in bodies:
                for content in body.get("content", {}).values():
                    if "example" not in content and "examples" not in content:
                        content["example"] = example_of(content["schema"], components)
    return result
