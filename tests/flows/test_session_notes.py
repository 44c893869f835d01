"""The summary of a challenge as peer-session notes."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from studybot.core.ballot import Ballots
from studybot.core.card import CardId, Language, Text
from studybot.core.summary import Belief, PlayedCard, Summary, Take
from studybot.flows.session_notes import file_name, session_notes
from studybot.locale import speech
from tests.core import ballots as made
from tests.flows.session_summaries import LEFT_OPEN, SETTLED, SUMMARY, TALKED_ABOUT

KOREAN, ENGLISH = speech(Language.KO), speech(Language.EN)
NOBODY = Summary(date(2031, 3, 5), (), 2, ())


def headings(notes: str) -> list[str]:
    tokens = MarkdownIt("commonmark").parse(notes)
    return [after.content for one, after in pairwise(tokens) if one.type == "heading_open"]


def test_the_notes_tell_who_was_there_what_was_believed_and_what_torch_showed() -> None:
    notes = session_notes(SUMMARY, ENGLISH)

    assert headings(notes) == [
        "👥 Peer session (2031-03-05)",
        "Cards we took",
        "Card 1",
        "Card 2",
        "Discussion cards",
        "Open questions",
    ]
    assert "- Who was there: 가온, Mar\\*low\\*, and 3 more\n" in notes
    assert "- Right before the discussion 2 of 5, after it 5 (gain 1.00)\n" in notes
    assert "- ✅ `(3, 2)`: votes 2 → 5\n" in notes
    assert "- ❌ `(2, 3)`: votes 3 → 0. That is `x.t()`.\n" in notes
    assert "    ```text\n    torch.Size([3, 2])\n    ```\n" in notes
    assert "- **가온**: `view`는 복사하지 않으니까 메모리를 덜 쓰는 것 같다.\n" in notes


def test_the_notes_are_in_the_language_of_the_group() -> None:
    notes = session_notes(SUMMARY, KOREAN)

    assert headings(notes)[1::3] == ["함께 푼 카드", "토론 카드"]
    assert "- 함께한 사람: 가온, Mar\\*low\\* 외 3명\n" in notes
    assert "토론 전 5표 가운데 2표 정답, 토론 뒤 5표 정답 (향상도 1.00)" in notes
    assert "`reshape`는 원소의 순서를 바꾸지 않아요." in notes


def test_a_card_that_was_still_wrong_at_the_end_is_an_open_question() -> None:
    last = session_notes(SUMMARY, ENGLISH).partition("### Open questions\n")[2].strip().split("\n")

    assert last[0] == (
        "- `x.view(6)`: What happens in the last line? 3 of us stayed with `tensor([0, 3, 1, 4, 2, 5])`, torch showed "
        "`RuntimeError: view size is not compatible with input tensor's size and stride`. Why?"
    )
    assert last[1:] == [f"- {question}" for question in SUMMARY.asked]


@pytest.mark.parametrize(
    ("right", "wrong", "is_open"),
    [("abcd", "e", False), ("abcde", "fg", False), ("abcdefg", "hij", True), ("a", "bcd", True), ("", "", False)],
    ids=["80 %", "71 %", "70 %", "25 %", "nobody voted"],
)
def test_a_card_is_settled_once_more_than_seven_of_ten_are_right(right: str, wrong: str, is_open: bool) -> None:
    assert PlayedCard(Text("왜?", "Why?"), ballots=made.at_once(right, wrong)).is_open is is_open


def test_the_strongest_mistake_is_the_one_that_most_members_kept() -> None:
    beliefs = (Belief("a", True, 1, 3), Belief("b", False, 5, 1), Belief("c", False, 2, 2), Belief("d", False, 1, 0))

    assert replace(LEFT_OPEN, beliefs=beliefs).strongest_mistake == beliefs[2]
    assert replace(LEFT_OPEN, beliefs=beliefs[:1]).strongest_mistake is None


def test_who_did_not_agree_to_be_named_is_a_number() -> None:
    assert "- Who was there: 2 in all\n" in session_notes(NOBODY, ENGLISH)
    assert "- 함께한 사람: 모두 2명\n" in session_notes(NOBODY, KOREAN)


def test_sections_with_nothing_in_them_are_left_out() -> None:
    assert headings(session_notes(NOBODY, ENGLISH)) == ["👥 Peer session (2031-03-05)"]
    assert len(headings(session_notes(replace(NOBODY, cards=(SETTLED,)), ENGLISH))) == 3


def test_a_gain_that_there_is_none_of_is_shown_as_a_stroke() -> None:
    card = replace(SETTLED, ballots=Ballots(CardId("x"), made.discussed(("ab", ""), ("ab", "")).ballots))

    assert "(gain -)" in session_notes(replace(NOBODY, cards=(card,)), ENGLISH)


def test_the_file_is_named_after_its_day() -> None:
    assert file_name(SUMMARY) == "2031-03-05-peer-session.md"


@pytest.mark.parametrize(
    "text",
    [
        "# a heading",
        "- [ ] a task",
        "12. a number",
        "3) too",
        "> a quotation",
        "---",
        "===",
        "~~~",
        "```",
        "<h1>tag</h1> `<b>`",
        "`` ` ``",
        "**bold** [link](https://a.example)",
        "| a |\n|---|\n| b |",
        "one\n\n# two",
    ],
)
def test_what_people_write_stays_one_item_of_the_page(text: str) -> None:
    _stays_one_item(text, name=text)


@given(st.text(alphabet="#`-=*_~<>|[]():1.\\ \nab&!$", min_size=1, max_size=12).filter(str.strip))
def test_no_text_and_no_name_breaks_the_structure(text: str) -> None:
    _stays_one_item(text, name=text)


def _stays_one_item(text: str, *, name: str) -> None:
    card = replace(TALKED_ABOUT, takes=(Take(text), Take(text, by=name)))
    notes = session_notes(Summary(date(2031, 3, 5), (name,), 0, (card,), (text,)), ENGLISH)

    tokens = MarkdownIt("commonmark").parse(notes)
    assert len(headings(notes)) == 3
    assert [token.type for token in tokens if token.type in {"fence", "code_block", "html_block", "hr"}] == []
    assert sum(token.type == "list_item_open" for token in tokens) == 2 + 2 + 1
    assert not any(child.type == "html_inline" for token in tokens for child in token.children or [])


def test_a_text_that_holds_fences_stays_within_its_own() -> None:
    card = replace(SETTLED, code='print("```")', shown="```\n# no heading")

    fences = [
        token.content.strip()
        for token in MarkdownIt("commonmark").parse(session_notes(replace(NOBODY, cards=(card,)), ENGLISH))
        if token.type == "fence"
    ]

    assert fences == ['print("```")', "```\n# no heading"]
