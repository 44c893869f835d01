"""A sheet to draw on, 1280 pixels wide, and the fonts and colours of all pictures.

matplotlib draws, without pyplot and without axes: places are pixels from the top left corner. It is imported late,
because most commands draw nothing, and used by one thread at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from studybot.errors import NoPicture

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

one_at_a_time = Lock()
"""Hold it while drawing: matplotlib's fonts are not made for threads, and one processor is enough for drawing."""

WIDTH = 1280
MARGIN = 64
INNER = WIDTH - 2 * MARGIN
_DPI = 100  # a figure is measured in inches: this many pixels each

# Okabe and Ito's colours, which colour-blind people tell apart, on paper that glares neither by day nor at night.
PAPER = "#FAF8F3"
WHITE = "#FFFFFF"
INK = "#1B2430"
MUTED = "#5B6472"
PALE = "#B9BFC8"
BLUE = "#0072B2"
ORANGE = "#C75100"
GREEN = "#00795A"

FONT_FOLDERS = (Path("/usr/share/fonts/truetype/nanum"), Path("/usr/share/fonts/nanum"))
Face: TypeAlias = Literal["plain", "bold", "code", "code-bold"]
_FILES: dict[Face, str] = {
    "plain": "NanumGothic.ttf",
    "bold": "NanumGothicBold.ttf",
    "code": "NanumGothicCoding.ttf",
    "code-bold": "NanumGothicCodingBold.ttf",
}
Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line of text, in its own colour and face."""

    text: str
    color: str = INK
    face: Face = "plain"


@cache
def _font(face: Face) -> "FontProperties":
    from matplotlib.font_manager import FontProperties

    path = next((folder / _FILES[face] for folder in FONT_FOLDERS if (folder / _FILES[face]).exists()), None)
    if path is None:
        raise NoPicture("the Nanum fonts are missing: apt-get install fonts-nanum")
    return FontProperties(fname=str(path))


@cache
def _measured(text: str, face: Face) -> float:
    """Return how wide a text is at a size of 1."""
    from matplotlib.textpath import TextToPath

    font = _font(face).copy()
    font.set_size(100)
    width = float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0]) / 100
    return width * 1.015  # the pixel grid makes small letters a little wider


def text_width(text: str, size: float, face: Face = "plain") -> float:
    """Return the width of a text in pixels; `size` is the font's, in pixels too."""
    return _measured(text, face) * size


def line_width(pieces: Sequence[Piece], size: float) -> float:
    return sum(text_width(piece.text, size, piece.face) for piece in pieces)


def fitted(text: str, size: float, face: Face, *, width: float, least: float) -> tuple[str, float]:
    """Return a text and a size, at least `least`, with which it is no wider than `width`: shortened if it must be."""
    size = min(size, max(least, size * width / max(1.0, text_width(text, size, face))))
    shortened = text
    while len(shortened) > 1 and text_width(shortened, size, face) > width:
        shortened = f"{shortened[:-2]}…"
    return shortened, size


class Sheet:
    """Draws onto a figure; `png` gives the picture. Raises NoPicture where the fonts are missing."""

    def __init__(self, height: float) -> None:
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        self._height = round(height)
        self._figure = Figure(figsize=(WIDTH / _DPI, self._height / _DPI), dpi=_DPI, facecolor=PAPER)
        self._pixels = Affine2D().scale(1, -1).translate(0, self._height)

    def text(
        self,
        at: Point,
        text: str,
        size: float,
        *,
        color: str = INK,
        face: Face = "plain",
        align: Literal["left", "center", "right"] = "left",
    ) -> None:
        """Write a text; `at` is the middle of its height."""
        font = _font(face).copy()
        font.set_size(size * 72 / _DPI)
        self._figure.text(
            *at, text, color=color, fontproperties=font, ha=align, va="center_baseline", transform=self._pixels,
            parse_math=False,
        )  # fmt: skip

    def line(self, at: Point, pieces: Sequence[Piece], size: float) -> None:
        """Write pieces of text one after the other."""
        x, y = at
        for piece in pieces:
            self.text((x, y), piece.text, size, color=piece.color, face=piece.face)
            x += text_width(piece.text, size, piece.face)

    def box(
        self,
        corner: Point,
        size: Point,
        *,
        fill: str = WHITE,
        edge: str = INK,
        line: float = 3,
        radius: float = 10,
        dashed: bool = False,
    ) -> None:
        """Draw a box with round corners; `corner` is its top left one."""
        from matplotlib.patches import FancyBboxPatch

        style = f"round,pad=0,rounding_size={radius}"
        patch = FancyBboxPatch(
            corner, *size, boxstyle=style, facecolor=fill, edgecolor=edge, linewidth=line * 72 / _DPI,
            linestyle=(0, (4, 3)) if dashed else "solid", transform=self._pixels,
        )  # fmt: skip
        self._figure.add_artist(patch)

    def disc(self, middle: Point, radius: float, *, fill: str) -> None:
        from matplotlib.patches import Circle

        self._figure.add_artist(Circle(middle, radius, facecolor=fill, edgecolor="none", transform=self._pixels))

    def way(
        self, points: Sequence[Point], *, color: str = INK, line: float = 4, head: float = 22, dashed: bool = False
    ) -> None:
        """Draw a way through points: straight between two; else a smooth curve, two turns and an end for each piece.

        It ends in an arrow's `head` of that size, or in none where that is 0.
        """
        from matplotlib.patches import FancyArrowPatch
        from matplotlib.path import Path as Curve

        codes: list[Any] = [Curve.MOVETO, *[Curve.LINETO if len(points) == 2 else Curve.CURVE4] * (len(points) - 1)]
        patch = FancyArrowPatch(
            path=Curve(list(points), codes), arrowstyle="-|>" if head else "-", mutation_scale=head or 1, color=color,
            fill=bool(head), linewidth=line * 72 / _DPI, linestyle=(0, (4, 3)) if dashed else "solid",
            transform=self._pixels, shrinkA=0, shrinkB=0, capstyle="butt", joinstyle="miter",
        )  # fmt: skip
        self._figure.add_artist(patch)

    def png(self) -> bytes:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        file = BytesIO()
        FigureCanvasAgg(self._figure).print_png(file, metadata={"Software": None})  # type: ignore[no-untyped-call]
        return file.getvalue()
