import random
import re
from html import unescape

import pytest

from studybot.local_chat.html import parse_html
from studybot.local_chat.limits import ENTITIES, TEXT_UNITS, units
from studybot.telegram_bot.markup import code, plain_block, quoted, to_html
from studybot.telegram_bot.split import split

PRE = '<pre><code class="language-python">'
PRE_END = "</code></pre>"


@pytest.mark.parametrize(
    ("html", "parts"),
    [
        ("", []),
        (" \n ", []),
        ("<b></b>", []),
        ("<b>a</b> b", ["<b>a</b> b"]),
        ("aaaaaa\n\nbbb\nccc", ["aaaaaa", "bbb\nccc"]),
        ("aaa\nbbb ccc ddd", ["aaa", "bbb ccc", "ddd"]),
        ("aaaaa bbbbb ccccc", ["aaaaa", "bbbbb", "ccccc"]),
        ("aaaaaaaaaaaaaaa", ["aaaaaaaaaa", "aaaaa"]),
        ("<b>aaaaa <i>bbbbb</i></b>", ["<b>aaaaa</b>", "<b><i>bbbbb</i></b>"]),
        ("<b>aaaaaaaaa</b><b>bbb</b>", ["<b>aaaaaaaaa</b><b>b</b>", "<b>bb</b>"]),
        ("<b>aaaaa</b>\n\n<i>bbbbb</i>", ["<b>aaaaa</b>", "<i>bbbbb</i>"]),
        ("aaaaaaaaa&amp;&lt;b", ["aaaaaaaaa&amp;", "&lt;b"]),
        ("aaaaaaaaa🙂b", ["aaaaaaaaa", "🙂b"]),
        ("aaaaaaaaae\u0301b", ["aaaaaaaaa", "e\u0301b"]),
        ("aa👨‍👩‍👧👨‍👩‍👧", ["aa👨‍👩‍👧", "👨‍👩‍👧"]),
        ("a🇰🇷🇰🇷🇰🇷", ["a🇰🇷🇰🇷", "🇰🇷"]),
        (
            f"{PRE}for x:\n    a\n  b{PRE_END}",
            [f"{PRE}for x:{PRE_END}", f"{PRE}    a\n  b{PRE_END}"],
        ),
        (
            "<blockquote expandable>aaaaa\nbbbbb\nc</blockquote>",
            ["<blockquote expandable>aaaaa</blockquote>", "<blockquote expandable>bbbbb\nc</blockquote>"],
        ),
    ],
)
def test_a_long_text_is_cut_where_it_reads_best(html: str, parts: list[str]) -> None:
    assert split(html, most_units=10) == parts


def test_a_cut_between_paragraphs_spares_a_block_of_code() -> None:
    block = code("\n".join(["x = 1"] * 400))

    assert split(f"{'word ' * 500}\n\n{block}") == [("word " * 500).strip(), block]


def test_a_block_of_code_longer_than_a_message_keeps_its_language_in_each() -> None:
    parts = split(code("\n".join(f"    x{n} = {n}" for n in range(1000)), "c++"))

    assert len(parts) > 1
    for part in parts:
        [block] = parse_html(part)[1]
        assert (block.type, block.extra) == ("pre", {"language": "c++"})
    assert "\n".join(parse_html(part)[0] for part in parts).splitlines()[-1] == "    x999 = 999"


def test_more_than_a_hundred_pieces_are_split_rather_than_lost() -> None:
    parts = split(" ".join(f"<b>{n}</b>" for n in range(250)))

    assert [len(parse_html(part)[1]) for part in parts] == [100, 100, 50]


def test_bold_that_telegram_cuts_around_code_counts_as_its_pieces() -> None:
    parts = split(f"<b>{' a '.join(['<code>x</code>'] * 60)}</b>")

    assert len(parts) == 2
    assert all(len(parse_html(part)[1]) <= ENTITIES for part in parts)


PIECES = (
    *"abc한글 \n*_`|$<>&\\#-+!()[]{}^~.:;'\"/%",
    *(
        "🙂",
        "👨‍👩‍👧",
        "🇰🇷",
        "é",
        "\ud83d",
        "\udc00",
        "\x00",
        "\x07",
        "\x1b",
        "\r\n",
        "\t",
        "\xa0",
        "\u200b",
        "\u202e",
        "\u2028",
    ),
    *(
        "**",
        "__",
        "||",
        "$$",
        "```",
        "```python\n",
        "\n```\n",
        "\n\n",
        "\n> ",
        "\n- ",
        "\n  - ",
        "\n1. ",
        "\n---\n",
        "\n    ",
    ),
    *("&amp;", "&lt;", "&#0;", "&#x1F600;", "&nbsp;", "<b>", "</b>", "<script>", "<br/>", "</pre>", "<!--", "]]>"),
    *(
        r"\frac{a}{b}",
        r"$x_i^2$",
        r"$$\sum_i x_i$$",
        r"\begin{matrix}",
        r"$\text{가}$",
        "**굵게**은",
        "||숨김||",
        "`x < 1`",
    ),
    *("단어 " * 3, "word " * 20, "[a](http://b)", "@name", "/start", "x = torch.ones(2)\n"),
)


def written(dice: random.Random) -> str:
    """Return a text as nobody writes it; one of fifty is longer than a message."""
    length = dice.choice((5, 20, 60)) if dice.randrange(50) else dice.randrange(700, 1800)
    few = dice.sample(PIECES, dice.randrange(3, 30)) if dice.randrange(2) else PIECES
    return "".join(dice.choice(few) for _ in range(length))


def shown_by(html: str) -> str:
    """Return what is to be read, before Telegram trims it."""
    return unescape(re.sub("<[^>]*>", "", html))


def as_a_view(text: str, dice: random.Random) -> str:
    match dice.randrange(6):
        case 0:
            return code(text)
        case 1:
            return plain_block(text)
        case 2:
            return f"<b>1/2</b>\n\n{to_html(text)}\n\n{quoted(to_html(text))}"
        case _:
            return to_html(text)


@pytest.mark.parametrize("seed", range(10))
def test_ten_thousand_texts_are_shown_whole_and_within_all_limits(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(1000):
        html = as_a_view(written(dice), dice)
        whole, at = shown_by(html), 0
        for part in split(html):
            text, entities = parse_html(part)  # raises CannotParse where Telegram would refuse it
            shown = shown_by(part)
            assert text.encode()
            assert text.strip() == shown.strip()
            assert units(shown) <= TEXT_UNITS
            assert len(entities) <= ENTITIES
            at += len(whole[at:]) - len(whole[at:].lstrip())
            assert whole.startswith(shown.strip(), at), "only white space is dropped, and only between messages"
            at += len(shown.strip())
        assert not whole[at:].strip()


@pytest.mark.parametrize("seed", range(3))
def test_small_messages_lose_nothing_either(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(300):
        html = as_a_view(written(dice)[:300], dice)
        parts = split(html, most_units=12, most_entities=8)

        assert re.sub(r"\s", "", "".join(map(shown_by, parts))) == re.sub(r"\s", "", shown_by(html))
        assert all(units(shown_by(part)) <= 12 or len(shown_by(part)) == 1 for part in parts)
        assert all(len(parse_html(part)[1]) <= 8 for part in parts)
