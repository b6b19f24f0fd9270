"""Photos as shoppers take them."""

import io

from PIL import ExifTags, Image


def picture(colour: str = "teal", **facts: str) -> bytes:
    """A photo as a telephone takes it, with the place it was taken at."""
    exif = Image.Exif()
    exif[ExifTags.Base.Software] = facts.get("software", "")
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:11:21 09:30:00"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (35.0, 41.0, 22.0)
    out = io.BytesIO()
    Image.new("RGB", (400, 300), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()
