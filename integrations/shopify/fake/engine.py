"""Answers GraphQL requests over the shop, on the committed subset of the Admin schema."""

from __future__ import annotations

import base64
import json
import math
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    build_schema,
    execute_sync,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_object_type,
    parse,
    validate,
)
from graphql.execution.values import get_directive_values
from graphql.pyutils import is_awaitable

from integrations.shopify.client import API_VERSION
from integrations.shopify.fake import mutations, queries
from integrations.shopify.fake.shop import FakeShop

SCHEMA = Path(__file__).parents[1] / "schema" / f"{API_VERSION}.graphql"
# Shopify charges a mutation ten points, an object one, a scalar none, and a connection by how much
# is asked for. How it weighs nested connections is not published; this grows as slowly as theirs.
MUTATION_COST = 10


@cache
def load_schema() -> GraphQLSchema:
    """Return the subset of the schema, with its resolvers."""
    schema = build_schema(SCHEMA.read_text("utf-8"))
    for named in schema.type_map.values():
        if not is_object_type(named) or named.name.startswith("__"):
            continue
        for name, field in named.fields.items():
            of = get_named_type(field.type).name
            if named is schema.query_type:
                field.resolve = queries.RESOLVERS[name]
            elif named is schema.mutation_type:
                field.resolve = mutations.keyed(name)
            elif of.endswith("Connection"):
                field.resolve = _page_of(name)
            elif is_list_type(getattr(field.type, "of_type", field.type)) and "first" in field.args:
                field.resolve = _first_of(name)
    return schema


def _value(source: dict[str, Any], name: str) -> Any:
    value = source[name]
    return value() if callable(value) else value


def _page_of(name: str) -> Callable[..., Any]:
    def resolve(
        source: dict[str, Any],
        info: GraphQLResolveInfo[Any],
        first: int | None = None,
        after: str | None = None,
        reverse: bool = False,
        **_: Any,
    ) -> Any:
        rows = _value(source, name)
        return page(list(reversed(rows)) if reverse else rows, first, after)

    return resolve


def _first_of(name: str) -> Callable[..., Any]:
    def resolve(
        source: dict[str, Any], info: GraphQLResolveInfo[Any], first: int | None = None
    ) -> Any:
        return _value(source, name)[:first]

    return resolve


def page(rows: list[Any], first: int | None, after: str | None) -> dict[str, Any]:
    """Return one page of a connection; without `first` (bulk operations only) all of it."""
    start = 0 if after is None else read_cursor(after)
    end = len(rows) if first is None else start + first
    cut = rows[start:end]
    return {
        "nodes": cut,
        "edges": [
            {"cursor": write_cursor(start + index + 1), "node": row}
            for index, row in enumerate(cut)
        ],
        "pageInfo": {
            "hasNextPage": end < len(rows),
            "endCursor": write_cursor(start + len(cut)) if cut else None,
        },
    }


def write_cursor(position: int) -> str:
    """Return an opaque cursor."""
    return base64.b64encode(json.dumps({"at": position}).encode()).decode()


def read_cursor(cursor: str) -> int:
    """Return where a cursor points; raises GraphQLError for one that is none of ours."""
    try:
        return int(json.loads(base64.b64decode(cursor))["at"])
    except (ValueError, KeyError, TypeError) as error:
        raise GraphQLError("Invalid cursor for current pagination sort.") from error


