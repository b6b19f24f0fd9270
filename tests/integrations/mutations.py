"""A thousand ways to break a payload: keys dropped, nulls, empty lists, wrong types."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from postexp.kernel.inbox import Unreadable

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


def refusals(parse: Callable[[bytes], object], body: bytes) -> list[Unreadable]:
    """Parse hundreds of broken bodies; return the refusals. Anything but a refusal is raised."""
    found = []
    for broken in mutated(body):
        try:
            parse(broken)
        except Unreadable as refused:
            found.append(refused)
    return found


def mutated(body: bytes, times: int = 400, seed: int = 11) -> Iterator[bytes]:
    """Yield `times` bodies, each with one to three values dropped or replaced."""
    chance = random.Random(seed)
    for _ in range(times):
        data = json.loads(body)
        for _ in range(chance.randint(1, 3)):
            slots = list(_slots(data))
            if not slots:
                break
            holder, key = chance.choice(slots)
            if chance.random() < 0.3:
                del holder[key]
            else:
                holder[key] = chance.choice(_WRONG)
        yield json.dumps(data).encode()


def _slots(data: Any) -> Iterator[tuple[Any, Any]]:
    keys = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for key in keys:
        yield data, key
        yield from _slots(data[key])
