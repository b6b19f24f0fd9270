"""How much of a picture we are willing to read."""

MOST_PICTURE_BYTES = 4 * 1024 * 1024
LONGEST_SIDE = 4000

MOST_PHOTO_BYTES = 12 * 1024 * 1024
LONGEST_PHOTO_SIDE = 10_000
MOST_PHOTO_PIXELS = 60_000_000
PHOTO_BOX = (2000, 2000)
"""What a photo out of a camera may be, and the box in which it is kept."""
