import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studybot.local_chat.html import parse_html
from studybot.telegram_bot.markup import clipped, code, plain_block, quoted, rendered, to_html, to_plain, utf16_length


def spoiler(html: str) -> str:
    return f'<span class="tg-spoiler">{html}</span>'


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("plain", "plain"),
        ("**bold** and *soft*", "<b>bold</b> and <i>soft</i>"),
        ("`a < b`", "<code>a &lt; b</code>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("one\ntwo", "one\ntwo"),
        ("one\n\ntwo", "one\n\ntwo"),
        ("- a\n- b", "• a\n• b"),
        ("1. a\n2. b", "1. a\n2. b"),
        ("<b>no</b>", "&lt;b&gt;no&lt;/b&gt;"),
        ("__init__ x**2 y**3", "<b>init</b> x<b>2 y</b>3"),
        ("[a](http://x)", "[a](http://x)"),
        ("한국어 `텐서`예요", "한국어 <code>텐서</code>예요"),
        ('**"인용"**은 *(강조)*예요', '<b>"인용"</b>은 <i>(강조)</i>예요'),
        ("기울기는**`grad`**에", "기울기는<b><code>grad</code></b>에"),
        ("**a *b* `c`**", "<b>a <i>b</i> <code>c</code></b>"),
        ("**open", "**open"),
        ("a\n---\nb", "a\n\n———\n\nb"),
        ("[a]: http://x", "[a]: http://x"),
        ("# none", "# none"),
        ("&lt;b&gt; &copy;", "&lt;b&gt; ©"),
        ("a\\*b\\*", "a*b*"),
    ],
)
def test_card_markdown_becomes_telegram_html(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("- a\n- b\n  - c\n- d", "• a\n• b\n  • c\n• d"),
        ("3) a\n4) b\n\nafter", "3) a\n4) b\n\nafter"),
        ("- a\n\n- b", "• a\n\n• b"),
        ("```\na < b\n```", '<pre><code class="language-python">a &lt; b</code></pre>'),
        ("```c++ title\na\n```", '<pre><code class="language-c++">a</code></pre>'),
        ('```"><b>\na\n```', '<pre><code class="language-text">a</code></pre>'),
        ("```\nif x:\n\ty\n```", '<pre><code class="language-python">if x:\n    y</code></pre>'),
        ("a\n\n> b\n> **c**\n\nd", "a\n\n<blockquote>b\n<b>c</b></blockquote>\n\nd"),
        ("> a\n>> b", "<blockquote>a\n\nb</blockquote>"),
        (">", ""),
    ],
)
def test_blocks_stand_apart_and_keep_what_they_are(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("||b||", spoiler("b")),
        ("정답은 ||5||예요", f"정답은 {spoiler('5')}예요"),
        ("||a **b** $x^2$||", spoiler("a <b>b</b> x²")),
        ("a || b || c", "a || b || c"),
        ("|||a|||", "|||a|||"),
        ("||a", "||a"),
        ("`a||b||c`", "<code>a||b||c</code>"),
        ("a | b", "a | b"),
    ],
)
def test_double_bars_hide_a_spoiler(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


def test_code_in_a_spoiler_is_plain_for_telegram_would_show_it() -> None:
    assert to_html("||`x`|| `y`") == f"{spoiler('x')} <code>y</code>"


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("$x_i$는 $\\frac{1}{n}$", "xᵢ는 1/n"),
        ("텐서($n$)", "텐서(n)"),
        ("$a < b$", "a &lt; b"),
        ("*$x$*", "<i>x</i>"),
        ("$2 x + 1$", "2 x + 1"),
        (
            "`$x^2$` and\n```\n$x^2$\n```",
            '<code>$x^2$</code> and\n\n<pre><code class="language-python">$x^2$</code></pre>',
        ),
        ("$5 and $6", "$5 and $6"),
        ("cost $5, or 10$", "cost $5, or 10$"),
        ("$HOME/$PATH", "$HOME/$PATH"),
        ("US$5 and $x$", "US$5 and x"),
        ("\\$x$", "$x$"),
        ("$x", "$x"),
        ("$ x $", "$ x $"),
        ("$a `b$` c$", "$a <code>b$</code> c$"),
        ("사과는 $3이고 배는 $4예요", "사과는 $3이고 배는 $4예요"),
        ("$$", "$$"),
    ],
)
def test_dollars_hold_math_or_are_dollars(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "html", "formulas"),
    [
        ("$$x^2$$", "x²", ["x^2"]),
        ("so\n$$\n\\sum_i x_i\n= y\n$$\nit is", "so\n\n∑ᵢ xᵢ = y\n\nit is", ["\\sum_i x_i\n= y"]),
        ("so $$x^2$$ it is", "so\nx²\nit is", ["x^2"]),
        ("$$a \\\\ b$$", "a\nb", ["a \\\\ b"]),
        ("$$x$$\n\n$$x$$", "x\n\nx", ["x"]),
        ("- a\n  $$x^2$$\n- b", "• a\nx²\n• b", ["x^2"]),
        ("$$x\n\ny$$", "$$x\n\ny$$", []),
        ("$x$", "x", []),
    ],
)
def test_display_math_is_a_line_of_its_own_and_may_be_drawn(markdown: str, html: str, formulas: list[str]) -> None:
    text = rendered(markdown)

    assert (text.html, list(text.formulas)) == (html, formulas)


def test_the_page_for_authors_tells_what_formulas_become() -> None:
    page = (Path(__file__).parents[2] / "docs" / "rendering.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\$[^`]*\\[^`]*\$)` \| (.*) \|$", page, re.MULTILINE)

    assert len(rows) == 6
    assert [to_html(written) for written, _ in rows] == [shown for _, shown in rows]


def test_long_quotes_are_folded() -> None:
    assert quoted("short") == "<blockquote>short</blockquote>"
    assert quoted("long " * 200).startswith("<blockquote expandable>")
    assert quoted("\n".join("123456789")).startswith("<blockquote expandable>")


def test_a_button_shows_words_without_marks() -> None:
    assert to_plain("**a** < $x^2$ & `b`") == "a < x² & b"


def test_what_cannot_be_sent_is_replaced_and_not_refused() -> None:
    assert to_html("a\x00b\ud800c\x07") == "a\ufffdb\ufffdc\ufffd"
    assert plain_block("a\x1b[0m") == "<pre>a\ufffd[0m</pre>"


@given(st.text(alphabet=st.sampled_from("ab*_`<>&[]()#-1.!\n\"' 한🙂~|\\"), max_size=120))
def test_whatever_is_written_telegram_can_parse_it(markdown: str) -> None:
    parse_html(to_html(markdown))
    parse_html(code(markdown))


def test_lengths_are_counted_as_telegram_does() -> None:
    assert utf16_length("a한🙂") == 4


def test_long_output_is_clipped_with_an_ellipsis() -> None:
    assert clipped("abc", 10) == "abc"
    assert clipped("abcdef", 3) == "abc\n…"
    assert clipped("a\nb\nc", 10, lines=2) == "a\nb\n…"
