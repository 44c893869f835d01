"""One card before one person: the flows of the bot on a database of its own, which is gone afterwards."""

import tempfile
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from studybot.cli.chat_text import chat_page, chat_text, marked_keys
from studybot.cli.trying import read_answer
from studybot.core.card import Answer, CardId, GaveUp, Language, Picked, Recalled, Text, Typed
from studybot.core.learner import ChatId, Learner, Settings
from studybot.core.phrase import Phrase, Said
from studybot.core.quiz import Asked, ShowingId
from studybot.core.run import RunResult, RunStatus
from studybot.core.schedule import study_day
from studybot.core.show import evidence
from studybot.errors import SandboxUnavailable
from studybot.flows.answer import Gone, Hinted, NotAnAnswer, Settled, TryAgain, ask_for_hint, reveal, submit_answer
from studybot.flows.daily_quiz import Resting
from studybot.flows.learners import welcome
from studybot.flows.outside import Outside
from studybot.flows.shown import Shown, shown_card
from studybot.kinds import Card
from studybot.locale import Speech, speech
from studybot.pictures import drawn
from studybot.ports import Runner
from studybot.schedulers import SCHEDULERS
from studybot.telegram_bot import render
from studybot.telegram_bot.buttons import DontKnow, Hint, Pick, Reveal, Say, Toggle
from studybot.telegram_bot.view import View

ASKED_BY = "try"


@dataclass
class OneCard:
    """A `ports.Deck` of one card that nobody has proved yet."""

    card: Card
    title: Text
    refused: Said = ""

    async def ready(
        self, needed: Collection[CardId] = (), *, new: int | None = None, known: Collection[CardId] = ()
    ) -> None: ...

    def live(self) -> Sequence[Card]:
        return [self.card]

    def unproved(self) -> int:
        return 0

    def title_of(self, topic: str) -> Text:
        return self.title

    def quarantine(self, card: Card, reason: Said) -> None:
        self.refused = self.refused or reason

    def note(self, card: Card, remark: Said) -> None: ...

    def news(self) -> Sequence[Said]:
        return ()

    def forget_news(self, count: int) -> None: ...


@asynccontextmanager
async def trial_of(card: Card, title: Text, runner: Runner, *, seed: int, language: Language) -> AsyncIterator["Trial"]:
    """Ask one variant of a card. Raises SandboxUnavailable."""
    from studybot.store import SqlStore
    from studybot.store.upgrade import upgrade
    from studybot.wiring import SystemClock

    card = card.variant(seed)
    with tempfile.TemporaryDirectory(prefix="studybot-try-") as folder:
        url = f"sqlite:///{Path(folder) / 'try.db'}"
        upgrade(url)
        store = SqlStore(url)
        try:
            deck = OneCard(card, title)
            outside = Outside(store, deck, runner, SystemClock(), SCHEDULERS)
            learner, _ = await welcome(ChatId(1), Settings(language=language), outside=outside)
            trial = Trial(card, seed, learner, outside, deck, speech(language))
            await trial.ask()
            yield trial
        finally:
            await store.close()


