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
    "400": ("parse_error", "The body is not valid JSON."),
    "401": ("not_authenticated", "No API key, or one that is unknown or revoked."),
    "403": ("missing_scope", "The key lacks the scope this operation needs."),
    "404": ("not_found", "There is no such object."),
    "405": ("method_not_allowed", "This path does not take that method."),
    "409": ("invalid_transition", "The object is in a state that does not allow this."),
    "415": ("unsupported_media_type", "The body must be application/json."),
    "429": (
        "too_many_requests",
        "The key made too many requests; Retry-After says when to go on.",
    ),
    "422": ("invalid", "Something in the request is wrong; `errors` says what."),
}
"""By its status: the code of a usual refusal, and what it means."""


# What a parameter means wherever it has that name and no words of its own.
PARAMETERS = {
    "external_id": "The id of the order on your platform.",
    "customer_id": "The id of a customer, cus_…",
    "product_id": "The id of a product, prd_…",
    "event_id": "The id of an event, evt_…",
    "message_id": "The id of a message, msg_…",
    "order_id": "The id of an order, ord_…",
    "promo_id": "The id of a promo code, prm_…",
    "shipment_id": "The id of a shipment, shp_…",
    "return_id": "The id of a return, ret_…",
    "evidence_id": "The id of a photo, evd_…",
    "refund_id": "The id of a refund, rfd_…",
    "address_id": "The id of an address for returns, rad_…",
    "replacement_id": "The id of a replacement, rep_…",
    "restock_id": "The id of units that go back on the shelf, rsk_…",
    "cancellation_id": "The id of a cancellation, can_…",
    "withdrawal_id": "The id of a withdrawal, wdr_…",
    "macro_id": "The id of a saved text, mac_…",
    "paper": "One of the `files` of the parcel, such as `label`.",
    "number": "The number of a version.",
    "note_id": "The id of a credit note, cdn_…",
    "mismatch_id": "The id of a refund that does not fit, mis_…",
    "exchange_id": "The id of an exchange, exc_…",
    "gift_id": "The id of a gift code, gft_…",
    "point_id": "The id of a drop-off point, dop_…",
    "parcel_id": "The id of a parcel on its way back, rpa_…",
    "refused_id": "The id of units that were not accepted, rfu_…",
    "unannounced_id": "The id of goods that nobody announced, una_…",
    "simulation_id": "The id of a simulation, sim_…",
    "dispute_id": "The id of the chargeback where it was opened.",
    "code_id": "The id of a carrier's code, cco_…",
    "endpoint_id": "The id of an endpoint, whe_…",
    "by": "What the figures are told apart by.",
    "state": "Only those in this state.",
    "status": "Only those of this status.",
    "kind": "Only those of this kind.",
    "outcome": "Only those with this outcome.",
    "payment_state": "Only orders whose payment stands so.",
    "created_since": "Only those first seen here at this instant or later.",
    "created_until": "Only those first seen here before this instant.",
    "placed_since": "Only orders placed at this instant or later.",
    "placed_until": "Only orders placed before this instant.",
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
        for status, (_code, description) in PROBLEMS.items():
            content = {"schema": problem.ref, "example": _problem(status)}
            operation["responses"].setdefault(
                status,
                {
                    "description": description,
                    "content": {"application/problem+json": content},
                },
            )
        for parameter in operation.get("parameters", []):
            if "description" not in parameter and parameter["name"] in PARAMETERS:
                parameter["description"] = PARAMETERS[parameter["name"]]
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


def _problem(status: str) -> dict[str, Any]:
    """Return how a usual refusal with a status reads."""
    code, description = PROBLEMS[status]
    told = {
        "type": f"urn:postexp:problem:{code}",
        "title": description,
        "status": int(status),
        "code": code,
        "detail": description,
    }
    if status != "422":
        return told
    wrong = {"number": ["This field is required."]}
    return {**told, "title": "Invalid input.", "detail": "See errors.", "errors": wrong}


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
