import pytest
from hypothesis import given
from hypothesis import strategies as st

from studybot.local_chat.html import parse_html
from studybot.telegram_bot.markup import clipped, code, to_html, utf16_length


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
    ],
)
def test_card_markdown_becomes_telegram_html(markdown: str, html: str) -> None:
    assert to_html(markdown) == html


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
