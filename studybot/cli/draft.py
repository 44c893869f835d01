"""studybot cards draft: propose cards from study logs."""

import asyncio
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from studybot.cli.language import counted, say, tell
from studybot.config import load_config
from studybot.core.card import Text
from studybot.core.phrase import Phrase
from studybot.deck.draft.drafts import Draft, Undrafted, drafts_of
from studybot.deck.draft.log_files import known_passages, read_logs, write_new
from studybot.deck.draft.sorting import Sorted, sort_log
from studybot.deck.draft.topics import INBOX
from studybot.deck.draft.writing import TITLE_OF_INBOX, deck_text, record
from studybot.deck.loader import load_deck
from studybot.errors import DeckError

Logs = Annotated[list[Path], typer.Argument(metavar="LOG...", help="Study logs, as Markdown.")]
To = Annotated[Path, typer.Option(metavar="FOLDER", help="Where the drafts go, in a folder for each topic.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the drafts as a JSON list, and write nothing.")]


def draft(logs: Logs, to: To = Path("drafts"), as_json: AsJson = False) -> None:
    """Propose cards from daily study logs, for a person to complete. No file is ever overwritten.

    Code is run in the sandbox, and what it says is shown beside what the log says. A passage that was drafted before
    is not drafted again. docs/drafts.md says what is taken from a log.

    Example: studybot cards draft notes/2022-01-24.md --to drafts
    """
    read = read_logs(logs)
    config = load_config()
    titles = titles_of(config.cards)
    met = known_passages(to) | known_passages(config.cards)
    found = [sort_log(log, met) for log in read]
    made = asyncio.run(_made(found, titles))
    if as_json:
        typer.echo(json.dumps([_record(one) for one in made], ensure_ascii=False, indent=2))
        return
    for each in made:
        if isinstance(each, Undrafted):
            tell(told_undrafted(each))
    drafts = [one for one in made if isinstance(one, Draft)]
    write_drafts(drafts, to, titles)
    repeated = sum(one.repeated for one in found)
    kinds = ", ".join(f"{kind} {number}" for kind, number in sorted(Counter(one.kind for one in drafts).items()))
    made_of = counted(len(read), Phrase("1 log"), Phrase("{n} logs"))
    told = [
        Phrase(
            "{drafts}{kinds} from {logs}",
            drafts=counted_drafts(len(drafts)),
            kinds=f" ({kinds})" if kinds else "",
            logs=made_of,
        )
    ]
    if repeated:
        one = Phrase("1 passage met before and left out")
        told.append(counted(repeated, one, Phrase("{n} passages met before and left out")))
    typer.echo("; ".join(map(say, told)))


def titles_of(cards: Path) -> Mapping[str, Text]:
    """Return the deck's topics and their titles. Without a sound deck there are none: all drafts go to the inbox."""
    try:
        return load_deck(cards).titles
    except DeckError:
        told = Phrase(
            "{cards}: not a sound deck, so its topics are unknown: drafts go to {inbox}", cards=cards, inbox=INBOX
        )
        tell(told, err=True)
        return {}


async def _made(found: Sequence[Sorted], topics: Collection[str]) -> list[Draft | Undrafted]:
    if not any(one.wants_runs for one in found):
        return [one for log in found for one in await drafts_of(log, None, topics=topics)]
    from studybot.cli.cards import open_runner

    async with open_runner() as runner:
        return [one for log in found for one in await drafts_of(log, runner, topics=topics)]


def write_drafts(drafts: Sequence[Draft], to: Path, titles: Mapping[str, Text], *, quiet: bool = False) -> list[Path]:
    """Write one file for each topic and log, and return their names."""
    files = []
    for topic, log in dict.fromkeys((one.topic, one.log) for one in drafts):
        of_file = [one for one in drafts if (one.topic, one.log) == (topic, log)]
        text = deck_text(of_file, topic=topic, title=titles.get(topic, TITLE_OF_INBOX))
        written = write_new(to / topic, log, text)
        files.append(written.path)
        if quiet:
            continue
        if written.taken:
            exists = Phrase("{file}: exists and is left as it is: the new drafts go to {other}")
            tell(exists.filled(file=written.taken, other=written.path.name))
        typer.echo(f"{written.path}: {say(counted_drafts(len(of_file)))}")
    return files


def told_undrafted(one: Undrafted) -> Phrase:
    if one.is_broken:
        told = Phrase("{path}:{line}: a broken code block: {reason}, line {line}: mend it and draft again")
    else:
        told = Phrase("{path}:{line}: no draft: {reason}")
    return told.filled(path=one.path, line=one.line, reason=one.reason)


def _record(one: Draft | Undrafted) -> dict[str, Any]:
    if isinstance(one, Draft):
        return record(one)
    status = "broken" if one.is_broken else "left out"
    return {"status": status, "log": one.path, "line": one.line, "reason": str(one.reason)}


def counted_drafts(number: int) -> Phrase:
    return counted(number, Phrase("1 draft"), Phrase("{n} drafts"))
