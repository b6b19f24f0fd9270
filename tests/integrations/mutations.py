"""A thousand ways to break a payload, JSON or XML: things dropped, emptied, replaced, cut off."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element, fromstring, tostring

from postexp.kernel.inbox import Unreadable

Path = tuple[str | int, ...]

_WRONG: tuple[Any, ...] = (
    None,
    [],
    {},
    "",
    "x",
    "\x00",
    "\ud800",
    0,
    -1,
    2**70,
    1.5,
    True,
    [None],
    [{}],
    "9999-12-31T23:59:59-23:59",
    "0000",
)
_WRONG_TEXTS = (
    "",
    " ",
    "x",
    "0",
    "-1",
    "9" * 40,
    "0000",
    "99.99.9999 99:99",
    "2011-13-45",
    "9999-12-31T23:59:59-23:59",
    "\u202e",
    "&<>",
)


def refusals(parse: Callable[[bytes], object], body: bytes) -> list[Unreadable]:
    """Parse a thousand broken bodies; return the refusals. Anything but a refusal is raised."""
    found = []
    for broken in mutated(body):
        try:
            parse(broken)
        except Unreadable as refused:
            found.append(refused)
    return found


def mutated(body: bytes, times: int = 1_000, seed: int = 11) -> Iterator[bytes]:
    """Yield `times` bodies, each with one to three things broken; every tenth is cut off."""
    chance = random.Random(seed)
    is_xml = body.lstrip().startswith(b"<")
    break_one = _breaker_of_xml(body, chance) if is_xml else _breaker_of_json(body, chance)
    for number in range(times):
        broken = break_one()
        yield broken[: chance.randrange(len(broken) + 1)] if number % 10 == 9 else broken


def _breaker_of_json(body: bytes, chance: random.Random) -> Callable[[], bytes]:
    slots = list(_slots(json.loads(body)))

    def break_one() -> bytes:
        data = json.loads(body)
        for path in chance.choices(slots, k=chance.randint(1, 3)):
            holder, key = _holder(data, path)
            if holder is None:
                continue
            if chance.random() < 0.3:
                del holder[key]
            else:
                # A copy: a list put into itself would have no end.
                holder[key] = copy.deepcopy(chance.choice(_WRONG))
        return json.dumps(data).encode()

    return break_one


def _holder(data: Any, path: Path) -> tuple[Any, Any]:
    """Return the list or object at the end of a path, or None where an earlier break led away."""
    *way, key = path
    try:
        for step in way:
            data = data[step]
        data[key]
    except (KeyError, IndexError, TypeError):
        return None, key
    return (data if isinstance(data, dict | list) else None), key


def _breaker_of_xml(body: bytes, chance: random.Random) -> Callable[[], bytes]:
    whole = fromstring(body)

    def break_one() -> bytes:
        root = copy.deepcopy(whole)
        for _ in range(chance.randint(1, 3)):
            parent = chance.choice(list(root.iter()))
            child = chance.choice(list(parent)) if len(parent) else parent
            wrong = chance.choice(_WRONG_TEXTS)
            match chance.randrange(6):
                case 0 if child is not parent:
                    parent.remove(child)
                case 1:
                    child.clear()
                case 2 if child.attrib:
                    child.set(chance.choice(list(child.attrib)), wrong)
                case 3 if child.attrib:
                    del child.attrib[chance.choice(list(child.attrib))]
                case 4:
                    child.append(Element(child.tag, child.attrib))
                case _:
                    child.text = wrong
        return tostring(root)

    return break_one


def _slots(data: Any, way: Path = ()) -> Iterator[Path]:
    """Yield the paths of everything inside, each as the keys that lead there."""
    keys = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for key in keys:
        yield (*way, key)
        yield from _slots(data[key], (*way, key))
