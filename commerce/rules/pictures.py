"""How much of a picture we are willing to read."""

MOST_PICTURE_BYTES = 4 * 1024 * 1024
LONGEST_SIDE = 4000
