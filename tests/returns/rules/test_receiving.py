"""What is scanned and typed at receiving, read."""

import pytest

from returns.enums import Grade
from returns.enums.receiving import Disposition
from returns.rules.receiving import (
    Chosen,
    Code,
    Finished,
    Graded,
    Offered,
    Pictured,
    Remark,
    Step,
    Undone,
    number_without_signs,
    propose,
    read_step,
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a", Graded(quantity=1, grade=Grade.NEW)),
        ("Ｃ", Graded(quantity=1, grade=Grade.WORN)),
        ("12b", Graded(quantity=12, grade=Grade.OPENED)),
        ("0a", Graded(quantity=0, grade=Grade.NEW)),
        ("2cq", Graded(quantity=2, grade=Grade.WORN, disposition=Disposition.QUARANTINE)),
        ("c+", Graded(quantity=1, grade=Grade.WORN, accepted=True)),
        (
            "bf-",
            Graded(
                quantity=1, grade=Grade.OPENED, disposition=Disposition.REFURBISH, accepted=False
            ),
        ),
        ("x", Graded(quantity=1, grade=Grade.NOT_OURS)),
        ("2", Chosen(place=2)),
        ("/ Stain on the sleeve", Remark(text="Stain on the sleeve")),
        ("=1,200", Offered(text="1,200")),
        ("p", Pictured()),
        ("U", Undone()),
        ("ok", Finished()),
        (".", Finished()),
        ("R-1001-1", Code(text="R-1001-1")),
        ("]C1 3984 1234 5670", Code(text="398412345670")),
        ("https://shop.example/s/a/r/tok.en/ret_a1B2/?lang=ja", Code(text="ret_a1B2")),
        ("MUG-BLUE", Code(text="MUG-BLUE")),
        ("", Code(text="")),
    ],
)
def test_a_line_of_the_field(typed: str, meant: Step) -> None:
    assert read_step(typed) == meant


def test_numbers_are_compared_without_signs() -> None:
    assert number_without_signs("1z 999-aa1") == "1Z999AA1"


def test_the_matrix_proposes_by_category_then_for_every_other_then_as_usual() -> None:
    matrix = {"": {"a": "liquidate"}, "Shoes": {"a": "refurbish"}}
    assert propose(matrix, "Shoes", Grade.NEW, accepted=True) == Disposition.REFURBISH
    assert propose(matrix, "Hats", Grade.NEW, accepted=True) == Disposition.LIQUIDATE
    assert propose(matrix, "Hats", Grade.OPENED, accepted=True) == Disposition.REFURBISH
    assert propose(matrix, "Hats", Grade.NEW, accepted=False) == Disposition.QUARANTINE
