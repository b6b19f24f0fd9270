"""What files say of people: the same columns for orders and for customers."""

# The names of columns read best as a table.
# ruff: noqa: E501

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy

from integrations.spreadsheets.columns import Field
from integrations.spreadsheets.kinds.base import Row

CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")

PEOPLE = (
    Field(name="customer_id", label=gettext_lazy("Customer ID in the shop"),
          names=("Customer ID in the shop", "ショップでの顧客ID", "Customer ID", "顧客ID", "会員ID", "会員番号")),
    Field(name="email", label=gettext_lazy("E-mail"),
          names=("E-mail", "メールアドレス", "Email", "Mail", "メール", "E-mail address", "Customer email"),
          sample_en=("hannah@example.com", "", "tom@example.com"),
          sample_ja=("hanako@example.jp", "", "ichiro@example.jp")),
    Field(name="phone", label=gettext_lazy("Phone"),
          names=("Phone", "電話番号", "Tel", "Telephone", "Phone number", "Shipping Phone", "携帯電話"),
          sample_en=("+1 503 555 0101", "", ""), sample_ja=("090-1234-5678", "", "")),
    Field(name="name", label=gettext_lazy("Full name"),
          names=("Full name", "氏名", "Customer name", "Customer", "お名前", "名前", "顧客名", "注文者名", "購入者名", "Billing Name"),
          sample_en=("Hannah Reed", "", "Tom Cole"), sample_ja=("佐藤 花子", "", "鈴木 一郎")),
    Field(name="family_name", label=gettext_lazy("Family name"),
          names=("Family name", "姓", "Last name", "Surname", "苗字")),
    Field(name="given_name", label=gettext_lazy("Given name"),
          names=("Given name", "名", "First name")),
    Field(name="family_kana", label=gettext_lazy("Family name in kana"),
          names=("Family name in kana", "姓（フリガナ）", "セイ", "姓カナ", "せい", "姓フリガナ")),
    Field(name="given_kana", label=gettext_lazy("Given name in kana"),
          names=("Given name in kana", "名（フリガナ）", "メイ", "名カナ", "めい", "名フリガナ")),
    Field(name="locale", label=gettext_lazy("Language"),
          names=("Language", "言語", "Locale", "Language code"),
          sample_en=("en", "", "en"), sample_ja=("ja", "", "ja")),
)  # fmt: skip


def split_name(row: Row) -> tuple[str, str]:
    """Return family and given name: as told, or parted out of the full name.

    A name in Chinese characters or kana begins with the family name, others end with it.
    """
    if row["family_name"] or row["given_name"]:
        return row["family_name"], row["given_name"]
    parts = row["name"].replace("\u3000", " ").split()
    if len(parts) < 2:
        return row["name"].strip(), ""
    if CJK.search(row["name"]):
        return parts[0], " ".join(parts[1:])
    return parts[-1], " ".join(parts[:-1])
