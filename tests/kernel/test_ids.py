"""Public ids: their shape, and that no letter is likelier than another."""

from collections import Counter

from postexp.kernel.ids import ALPHABET, LEFT_OVER, LETTERS, new_id


def test_an_id_names_its_kind_and_is_like_no_other() -> None:
    made = {new_id("ord") for _ in range(2_000)}
    assert len(made) == 2_000
    assert {one.partition("_")[0] for one in made} == {"ord"}
    assert {len(one) for one in made} == {4 + 23}
    assert set("".join(one[4:] for one in made)) == set(ALPHABET.decode())


def test_each_letter_is_as_likely_as_any_other() -> None:
    kept = bytes(range(256)).translate(LETTERS, LEFT_OVER)
    assert Counter(kept) == dict.fromkeys(ALPHABET, 4)
