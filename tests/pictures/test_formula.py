import struct

import pytest

from studybot.pictures.formula import NARROWEST, WIDTH, formula_png


def size(png: bytes | None) -> tuple[int, int]:
    assert png is not None
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize(
    "latex",
    [
        r"x^2",
        r"\frac{\partial L}{\partial w} = \frac{1}{n} \sum_{i=1}^{n} (\hat{y}_i - y_i)\, x_i",
        r"\operatorname{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right) V",
        r"\begin{aligned} m_t &= \beta m_{t-1} \\ \theta_{t+1} &= \theta_t - \eta m_t \end{aligned}",
        r"a \le b \iff \lVert x \rVert \ge 0, \quad \mathbb{E}[x] \in \mathbb R",
        r"\text{if } x \lt 0 \land y > 0",
        "α ≤ β × 2",
    ],
)
def test_a_formula_is_a_picture_that_telegram_takes(latex: str) -> None:
    width, height = size(formula_png(latex))

    assert NARROWEST <= width <= WIDTH
    assert 100 < height <= WIDTH
    assert width / height < 20


def test_the_picture_is_cropped_to_the_formula() -> None:
    short, long = size(formula_png("x + y + z = 1 + 2 + 3")), size(formula_png("x + y + z = 1 + 2 + 3 + 4 + 5"))
    high = size(formula_png(r"x \\ y \\ z"))

    assert short[0] < long[0]
    assert abs(short[1] - long[1]) <= 1
    assert high[1] > 1.5 * short[1]


@pytest.mark.parametrize(
    "latex",
    [
        "",
        "~",
        "&",
        r"\\",
        "{" * 300,
        "a = ⯿",
        r"\frac{",
        r"\foo{x}",
        "$",
        r"\begin{pmatrix} 1 \end{pmatrix}",
        r"\text{손실}",
        "🙂",
        "a+" * 200 + "b",
    ],
)
def test_what_cannot_be_drawn_is_no_picture_and_no_error(latex: str) -> None:
    assert formula_png(latex) is None


def test_the_same_formula_is_drawn_once() -> None:
    assert formula_png("x = 1") is formula_png("x = 1")
