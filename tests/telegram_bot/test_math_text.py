import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studybot.telegram_bot.math_text import in_unicode


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"x^2", "x²"),
        (r"a_i", "aᵢ"),
        (r"x^2_i", "xᵢ²"),
        (r"W_{ij}", "Wᵢⱼ"),
        (r"\theta_{t+1}", "θₜ₊₁"),
        (r"A^{-1}", "A⁻¹"),
        (r"A^\top", "Aᵀ"),
        (r"f''(x)", "f′′(x)"),
        (r"90^\circ", "90°"),
        (r"e^{-\lambda t}", "e^(-λt)"),
        (r"\nabla_\theta L", "∇_θ L"),
        (r"a_{i,j}", "a_(i,j)"),
        (r"w_{new}", "w_new"),
        (r"H_\text{out}", "Hₒᵤₜ"),
        (r"\mathbb{R}^{n \times m}", "ℝ^(n×m)"),
    ],
)
def test_scripts_are_unicode_or_read_as_plain_text(latex: str, text: str) -> None:
    assert in_unicode(latex) == text


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\frac{a}{b}", "a/b"),
        (r"\frac12", "1/2"),
        (r"\frac{\partial L}{\partial w}", "∂L/∂w"),
        (r"\frac{a+b}{c}", "(a + b)/c"),
        (r"\frac{1}{2n}", "1/(2n)"),
        (r"\frac{1}{2}x", "(1/2) x"),
        (r"\frac{a}{b}^2", "(a/b)²"),
        (r"\frac{\frac{a}{b}}{c}", "(a/b)/c"),
        (r"\frac{QK^\top}{\sqrt{d_k}}", "QKᵀ/√dₖ"),
        (r"\frac{1}{xy}", "1/(xy)"),
        (r"\frac{1}{\text{batch}}", "1/batch"),
        (r"\frac{x}{|x|}", "x/|x|"),
        (r"\frac{\partial}{\partial x_i} f", "(∂/∂xᵢ) f"),
        (r"\sqrt{x^2}", "√(x²)"),
        (r"\sqrt{x}^2", "(√x)²"),
        (r"\sqrt{2}", "√2"),
        (r"\sqrt{x+1}", "√(x + 1)"),
        (r"\sqrt[3]{x}", "∛x"),
        (r"\sqrt[n]{x}", "ⁿ√x"),
    ],
)
def test_fractions_and_roots_keep_their_meaning_with_parentheses(latex: str, text: str) -> None:
    assert in_unicode(latex) == text


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"a \le b \neq c \ge d", "a ≤ b ≠ c ≥ d"),
        (r"2\cdot 3 \times x", "2 · 3 × x"),
        (r"x \to \infty", "x → ∞"),
        (r"a=-1", "a = −1"),
        (r"f(x)=-x+1", "f(x) = −x + 1"),
        (r"\sum_{i=1}^{n} x_i", "∑ᵢ₌₁ⁿ xᵢ"),
        (r"-\sum_c y_c \log \hat{y}_c", "−∑_c y_c log ŷ_c"),
        (r"\lim_{x\to 0} f(x)", "lim_(x→0) f(x)"),
        (r"\max(0, x)", "max(0, x)"),
        (r"\alpha x + \beta", "αx + β"),
        (r"\left\lfloor \frac{a + b}{s} \right\rfloor", "⌊(a + b)/s⌋"),
        (r"\|x\|_2", "‖x‖₂"),
        (r"x \sim \mathcal{N}(0, 1)", "x ∼ 𝒩(0, 1)"),
        (r"x \not\in A", "x ∉ A"),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", "[1, 2; 3, 4]"),
        (r"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}", "{ 1, x > 0; 0, otherwise }"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "a = b\nc = d"),
        (r"10{,}000\,\text{장}", "10,000 장"),
        (r"\text{if } x", "if x"),
    ],
)
def test_signs_functions_and_rows_read_as_they_are_said(latex: str, text: str) -> None:
    assert in_unicode(latex) == text


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\foo{x}", "foo x"),
        (r"\frac{a}", "a"),
        (r"x^", "x"),
        ("{{x", "x"),
        ("}x", "x"),
        ("\\", ""),
        (r"\begin{x", ""),
        (r"\sqrt", "√"),
    ],
)
def test_broken_latex_leaves_what_can_be_read(latex: str, text: str) -> None:
    assert in_unicode(latex) == text


COMMANDS = (r"\frac", r"\sqrt", r"\left", r"\not", r"\hat", r"\text", r"\\", r"\sum", r"\mathbb", r"\binom")
LATEX = st.sampled_from([*"\\{}^_[]&' ab1+-,=|한🙂\n", *COMMANDS, r"\begin{matrix}", r"\end{matrix}"])


@settings(max_examples=500)
@given(st.lists(LATEX, max_size=60).map("".join))
def test_whatever_is_written_becomes_a_line_without_latex(latex: str) -> None:
    text = in_unicode(latex)

    assert not any(command in text for command in (r"\frac", r"\begin", r"\text", r"\hat", r"\sum"))


@pytest.mark.parametrize("opening", ["{", r"\sqrt{", r"\frac", "^", r"\sqrt", r"\begin{matrix}", r"\hat", r"\not", "("])
def test_nesting_of_any_depth_is_read(opening: str) -> None:
    in_unicode(opening * 1500)
