r"""A formula as a picture: `formula_png(r"\frac{\partial L}{\partial w}")` is a PNG, or None if it cannot be drawn.

matplotlib draws it with its own TeX reader, which knows most of LaTeX's mathematics but no environments. Of those,
lines (`aligned`, or `\\` alone) are set here, one below the other, with the `&` of all lines in one column.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from studybot.core.latex import DROPPED
from studybot.pictures.sheet import one_at_a_time

if TYPE_CHECKING:
    from matplotlib.figure import Figure

log = logging.getLogger(__name__)

WIDTH = 1280
"""Of the canvas, in pixels: Telegram shrinks what is wider."""

MARGIN = 56
LARGEST, SMALLEST = 84.0, 34.0
"""Sizes of the letters in pixels: a long formula is set smaller; one that is too long even so is not drawn."""

NARROWEST = 560
"""Telegram blows up a narrow picture: a short formula has white space at its sides."""

MOST_HEIGHT = 1280
LINE_GAP = 0.55  # of the size
INK = "#1B2430"
_DPI = 100
_FONTS = "stix"

_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{(?:aligned|align|gathered|gather|split|equation|eqnarray)\*?\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?")
_ALIASES = {
    "le": r"\leq", "ge": r"\geq", "lt": "<", "gt": ">", "gets": r"\leftarrow", "implies": r"\Rightarrow",
    "iff": r"\Leftrightarrow", "land": r"\wedge", "lor": r"\vee", "lnot": r"\neg", "dotsc": r"\ldots",
    "dotsb": r"\cdots", "square": "□", "lVert": r"\Vert", "rVert": r"\Vert", "lvert": "|", "rvert": "|",
    "coloneqq": "≔", "bmod": r"\ \mathrm{mod}\ ", "tfrac": r"\frac", "cfrac": r"\frac", "bm": r"\boldsymbol",
    "mbox": r"\text", "textrm": r"\text", "textsf": r"\mathsf", "textbf": r"\mathbf", "textit": r"\mathit",
    "texttt": r"\mathtt", "Bbb": r"\mathbb", "omicron": "o",
    **{name: rf"\operatorname{{{name}}}" for name in ("softmax", "sigmoid", "relu", "argmax", "argmin", "diag", "tr")},
    **dict.fromkeys(DROPPED, ""),
}  # fmt: skip
"""What matplotlib does not know by LaTeX's name. What is in no table makes the formula stay text."""

_GONE = re.compile(r"\\(?:label|tag)\{[^}]*\}")
_CROWDED = re.compile(r"(?<=[}\w])\s*(?=\\(?:sum|prod|int|max|min|lim|log|ln|exp|sin|cos|tanh)(?![A-Za-z]))")

_SCRIPT = r"\s*[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|[^{\\\s])"
_TOUCHING = re.compile(rf"(\\(?:sum|prod|int|iint|oint)(?![A-Za-z])(?:{_SCRIPT}){{0,2}})(?!\s*[_^])")
_DOUBLE = re.compile(r"\\mathbb\s*(\{[^{}]*\}|[A-Za-z0-9])")


@dataclass(frozen=True, slots=True)
class _Box:
    """The size of a piece of a formula, for letters of one pixel; `depth` is how far it reaches below its line."""

    latex: str
    width: float
    height: float
    depth: float


@lru_cache(maxsize=128)
def formula_png(latex: str) -> bytes | None:
    """Return a picture of a display formula, black on white; None where it cannot be drawn, and the log says why.

    Takes some 0.1 s, and a second the first time: call it in a thread.
    """
    with one_at_a_time, _missing_letters() as missing:
        try:
            png = _drawn(latex)
        except (ValueError, RecursionError) as error:  # matplotlib's, of what it cannot read; ours
            log.info("a formula stays text: %s: %s", latex, str(error).strip().splitlines()[-1:])
            return None
    if missing:
        log.info("a formula stays text: %s: %s", latex, missing[0])
        return None
    return png


@contextmanager
def _missing_letters() -> Iterator[list[str]]:
    """Yield a list of what matplotlib complains of: letters that it lacks, and would draw as a box."""
    complaints: list[str] = []

    def keep(record: logging.LogRecord) -> bool:
        complaints.append(record.getMessage())
        return False

    logger = logging.getLogger("matplotlib.mathtext")
    logger.addFilter(keep)
    try:
        yield complaints
    finally:
        logger.removeFilter(keep)


