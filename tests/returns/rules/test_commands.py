"""When two commands are the same."""

import pytest

from returns.errors import IdempotencyMismatch
from returns.rules.commands import fingerprint, require_same


def test_the_order_of_keys_does_not_matter() -> None:
    assert fingerprint({"a": 1, "b": "二"}) == fingerprint({"b": "二", "a": 1})


@pytest.mark.parametrize("other", [{"a": 2}, {"a": "1"}, {"a": 1, "b": None}, {}])
def test_another_body_is_another_command(other: dict[str, object]) -> None:
    first = fingerprint({"a": 1})
    require_same(first, fingerprint({"a": 1}))
    with pytest.raises(IdempotencyMismatch) as refused:
        require_same(first, fingerprint(other))
    assert (refused.value.code, refused.value.status) == ("idempotency_mismatch", 422)
