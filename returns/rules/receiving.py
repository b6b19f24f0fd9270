"""What is scanned and typed at receiving, read; and where goods go by their grade."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from returns.enums import Grade
from returns.enums.receiving import Disposition, RefusedChoice

FEE_WITHIN = timedelta(hours=72)
"""How long the fee for sending refused units back can be paid at least."""

REMIND_BEFORE = timedelta(hours=24)
"""How long before its end shoppers are reminded of a fee they have not paid."""

Matrix = Mapping[str, Mapping[str, str]]
"""Where goods go: {category: {grade: disposition}}, "" for every other category."""

USUAL_MATRIX: Mapping[Grade, Disposition] = {
    Grade.NEW: Disposition.RESTOCK,
    Grade.OPENED: Disposition.REFURBISH,
    Grade.WORN: Disposition.LIQUIDATE,
    Grade.NOT_OURS: Disposition.QUARANTINE,
}

ACCEPTED = frozenset({Grade.NEW, Grade.OPENED})
"""Grades that are paid for unless somebody decides otherwise."""

DISPOSITION_KEYS: Mapping[str, Disposition] = {
    "r": Disposition.RESTOCK,
    "f": Disposition.REFURBISH,
    "l": Disposition.LIQUIDATE,
    "n": Disposition.DONATE,
    "d": Disposition.DISPOSE,
    "s": Disposition.BACK_TO_SHOPPER,
    "q": Disposition.QUARANTINE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivingTerms:
    """How a shop receives, as `ReceivingSettings` keep it. Amounts are minor units."""

    blind_count: bool
    hold_above: int | None
    matrix: Matrix
    send_back_fee: int | None
    answer_days: int
    without_answer: RefusedChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """Units of the item in hand with their grade; None is what is usual for it."""

    quantity: int
    grade: Grade
    disposition: Disposition | None = None
    accepted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The item that is in hand from now on, by its place on the screen."""

    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Words for the shopper about what was graded last."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A partial refund for what was graded last, as it was typed."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictured:
    """A photo of what was graded last is to be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """The last step is taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The parcel is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What a scanner read: an item, a return or a parcel."""

    text: str


Step = Graded | Chosen | Remark | Offered | Pictured | Undone | Finished | Code

_GRADED = re.compile(r"(\d{0,2})([abcx])([rflndsq]?)([+-]?)")
_UNDO, _PHOTO, _FINISH = "u", "p", "ok"


def read_step(typed: str) -> Step:
    """Return what is meant by a line of the receiving field.

    `2ar` is two units graded A to restock, `c+` one graded C and accepted all the same, `b-` one
    graded B and refused, `3` the third item of the list, `/words` a remark, `=2000` an offer, `p`
    asks for a photo, `u` undoes, `ok` (or `.`) finishes. Anything else was scanned.
    """
    text = unicodedata.normalize("NFKC", typed).strip()
    word = text.lower()
    if word == _UNDO:
        return Undone()
    if word == _PHOTO:
        return Pictured()
    if word in (_FINISH, "."):
        return Finished()
    if graded := _GRADED.fullmatch(word):
        count, grade, key, verdict = graded.groups()
        return Graded(
            quantity=int(count or 1),
            grade=Grade(grade),
            disposition=DISPOSITION_KEYS[key] if key else None,
            accepted={"+": True, "-": False}.get(verdict),
        )
    if re.fullmatch(r"\d{1,2}", word):
        return Chosen(place=int(word))
    if text.startswith("/"):
        return Remark(text=text[1:].strip())
    if text.startswith("="):
        return Offered(text=text[1:].strip())
    return Code(text=read_code(text))


def read_code(scanned: str) -> str:
    """Return a scanned code as it is kept: the id in an address, else the characters alone.

    Scanners may put the kind of code in front (`]C1…`), and people type spaces.
    """
    text = unicodedata.normalize("NFKC", scanned).strip()
    text = re.sub(r"^\][A-Za-z]\d", "", text)
    if found := re.search(r"\bret_[A-Za-z0-9]+", text):
        return found[0]
    return re.sub(r"\s+", "", text)


def number_without_signs(code: str) -> str:
    """Return a tracking number as carriers compare it: letters and digits alone, in capitals."""
    return re.sub(r"[^0-9A-Za-z]", "", code).upper()


def propose(matrix: Matrix, category: str, grade: Grade, *, accepted: bool) -> Disposition:
    """Return where a unit goes by its category and grade.

    What was not accepted is its shopper's still, and waits for their answer.
    """
    if not accepted:
        return Disposition.QUARANTINE
    for column in (matrix.get(category, {}), matrix.get("", {})):
        if named := column.get(grade.value):
            return Disposition(named)
    return USUAL_MATRIX[grade]


def pay_fee_by(answer_by: datetime, at: datetime) -> datetime:
    """Return until when a fee can be paid that is asked for now: as long as could be answered."""
    return max(answer_by, at + FEE_WITHIN)
