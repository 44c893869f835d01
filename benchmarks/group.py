"""Votes of a group against a bare bot that only answers presses, in one run; and what a challenge costs the group.

    python -m benchmarks.group

Two hundred people tap at an even pace on one message, whose chat is served in order. A tap of ours is answered after
the vote is in SQLite, so the time to the answer is more than that to the record. The bare bot stores nothing. Then a
challenge is played under Telegram's own limits, and its messages and edits are counted.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks._claims import Claims, InstantRunner
from benchmarks._command import arguments, tell
from benchmarks._row import Peer, Row, compared, seen
from benchmarks.bot import SystemClock
from studybot.core.card import Language
from studybot.core.learner import Settings
from studybot.flows.outside import Outside
from studybot.local_chat import NO_FLOOD_LIMITS, FloodLimits, Group, LocalChat, Message, Person
from studybot.schedulers import SCHEDULERS

PEOPLE = 200
VOTES_PER_SECOND = 100
SECONDS = 8
ROUNDS = 2
CARDS = 3
PATIENCE_SECONDS = 60.0


async def serve_ours(token: str, api_url: str, database: str) -> None:
    from studybot.store import SqlStore
    from studybot.store.upgrade import upgrade
    from studybot.telegram_bot.app import Account, StudyBot

    url = f"sqlite:///{database}"
    upgrade(url)
    store, deck = SqlStore(url), Claims(CARDS)
    for card in deck.cards:
        await store.save_card(card.card_id, card.revision, card.body())
    outside = Outside(store, deck, InstantRunner(), SystemClock(), SCHEDULERS)
    async with StudyBot(Account(token, api_url), Settings(language=Language.EN), outside) as bot:
        await bot.run()


async def serve_bare(token: str, api_url: str) -> None:
    """Answer every press with a toast, by the library alone, with its own transport."""
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
    from telegram.ext import ApplicationBuilder, CallbackQueryHandler, CommandHandler

    async def on_command(update: Update, _: Any) -> None:
        assert update.effective_message
        keys = InlineKeyboardMarkup([[InlineKeyboardButton("False", callback_data="1")]])
        await update.effective_message.reply_text("Two is three.", reply_markup=keys)

    async def on_press(update: Update, _: Any) -> None:
        assert update.callback_query
        await update.callback_query.answer("noted")

    application = ApplicationBuilder().token(token).base_url(api_url).build()
    application.add_handler(CommandHandler("challenge", on_command))
    application.add_handler(CallbackQueryHandler(on_press))
    async with application:
        await application.start()
        assert application.updater
        await application.updater.start_polling(poll_interval=0, timeout=30)
        await asyncio.Event().wait()


@asynccontextmanager
async def staged(kind: str, *more: str, flood: FloodLimits) -> AsyncIterator[LocalChat]:
    """Serve a local chat, and run a bot on it in a process of its own."""
    async with LocalChat(clock=SystemClock().now, flood=flood) as chat:
        arguments = [sys.executable, "-m", "benchmarks.group", "--serve", kind, chat.token, chat.api_url, *more]
        process = await asyncio.create_subprocess_exec(*arguments, cwd=Path(__file__).parent.parent)
        try:
            await chat.until_bot_listens(timeout=PATIENCE_SECONDS)
            yield chat
        finally:
            process.kill()
            await process.wait()


async def asked(chat: LocalChat, people: Sequence[Person], *, cards: int = 1) -> tuple[Group, Message]:
    """Return a group and the question in it; our own bot has a lobby before that."""
    group = chat.group("Study", people)
    await people[0].send(f"/challenge {cards}", to=group)
    message = await people[0].next_message(group, timeout=PATIENCE_SECONDS)
    if "▶ Start" in [label for row in message.buttons for label in row]:
        await people[0].press(message, "▶ Start")
        message = await people[0].next_message(group, timeout=PATIENCE_SECONDS)
    return group, message


async def taps(chat: LocalChat, people: Sequence[Person], question: Message) -> list[float]:
    """Tap at an even pace, whatever the bot does; return the seconds from each tap to its answer."""
    data = str(question.data_of("False")["callback_data"])
    begun: dict[str, float] = {}
    took: list[float] = []
    everybody = asyncio.Event()

    def on_change(puts: list[Any]) -> None:
        for table, key, record in puts:
            if table == "queries" and record is not None and record["answer"] is not None and key in begun:
                took.append(time.perf_counter() - begun.pop(key))
        if len(took) == VOTES_PER_SECOND * SECONDS:
            everybody.set()

    stop = chat.world.state.listen(on_change)
    start = time.perf_counter()
    for number in range(VOTES_PER_SECOND * SECONDS):
        await asyncio.sleep(max(0.0, start + number / VOTES_PER_SECOND - time.perf_counter()))
        now = time.perf_counter()
        begun[people[number % len(people)].tap(question, data)] = now
    await asyncio.wait_for(everybody.wait(), PATIENCE_SECONDS)
    stop()
    return took


async def play(chat: LocalChat, people: Sequence[Person]) -> tuple[int, float]:
    """Play a whole challenge in which the first ballot is always divided; return its calls and seconds."""
    began = time.monotonic()
    group, question = await asked(chat, people, cards=CARDS)
    for number in range(CARDS):
        for place, person in enumerate(people):
            await person.press(question, "False" if place % 2 else "True")
        await chat.wait_for(lambda shown=question: "Convince" in shown.text, timeout=PATIENCE_SECONDS)  # type: ignore[misc]
        for person in people:
            await person.press(question, "False")
        evidence = await people[0].next_message(group, timeout=PATIENCE_SECONDS)
        await people[0].press(evidence, "Next card ▸ 👑" if number < CARDS - 1 else "To the result ▸ 👑")
        question = await people[0].next_message(group, timeout=PATIENCE_SECONDS)
    speaking = [call for call in chat.calls if call.chat_id == group.id and call.method.startswith(("send", "edit"))]
    print(", ".join(f"{count} {name}" for name, count in Counter(call.method for call in speaking).items()))
    assert not chat.refusals, chat.refusals
    return len(speaking), time.monotonic() - began


async def measure(folder: Path, *, rounds: int = ROUNDS) -> list[Row]:
    loose = NO_FLOOD_LIMITS
    async with (
        staged("ours", str(folder / "votes.db"), flood=loose) as ours,
        staged("bare", flood=loose) as bare,
    ):
        sides = {}
        for name, chat in (("ours", ours), ("bare", bare)):
            people = [chat.person(f"Person {number}") for number in range(PEOPLE)]
            sides[name] = (chat, people, (await asked(chat, people))[1])
        took: dict[str, list[float]] = {"ours": [], "bare": []}
        for _ in range(rounds):
            for name, (chat, people, question) in sides.items():
                took[name] += await taps(chat, people, question)
    async with staged("ours", str(folder / "challenge.db"), flood=FloodLimits()) as strict:
        calls, seconds = await play(strict, [strict.person(f"Person {number}") for number in range(5)])
    return report(took, calls, seconds)


def report(took: dict[str, list[float]], calls: int, seconds: float) -> list[Row]:
    """Return what was seen beside what is wanted."""
    p95 = {name: statistics.quantiles(each, n=20)[-1] * 1000 for name, each in took.items()}
    print(f"{len(took['ours'])} votes; {CARDS} divided rounds in {seconds:.0f} s")
    vote = f"vote recorded and answered, p95 at {VOTES_PER_SECOND}/s"
    storing_nothing = Peer("stores nothing", p95["bare"])
    return [
        seen(vote, p95["ours"], "ms", at_most=100),
        compared("the same, beside a bare bot", p95["ours"], "ms", storing_nothing, at_most=3),
        seen("messages and edits a divided round", calls / CARDS, at_most=8),
    ]


def main() -> None:
    match sys.argv[1:]:
        case ["--serve", "ours", token, api_url, database]:
            asyncio.run(serve_ours(token, api_url, database))
        case ["--serve", "bare", token, api_url]:
            asyncio.run(serve_bare(token, api_url))
        case _:
            given = arguments(__doc__).parse_args()
            with tempfile.TemporaryDirectory() as folder:
                rows = asyncio.run(measure(Path(folder), rounds=1 if given.quick else ROUNDS))
            tell(rows, given)


if __name__ == "__main__":
    main()
