"""What fixtures and helpers write: kept the first time in a process, and put back from then on.

A shop is opened by some forty statements, and written again as it was by one. A test that asks for
a return, has it approved and lets the goods arrive stands on a thousand.
"""

import pickle
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, is_dataclass
from datetime import UTC, datetime
from functools import cache, wraps
from inspect import isfunction
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.core.files.storage import storages
from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import get_language

from postexp.kernel import clock
from postexp.kernel.tenancy import OutsideMerchantScope, current_merchant_id

# The day on which all tests are run.
TODAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)

COMMANDS = re.compile(r"(returns|tracking|commerce|notifications)\.services\b")

T = TypeVar("T")
P = ParamSpec("P")

# Statements that leave the database as it is, and those that make the same of the same: who inserts
# a row is given another number each time.
HARMLESS = ("SELECT", "SAVEPOINT", "RELEASE", "SET", "SHOW", "EXPLAIN", "LOCK")
ALIKE = ("UPDATE", "DELETE")


@dataclass(frozen=True)
class Kept:
    """One statement that writes the rows, the files they name, and what a helper gives for them.

    That is pickled, so that no test has what another one changed; with it what the bystanders knew.
    """

    script: str
    files: dict[Path, bytes]
    made: bytes


@dataclass
class Story:
    """What a test has done so far, as far as it was kept.

    `told` is None once the test has written by itself: what follows is built as ever. Bystanders
    are objects beside the database that take part, such as one that takes payments. Helpers are
    kept only where the test says that nobody else does.
    """

    told: int | None = None
    bystanders: list[Any] = field(default_factory=list)
    keeps_helpers: bool = False


_kept: dict[int, Kept] = {}
_stories = [Story()]
# A number for each way a story was seen to begin.
_numbers: defaultdict[Hashable, int] = defaultdict(count().__next__)


@contextmanager
def story(begins_with: Hashable = ()) -> Iterator[None]:
    """Let a test begin on an empty database, or on what `begins_with` names."""
    _stories.append(Story(_numbers[begins_with]))
    try:
        with connection.execute_wrapper(_watch):
            yield
    finally:
        _stories.pop()


def take_part(bystander: Any) -> None:
    """Keep what an object knows together with what the database holds."""
    _stories[-1].bystanders.append(bystander)


def keep_helpers() -> None:
    """Keep what helpers write in this test: nobody takes part in it who has not said so."""
    _stories[-1].keeps_helpers = True


def kept(key: Hashable, build: Callable[[], T]) -> T:
    """Return what `build` makes and write its rows; those of the first time, where that is known.

    The key names what is built. What the test has kept before belongs to it; once it has written
    anything itself, it builds its own.
    """
    if not connection.in_atomic_block:
        with transaction.atomic():
            return kept(key, build)
    if _stories[-1].told is None or _is_looked_at():
        return build()
    told = _numbers[_stories[-1].told, key, _around()]
    if told in _kept:
        made: T = _put_back(_kept[told])
    else:
        made = _keep(told, build)
    _stories[-1].told = told
    return made


def _around() -> Hashable:
    """Return what a command depends on beside the database and what it is given."""
    try:
        shop: int | None = current_merchant_id()
    except OutsideMerchantScope:
        shop = None
    knew = repr([vars(one) for one in _stories[-1].bystanders])
    return shop, get_language(), _moment(), settings._wrapped, knew


def _moment() -> datetime:
    """Return the minute, or the hour of the day on which all tests are run: that one goes on."""
    now = clock.now().replace(second=0, microsecond=0)
    return now.replace(minute=0) if now.date() == TODAY.date() else now


def keeps(helper: Callable[P, T]) -> Callable[P, T]:
    """Keep what a helper writes, where the test lets it: once for all that it is called with."""

    @wraps(helper)
    def inner(*args: P.args, **kwargs: P.kwargs) -> T:
        if not _stories[-1].keeps_helpers:
            return helper(*args, **kwargs)
        try:
            key = (helper.__module__, helper.__qualname__, _named(args), _named(kwargs))
        except Unnamed:
            return helper(*args, **kwargs)
        return kept(key, lambda: helper(*args, **kwargs))

    return inner


class Unnamed(Exception):
    """Raised for an argument that cannot be told from others, such as a function."""


