"""studybot announce: a word to all learners who want to hear it."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from studybot.cli.language import counted, say, tell
from studybot.cli.printing import print_json
from studybot.config import load_config
from studybot.core.announcing import LONGEST_TEXT, MOST_PER_DAY, MOST_PER_WEEK
from studybot.core.card import Text
from studybot.core.phrase import Phrase
from studybot.errors import StudybotError

if TYPE_CHECKING:
    from studybot.flows.announcements import Objection, Plan

OBJECTIONS: "dict[Objection, Phrase]" = {
    "day": Phrase("there was one today already ({n} a day); say --anyway if it must be", n=MOST_PER_DAY),
    "week": Phrase("there were enough this week ({n} a week); say --anyway if it must be", n=MOST_PER_WEEK),
    "same": Phrase("this very text was announced within the week"),
}


def announce(
    ko: Annotated[str, typer.Option(metavar="TEXT", help="What learners read who chose Korean; Markdown as in cards.")],
    en: Annotated[str, typer.Option(metavar="TEXT", help="What learners read who chose English.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Only show what would be sent, and to how many.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Also beyond one a day and three a week.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say something to all learners who want to hear it. It is shown first, and sent once you agree.

    Nobody is woken: it comes without a sound, and to each after their quiet hours. Who is away reads it when they are
    back, within three days. Whoever has blocked the bot, or has turned news off in /settings, gets none. The running
    bot sends it; stopped and started again, it sends the rest.

    Example: studybot announce --ko "새 카드 20장이 왔어요." --en "Twenty new cards are here." --preview
    """
    text = Text(_checked("--ko", ko), _checked("--en", en))
    made = asyncio.run(_planned(text))
    if not as_json:
        _show(made)
    if made.objection == "same" or (made.objection is not None and not anyway):
        if not preview:
            raise StudybotError(OBJECTIONS[made.objection])
        tell(OBJECTIONS[made.objection], err=True)
    sent = 0
    if not preview and made.letters:
        if not yes:
            _ask()
        sent = asyncio.run(_announced(made))
        if not sent:
            raise StudybotError(OBJECTIONS["same"])
    if as_json:
        print_json({"learners": len(made.letters), "later": made.later, "away": made.away, "queued": sent})
    elif sent:
        tell(counted(sent, Phrase("on its way to 1 learner"), Phrase("on its way to {n} learners")))


def _checked(option: str, text: str) -> str:
    text = text.strip().replace("\\n", "\n")
    if not text:
        raise typer.BadParameter(say(Phrase("{option} is empty", option=option)))
    if len(text) > LONGEST_TEXT:
        raise typer.BadParameter(
            say(Phrase("{option} is longer than {most} characters", option=option, most=LONGEST_TEXT))
        )
    return text


def _show(made: "Plan") -> None:
    for language, text in (("ko", made.text.ko), ("en", made.text.en)):
        typer.echo(f"{language}  📣 {text}".replace("\n", "\n       "))
    tell(
        Phrase("learners: {n}; after their quiet hours {later}; away for too long {away}").filled(
            n=len(made.letters), later=made.later, away=made.away
        )
    )


def _ask() -> None:
    if not sys.stdin.isatty():
        raise StudybotError(Phrase("nobody is there to agree: look with --preview, then say --yes"))
    typer.confirm(say(Phrase("Send it?")), abort=True)


async def _planned(text: Text) -> "Plan":
    from studybot.flows.announcements import plan
    from studybot.store import clock_of
    from studybot.wiring import SystemClock, open_store

    store = open_store(load_config())
    try:
        return await plan(text, store=store, clock=await clock_of(store, SystemClock()))
    finally:
        await store.close()


async def _announced(made: "Plan") -> int:
    from studybot.flows.announcements import announce as send
    from studybot.store import clock_of
    from studybot.wiring import SystemClock, open_store

    store = open_store(load_config())
    try:
        return await send(made, store=store, clock=await clock_of(store, SystemClock()))
    finally:
        await store.close()
