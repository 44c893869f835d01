"""Whatever a log holds, it is read, every line is one of the log's, and what is written is YAML."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from studybot.deck.draft.drafts import Draft, drafts_of
from studybot.deck.draft.reading import read_log
from studybot.deck.draft.sorting import sort_log
from studybot.deck.draft.writing import TITLE_OF_INBOX, deck_text
from studybot.deck.marked import parse, plain
from tests.deck.draft_logs import BROKEN, ENGLISH, KOREAN
from tests.deck.fakes_deck import gave
from tests.fakes_runner import FakeRunner

PIECES = st.one_of(
    st.sampled_from([*KOREAN.split("\n"), *ENGLISH.split("\n"), *BROKEN.split("\n")]),
    st.sampled_from(
        ["---", "===", "```", "```python", "    ", "- ", "> ", "1. ", "# ", "<div>", "</details>", "|", "\\"]
    ),
    st.sampled_from(
        ['x = """', '"""', "x; y  # 3", "\tx.sum()  # 3", "@f", "def f(): return 1", "키워드: hook, view", "**"]
    ),
    st.text(max_size=30),
)
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from(["\n", "\n\n", "", "  \n", "\r\n"])).map("".join), max_size=40).map(
    "".join
)


@settings(max_examples=150)
@given(TEXTS)
def test_any_text_gives_drafts_that_are_yaml(text: str) -> None:
    found = sort_log(read_log(text, name="log", path="log.md"), set())
    made = asyncio.run(drafts_of(found, FakeRunner(lambda _: gave(3)), topics=("hooks",)))

    last = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    assert all(1 <= one.line <= last for one in made)
    drafts = [one for one in made if isinstance(one, Draft)]
    node = parse(deck_text(drafts, topic="inbox", title=TITLE_OF_INBOX))
    assert node is not None
    cards = plain(node)["cards"] or []
    assert [card["kind"] for card in cards] == [one.kind for one in drafts]
    assert [card["snippet"].rstrip() for card in cards if card["kind"] == "predict"] == [
        one.fields["snippet"].rstrip() for one in drafts if one.kind == "predict"
    ]