def keep_commands(module: ModuleType) -> None:
    """Keep what the commands of our rooms write that a test module calls itself.

    They write to the database alone, and at a moment they are told.
    """
    for name, value in list(vars(module).items()):
        if _is_command(value):
            setattr(module, name, keeps(value))
        elif isinstance(value, ModuleType) and COMMANDS.match(value.__name__):
            setattr(module, name, Commands(value))


class Commands:
    """A room's commands, each of which keeps what it writes."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._module, name)
        return keeps(found) if _is_command(found) else found


def _is_command(value: Any) -> bool:
    return isfunction(value) and bool(COMMANDS.match(value.__module__))


def _is_looked_at() -> bool:
    """Whether somebody counts the statements, which therefore have to be asked."""
    return connection.force_debug_cursor or connection.execute_wrappers[-1:] != [_watch]


def _named(value: Any) -> Hashable:
    """Return what tells arguments of a helper from others; a row by what it is known to hold."""
    if isinstance(value, Model):
        columns = (field.attname for field in value._meta.concrete_fields)
        return value._meta.label, repr([vars(value).get(column) for column in columns])
    if callable(value) or isinstance(value, Iterator):
        raise Unnamed
    if isinstance(value, dict):
        return tuple((name, _named(one)) for name, one in value.items())
    if isinstance(value, list | tuple):
        return tuple(_named(one) for one in value)
    return value if isinstance(value, Hashable) and not is_dataclass(value) else repr(value)


def _watch(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    """Note what the test writes itself."""
    said = sql.lstrip().upper() if isinstance(sql, str) else ""
    if said.startswith(ALIKE) and _stories[-1].told is not None:
        _stories[-1].told = _numbers[_stories[-1].told, said, repr(params)]
    elif not said.startswith(HARMLESS):
        _stories[-1].told = None
    return execute(sql, params, many, context)


def _keep(told: int, build: Callable[[], T]) -> T:
    before, files = _writes(), _files()
    made = build()
    touched = sorted(table for table, count in _writes().items() if count != before.get(table))
    script = _script(touched)
    added = {path: path.read_bytes() for path in _files() - files}
    bystanders = [vars(one) for one in _stories[-1].bystanders]
    # What cannot be pickled is not kept.
    with suppress(AttributeError, TypeError, pickle.PicklingError):
        _kept[told] = Kept(script, added, pickle.dumps((made, bystanders)))
    return made


def _files() -> set[Path]:
    """Return the files that are kept for shops."""
    place = Path(storages["private"].path(""))
    return {path for path in place.rglob("*") if path.is_file()}


WRITES = """
    SELECT quote_ident(relname), written FROM pg_class, LATERAL (
      SELECT pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid) AS written) counted
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND written > 0
"""


def _writes() -> dict[str, int]:
    """Return how often this transaction has written each table."""
    with connection.cursor() as cursor:
        cursor.execute(WRITES)
        return dict(cursor.fetchall())


COLUMNS = """
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


@cache
def _columns(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [table])
        return str(cursor.fetchone()[0])


def _script(tables: Sequence[str]) -> str:
    """Return the statement that makes tables what they are now."""
    asked = [
        f"SELECT '{table}', quote_literal(json_agg(t)::text)"
        f" FROM (SELECT {_columns(table)} FROM {table}) t"
        for table in tables
    ]
    parts = [f"DELETE FROM {table}" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked) or "SELECT NULL, NULL")
        parts += [
            f"INSERT INTO {table} ({_columns(table)}) SELECT {_columns(table)}"
            f" FROM json_populate_recordset(null::{table}, {rows})"
            for table, rows in cursor.fetchall()
            if rows
        ]
    # No trigger runs: what they would do is among the rows.
    return ";".join(
        (
            "SET LOCAL session_replication_role = replica",
            *parts,
            "SET LOCAL session_replication_role = origin",
        )
    )


def _put_back(state: Kept) -> Any:
    with transaction.atomic(), connection.cursor() as cursor:
        # Several statements at once cannot be prepared.
        cursor.cursor.execute(state.script, prepare=False)
    for path, content in state.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    made, bystanders = pickle.loads(state.made)
    for one, knew in zip(_stories[-1].bystanders, bystanders, strict=True):
        vars(one).update(knew)
    return made
