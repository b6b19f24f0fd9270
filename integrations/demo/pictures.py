"""Product pictures, drawn rather than downloaded."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter

SIZE = 600
# Drawn larger and scaled down, so that edges are smooth.
SCALE = 2
CANVAS = SIZE * SCALE

Colours = tuple[str, str, str]
Box = tuple[float, float, float, float]


class Sketch:
    """A picture on a grid of 100 by 100, with a soft shadow under the thing drawn."""

    def __init__(self, colours: Colours) -> None:
        self.ground, self.body, self.shade = colours
        self.image = Image.new("RGB", (CANVAS, CANVAS), self.ground)
        self._shadow()
        self.pen = ImageDraw.Draw(self.image)

    def _shadow(self) -> None:
        layer = Image.new("L", (CANVAS, CANVAS), 0)
        ImageDraw.Draw(layer).ellipse(self.box((24, 74, 76, 84)), fill=70)
        layer = layer.filter(ImageFilter.GaussianBlur(CANVAS / 50))
        self.image.paste(Image.new("RGB", (CANVAS, CANVAS), self.shade), mask=layer)

    def box(self, box: Box) -> list[float]:
        """Return a box of the grid in pixels."""
        return [value * CANVAS / 100 for value in box]

    def ellipse(self, box: Box, fill: str) -> None:
        """Draw an ellipse."""
        self.pen.ellipse(self.box(box), fill=fill)

    def block(self, box: Box, fill: str, radius: float = 3) -> None:
        """Draw a rectangle with round corners."""
        self.pen.rounded_rectangle(self.box(box), radius * CANVAS / 100, fill=fill)

    def ring(self, box: Box, fill: str, width: float) -> None:
        """Draw an ellipse's outline."""
        self.pen.ellipse(self.box(box), outline=fill, width=int(width * CANVAS / 100))

    def arc(self, box: Box, start: float, end: float, fill: str, width: float) -> None:
        """Draw a part of an ellipse's outline."""
        self.pen.arc(self.box(box), start, end, fill=fill, width=int(width * CANVAS / 100))

    def shape(self, points: list[tuple[float, float]], fill: str) -> None:
        """Draw a polygon."""
        self.pen.polygon([(x * CANVAS / 100, y * CANVAS / 100) for x, y in points], fill=fill)

    def line(self, points: list[tuple[float, float]], fill: str, width: float) -> None:
        """Draw a line."""
        self.pen.line(
            [(x * CANVAS / 100, y * CANVAS / 100) for x, y in points],
            fill=fill,
            width=int(width * CANVAS / 100),
            joint="curve",
        )


def _mug(pen: Sketch) -> None:
    pen.ring((58, 40, 82, 66), pen.shade, 5)
    pen.block((26, 32, 66, 78), pen.body, 7)
    pen.ellipse((26, 27, 66, 39), pen.shade)
    pen.ellipse((29, 29, 63, 37), pen.ground)


def _towel(pen: Sketch) -> None:
    for step, fill in enumerate((pen.shade, pen.body, pen.shade, pen.body)):
        pen.block((22, 66 - 12 * step, 78, 78 - 12 * step), fill, 5)
    for x in range(26, 76, 4):
        pen.line([(x, 78), (x, 81)], pen.body, 0.7)


def _teapot(pen: Sketch) -> None:
    pen.arc((30, 12, 66, 56), 180, 360, pen.shade, 3)
    pen.shape([(64, 50), (86, 36), (88, 40), (68, 66)], pen.body)
    pen.ellipse((22, 36, 74, 80), pen.body)
    pen.ellipse((34, 34, 62, 44), pen.shade)
    pen.ellipse((45, 28, 51, 36), pen.shade)
    for y in range(50, 72, 6):
        for x in range(32, 66, 6):
            pen.ellipse((x, y, x + 2, y + 2), pen.shade)


def _candle(pen: Sketch) -> None:
    pen.block((34, 40, 66, 80), pen.body, 4)
    pen.ellipse((34, 36, 66, 45), pen.ground)
    pen.line([(50, 41), (50, 34)], pen.shade, 1)
    pen.ellipse((46, 20, 54, 36), "#f5a623")
    pen.ellipse((48, 26, 52, 35), "#fff3c4")
    pen.block((34, 54, 66, 70), pen.shade, 1)


def _tote(pen: Sketch) -> None:
    pen.arc((36, 16, 64, 62), 180, 360, pen.shade, 3)
    pen.shape([(24, 40), (76, 40), (80, 80), (20, 80)], pen.body)
    pen.block((20, 76, 80, 80), pen.shade, 1)
    pen.block((40, 54, 60, 66), pen.ground, 2)


def _notebook(pen: Sketch) -> None:
    pen.block((30, 20, 74, 80), pen.shade, 3)
    pen.block((28, 18, 70, 78), pen.body, 3)
    pen.block((28, 18, 36, 78), pen.shade, 3)
    pen.block((44, 30, 62, 40), pen.ground, 1)
    pen.line([(60, 18), (60, 84), (62, 80), (64, 84), (64, 18)], pen.ground, 1)


def _lamp(pen: Sketch) -> None:
    pen.block((47, 54, 53, 76), pen.shade, 1)
    pen.ellipse((34, 72, 66, 80), pen.shade)
    pen.shape([(38, 20), (62, 20), (72, 56), (28, 56)], pen.body)
    for x in (42, 50, 58):
        pen.line([(x, 21), (50 + (x - 50) * 1.8, 55)], pen.shade, 0.7)


def _cushion(pen: Sketch) -> None:
    pen.block((22, 30, 78, 78), pen.body, 14)
    for step in range(5):
        pen.line([(30, 42 + step * 7), (70, 42 + step * 7)], pen.shade, 1)


def _shirt(pen: Sketch) -> None:
    pen.shape(
        [
            (36, 22),
            (64, 22),
            (86, 38),
            (78, 52),
            (70, 46),
            (70, 80),
            (30, 80),
            (30, 46),
            (22, 52),
            (14, 38),
        ],
        pen.body,
    )
    pen.ellipse((41, 16, 59, 30), pen.ground)
    pen.arc((40, 15, 60, 31), 0, 180, pen.shade, 2)
    pen.line([(50, 32), (50, 80)], pen.shade, 0.8)
    for y in (42, 54, 66):
        pen.ellipse((49, y, 51, y + 2), pen.shade)


def _socks(pen: Sketch) -> None:
    for left, fill in ((44, pen.shade), (28, pen.body)):
        pen.block((left, 22, left + 20, 64), fill, 3)
        pen.block((left, 54, left + 34, 76), fill, 9)
        pen.block((left, 22, left + 20, 29), pen.ground, 2)
        for y in (34, 40):
            pen.line([(left, y), (left + 20, y)], pen.ground, 1.4)


DRAWINGS: dict[str, Callable[[Sketch], None]] = {
    "mug": _mug,
    "towel": _towel,
    "teapot": _teapot,
    "candle": _candle,
    "tote": _tote,
    "notebook": _notebook,
    "lamp": _lamp,
    "cushion": _cushion,
    "shirt": _shirt,
    "socks": _socks,
}


def draw(shape: str, colours: Colours) -> bytes:
    """Return a product picture as PNG, 600 by 600."""
    sketch = Sketch(colours)
    DRAWINGS[shape](sketch)
    out = io.BytesIO()
    sketch.image.resize((SIZE, SIZE), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()
