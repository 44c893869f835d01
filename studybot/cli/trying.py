"""studybot cards try: be asked one card in the terminal, as a learner is in the chat."""

import asyncio
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from studybot.cli.completion import card_ids
from studybot.cli.language import say, tell
from studybot.cli.printing import cannot_be_written, print_line
from studybot.config import load_config
from studybot.core.card import Language
from studybot.core.phrase import Phrase, said
from studybot.core.show import ESCAPE_CODES
from studybot.errors import NoPicture, StudybotError

What = Annotated[
    list[str],
    typer.Argument(
        metavar="[FILE] ID",
        autocompletion=card_ids,
        help="The card's id; before it the file it is in, if that is no deck's.",
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="Which variant, where the card has several.")]
Tongue = Annotated[Language | None, typer.Option("--language", help="The language of its words.")]
Given = Annotated[
    list[str] | None,
    typer.Option("--answer", metavar="TEXT", help="Answer with this, without asking; once more for each further try."),
]
To = Annotated[
    Path | None, typer.Option(metavar="PNG", help="Where its picture goes, if it has one; ID.png if left out.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the verdict as a JSON object; needs --answer.")]


def try_card(
    what: What,
    seed: Seed = 0,
    language: Tongue = None,
    answers: Given = None,
    to: To = None,
    as_json: AsJson = False,
) -> None:
    """Be asked a card here: it is run in the sandbox, looks as it will in the chat, and your answer gets its verdict.

    Type an answer, or what stands in the brackets of a button; code ends with an empty line. Nothing is kept of it.
    The picture of a card that has one is saved.

    Exit 1 if torch does not bear the card out, 3 if the sandbox is unavailable.

    Example: studybot cards try contiguity-last-stride-one --answer 2
    """
    from studybot.cli.cards import deck_and_chosen, open_runner
    from studybot.cli.trial import Trial, trial_of

    config = load_config()
    deck, found = deck_and_chosen(config, what)
    if len(found) != 1:
        raise typer.BadParameter(say(Phrase("name one card, not {n}", n=len(found))))
    if as_json and not answers:
        raise typer.BadParameter(say(Phrase("--json needs an --answer")))
    (loaded,) = found
    tongue = language or config.language
    console = Console()
    title = deck.titles[loaded.card.topic]

    async def tried() -> Trial:
        async with AsyncExitStack() as opened:
            with Console(stderr=True).status(say(Phrase("The sandbox is starting."))):
                runner = await opened.enter_async_context(open_runner(slots=1))
                asking = trial_of(loaded.card, title, runner, seed=seed, language=tongue)
                trial = await opened.enter_async_context(asking)
            await trial.play(console if not as_json else None, iter(answers) if answers else None)
            if loaded.card.picture is not None and trial.is_settled:
                await _save_picture(trial, to or Path(f"{loaded.card.id}.png"))
            return trial

    trial = asyncio.run(tried())
    if as_json:
        print_line(trial.record())
    if trial.refuted:
        raise StudybotError(Phrase("{card}: {what}", card=loaded, what=trial.refuted))


async def _save_picture(trial: Any, path: Path) -> None:
    try:
        path.write_bytes(await trial.picture())  # noqa: ASYNC240 - nobody else is served
    except NoPicture as error:
        tell(Phrase("no picture: {reason}", reason=said(error)), err=True)
    except OSError as error:
        raise cannot_be_written(path, error) from error
    else:
        trial.saved = str(path)
        tell(Phrase("The picture is in {path}.", path=path), err=True)


def read_answer(*, is_code: bool) -> str:
    """Read what a person types: one line, or code up to an empty line. Raises EOFError, KeyboardInterrupt."""
    sys.stdout.flush()
    # asyncio would take the first Ctrl-C for itself, and wait here for a line.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return _typed(is_code=is_code)
    finally:
        signal.signal(signal.SIGINT, before)


def _typed(*, is_code: bool) -> str:
    if not is_code:
        return input("> ")
    lines: list[str] = []
    while (line := input("> " if not lines else ". ")) or not lines:
        lines.append(ESCAPE_CODES.sub("", line))
    return "\n".join(lines)
