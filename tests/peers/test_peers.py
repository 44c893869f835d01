"""What is exported, read by those it is meant for. `make peers` installs them; where they are not, this is skipped."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from benchmarks._lives import items, live
from studybot.core.card import Language
from studybot.deck.exchange.anki import write_apkg
from studybot.deck.loader import load_deck
from studybot.store.revlog import COLUMNS, revlog

ROOT = Path(__file__).parents[2]
PEERS = ROOT / "var" / "peers"
PNG = bytes.fromhex("89504e470d0a1a0a") + b"a picture"


def told(peer: str, script: str, *files: Path) -> Any:
    python = PEERS / peer / "bin" / "python"
    if not python.exists():
        pytest.skip(f"{peer} is not installed: make peers")
    command = [str(python), str(ROOT / "tests" / "peers" / script), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.peers
def test_anki_reads_every_card_with_its_tags_and_media(tmp_path: Path) -> None:
    deck = load_deck(ROOT / "cards")
    cards = [one.card for one in deck.cards]
    pictures = {card.id: PNG for card in cards if card.picture}
    file = tmp_path / "deck.apkg"
    write_apkg(file, cards, deck.titles, pictures, Language.KO, at=1.8e9)

    found = told("anki", "read_in_anki.py", file)

    assert found["new"] == found["found"] == found["cards"] == len(cards)
    assert set(found["guids"]) == {card.id for card in cards}
    assert found["tags"] == {card.id: sorted({card.topic, f"kind-{card.kind}", *card.tags}) for card in cards}
    assert found["media"] == sorted(f"studybot-{card.id}-{card.revision}.png" for card in cards if card.picture)
    assert set(found["media_sizes"].values()) == {len(PNG)}
    assert {f"studybot::{title.ko}" for title in deck.titles.values()} <= set(found["decks"])
    assert found["empty"] == []
    assert all(card.revision in found["fields"][card.id]["Picture"] for card in cards if card.picture)
    assert any('class="highlight"' in fields["Code"] for fields in found["fields"].values())


@pytest.mark.peers
def test_anki_changes_a_card_that_it_has_and_adds_none(tmp_path: Path) -> None:
    deck = load_deck(ROOT / "cards" / "gather")
    cards = [one.card for one in deck.cards]
    files = [tmp_path / "first.apkg", tmp_path / "second.apkg"]
    for file, language, at in zip(files, (Language.KO, Language.EN), (1.8e9, 1.8e9 + 60), strict=True):
        write_apkg(file, cards, deck.titles, {}, language, at=at)

    found = told("anki", "read_in_anki.py", *files)

    assert (found["new"], found["cards"]) == (0, len(cards))
    prompts = {card.id: card.question(0).prompt.en for card in cards}
    assert all(prompts[guid][:12].split("`")[0] in fields["Question"] for guid, fields in found["fields"].items())


@pytest.mark.peers
def test_the_fsrs_optimiser_fits_itself_to_the_review_log(tmp_path: Path) -> None:
    file = tmp_path / "studybot.db"
    made = live(file, learners=10, reviews=8000, cards=items(80))
    log = tmp_path / "revlog.csv"
    rows = [",".join(str(getattr(one, name)) for name in COLUMNS) for one in revlog(f"sqlite:///{file}")]
    log.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n")

    found = told("fsrs", "read_in_fsrs.py", log)

    assert len(rows) == made == 8000
    assert len(found["weights"]) == 21
    assert 3000 < found["reviews"] < made  # all but first reviews and drills
