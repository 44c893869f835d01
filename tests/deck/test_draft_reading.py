"""Study logs as people write them: what is text, what is code, and on which line and day it stands."""

from datetime import date

import pytest

from studybot.deck.draft.days import day_of_heading
from studybot.deck.draft.reading import CodeBlock, Log, Passage, read_log, sentences
from tests.deck.draft_logs import BROKEN, ENGLISH, KOREAN, LONGER


def log_of(text: str, name: str = "2031-03-06-day4") -> Log:
    return read_log(text, name=name, path=f"{name}.md")


def passages(log: Log) -> list[Passage]:
    return [part for part in log.parts if isinstance(part, Passage)]


def lines(log: Log) -> dict[str, int]:
    """Return the sentences of a log and their lines."""
    return {sentence.text: sentence.line for passage in passages(log) for sentence in sentences(passage)}


@pytest.mark.parametrize("text", [KOREAN, LONGER, ENGLISH, BROKEN], ids=["Korean", "longer", "English", "broken"])
def test_every_sentence_knows_its_line(text: str) -> None:
    source = text.replace("\\_", "_").split("\n")

    for sentence, line in lines(log_of(text)).items():
        words = [word for word in sentence.strip("*().:").split() if word.isascii() is False or word.isalpha()]
        assert not words or words[0] in source[line - 1], sentence


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("a\n\n```python\nx = 1\ny = 2\n```\n", 4, "x = 1\ny = 2\n"),
        ("1. a\n    - b\n\n        ```python\n        x = 1\n        ```\n", 5, "x = 1\n"),
        ("a\n\n    x = 1\n", 3, "x = 1\n"),
        ("a\n\n~~~\nx = 1\n~~~", 4, "x = 1\n"),
    ],
    ids=["a fence", "a fence inside lists", "indented code", "a fence of tildes"],
)
def test_a_code_block_knows_the_line_of_its_first_line(text: str, line: int, code: str) -> None:
    (block,) = [part for part in log_of(text).parts if isinstance(part, CodeBlock)]

    assert (block.place.line, block.code) == (line, code)


def test_front_matter_is_no_text_and_gives_the_day() -> None:
    log = log_of("---\ntitle: x\ndate: 2031-02-01 23:03:00 +0900\n---\ntext\n")

    assert [(one.text, one.place.day) for one in passages(log)] == [("text", date(2031, 2, 1))]


@pytest.mark.parametrize("text", ["---\nDay 1\n---\nlost?\n", "Day 1\n---\nlost?\n", "---\n\nlost?\n\n---\n"])
def test_a_rule_or_a_setext_heading_is_no_front_matter(text: str) -> None:
    assert "lost?" in lines(log_of(text))


def test_a_paragraph_right_above_a_rule_is_no_heading() -> None:
    (passage,) = passages(log_of("word " * 40 + "\n---\n"))

    assert not passage.is_heading


def test_headings_of_all_sorts_make_sections() -> None:
    log = log_of("Top\n===\n<h3 data-toc-skip> Deep </h3>\n\ninside\n\n## **Next**\n\noutside\n")

    assert [one.place.sections for one in passages(log)] == [(), ("Top",), ("Top", "Deep"), ("Top",), ("Top", "Next")]


def test_escaped_names_are_read_as_they_look() -> None:
    assert "the methods __len__ and __getitem__" in lines(log_of(r"the methods \_\_len\_\_ and \_\_getitem\_\_"))


def test_links_and_pictures_leave_no_target_behind() -> None:
    text = (
        "see [the notes](https://notion.site/abc) ![me](me.png) [https://velog.io/x](https://velog.io/x) <https://a.b>"
    )

    assert [one.text.strip() for one in passages(log_of(text))] == ["see the notes"]


def test_an_entrys_day_is_the_one_its_heading_names() -> None:
    log = log_of("Day 6 (3/5)\n---\none\n\n### Deeper\ntwo\n\nDay 7\n---\nthree\n")

    days = {one.text: one.place.day for one in passages(log)}
    assert (days["one"], days["two"], days["three"]) == (date(2031, 3, 5), date(2031, 3, 5), date(2031, 3, 6))


@pytest.mark.parametrize(
    ("heading", "day"),
    [
        ("2031년 1월 2일", date(2031, 1, 2)),
        ("Day 3 (12/30)", date(2030, 12, 30)),
        ("1월 2일 수요일", date(2031, 1, 2)),
        ("Day 40 (13/45)", None),
        ("3/4/5", None),
    ],
)
def test_days_are_read_as_people_write_them(heading: str, day: date | None) -> None:
    assert day_of_heading(heading, date(2031, 1, 4)) == day


def test_sentences_end_where_a_person_would_say() -> None:
    text = "Is it 1.5 e.g. a float? 하는 점이었다. `a. b` is code... and goes on. 끝."

    assert list(lines(log_of(text))) == [
        "Is it 1.5 e.g. a float? 하는 점이었다.",
        "`a. b` is code... and goes on.",
        "끝.",
    ]
