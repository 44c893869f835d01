"""studybot cards diff, retire, restore, memories: a card's life after it is asked."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from difflib import unified_diff
from typing import Annotated, Any, TypeVar

import typer

from studybot.cli.completion import card_ids
from studybot.cli.language import counted, say, tell
from studybot.cli.printing import print_line
from studybot.config import Config, load_config
from studybot.core.phrase import Phrase
from studybot.core.publication import Fate, Publication
from studybot.deck.history import bodies_at
from studybot.deck.loader import LoadedCard, LoadedDeck, load_deck
from studybot.deck.meaning import Change, changes
from studybot.deck.publishing import alike
from studybot.deck.retiring import set_retired
from studybot.errors import StudybotError
from studybot.ports import Store

T = TypeVar("T")

Ids = Annotated[
    list[str] | None,
    typer.Argument(metavar="ID", help="Cards; all that differ if left out.", autocompletion=card_ids),
]
OneId = Annotated[str, typer.Argument(metavar="ID", help="The card's id.", autocompletion=card_ids)]
Since = Annotated[
    str | None, typer.Option(metavar="COMMIT", help="Compare with the deck of a commit of git, such as HEAD.")
]
Because = Annotated[str, typer.Option("--because", metavar="TEXT", help="Why, for whoever reads the deck.")]
Chosen = Annotated[Fate, typer.Argument(help="What becomes of what learners know of it.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object per line.")]
OneJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def diff(ids: Ids = None, since: Since = None, as_json: AsJson = False) -> None:
    """Show what changed in the deck since the revisions that learners are asked, and whether the meaning changed.

    A card's meaning is what must be known to answer it: the code, the key, the question. What explains or helps is not.
    With --since the deck is compared with a commit, and no database is needed.

    Exit 1 if a change of meaning waits for you to decide.

    Example: studybot cards diff
    """
    config = load_config()
    deck = load_deck(config.cards)
    _known(ids or [], deck)
    if since is not None:
        told = _since(deck, bodies_at(config.cards, since))
    else:
        told = asyncio.run(_with_store(config, lambda store: _differences(deck, store)))
    wanted = [one for one in told if not ids or one["id"] in ids]
    for one in wanted:
        if as_json:
            print_line({**one, "changes": [vars_of(change) for change in one["changes"]]})
        else:
            _tell_difference(one)
    if not wanted and not as_json:
        nothing = Phrase("Nothing differs from what learners are asked.")
        tell(Phrase("Nothing differs from {commit}.", commit=since) if since else nothing)
    if any(one["undecided"] for one in wanted):
        raise typer.Exit(1)


def retire(card_id: OneId, because: Because = "no longer asked", as_json: OneJson = False) -> None:
    """Ask a card no more. Its id stays taken, and what learners know of it is kept; one line of its file says so.

    Example: studybot cards retire contiguity-last-stride-one --because "two cards in one"
    """
    written = _retired(card_id, because)
    if as_json:
        print_line(_state(written))
        return
    tell(Phrase("{card}: is not asked any more; studybot cards restore {id} undoes it", card=written, id=card_id))


def restore(card_id: OneId, as_json: OneJson = False) -> None:
    """Ask a retired card again. Learners go on where they were.

    Example: studybot cards restore contiguity-last-stride-one
    """
    written = _retired(card_id, None)
    if as_json:
        print_line(_state(written))
        return
    tell(Phrase("{card}: is asked again", card=written))


def memories(card_id: OneId, fate: Chosen, yes: Yes = False, as_json: OneJson = False) -> None:
    """Decide what becomes of what learners know of a card whose meaning changed.

    keep: nothing happens. soften: what was gained is halved, and the card is due today. reset: the card is new again.
    Whoever has answered the new meaning already is left alone. The log of reviews stays as it is, and a replay follows.

    Example: studybot cards memories contiguity-last-stride-one soften
    """
    config = load_config()
    deck = load_deck(config.cards)
    (loaded,) = _known([card_id], deck)
    if fate is Fate.RESET and not yes and sys.stdin.isatty():
        question = Phrase("Everybody who knows {id} begins anew with it. Sure?", id=card_id)
        typer.confirm(say(question), abort=True, err=True)
    touched = asyncio.run(_with_store(config, lambda store: _decided(loaded, fate, store)))
    if as_json:
        print_line(_state(loaded) | {"fate": fate.value, "learners": touched})
        return
    for_whom = counted(touched, Phrase("1 learner"), Phrase("{n} learners"))
    tell(Phrase("{card}: {fate}, for {learners}", card=loaded, fate=fate.value, learners=for_whom))


def _state(one: LoadedCard) -> dict[str, Any]:
    return {"id": one.card.id, "file": one.file, "line": one.line, "retired": one.card.retired}


async def _decided(loaded: LoadedCard, fate: Fate, store: Store) -> int:
    from studybot.wiring import SystemClock

    card = loaded.card
    asked = (await store.publications()).get(card.card_id)
    if asked is None or asked.revision != card.revision:
        told = Phrase("{card}: learners are not asked this revision yet: let the bot run until it has taken it up")
        raise StudybotError(told.filled(card=loaded))
    same = await alike(card.card_id, card.revision, store)
    return await store.decide_fate(card.card_id, card.revision, fate, alike=same, at=SystemClock().now())


async def _differences(deck: LoadedDeck, store: Store) -> list[dict[str, Any]]:
    asked = await store.publications()
    found = [one for card in deck.cards if (one := await _difference(card, asked.get(card.card.card_id), store))]
    here = {one.card.card_id for one in deck.cards}
    gone = [{"id": card_id, "state": "gone"} for card_id in asked if card_id not in here]
    return found + [_nothing | one for one in gone]


def _since(deck: LoadedDeck, before: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    told = []
    for one in deck.cards:
        body = before.get(one.card.id)
        found = () if body is None else changes(body, one.card.body())
        if body is not None and not found:
            continue
        state = "new" if body is None else "changed"
        place = {"id": one.card.id, "file": one.file, "line": one.line, "retired": one.card.retired}
        meaning = any(change.is_meaning for change in found)
        told.append(_nothing | place | {"state": state, "to": one.card.revision, "changes": found, "meaning": meaning})
    here = {one.card.id for one in deck.cards}
    return told + [_nothing | {"id": card_id, "state": "gone"} for card_id in before if card_id not in here]


_nothing: dict[str, Any] = {
    "file": "", "line": 0, "meaning": False, "undecided": False, "from": "", "to": "", "retired": None, "changes": [],
}  # fmt: skip


async def _difference(loaded: LoadedCard, asked: Publication | None, store: Store) -> dict[str, Any] | None:
    card = loaded.card
    place = {"id": card.id, "file": loaded.file, "line": loaded.line, "retired": card.retired}
    if asked is None:
        return None if card.retired else _nothing | place | {"state": "new", "to": card.revision}
    if asked.settled == card.revision and asked.revision == card.revision:
        return None
    said = await store.card_body(card.card_id, asked.settled) or {}
    found = changes(said, card.body())
    is_asked = asked.revision == card.revision
    return place | {
        "state": "asked" if is_asked else "waiting",
        "meaning": any(one.is_meaning for one in found),
        "undecided": asked.fate is None and is_asked,
        "from": asked.settled,
        "to": card.revision,
        "changes": found,
    }


STATES: Mapping[str, Phrase] = {
    "new": Phrase("new: learners are not asked it yet"),
    "gone": Phrase("gone from the files: it is not asked, and what learners know of it is kept"),
    "words": Phrase("put in other words; it means the same"),
    "meaning": Phrase("its meaning changed"),
}


def _tell_difference(one: Mapping[str, Any]) -> None:
    where = f"{one['file']}:{one['line']}: " if one["file"] else ""
    kind = one["state"] if one["state"] in STATES else "meaning" if one["meaning"] else "words"
    waiting = say(Phrase("; not asked yet")) if one["state"] == "waiting" else ""
    typer.echo(f'{where}card "{one["id"]}": {say(STATES[kind])}{waiting}')
    for change in one["changes"]:
        mark = "!" if change.is_meaning else " "
        typer.echo(f" {mark} {change.field}")
        for line in _lines(change):
            typer.echo(f"     {line}")
    if one["undecided"]:
        tell(Phrase("   Decide: studybot cards memories {id} keep|soften|reset", id=one["id"]))


def _lines(change: Change) -> list[str]:
    told = list(unified_diff(change.before.splitlines(), change.after.splitlines(), lineterm="", n=0))
    return [line for line in told[2:] if not line.startswith("@@")]


def vars_of(change: Change) -> dict[str, Any]:
    return {"field": change.field, "before": change.before, "after": change.after, "meaning": change.is_meaning}


def _retired(card_id: str, why: str | None) -> LoadedCard:
    folder = load_config().cards
    (loaded,) = _known([card_id], load_deck(folder))
    if why is None and loaded.card.retired is None:
        raise StudybotError(Phrase("{card}: is not retired", card=loaded))
    return set_retired(card_id, folder, why=why)


def _known(ids: Sequence[str], deck: LoadedDeck) -> list[LoadedCard]:
    from studybot.cli.cards import with_ids

    return with_ids(deck, ids) if ids else []


async def _with_store(config: Config, work: Callable[[Store], Awaitable[T]]) -> T:
    """Do something with the bot's own database, which must be there and up to date."""
    from studybot.store import SqlStore
    from studybot.store.upgrade import check_version

    check_version(config.database_url)
    store = SqlStore(config.database_url)
    try:
        return await work(store)
    finally:
        await store.close()
