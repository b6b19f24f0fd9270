"""Uploads come out as pictures of our own making, whatever they were."""

import io
import struct
import zlib

import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from commerce.errors import BadImage
from commerce.rules import LONGEST_SIDE, MOST_PICTURE_BYTES
from commerce.rules.pictures import LONGEST_PHOTO_SIDE, MOST_PHOTO_BYTES, PHOTO_BOX
from commerce.services.images import photograph, reencode

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


def camera_photo(**facts: object) -> bytes:
    """A photo lying on its side, with a place and the facts a camera tells."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Software] = facts.get("software", "Retouch 3")
    exif.get_ifd(ExifTags.IFD.Exif).update(
        {
            ExifTags.Base.DateTimeOriginal: facts.get("clock", "2026:11:21 09:30:00"),
            ExifTags.Base.OffsetTimeOriginal: facts.get("offset", "+09:00"),
        }
    )
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (35.0, 41.0, 22.0)
    return written(Image.new("RGB", (3000, 1500), "teal"), "JPEG", exif=exif)


def test_a_photo_is_written_anew_without_its_place() -> None:
    data = camera_photo()
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    photo = photograph(data)
    opened = Image.open(io.BytesIO(photo.content))
    assert (opened.format, opened.size) == ("JPEG", (1000, 2000))
    assert (photo.width, photo.height) == (1000, 2000)
    assert max(opened.size) <= max(PHOTO_BOX)
    assert not opened.getexif()
    assert (photo.taken_at, photo.software) == ("2026-11-21T09:30:00+09:00", "Retouch 3")


@pytest.mark.parametrize(
    ("clock", "offset", "taken_at"),
    [
        ("2026:11:21 09:30:00", "", "2026-11-21T09:30:00"),
        ("2026:11:21 09:30:00", "noon", "2026-11-21T09:30:00"),
        ("2026:13:41 09:30:00", "+09:00", ""),
        ("", "", ""),
    ],
)
def test_what_a_camera_tells_is_read_as_far_as_it_is_readable(
    clock: str, offset: str, taken_at: str
) -> None:
    assert photograph(camera_photo(clock=clock, offset=offset)).taken_at == taken_at


def test_a_see_through_photo_lies_on_white() -> None:
    photo = photograph(written(Image.new("RGBA", (10, 10), (0, 0, 0, 0))))
    assert Image.open(io.BytesIO(photo.content)).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7",
        png_that_claims(LONGEST_PHOTO_SIDE + 1, 10),
        png_that_claims(8000, 8000),
        camera_photo()[:2000],
        b"\0" * (MOST_PHOTO_BYTES + 1),
    ],
)
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    with pytest.raises(BadImage):
        photograph(data)