def _drawn(latex: str) -> bytes:
    rows = [_row(line) for line in _lines(latex)]
    if not any(box.width > 0 < box.height for row in rows for box in row):
        raise ValueError("there is nothing in it")
    left = max(before.width for before, _ in rows)
    right = max(after.width for _, after in rows)
    tall = sum(_height(row) for row in rows) + LINE_GAP * (len(rows) - 1)
    size = min(LARGEST, (WIDTH - 2 * MARGIN) / (left + right), (MOST_HEIGHT - 2 * MARGIN) / tall)
    if size < SMALLEST:
        raise ValueError("it is too long for a picture")
    width = max(NARROWEST, round((left + right) * size) + 2 * MARGIN)
    height = round(tall * size) + 2 * MARGIN
    middle = (width - (left + right) * size) / 2 + left * size
    figure = _figure(width, height)
    top = float(height - MARGIN)
    for row in rows:
        before, after = row
        base = top - max(box.height - box.depth for box in row) * size
        _write(figure, (middle, base), before, size, align="right")
        _write(figure, (middle, base), after, size, align="left")
        top -= (_height(row) + LINE_GAP) * size
    return _png(figure)


def _lines(latex: str) -> list[str]:
    if not latex.isascii() and re.search("[^\u00a0-\u03ff\u2000-\u2bff\U0001d400-\U0001d7ff\x00-\x7f]", latex):
        raise ValueError("it has letters that the font for formulas lacks")
    plain = _ENVIRONMENT.sub(" ", latex)
    if r"\begin" in plain:
        raise ValueError("matplotlib has no such environment")
    return [line for line in re.split(r"\\\\(?:\[[^\]]*\])?", plain) if line.strip()]


def _row(line: str) -> tuple[_Box, _Box]:
    before, ampersand, after = re.sub(r"(?<!\\)&", "\0", line).partition("\0")
    after = after.replace("\0", r"\quad ")
    return (_box(before), _box(f"{{}}{after}")) if ampersand else (_box(""), _box(before))


def _height(row: tuple[_Box, _Box]) -> float:
    return max(box.height - box.depth for box in row) + max(box.depth for box in row)


def _box(latex: str) -> _Box:
    latex = _CROWDED.sub(r"\\;", _GONE.sub("", " ".join(latex.split())))
    latex = _DOUBLE.sub(r"\\mathrm{\\mathbb{\1}}", _TOUCHING.sub(r"\1\\:", latex))  # upright, as in print
    latex = _set(_COMMAND.sub(lambda command: _ALIASES.get(command[1], f"\\{command[1]}"), latex).strip())
    if latex in {"", "{}"}:
        return _Box("", 0, 0, 0)
    from matplotlib.mathtext import MathTextParser

    measured: Any = MathTextParser("path").parse(f"${latex}$", dpi=72, prop=_font(100))
    return _Box(latex, measured.width / 100, measured.height / 100, measured.depth / 100)


def _set(latex: str) -> str:
    r"""Make the outermost fractions as large as on a line of TeX's own, and the signs in scripts as tight."""
    parts: list[str] = []
    scripts: list[bool] = []  # of each open brace: does it hold a script?
    for token in re.findall(r"\\[A-Za-z]+|\\.|.", latex):
        if token == "{":
            scripts.append(bool(parts) and (parts[-1] in {"^", "_"} or any(scripts)))
        elif token == "}" and scripts:
            scripts.pop()
        if token == r"\frac" and not scripts:
            parts.append(r"\dfrac")
        elif any(scripts) and token in _SPACED:
            parts.append(f"{{{token}}}")
        else:
            parts.append(token)
    return "".join(parts)


_SPACED = frozenset(["+", "-", "=", "<", ">", r"\times", r"\to", r"\sim", r"\in", r"\leq", r"\geq", r"\neq", r"\ne"])
"""Signs with a space on either side, which TeX leaves out in scripts."""


def _font(size: float) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family="STIXGeneral", size=size, math_fontfamily=_FONTS)


def _figure(width: int, height: int) -> "Figure":
    from matplotlib.figure import Figure

    return Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI, facecolor="white")


def _write(figure: "Figure", at: tuple[float, float], box: _Box, size: float, *, align: str) -> None:
    if box.latex:
        figure.text(
            *at, f"${box.latex}$", color=INK, fontproperties=_font(size * 72 / _DPI), ha=align, va="baseline",
            transform=None,
        )  # fmt: skip


def _png(figure: "Figure") -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    file = BytesIO()
    FigureCanvasAgg(figure).print_png(file, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return file.getvalue()
