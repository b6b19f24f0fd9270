"""Whom a letter goes to, and how its text is laid out."""

from notifications.rules.letters import AboutOrder, addressees, paragraphs_of


def about(order_id: str, address: str = "") -> AboutOrder:
    return AboutOrder(order_id=order_id, number=f"#{order_id}", address=address, name="")


def test_a_shopper_gets_one_letter_however_many_orders_it_is_about() -> None:
    found = addressees(
        [
            about("1", "hana@example.jp"),
            about("2", "ken@example.jp"),
            about("1", "hana@example.jp"),
            about("3", " Hana@Example.jp"),
        ]
    )
    assert [[order.order_id for order in person.orders] for person in found] == [["1", "3"], ["2"]]


def test_who_has_no_address_is_told_apart() -> None:
    assert len(addressees([about("1"), about("2"), about("1")])) == 2


def test_empty_lines_part_paragraphs() -> None:
    assert paragraphs_of("\r\nOne\r\ntwo\r\n \r\n\r\nThree\n") == ["One\ntwo", "Three"]
    assert paragraphs_of(" \n ") == []
