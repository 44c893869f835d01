"""Drafts of a log, made beside a sandbox that says what torch would."""

from studybot.deck.draft.drafts import Draft, Undrafted, drafts_of
from studybot.deck.draft.reading import read_log
from studybot.deck.draft.sorting import Sorted, sort_log
from studybot.ports import Runner
from tests.deck.draft_logs import BROKEN, ENGLISH, KOREAN, LONGER
from tests.deck.fakes_deck import gave, in_turn

LOGS = {"Korean": KOREAN, "longer": LONGER, "English": ENGLISH, "broken": BROKEN}


def sorted_log(text: str, met: set[str] | None = None, name: str = "2031-03-05-day3") -> Sorted:
    return sort_log(read_log(text, name=name, path=f"{name}.md"), set() if met is None else met)


async def made_of(text: str, runner: Runner | None = None) -> list[Draft | Undrafted]:
    return await drafts_of(sorted_log(text), runner or in_turn(gave(3)), topics=("contiguity", "zero-grad"))


async def drafts(text: str, runner: Runner | None = None) -> list[Draft]:
    return [one for one in await made_of(text, runner) if isinstance(one, Draft)]


def python(code: str) -> str:
    return f"```python\n{code}\n```\n"
