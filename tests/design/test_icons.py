"""Icons: hidden unless they speak, and never a file of one's own choosing."""

from pathlib import Path

import pytest

from postexp.design import icons


def test_an_icon_is_hidden_beside_its_word() -> None:
    picture = icons.svg("truck")
    assert 'aria-hidden="true"' in picture
    assert 'class="icon"' in picture
    assert "lucide" not in picture
    assert picture.count("<path") == 3


def test_an_icon_alone_speaks() -> None:
    picture = icons.svg("truck", 20, "big", '"On its way"')
    assert 'role="img" aria-label="&quot;On its way&quot;"' in picture
    assert 'class="icon icon-20 big"' in picture


@pytest.mark.parametrize("name", ["no-such-icon", "../../../pyproject", "Truck", ""])
def test_an_unknown_icon_is_an_error(name: str) -> None:
    with pytest.raises(icons.UnknownIcon):
        icons.svg(name)


def test_icons_come_in_the_sizes_of_the_scale() -> None:
    with pytest.raises(icons.UnknownIcon, match="17"):
        icons.svg("truck", 17)


def test_every_icon_can_be_drawn() -> None:
    assert len(icons.names()) > 60
    assert all("<svg" in icons.svg(name) for name in icons.names())


def test_a_file_that_is_no_picture_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.svg").write_text("nothing here")
    monkeypatch.setattr(icons, "FOLDER", tmp_path)
    with pytest.raises(icons.UnknownIcon, match="no svg"):
        icons.shapes("broken")
