"""Named fakes: a clock that stands still, a deck without proofs, a messenger that remembers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from studybot.core.card import CardId, Text
from studybot.core.learner import ChatId, Learner
from studybot.core.letter import Delivered, Delivery, Unreachable
from studybot.core.phrase import Said
from studybot.core.report import Report
from studybot.errors import SandboxUnavailable
from studybot.kinds import Card, card_from


@dataclass
class FrozenClock:
    """Stands still until it is moved. Starts on a Monday morning, 09:00 in Seoul."""

    moment: datetime = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def move(self, by: timedelta) -> None:
        self.moment += by


@dataclass
class FakeDeck:
    cards: list[Card]
    quarantined: list[tuple[str, str]] = field(default_factory=list)
    failure: SandboxUnavailable | None = None
    news_lines: list[str] = field(default_factory=list)
    still_to_prove: int = 0

    async def ready(
        self, needed: Collection[CardId] = (), *, new: int | None = None, known: Collection[CardId] = ()
    ) -> None:
        if self.failure is not None:
            raise self.failure

    def live(self) -> Sequence[Card]:
        return self.cards

    def unproved(self) -> int:
        return self.still_to_prove

    def title_of(self, topic: str) -> Text:
        return Text(topic, topic)

    def quarantine(self, card: Card, reason: Said) -> None:
        if card.id not in {one.id for one in self.cards}:
            return
        self.quarantined.append((card.id, str(reason)))
        self.news_lines.append(f"{card.id}: {reason}")
        self.cards = [one for one in self.cards if one.id != card.id]

    def note(self, card: Card, remark: Said) -> None:
        self.news_lines.append(f"{card.id}: {remark}")

    def news(self) -> Sequence[str]:
        return tuple(self.news_lines)

    def forget_news(self, count: int) -> None:
        del self.news_lines[:count]


@dataclass
class FakeMessenger:
    """`reminded` holds (learner id, due, minutes). Whoever is in `blocked` cannot be reached.

    `answers` are what becomes of the next letters, instead of being delivered.
    """

    reminded: list[tuple[int, int, int]] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    told: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    reports: list[tuple[int, Report]] = field(default_factory=list)
    answers: list[Delivery] = field(default_factory=list)
    announced: list[tuple[int, str]] = field(default_factory=list)

    async def remind(self, learner: Learner, *, due: int, minutes: int) -> Delivery:
        if learner.id in self.blocked:
            return Unreachable()
        if self.answers:
            return self.answers.pop(0)
        self.reminded.append((learner.id, due, minutes))
        return Delivered()

    async def announce(self, learner: Learner, text: Text) -> Delivery:
        if learner.id in self.blocked:
            return Unreachable()
        if self.answers:
            return self.answers.pop(0)
        self.announced.append((learner.id, text.in_(learner.settings.language)))
        return Delivered()

    async def tell_of_report(self, admin: ChatId, report: Report) -> bool:
        if admin in self.blocked:
            return False
        self.reports.append((admin, report))
        return True

    async def tell_of_cards(self, admin: ChatId, news: Sequence[Said]) -> bool:
        if admin in self.blocked:
            return False
        self.told.append((admin, tuple(map(str, news))))
        return True


def _words(text: str) -> dict[str, str]:
    return {"ko": text, "en": text}


_COMMON = {
    "explanation": _words("Because torch says so."),
    "source": {"log": "2022-01-24-week02-day006", "date": "2022-01-24"},
}


def predict_card(
    card_id: str = "double", topic: str = "tensors", *, snippet: str = "x = 2\nx * 2", **fields: object
) -> Card:
    """A typed card whose answer is 4, unless told otherwise."""
    body = {"kind": "predict", "id": card_id, "topic": topic, "question": _words("What is it?"), "snippet": snippet}
    return card_from({"expect": 4} | body | _COMMON | fields)


def choice_card(card_id: str = "pick", topic: str = "tensors", **fields: object) -> Card:
    """Three options; key "0" is right."""
    options = [
        {"text": _words("four"), "holds": "x == 4", "right": True},
        {"text": _words("five"), "holds": "x == 5"},
        {"text": _words("six"), "holds": "x == 6"},
    ]
    body = {"kind": "choice", "id": card_id, "topic": topic, "question": _words("Which?"), "snippet": "x = 4\nx"}
    return card_from({"options": options} | body | _COMMON | fields)


def claim_card(card_id: str = "claim", topic: str = "tensors", **fields: object) -> Card:
    """A claim that does not hold."""
    body = {"kind": "claim", "id": card_id, "topic": topic, "claim": _words("Two is three."), "snippet": "2 == 3"}
    return card_from({"holds": False} | body | _COMMON | fields)


def cube_card(card_id: str = "cube", topic: str = "tensors", **fields: object) -> Card:
    """A parametric card: the gradient of k x³ at a."""
    body = {
        "kind": "predict",
        "id": card_id,
        "topic": topic,
        "params": {"k": {"integer": [2, 9]}, "a": {"integer": [-5, 5]}},
        "where": "a != 0",
        "question": _words("What is x.grad of {{ k }} x³ at {{ a }}?"),
        "snippet": "x = torch.tensor({{ a }}., requires_grad=True)\n({{ k }} * x**3).backward()\nx.grad",
        "expect": "{{ 3 * k * a**2 }}",
    }
    return card_from(body | _COMMON | fields)


def code_card(card_id: str = "normalise", topic: str = "tensors", **fields: object) -> Card:
    """Write `normalise(x)`, which divides each row by its sum."""
    body = {
        "kind": "code",
        "id": card_id,
        "topic": topic,
        "question": _words("Write normalise(x): each row divided by its sum."),
        "starter": "def normalise(x):\n    return x",
        "inputs": "x = torch.rand(size, 3) + 0.1",
        "check": "normalise(x)",
        "solution": "def normalise(x):\n    return x / x.sum(dim=1, keepdim=True)",
        "mistakes": [{"code": "def normalise(x):\n    return x / x.sum()"}],
    }
    return card_from(body | _COMMON | fields)


def cloze_card(card_id: str = "mean-rows", topic: str = "tensors", **fields: object) -> Card:
    """Fill the blank so that each row is averaged."""
    body = {
        "kind": "cloze",
        "id": card_id,
        "topic": topic,
        "question": _words("Average each row."),
        "snippet": "means = x.mean(dim=____)",
        "inputs": "x = torch.rand(size, 4)",
        "check": "means",
        "solution": "1",
    }
    return card_from(body | _COMMON | fields)


def fix_card(card_id: str = "twice", topic: str = "tensors", **fields: object) -> Card:
    """Repair a second backward."""
    line = "x = torch.ones(2, requires_grad=True)\ny = (x ** 2).sum()\ny.backward({})\ny.backward()\nx.grad"
    body = {
        "kind": "fix",
        "id": card_id,
        "topic": topic,
        "question": _words("Repair it."),
        "snippet": line.format(""),
        "solution": line.format("retain_graph=True"),
    }
    return card_from(body | _COMMON | fields)


def recall_card(card_id: str = "leaf", topic: str = "tensors", **fields: object) -> Card:
    body = {
        "kind": "recall",
        "id": card_id,
        "topic": topic,
        "question": _words("What is a leaf?"),
        "answer": _words("A tensor that no recorded operation made."),
    }
    return card_from(body | _COMMON | fields)


def discussion_card(card_id: str = "why", topic: str = "tensors", **fields: object) -> Card:
    body = {"kind": "discussion", "id": card_id, "topic": topic, "question": _words("Why are gradients added?")}
    return card_from(body | _COMMON | fields)
