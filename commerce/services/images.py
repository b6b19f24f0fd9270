"""Making uploaded pictures safe: decoded, scaled down and written anew, nothing else survives."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from PIL import ExifTags, Image, ImageOps

from commerce.errors import BadImage
from commerce.rules import LONGEST_SIDE, MOST_PICTURE_BYTES
from commerce.rules.pictures import (
    LONGEST_PHOTO_SIDE,
    MOST_PHOTO_BYTES,
    MOST_PHOTO_PIXELS,
    PHOTO_BOX,
)

FORMATS = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG of our own making, with its size in pixels."""

    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A JPEG of our own making, and what the camera told of the upload, apart from it.

    `taken_at` is ISO 8601 as the camera's clock showed it, with an offset where the camera knew
    one; `software` is the program that wrote the file last. Either may be empty, and neither is
    proof. The place is never read.
    """

    content: bytes
    width: int
    height: int
    taken_at: str
    software: str


def reencode(data: bytes, *, box: tuple[int, int]) -> Picture:
    """Return the first frame of a PNG, JPEG or WebP upload as a PNG that fits into `box`.

    Its size is judged by the header before a pixel is unpacked. Metadata (EXIF, places, profiles,
    anything appended) is left behind. Raises BadImage.
    """
    with _opened(data, MOST_PICTURE_BYTES, LONGEST_SIDE) as upload:
        return _written_anew(ImageOps.exif_transpose(upload), box)


def photograph(data: bytes) -> Photo:
    """Return the first frame of a PNG, JPEG or WebP photo as a JPEG that fits into PHOTO_BOX.

    As `reencode`, but for what comes out of a camera: larger, and with the camera's facts kept
    beside it. Raises BadImage.
    """
    with _opened(data, MOST_PHOTO_BYTES, LONGEST_PHOTO_SIDE) as upload:
        if upload.width * upload.height > MOST_PHOTO_PIXELS:
            raise BadImage
        exif = upload.getexif()
        told = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
        # A decoder that knows how unpacks no more than will be kept.
        upload.draft("RGB", PHOTO_BOX)
        drawn = _on_white(ImageOps.exif_transpose(upload))
        drawn.thumbnail(PHOTO_BOX)
        written = io.BytesIO()
        drawn.save(written, "JPEG", quality=85, optimize=True)
        return Photo(
            content=written.getvalue(),
            width=drawn.width,
            height=drawn.height,
            taken_at=_taken_at(told),
            software=_clean(told.get(ExifTags.Base.Software))[:120],
        )


def _on_white(upload: Image.Image) -> Image.Image:
    """Return a fresh picture without transparency, which carries none of the metadata over."""
    fresh = Image.new("RGB", upload.size, "white")
    if upload.has_transparency_data:
        seen = upload.convert("RGBA")
        fresh.paste(seen, mask=seen)
    else:
        fresh.paste(upload.convert("RGB"))
    return fresh


def _taken_at(told: dict[int, object]) -> str:
    """Return when the camera says the photo was taken, "" where it says nothing readable."""
    day, _space, hour = _clean(told.get(ExifTags.Base.DateTimeOriginal)).partition(" ")
    clock = f"{day.replace(':', '-')}T{hour}"
    offset = _clean(told.get(ExifTags.Base.OffsetTimeOriginal))
    for written in (f"{clock}{offset}", clock):
        with suppress(ValueError):
            return datetime.fromisoformat(written).isoformat()
    return ""


def _clean(text: object) -> str:
    """Return printable words of a tag that may hold anything."""
    return "".join(one for one in str(text or "") if one.isprintable()).strip()


@contextmanager
def _opened(data: bytes, most_bytes: int, longest_side: int) -> Iterator[Image.Image]:
    """Open an upload judged by its header; whatever fails inside raises BadImage."""
    if not data or len(data) > most_bytes:
        raise BadImage
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as upload:
                if max(upload.size) > longest_side:
                    raise BadImage
                yield upload
    except BadImage:
        raise
    except Exception as error:
        # Decoders fail in many ways on hostile bytes; all of them mean the same to the person.
        raise BadImage from error


def _written_anew(upload: Image.Image, box: tuple[int, int]) -> Picture:
    mode = "RGBA" if upload.has_transparency_data else "RGB"
    drawn = upload.convert(mode)
    drawn.thumbnail(box)
    # A fresh image carries none of the upload's metadata into the file.
    clean = Image.new(mode, drawn.size)
    clean.paste(drawn)
    written = io.BytesIO()
    clean.save(written, "PNG", optimize=True)
    return Picture(content=written.getvalue(), width=clean.width, height=clean.height)
