"""Signed links: bound to one purpose and one object, and nothing else opens them."""

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postexp.kernel.signing import BadToken, sign, unsign

PLAIN = st.text(string.ascii_letters + string.digits + "_", min_size=1)


@given(purpose=PLAIN, object_id=PLAIN)
def test_a_token_names_the_object_it_was_made_for(purpose: str, object_id: str) -> None:
    assert unsign(purpose, sign(purpose, object_id)) == object_id


def test_a_token_can_stand_in_a_url() -> None:
    token = sign("tracking", "ord_4Xk9")
    assert set(token) <= set(string.ascii_letters + string.digits + "_-.")


@given(at=st.integers(min_value=0), letter=st.sampled_from(string.ascii_letters + string.digits))
def test_one_changed_letter_spoils_a_token(at: int, letter: str) -> None:
    token = sign("tracking", "ord_4Xk9")
    at %= len(token)
    changed = token[:at] + letter + token[at + 1 :]
    if changed != token:
        with pytest.raises(BadToken):
            unsign("tracking", changed)


@pytest.mark.parametrize("token", ["", ".", "ord_4Xk9", "ord_4Xk9.", sign("return", "ord_4Xk9")])
def test_other_tokens_are_refused(token: str) -> None:
    with pytest.raises(BadToken):
        unsign("tracking", token)


def test_links_outlive_a_new_key_while_the_old_one_is_kept(settings: Any) -> None:
    token = sign("tracking", "ord_4Xk9")
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "a new key of fifty or more random characters, as it must be"
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unsign("tracking", token) == "ord_4Xk9"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(BadToken):
        unsign("tracking", token)
