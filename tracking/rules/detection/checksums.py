"""The check digits of tracking numbers, by the names the courier data gives them.

Each takes the serial number (digits and capitals, no blanks), the check digit and the parameters
of the format, and says whether the digit is right.
"""

from collections.abc import Callable, Mapping
from typing import Any

Parameters = Mapping[str, Any]
Check = Callable[[str, str, Parameters], bool]

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def mod7(serial: str, digit: str, parameters: Parameters) -> bool:
    """The rest of the whole number by 7."""
    return str(int(serial) % 7) == digit


def mod10(serial: str, digit: str, parameters: Parameters) -> bool:
    """What the sum of the places, weighted in turn, lacks to a full ten.

    The first place is even, or the last one where the format says `reverse`.
    """
    weights = (parameters.get("evens_multiplier", 1), parameters.get("odds_multiplier", 1))
    signs = serial[::-1] if parameters.get("reverse") else serial
    total = sum(_value(sign) * weights[place % 2] for place, sign in enumerate(signs))
    return str(-total % 10) == digit


def luhn(serial: str, digit: str, parameters: Parameters) -> bool:
    """Luhn's sum: every second place from the end doubled, its digits added."""
    doubled = sum(sum(divmod(2 * int(sign), 10)) for sign in serial[::-2])
    return str(-(doubled + sum(map(int, serial[-2::-2]))) % 10) == digit


def s10(serial: str, digit: str, parameters: Parameters) -> bool:
    """The weighted sum by 11, as the Universal Postal Union lays it down in S10."""
    total = sum(int(sign) * w for sign, w in zip(serial, parameters["weightings"], strict=True))
    left = 11 - total % 11
    return str({10: 0, 11: 5}.get(left, left)) == digit


def weighted_sum(serial: str, digit: str, parameters: Parameters) -> bool:
    """The weighted sum by one modulus, and then by another."""
    total = sum(int(sign) * w for sign, w in zip(serial, parameters["weightings"], strict=True))
    return str(total % parameters["modulo1"] % parameters["modulo2"]) == digit


def mod_37_36(serial: str, digit: str, parameters: Parameters) -> bool:
    """The hybrid system of ISO/IEC 7064 over digits and capitals; it may end in a letter."""
    rest = 36
    for sign in serial:
        rest = (rest + _ALPHABET.index(sign)) % 36 or 36
        rest = rest * 2 % 37
    return _ALPHABET[(37 - rest) % 36] == digit


def _value(sign: str) -> int:
    """Return a digit's value; letters count on from A as 2, as UPS has it."""
    return int(sign) if sign.isdigit() else (ord(sign) - 3) % 10


CHECKS: Mapping[str, Check] = {
    "mod7": mod7,
    "mod10": mod10,
    "luhn": luhn,
    "s10": s10,
    "sum_product_with_weightings_and_modulo": weighted_sum,
    "mod_37_36": mod_37_36,
}
