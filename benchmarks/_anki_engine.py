"""Anki's own engine at the work of benchmarks/engine.py. Run by the Python that `make peers` gave to Anki.

    _anki_engine.py COLLECTION CARDS DUE

It fills a collection of its own, prints its version, and then answers each line on standard input by the microseconds
that one such work took: `queue` builds the queue of the day, `answer N` fetches and answers N cards of it, and
`answer N unsynced` does so without waiting for the disk.
"""

import sys
import time
from importlib.metadata import version

from anki.collection import Card, Collection  # type: ignore[import-not-found]
from anki.scheduler.v3 import CardAnswer  # type: ignore[import-not-found]

REVIEW = 2  # both a card's type and its queue
NO_LIMIT = 9999


def filled(file: str, cards: int, due: int) -> Collection:
    """Return a collection of so many known cards in one deck, of which the first `due` are due today."""
    collection = Collection(file)
    deck, notetype = collection.decks.id("Known"), collection.models.by_name("Basic")["id"]
    settings = collection.decks.config_dict_for_deck_id(deck)
    settings["rev"]["perDay"] = NO_LIMIT
    collection.decks.update_config(settings)
    today, now = collection.sched.today, int(time.time())  # noqa: TID251 - Anki's own fields count from the epoch
    collection.db.execute("PRAGMA synchronous = OFF")  # while it is filled: each row is a transaction
    collection.db.executemany(
        "INSERT INTO notes VALUES (?, ?, ?, ?, -1, '', ?, ?, 0, 0, '')",
        ((n, f"note-{n}", notetype, now, f"front {n}\x1fback {n}", f"front {n}") for n in range(1, cards + 1)),
    )
    collection.db.executemany(
        "INSERT INTO cards VALUES (?, ?, ?, 0, ?, -1, ?, ?, ?, 6, 2500, 2, 0, 0, 0, 0, 0, '{}')",
        (
            (n, n, deck, now, REVIEW, REVIEW, today if n <= due else today + 1 + n % 30)
            for n in range(1, cards + 1)
        ),
    )  # fmt: skip
    collection.close()
    collection = Collection(file)
    collection.decks.select(deck)
    return collection


def build_queue(collection: Collection) -> float:
    deck = collection.decks.get_current_id()
    collection.decks.select(1)  # so that the queue is forgotten
    collection.decks.select(deck)
    began = time.perf_counter()
    queued = collection.sched.get_queued_cards(fetch_limit=1)
    took = time.perf_counter() - began
    assert queued.review_count > 0, queued
    return took


def answer(collection: Collection, count: int) -> float:
    """Return the mean of fetching the next card and answering it."""
    collection.sched.get_queued_cards()
    began = time.perf_counter()
    for _ in range(count):
        (queued,) = collection.sched.get_queued_cards(fetch_limit=1).cards
        card = Card(collection)
        card._load_from_backend_card(queued.card)
        card.start_timer()
        given = collection.sched.build_answer(card=card, states=queued.states, rating=CardAnswer.GOOD)
        collection.sched.answer_card(given)
    return (time.perf_counter() - began) / count


def main(file: str, cards: str, due: str) -> None:
    collection = filled(file, int(cards), int(due))
    print(version("anki"), flush=True)
    for line in sys.stdin:
        match line.split():
            case ["queue"]:
                seconds = build_queue(collection)
            case ["answer", count, *unsynced]:
                collection.db.execute(f"PRAGMA synchronous = {'NORMAL' if unsynced else 'FULL'}")
                seconds = answer(collection, int(count))
        print(seconds * 1e6, flush=True)
    collection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
