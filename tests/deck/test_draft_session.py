"""From a challenge's summary to drafts: what was left open becomes one, what was settled does not."""

from dataclasses import replace

import pytest

from studybot.core.card import Language, Text
from studybot.core.summary import Take
from studybot.deck.draft.drafts import Draft, drafts_of
from studybot.deck.draft.reading import read_log
from studybot.deck.draft.sorting import sort_log
from studybot.deck.draft.writing import deck_text
from studybot.flows.session_notes import file_name, session_notes
from studybot.locale import speech
from tests.deck.draft_logs import KOREAN
from tests.flows.session_summaries import SUMMARY, TALKED_ABOUT

LANGUAGES = pytest.mark.parametrize("language", Language)


async def drafts(text: str) -> list[Draft]:
    found = sort_log(read_log(text, name="2031-03-05-peer-session", path=file_name(SUMMARY)), set())
    assert not found.wants_runs
    return [one for one in await drafts_of(found, None, topics=("contiguity",)) if isinstance(one, Draft)]


@LANGUAGES
async def test_what_a_session_left_open_becomes_drafts(language: Language) -> None:
    made = await drafts(session_notes(SUMMARY, speech(language)))

    assert [(draft.kind, draft.quote.split()[0]) for draft in made] == [
        ("discussion", "`view`는"),
        ("claim", "`view`"),
        ("discussion", "`x.view(6)`:"),
        ("discussion", "`contiguous()`를"),
        ("discussion", "Does"),
    ]
    assert {str(draft.fields["source"]["date"]) for draft in made} == {"2031-03-05"}


@LANGUAGES
async def test_no_member_gets_into_a_draft(language: Language) -> None:
    takes = tuple(Take("`view` never copies the memory.", by=name) for name in ("quillfeather", "Mar*low*", "가온"))
    summary = replace(SUMMARY, named=("quillfeather", "가온"), cards=(replace(TALKED_ABOUT, takes=takes),))

    text = deck_text(await drafts(session_notes(summary, speech(language))), topic="x", title=Text("x", "x"))

    assert [name for name in ("quillfeather", "Mar", "가온") if name in text] == []
    assert "`view` never copies the memory." in text


async def test_notes_pasted_into_the_days_log_give_the_same_drafts_beside_the_logs_own() -> None:
    notes = session_notes(SUMMARY, speech(Language.KO))
    alone = {draft.passage for draft in await drafts(notes)}

    pasted = sort_log(read_log(f"{KOREAN}\n{notes}", name="2031-03-05", path="x.md"), set())
    log = sort_log(read_log(KOREAN, name="2031-03-05", path="x.md"), set())

    both = {one.passage for one in pasted.statements}
    assert both == alone | {one.passage for one in log.statements}
    assert len(pasted.predictions) == len(log.predictions)


async def test_a_question_left_open_by_hand_is_a_draft_and_an_affair_of_the_group_is_not() -> None:
    text = "## 남은 질문\n- `expand`한 텐서에 값을 쓰면 어떻게 되는지 확인\n- 다음 주 모더레이터는 누구로 할까?\n"

    (draft,) = await drafts(text)

    assert (draft.kind, draft.confidence) == ("discussion", 0.85)
