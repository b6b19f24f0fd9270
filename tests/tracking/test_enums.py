"""The vocabulary file and the enums tell the same story in both languages."""

from tracking.enums import (
    DelayReason,
    Status,
    TimePrecision,
    delay_reason_label,
    status_label,
    substatus_label,
    vocabulary,
)


def test_enums_and_file_agree() -> None:
    assert list(vocabulary()["statuses"]) == list(Status)
    assert list(vocabulary()["delay_reasons"]) == list(DelayReason)
    assert vocabulary()["time_precision"] == list(TimePrecision)
    assert len(Status) == 12
    assert sum(len(status.substatuses) for status in Status) == 77


def test_every_word_is_there_in_both_languages() -> None:
    for status in Status:
        for substatus in ("", *status.substatuses):
            english = substatus_label(status, substatus, "en")
            japanese = substatus_label(status, substatus, "ja-JP")
            assert english.isascii()
            assert not japanese.isascii()
    assert status_label("delivered", "ja") == "配達完了"
    assert substatus_label("delivered", "unheard_of", "en") == "Delivered"
    assert delay_reason_label("weather", "ja") == "悪天候のため"


def test_final_statuses() -> None:
    assert {status for status in Status if status.is_final} == {
        Status.DELIVERED,
        Status.RETURNED,
        Status.CANCELLED,
        Status.EXPIRED,
    }
