"""The result of a bulk operation, read a piece at a time. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator

from integrations.shopify.backfill.kinds import Node

NODES_AT_ONCE = 25


def split_objects(
    chunk: bytes, *, is_last: bool, parts: dict[str, str]
) -> tuple[list[tuple[Node, int]], int]:
    """Return the whole objects a chunk of a bulk result begins with, and how many bytes they take.

    Each comes with its own length in bytes. Lines with a `__parentId` belong to the object before
    them; `parts` names the list they go to by their type, "" for any other. The last object counts
    as whole at the end of the result only.
    """
    objects: list[tuple[Node, int]] = []
    for line in chunk.splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        data = json.loads(line)
        if "__parentId" not in data:
            objects.append(({**data, **{name: {"nodes": []} for name in parts.values()}}, 0))
        node, size = objects[-1]
        if "__parentId" in data:
            name = parts.get(data.get("__typename", ""), parts.get("", ""))
            node[name]["nodes"].append(data)
        objects[-1] = (node, size + len(line))
    if not is_last and objects:
        objects.pop()
    return objects, sum(size for _node, size in objects)


def batches(objects: list[tuple[Node, int]]) -> Iterator[tuple[list[Node], int]]:
    """Yield a few objects at a time, with the bytes that they take."""
    for first in range(0, len(objects), NODES_AT_ONCE):
        batch = objects[first : first + NODES_AT_ONCE]
        yield [node for node, _size in batch], sum(size for _node, size in batch)
