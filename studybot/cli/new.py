"""studybot cards new: a card in house form, asked for or given by options, in the author's own editor."""

import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from studybot.cli.editor import open_editor
from studybot.cli.language import say, tell
from studybot.cli.printing import print_line
from studybot.config import load_config
from studybot.core.card import Text
from studybot.core.os_reason import os_reason
from studybot.core.phrase import Phrase
from studybot.deck.complaints import did_you_mean, fields_of
from studybot.deck.desk import Proposal, place_for, publish, read_proposal
from studybot.deck.files import shown_path
from studybot.deck.folder import write_whole
from studybot.deck.house import card_text, header, template
from studybot.deck.loader import LoadedDeck, load_deck
from studybot.deck.marked import Malformed, parse, plain
from studybot.errors import DeckError, StudybotError
from studybot.kinds import KINDS

DRAFTS = Path("drafts")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CODE = frozenset({"snippet", "solution", "starter", "inputs"})

Kind = Annotated[str | None, typer.Option(help=f"One of {', '.join(KINDS)}.")]
Topic = Annotated[str | None, typer.Option(help="A topic of the deck, or a new one.")]
Id = Annotated[str | None, typer.Option("--id", help="Lower-case words joined by hyphens; never changed afterwards.")]
Title = Annotated[
    tuple[str, str] | None,
    typer.Option(metavar="KO EN", help="The title of a new topic for learners, in both languages."),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", "-s", metavar="FIELD=VALUE", help="A field, such as question.en='What is y?'; @FILE reads a file."
    ),
]
Into = Annotated[
    Path | None, typer.Option(metavar="DECKFILE", help="The deck file it joins; the topic's own if left out.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Edit = Annotated[
    bool | None, typer.Option("--edit/--no-edit", help="Open $EDITOR; if left out, where there is a terminal.")
]


def new(
    kind: Kind = None,
    topic: Topic = None,
    card_id: Id = None,
    title: Title = None,
    given: Set = None,
    into: Into = None,
    edit: Edit = None,
    as_json: AsJson = False,
) -> None:
    """Write a new card into a deck file, at its end. The file keeps its comments and its order.

    What is not given by options is asked, and the card opens in $EDITOR. What does not become a card stays under
    drafts/: nothing that was typed is lost. The card is asked only once it is proved: studybot cards try ID.

    Example: studybot cards new --kind predict --topic contiguity
    """
    folder = load_config().cards
    deck = load_deck(folder)
    terminal = sys.stdin.isatty()
    kind = _chosen("kind", kind, list(KINDS), ask=terminal)
    topic = _chosen("topic", topic, list(deck.titles), ask=terminal, open_to_new=True)
    words = _title(topic, title, deck, ask=terminal)
    card_id = _free_id(card_id, topic, deck, ask=terminal)
    fields = template(KINDS[kind], _given(kind, given or []))
    fields |= {"id": card_id, "kind": kind}
    fields["source"] = _dated(fields["source"])
    draft = _free_draft(topic, card_id)
    write_whole(draft, header(topic, words) + card_text(fields))
    proposal = _edited(draft, deck, edit=terminal if edit is None else edit, ask=terminal)
    for near in proposal.near:
        tell(near, err=True)
    (written,) = publish(proposal, folder, into or _own_file(folder, proposal))
    draft.unlink()
    with suppress(OSError):  # other drafts lie there
        draft.parent.rmdir()
        DRAFTS.rmdir()
    if as_json:
        near_to = [{"id": near.other.card.id, "reason": str(near.what)} for near in proposal.near]
        print_line({"id": written.card.id, "file": written.file, "line": written.line, "near": near_to})
    else:
        tell(Phrase("{card}: is written", card=written))
    tell(Phrase("To be asked: studybot cards try {card}", card=written.card.id), err=True)


def _edited(draft: Path, deck: LoadedDeck, *, edit: bool, ask: bool) -> Proposal:
    """Let the author edit the draft until it is a card. Raises DeckError, StudybotError; the draft stays then."""
    shown = shown_path(draft)
    while True:
        if edit:
            open_editor(draft)
        try:
            proposal = read_proposal(draft, deck=deck)
        except DeckError as error:
            kept = Phrase("{draft}: it is kept: once it is a card, studybot cards add {draft}", draft=shown)
            if not (edit and ask):
                tell(kept, err=True)
                raise
            for problem in error.problems:
                tell(problem, err=True)
            if not typer.confirm(say(Phrase("Edit it again?")), default=True, err=True):
                raise StudybotError(kept) from error
        else:
            if len(proposal.new) == 1:
                return proposal
            told = Phrase("{draft}: {n} new cards in it, and not one: studybot cards add {draft}")
            raise StudybotError(told.filled(draft=shown, n=len(proposal.new)))


def _chosen(what: str, given: str | None, known: Sequence[str], *, ask: bool, open_to_new: bool = False) -> str:
    """Return what was given, or ask for it until it is known."""
    while True:
        if given is None:
            if not ask:
                raise _refused(Phrase("give --{what}: one of {known}", what=what, known=", ".join(known)))
            typer.echo(f"{what}: {', '.join(known)}", err=True)
            given = typer.prompt(what.capitalize(), err=True)
        given = given.strip()
        if given in known or (open_to_new and _SLUG.fullmatch(given) and _is_new(given, known, ask)):
            return given
        told = say(Phrase('no {what} "{name}": {near}', what=what, name=given, near=did_you_mean(given, known)))
        if not ask:
            raise typer.BadParameter(told)
        typer.echo(told, err=True)
        given = None


def _is_new(topic: str, known: Sequence[str], ask: bool) -> bool:
    """Whether a name that is not known is meant: a person is asked, and a script means what it says."""
    told = Phrase('"{topic}" is a new topic ({near}). Make it?', topic=topic, near=did_you_mean(topic, known))
    return not ask or typer.confirm(say(told), err=True)


def _title(topic: str, given: tuple[str, str] | None, deck: LoadedDeck, *, ask: bool) -> Text:
    if (title := deck.titles.get(topic)) is not None:
        return title
    if given is not None:
        return Text(*given)
    if not ask:
        near = did_you_mean(topic, list(deck.titles))
        raise _refused(Phrase('"{topic}" is a new topic ({near}): give its --title', topic=topic, near=near))
    ko = typer.prompt(say(Phrase("Title of {topic} for learners, in Korean", topic=topic)), err=True)
    return Text(ko, typer.prompt(say(Phrase("and in English")), err=True))


def _free_id(given: str | None, topic: str, deck: LoadedDeck, *, ask: bool) -> str:
    known = {one.card.id: one for one in deck.cards}
    while True:
        if given is None:
            if not ask:
                raise _refused(Phrase("give --id, such as {topic}-what-it-asks", topic=topic))
            given = typer.prompt("Id", default=f"{topic}-", err=True)
        problem = ""
        if not _SLUG.fullmatch(given):
            told = Phrase('"{id}": lower-case words and digits joined by hyphens, such as {topic}-what-it-asks')
            problem = say(told.filled(id=given, topic=topic))
        elif given in known:
            place = f"{known[given].file}:{known[given].line}"
            problem = say(Phrase('"{id}" is taken by {place}', id=given, place=place))
        if not problem:
            return given
        if not ask:
            raise typer.BadParameter(problem)
        tell(problem, err=True)
        given = None


def _given(kind: str, words: Sequence[str]) -> dict[str, Any]:
    """Read the fields given as FIELD=VALUE; a dot leads into a text's languages."""
    fields: dict[str, Any] = {}
    known = fields_of(KINDS[kind])
    for word in words:
        name, equals, value = word.partition("=")
        first, *rest = name.split(".")
        if not equals:
            raise _refused(Phrase('"{word}" is no FIELD=VALUE, such as question.en="What is y?"', word=word))
        if first not in known:
            told = Phrase('a {kind} card has no field "{name}": {near}', kind=kind, name=first)
            raise _refused(told.filled(**told.values, near=did_you_mean(first, known)))
        place = fields
        for step, inner in zip([first, *rest], rest, strict=False):
            held = place.setdefault(step, {} if inner not in {"ko", "en"} else {"ko": "TODO", "en": "TODO"})
            if not isinstance(held, dict):
                raise _refused(Phrase('"{name}": {step} has a value already', name=name, step=step))
            place = held
        place[rest[-1] if rest else first] = _value(name, value)
    return fields


def _refused(told: Phrase) -> typer.BadParameter:
    return typer.BadParameter(say(told))


def _value(name: str, text: str) -> Any:
    """Read a value: texts and code as they are, everything else as YAML."""
    if text.startswith("@"):
        try:
            text = Path(text[1:]).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = os_reason(error) if isinstance(error, OSError) else Phrase("not UTF-8")
            told = Phrase("{path}: cannot be read: {reason}", path=text[1:], reason=reason)
            raise _refused(told) from error
    if name in CODE:
        return f"{text.rstrip()}\n"
    if name.endswith((".ko", ".en")) or name in {"check", "where", "few_variants"}:
        return text
    try:
        node = parse(text)
    except Malformed:
        return text
    return None if node is None else plain(node)


def _dated(source: Any) -> Any:
    """Date a source today where it says no other day: most cards are written on the day of their log."""
    if not isinstance(source, Mapping) or source.get("date", "TODO") != "TODO":
        return source
    from studybot.wiring import SystemClock

    return {**source, "date": SystemClock().now().astimezone().date()}


def _free_draft(topic: str, card_id: str) -> Path:
    number = 1
    while (path := DRAFTS / topic / f"{card_id}{'' if number == 1 else f'-{number}'}.yaml").exists():
        number += 1
    return path


def _own_file(folder: Path, proposal: Proposal) -> Path:
    """Return the topic's file: the one named after it, the only one, or a new one. Raises StudybotError for several."""
    own = place_for(proposal, folder, proposal.topic)
    files = sorted(path for path in own.parent.glob("*.yaml") if not path.name.startswith("."))
    if own in files or not files:
        return own
    if len(files) == 1:
        return files[0]
    told = Phrase("{draft}: it is kept; {topic} has several files: studybot cards add {draft} --into {files}")
    names = say(Phrase(" or ")).join(map(shown_path, files))
    raise StudybotError(told.filled(draft=proposal.name, topic=proposal.topic, files=names))
