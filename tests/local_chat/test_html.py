"""Telegram's HTML: what each text becomes, and in which words it is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studybot.local_chat.html import CannotParse, parse_html
from studybot.local_chat.limits import units

Spans = list[tuple[str, int, int]]


@pytest.mark.parametrize(
    ("source", "text", "spans"),
    [
        pytest.param("plain", "plain", [], id="plain"),
        pytest.param("<b>a</b><strong>b</strong>", "ab", [("bold", 0, 1), ("bold", 1, 1)], id="bold"),
        pytest.param("<i>a</i><em>b</em>", "ab", [("italic", 0, 1), ("italic", 1, 1)], id="italic"),
        pytest.param("<u>a</u><ins>b</ins>", "ab", [("underline", 0, 1), ("underline", 1, 1)], id="underline"),
        pytest.param(
            "<s>a</s><strike>b</strike><del>c</del>",
            "abc",
            [("strikethrough", 0, 1), ("strikethrough", 1, 1), ("strikethrough", 2, 1)],
            id="strikethrough",
        ),
        pytest.param(
            '<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>',
            "ab",
            [("spoiler", 0, 1), ("spoiler", 1, 1)],
            id="spoiler",
        ),
        pytest.param("<blockquote>a</blockquote>", "a", [("blockquote", 0, 1)], id="quote"),
        pytest.param("<blockquote expandable>a</blockquote>", "a", [("expandable_blockquote", 0, 1)], id="folded"),
        pytest.param("<code>x = 1</code>", "x = 1", [("code", 0, 5)], id="code"),
        pytest.param("<pre>x\n  y</pre>", "x\n  y", [("pre", 0, 5)], id="pre"),
        pytest.param("<pre>  x</pre>", "  x", [("pre", 0, 3)], id="an indented block keeps its indent"),
        pytest.param("<B>a</B>", "a", [("bold", 0, 1)], id="tags in any case"),
        pytest.param("<b>a</>", "a", [("bold", 0, 1)], id="a nameless end tag ends the last"),
        pytest.param("<b></b>a", "a", [], id="an empty tag is nothing"),
        pytest.param("<b>a <i>b</i></b>", "a b", [("bold", 0, 3), ("italic", 2, 1)], id="styles nest"),
        pytest.param(
            "<b>a <code>b</code> c</b>",
            "a b c",
            [("bold", 0, 2), ("code", 2, 1), ("bold", 3, 2)],
            id="code interrupts a style",
        ),
        pytest.param("<pre>a <b>b</b></pre>", "a b", [("pre", 0, 3)], id="a block holds no style"),
        pytest.param(
            "<blockquote>a <blockquote>b</blockquote></blockquote>",
            "a b",
            [("blockquote", 0, 3)],
            id="quotes do not nest",
        ),
        pytest.param("&lt;&gt;&amp;&quot;", '<>&"', [], id="the four named references"),
        pytest.param("&#60;&#x3E;&#128640;", "<>🚀", [], id="numeric references"),
        pytest.param("a&nbsp;b &copy; &#0; &", "a&nbsp;b &copy; &#0; &", [], id="other references stay"),
        pytest.param("&lt b", "< b", [], id="a reference needs no semicolon"),
        pytest.param("🚀<b>x</b>", "🚀x", [("bold", 2, 1)], id="an emoji counts two units"),
        pytest.param("한글<b>굵게</b>", "한글굵게", [("bold", 2, 2)], id="Korean counts one unit each"),
        pytest.param("\n\n a <b>b</b> \n", "a b", [("bold", 2, 1)], id="trimmed"),
        pytest.param('<a href="javascript:1">a</a>', "a", [], id="a link that is none is dropped"),
    ],
)
def test_a_text_becomes_what_telegram_makes_of_it(source: str, text: str, spans: Spans) -> None:
    parsed, entities = parse_html(source)

    assert parsed == text
    assert [(each.type, each.offset, each.length) for each in entities] == spans


def test_a_block_knows_its_language() -> None:
    _, entities = parse_html('<pre><code class="language-python">x = 1</code></pre>')

    assert [each.plain() for each in entities] == [{"type": "pre", "offset": 0, "length": 5, "language": "python"}]


def test_inline_code_has_no_language() -> None:
    _, entities = parse_html('<code class="language-python">x</code>')

    assert [each.plain() for each in entities] == [{"type": "code", "offset": 0, "length": 1}]


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ('<a href="https://pytorch.org/docs?a=1&amp;b=2">docs</a>', "https://pytorch.org/docs?a=1&b=2"),
        ("<a href='https://pytorch.org'>docs</a>", "https://pytorch.org"),
        ("<a>https://pytorch.org</a>", "https://pytorch.org"),
        ('<a href="pytorch.org">docs</a>', "http://pytorch.org"),
        ('<a href="tg://user?id=42">Ann</a>', "tg://user?id=42"),
    ],
)
def test_a_link_knows_where_it_goes(source: str, url: str) -> None:
    _, entities = parse_html(source)

    assert [(each.type, each.extra["url"]) for each in entities] == [("text_link", url)]


def test_a_moment_is_shown_in_the_readers_zone() -> None:
    _, entities = parse_html('<tg-time unix="1795251600" format="wDT">tomorrow</tg-time>')

    expected = {"type": "date_time", "offset": 0, "length": 8, "unix_time": 1795251600, "date_time_format": "wDT"}
    assert [each.plain() for each in entities] == [expected]


def test_a_custom_emoji_knows_its_number() -> None:
    _, entities = parse_html('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>')

    assert entities[0].extra == {"custom_emoji_id": "5368324170671202286"}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("한 <br>", 'Unsupported start tag "br" at byte offset 4'),
        ("<p>a</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<a href", "Unclosed start tag at byte offset 0"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<a href=https://x>a</a>", "Unexpected end of name token at byte offset 8"),
        ('<a ="x">a</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<span class="red">a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">👍</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_a_text_that_is_not_telegrams_html_is_refused_whole(source: str, words: str) -> None:
    with pytest.raises(CannotParse) as refused:
        parse_html(source)

    assert str(refused.value) == words


@given(st.text(alphabet="<>/&;#abip reco=\"'\n 🚀한", max_size=60))
def test_whatever_comes_is_read_or_refused_and_entities_stay_inside(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except CannotParse:
        return

    assert all(each.offset >= 0 and each.length > 0 and each.end <= units(text) for each in entities)
    assert text == text.rstrip()
