"""A deck of claims whose runs take no time: what is measured is the bot and not the sandbox."""

from collections.abc import Collection, Sequence

from studybot.core.card import CardId, Text
from studybot.core.phrase import Said
from studybot.core.run import Device, RunResult, RunStatus, Snippet
from studybot.kinds import Card, card_from


class Claims:
    def __init__(self, count: int) -> None:
        self.cards = [_claim(number) for number in range(count)]

    async def ready(
        self, needed: Collection[CardId] = (), *, new: int | None = None, known: Collection[CardId] = ()
    ) -> None: ...

    def live(self) -> Sequence[Card]:
        return self.cards

    def unproved(self) -> int:
        return 0

    def title_of(self, topic: str) -> Text:
        return Text(topic, topic)

    def quarantine(self, card: Card, reason: Said) -> None:
        raise RuntimeError(f"{card.card_id}: {reason}")

    def note(self, card: Card, remark: Said) -> None:
        raise RuntimeError(f"{card.card_id}: {remark}")

    def news(self) -> Sequence[Said]:
        return ()

    def forget_news(self, count: int) -> None: ...


class InstantRunner:
    torch_version = "2.13.0+cpu"

    async def devices(self) -> tuple[Device, ...]:
        return ("cpu",)

    async def run(self, snippet: Snippet, *, asked_by: str = "", urgent: bool = True) -> RunResult:
        return RunResult(RunStatus.OK, value=False, torch_version=self.torch_version)


def _claim(number: int) -> Card:
    words = {"ko": f"{number}: 둘은 셋이다.", "en": f"{number}: two is three."}
    source = {"log": "2022-01-24-week02-day006", "date": "2022-01-24"}
    return card_from(
        {"kind": "claim", "id": f"claim-{number}", "topic": "tensors", "claim": words, "snippet": "2 == 3"}
        | {"holds": False, "explanation": words, "source": source}
    )
