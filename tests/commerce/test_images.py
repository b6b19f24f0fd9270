"""Uploads come out as pictures of our own making, whatever they were."""

import io
import struct
import zlib

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from commerce.errors import BadImage
from commerce.rules import LONGEST_SIDE, MOST_PICTURE_BYTES
from commerce.services.images import reencode

BOX = (100, 50)


def written(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_that_claims(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pictures_are_fitted_and_written_as_png(kind: str) -> None:
    picture = reencode(written(Image.new("RGB", (400, 100), "teal"), kind), box=BOX)
    assert (picture.width, picture.height) == (100, 25)
    opened = Image.open(io.BytesIO(picture.content))
    assert (opened.format, opened.size) == ("PNG", (100, 25))
    red, green, blue = opened.getpixel((50, 12))[:3]
    assert abs(green - 128) < 8
    assert abs(blue - 128) < 8
    assert red < 8


def test_small_pictures_stay_small() -> None:
    assert reencode(written(Image.new("RGB", (30, 20))), box=BOX).width == 30


def test_transparency_is_kept() -> None:
    picture = reencode(written(Image.new("RGBA", (10, 10), (0, 0, 0, 0))), box=BOX)
    assert Image.open(io.BytesIO(picture.content)).getpixel((5, 5)) == (0, 0, 0, 0)


def test_other_colour_models_are_taken() -> None:
    picture = reencode(written(Image.new("CMYK", (10, 10)), "JPEG"), box=BOX)
    assert Image.open(io.BytesIO(picture.content)).mode == "RGB"


def test_the_camera_is_turned_upright_and_forgotten() -> None:
    image = Image.new("RGB", (40, 20))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Secret Camera"
    picture = reencode(written(image, "JPEG", exif=exif), box=BOX)
    assert (picture.width, picture.height) == (20, 40)
    assert b"Secret" not in picture.content
    assert not Image.open(io.BytesIO(picture.content)).getexif()


def test_nothing_rides_along() -> None:
    words = PngInfo()
    words.add_text("Comment", "<script>alert(1)</script>")
    upload = written(Image.new("RGB", (10, 10)), pnginfo=words, icc_profile=b"profile-bytes")
    upload += b"PK\x03\x04<html><script>alert(2)</script>"
    content = reencode(upload, box=BOX).content
    assert b"script" not in content
    assert b"PK\x03\x04" not in content
    assert b"iCCP" not in content
    assert content.endswith(b"IEND\xaeB`\x82")


def test_only_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue")]
    upload = written(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    opened = Image.open(io.BytesIO(reencode(upload, box=BOX).content))
    assert getattr(opened, "n_frames", 1) == 1
    assert opened.getpixel((5, 5)) == (255, 0, 0)


def test_the_longest_side_is_the_edge() -> None:
    assert reencode(written(Image.new("1", (LONGEST_SIDE, 1))), box=BOX).width == 100
    with pytest.raises(BadImage):
        reencode(written(Image.new("1", (LONGEST_SIDE + 1, 1))), box=BOX)


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"not a picture",
        b"\x89PNG\r\n\x1a\n",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        written(Image.new("P", (10, 10)), "GIF"),
        written(Image.new("RGB", (10, 10)), "TIFF"),
        written(Image.new("RGB", (60, 60)), "JPEG")[:300],
        written(Image.new("RGB", (10, 10)))[:45],
        png_that_claims(60_000, 60_000),
        png_that_claims(4001, 10),
        png_that_claims(0, 0),
        b"\xff\xd8\xff" + b"\0" * 1000,
        b"x" * (MOST_PICTURE_BYTES + 1),
    ],
)
def test_everything_else_is_refused(upload: bytes) -> None:
    with pytest.raises(BadImage):
        reencode(upload, box=BOX)
