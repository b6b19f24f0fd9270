"""How order numbers, e-mail addresses, phones and postcodes are written so that they compare."""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers

# ァ to ヶ stand in the order of ぁ to ゖ.
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_TO_HIRAGANA = {code + 0x60: code for code in range(0x3041, 0x3097)}


def _plain(text: str) -> str:
    """Full-width forms made half-width, blanks and invisible signs taken out."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in text if unicodedata.category(sign)[0] not in "CZ")


def number_key(number: str) -> str:
    """Return an order number as it is compared: `＃１００１`, `#1001` and `1001` are one."""
    return _plain(number).lstrip("#№").upper()[:40]


def name_keys(name: str) -> tuple[str, ...]:
    """Return how a name is compared: `ｻﾄｳ ﾊﾅ`, `さとうはな` and `サトウハナ` are one.

    Readings are kept in either kana, so that a name in kana has two keys.
    """
    plain = _plain(name).upper()
    katakana, hiragana = plain.translate(_TO_KATAKANA), plain.translate(_TO_HIRAGANA)
    return tuple(dict.fromkeys((plain, katakana, hiragana)))


def normal_email(email: str) -> str:
    """Return an address in lower case without blanks; empty where it is none."""
    plain = _plain(email).lower()
    return plain if re.fullmatch(r"[^@]+@[^@]+", plain) else ""


def normal_phone(phone: str, country: str) -> str:
    """Return a number in E.164, read as dialled in `country`; empty where it is none."""
    try:
        parsed = phonenumbers.parse(unicodedata.normalize("NFKC", phone), country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def normal_postcode(postcode: str) -> str:
    """Return a postcode without blanks and dashes, in capitals: 〒150-0001 and 1500001 are one."""
    return re.sub(r"[^0-9A-Z]", "", _plain(postcode).upper())[:20]


@dataclass(frozen=True, kw_only=True)
class ContactKey:
    """What a shopper typed to prove an order is theirs, in every form it could be."""

    email: str
    phone: str
    postcode: str


def contact_key(text: str, country: str) -> ContactKey:
    """Read a contact that may be an e-mail address, a phone number or a postcode."""
    email = normal_email(text)
    return ContactKey(
        email=email,
        phone="" if email else normal_phone(text, country),
        postcode="" if email else normal_postcode(text),
    )
