"""Bulk operations: what Shopify accepts as one, and the lines it writes."""

from __future__ import annotations

from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    validate,
)

MOST_CONNECTIONS = 5
DEEPEST = 2

Line = dict[str, Any]


def refused(schema: GraphQLSchema, document: DocumentNode) -> str:
    """Return why a query cannot run in bulk; "" where it can."""
    wrong = validate(schema, document)
    if wrong:
        return f"Invalid bulk query: {wrong[0].message}"
    operation = next(
        one for one in document.definitions if isinstance(one, OperationDefinitionNode)
    )
    if operation.operation.value != "query" or schema.query_type is None:
        return "Bulk queries must be queries."
    fragments = {
        one.name.value: one
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    found = _Shape(schema, fragments)
    found.walk(operation.selection_set, schema.query_type, depth=0, in_list=False)
    if found.in_list:
        return "Queries that contain a connection field within a list field are not supported."
    if not found.connections:
        return "Bulk queries must contain at least one connection."
    if found.connections > MOST_CONNECTIONS:
        return f"Bulk queries cannot contain more than {MOST_CONNECTIONS} connections."
    if found.deepest > DEEPEST:
        return "Bulk queries cannot contain connections with a nesting depth greater than 2."
    return ""


class _Shape:
    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments
        self.connections = 0
        self.deepest = 0
        self.in_list = False

    def walk(self, selected: SelectionSetNode, parent: Any, *, depth: int, in_list: bool) -> None:
        for one in selected.selections:
            if isinstance(one, FragmentSpreadNode):
                inner = self._fragments[one.name.value].selection_set
                self.walk(inner, parent, depth=depth, in_list=in_list)
            elif isinstance(one, FieldNode):
                self._field(one, parent, depth, in_list)

    def _field(self, field: FieldNode, parent: Any, depth: int, in_list: bool) -> None:
        known = getattr(parent, "fields", {}).get(field.name.value)
        if known is None or field.selection_set is None:
            return
        of = get_named_type(known.type)
        if not is_composite_type(of):
            return
        if of.name.endswith("Connection"):
            self.connections += 1
            self.deepest = max(self.deepest, depth + 1)
            self.in_list = self.in_list or in_list
            self.walk(field.selection_set, of, depth=depth + 1, in_list=False)
            return
        lists = is_list_type(get_nullable_type(known.type)) and field.name.value != "edges"
        self.walk(field.selection_set, of, depth=depth, in_list=in_list or lists)


def lines_of(result: ExecutionResult) -> tuple[int, list[Line]]:
    """Return how many objects stand at the root, and every line, children after their parent."""
    if result.errors:
        raise result.errors[0]
    lines: list[Line] = []
    roots = 0
    for connection in (result.data or {}).values():
        for edge in connection["edges"]:
            roots += 1
            _write(edge["node"], None, lines)
    return roots, lines


def _write(node: Line, parent: str | None, lines: list[Line]) -> None:
    inner = {
        name: value
        for name, value in node.items()
        if isinstance(value, dict) and set(value) <= {"edges", "nodes", "pageInfo"}
    }
    line = {name: value for name, value in node.items() if name not in inner}
    if parent is not None:
        line["__parentId"] = parent
    lines.append(line)
    for connection in inner.values():
        for edge in connection["edges"]:
            _write(edge["node"], node["id"], lines)