@dataclass
class Trial:
    """The card as it stands before this person; `view` is the message that shows it."""

    card: Card
    seed: int
    learner: Learner
    outside: Outside
    deck: OneCard
    say: Speech
    shown: Shown | None = None
    view: View | None = None
    settled: Settled | None = None
    saved: str = ""
    updates: int = 0
    said: list[str] = field(default_factory=list)

    @property
    def is_settled(self) -> bool:
        return self.settled is not None

    @property
    def refuted(self) -> Said:
        return self.deck.refused

    async def ask(self) -> None:
        """Run the card and put it in a quiz of its own."""
        card, store = self.card, self.outside.store
        snippet = card.answer_run()
        run = RunResult(RunStatus.OK) if snippet is None else await self.outside.runner.run(snippet, asked_by=ASKED_BY)
        if run.status is RunStatus.SANDBOX_FAULT:
            raise SandboxUnavailable("the card's run failed in the sandbox")
        if (refutation := card.disagreement(run)) is not None:
            got = refutation.got or evidence(run)
            self.deck.refused = Phrase("expected {expected}, got {got}", expected=refutation.expected, got=got)
        now = self.outside.clock.now()
        day = study_day(now, self.learner.settings.tz)
        await store.save_card(card.card_id, card.revision, card.body())
        quiz = await store.begin_quiz(self.learner.id, day, [card.card_id], at=now)
        showing = await store.next_showing(quiz.id)
        if showing is not None:
            showing = await store.save_asked(showing.id, Asked(card.revision, self.seed, run, now))
            self.shown = await shown_card(showing, day, outside=self.outside)
        if self.shown is not None:
            self.view = render.question(self.shown, self.say)

    async def play(self, console: Console | None, given: Iterator[str] | None) -> None:
        """Ask until the card is settled, or nobody answers any more. `given` are answers known beforehand."""
        self._show(console)
        while not self.is_settled and self.shown is not None and self.shown.question.form != "none":
            text = next(given, None) if given is not None else self._asked(console)
            if text is None:
                return
            await self._take(text, console)

    def _asked(self, console: Console | None) -> str | None:
        assert self.shown is not None  # noqa: S101 - checked by `play`
        try:
            return read_answer(is_code=self.shown.question.form == "code")
        except EOFError:
            return None

    async def _take(self, text: str, console: Console | None) -> None:
        answer = self._read(text)
        assert self.shown is not None  # noqa: S101 - checked by `play`
        showing_id = self.shown.showing.id
        self.updates += 1
        match answer:
            case Hint(showing, step):
                outcome = await ask_for_hint(
                    self.learner, showing, step=step, update_id=self.updates, outside=self.outside
                )
                if isinstance(outcome, Hinted):
                    self.shown, self.view = outcome.shown, render.question(outcome.shown, self.say)
                    self._show(console)
            case Reveal(showing):
                revealed = await reveal(self.learner, showing, outside=self.outside)
                if not isinstance(revealed, Gone):
                    self.view = render.revealed(revealed, self.say)
                    self._show(console)
            case _:
                await self._submit(showing_id, answer, console)

    async def _submit(self, showing_id: ShowingId, answer: Answer, console: Console | None) -> None:
        outcome = await submit_answer(self.learner, showing_id, answer, update_id=self.updates, outside=self.outside)
        match outcome:
            case Settled():
                self.settled, self.view = outcome, render.settled(outcome, self.say)
                self._show(console, with_keys=False)
            case TryAgain():
                self.shown, self.view = outcome.shown, render.try_again(outcome, self.say)
                self._show(console)
            case NotAnAnswer(why):
                self.said.append(self.say(why))
                if console is not None:
                    console.print(f"  {self.say(why)}", highlight=False, markup=False)
            case Resting():
                raise SandboxUnavailable("the run of the answer failed in the sandbox")
            case Gone():
                return

    def _read(self, text: str) -> Answer | Hint | Reveal:
        """Take what names a button for its press, and everything else as typed."""
        assert self.shown is not None  # noqa: S101 - checked by `play`
        assert self.view is not None  # noqa: S101 - there is one as soon as there is a showing
        named = {mark: key.button for mark, key in marked_keys(self.view, typed=self.shown.question.is_typed)}
        pressed = [named[word] for word in text.replace(",", " ").split() if word in named]
        match pressed:
            case [Toggle(), *_]:
                places = [int(word) - 1 for word in text.replace(",", " ").split() if word.isdecimal()]
                return Picked(",".join(sorted(self.shown.question.options[place].key for place in places)))
            case [Pick(_, key)]:
                return Picked(key)
            case [Say(_, grade)]:
                return Recalled(grade)
            case [DontKnow()]:
                return GaveUp()
            case [(Hint() | Reveal()) as button]:
                return button
            case _:
                return Typed(text)

    def _show(self, console: Console | None, *, with_keys: bool = True) -> None:
        if console is not None and self.view is not None:
            view = self.view if with_keys else View(self.view.html)
            typed = self.shown is not None and self.shown.question.is_typed
            console.print(chat_page(view, typed=typed), highlight=False)

    async def picture(self) -> bytes:
        """Draw the picture that goes with the verdict. Raises NoPicture."""
        return await drawn(self.card, self.outside.runner, self.say.language)

    def record(self) -> dict[str, Any]:
        """Return what became of it as JSON data."""
        review = self.settled.review if self.settled is not None else None
        return {
            "id": self.card.id,
            "seed": self.seed,
            "settled": self.is_settled,
            "right": review.right if review is not None else None,
            "grade": int(review.grade) if review is not None else None,
            "torch": self.card.evidence(self.shown.asked.run) if self.shown is not None else "",
            "refuted": str(self.refuted),
            "message": chat_text(self.view.html).plain if self.view is not None else "",
            "said": self.said,
            "picture": self.saved,
        }
