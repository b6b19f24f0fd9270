"""Making uploaded pictures safe: decoded, scaled down and written anew, nothing else survives."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

from commerce.errors import BadImage
from commerce.rules import LONGEST_SIDE, MOST_PICTURE_BYTES

FORMATS = ("PNG", "JPEG", "WEBP")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG of our own making, with its size in pixels."""

    content: bytes
    width: int
    height: int


def reencode(data: bytes, *, box: tuple[int, int]) -> Picture:
    """Return the first frame of a PNG, JPEG or WebP upload as a PNG that fits into `box`.

    Its size is judged by the header before a pixel is unpacked. Metadata (EXIF, places, profiles,
    anything appended) is left behind. Raises BadImage.
    """
    if not data or len(data) > MOST_PICTURE_BYTES:
        raise BadImage
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as upload:
                if max(upload.size) > LONGEST_SIDE:
                    raise BadImage
                return _written_anew(ImageOps.exif_transpose(upload), box)
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