class Engine:
    """Runs requests for one shop and keeps its bucket of points."""

    def __init__(self, shop: FakeShop) -> None:
        self.shop = shop
        self._points = shop.bucket_size
        self._counted_at = time.monotonic()

    def answer(self, body: dict[str, Any], *, throttle: bool = False) -> dict[str, Any]:
        """Answer one request, with its cost in `extensions`."""
        schema = load_schema()
        try:
            document = parse(body.get("query") or "")
        except GraphQLError as error:
            return {"errors": [error.formatted]}
        wrong = validate(schema, document)
        if wrong:
            return {"errors": [error.formatted for error in wrong]}
        variables = body.get("variables") or {}
        requested = cost_of(schema, document, variables)
        with self.shop.lock:
            if requested > self.shop.most_points:
                return self._too_costly(requested)
            if throttle or not self._take(requested):
                return self._throttled(requested)
            result = execute_sync(
                schema,
                document,
                root_value=self.shop,
                context_value=self.shop,
                variable_values=variables,
            )
            assert not is_awaitable(result)
            actual = _actual(requested, result)
            self._points = min(self.shop.bucket_size, self._points + requested - actual)
        return {**result.formatted, "extensions": {"cost": self._cost(requested, actual)}}

    def run(self, document: DocumentNode) -> ExecutionResult:
        """Run a query without regard to cost, as a bulk operation does."""
        return execute_sync(load_schema(), document, root_value=self.shop, context_value=self.shop)

    def _take(self, points: float) -> bool:
        now = time.monotonic()
        restored = (now - self._counted_at) * self.shop.restore_rate
        self._points = min(self.shop.bucket_size, self._points + restored)
        self._counted_at = now
        if self._points < points:
            return False
        self._points -= points
        return True

    def _cost(self, requested: float, actual: float | None) -> dict[str, Any]:
        return {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": {
                "maximumAvailable": self.shop.bucket_size,
                "currentlyAvailable": math.floor(self._points),
                "restoreRate": self.shop.restore_rate,
            },
        }

    def _throttled(self, requested: float) -> dict[str, Any]:
        return {
            "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
            "extensions": {"cost": self._cost(requested, None)},
        }

    def _too_costly(self, requested: float) -> dict[str, Any]:
        return {
            "errors": [
                {
                    "message": (
                        f"Query cost is {requested:.0f}, which exceeds the single query max cost "
                        f"limit ({self.shop.most_points:.0f})."
                    ),
                    "extensions": {
                        "code": "MAX_COST_EXCEEDED",
                        "cost": requested,
                        "maxCost": self.shop.most_points,
                    },
                }
            ]
        }


def _actual(requested: float, result: ExecutionResult) -> float:
    """Return what a request cost in the end: less where its pages were not full."""
    pages = [
        (len(value["nodes"]), value)
        for value in (result.data or {}).values()
        if isinstance(value, dict) and isinstance(value.get("nodes"), list)
    ]
    if pages and not any(count for count, _ in pages):
        return min(requested, 2)
    return requested


def cost_of(schema: GraphQLSchema, document: DocumentNode, variables: dict[str, Any]) -> float:
    """Return what a request may cost at most."""
    fragments = {
        one.name.value: one
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    operation = next(
        one for one in document.definitions if isinstance(one, OperationDefinitionNode)
    )
    root = schema.get_root_type(operation.operation)
    assert root is not None
    if operation.operation.value == "mutation":
        return MUTATION_COST
    counter = _Cost(schema, fragments, variables)
    return math.ceil(counter.selection(operation.selection_set, root))


class _Cost:
    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: dict[str, FragmentDefinitionNode],
        variables: dict[str, Any],
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._variables = variables

    def selection(self, selected: SelectionSetNode, parent: Any) -> float:
        total = 0.0
        for one in selected.selections:
            if isinstance(one, FieldNode):
                total += self._field(one, parent)
            elif isinstance(one, InlineFragmentNode):
                of = one.type_condition
                inner = self._schema.type_map[of.name.value] if of else parent
                total += self.selection(one.selection_set, inner)
            elif isinstance(one, FragmentSpreadNode):
                fragment = self._fragments[one.name.value]
                inner = self._schema.type_map[fragment.type_condition.name.value]
                total += self.selection(fragment.selection_set, inner)
        return total

    def _field(self, field: FieldNode, parent: Any) -> float:
        if field.name.value.startswith("__") or not hasattr(parent, "fields"):
            return 0
        of = get_named_type(parent.fields[field.name.value].type)
        if not is_composite_type(of) or field.selection_set is None:
            return 0
        if of.name in ("MoneyBag", "MoneyV2", "PageInfo"):
            return 0
        inner = self.selection(field.selection_set, of)
        if not of.name.endswith("Connection"):
            return 1 + inner
        return 2 + math.sqrt(self._first(field)) * max(1.0, inner / 4)

    def _first(self, field: FieldNode) -> int:
        for argument in field.arguments or ():
            if argument.name.value == "first":
                given = argument.value
                if isinstance(given, VariableNode):
                    return int(self._variables[given.name.value])
                if isinstance(given, IntValueNode):
                    return int(given.value)
        return 1


def key_of(info: GraphQLResolveInfo[Any]) -> str:
    """Return the key a mutation came with; "" without one."""
    directive = info.schema.get_directive("idempotent")
    assert directive is not None
    values = get_directive_values(directive, info.field_nodes[0], info.variable_values)
    return str(values["key"]) if values else ""
