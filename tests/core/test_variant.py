"""Seeds and orders are derived: the same everywhere, different where they should be."""

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from studybot.core.card import CardId, Revision
from studybot.core.variant import seed_for, shuffled

CARD, REVISION = CardId("views"), Revision("r1")


def test_a_seed_is_the_same_on_every_machine_and_in_every_version() -> None:
    """Stored seeds rebuild what was shown: these numbers must never change."""
    assert seed_for(CARD, REVISION, 1, 0) == 1_402_228_264
    assert seed_for(CARD, REVISION, 1, 1) == 874125280


def test_a_seed_does_not_depend_on_the_processes_hash_seed() -> None:
    code = "from studybot.core.variant import seed_for; print(seed_for('views', 'r1', 1, 0))"

    seeds = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": hash_seed}, capture_output=True, check=True
        ).stdout
        for hash_seed in ("1", "2")
    }

    assert len(seeds) == 1


def test_every_showing_learner_card_and_revision_has_its_own_seed() -> None:
    seeds = {
        seed_for(CardId(card), Revision(revision), learner, showing)
        for card in ("views", "leaf")
        for revision in ("r1", "r2")
        for learner in range(10)
        for showing in range(10)
    }

    assert len(seeds) == 400


@given(st.text(), st.text(), st.integers(0), st.integers(0))
def test_a_seed_fits_every_generator(card: str, revision: str, learner: int, showing: int) -> None:
    assert 0 <= seed_for(CardId(card), Revision(revision), learner, showing) < 2**31


@given(st.lists(st.text(), unique=True), st.integers(0, 2**31 - 1))
def test_a_shuffle_loses_nothing_and_forgets_the_order_it_was_given(items: list[str], seed: int) -> None:
    once = shuffled(items, seed, key=str)

    assert sorted(once) == sorted(items)
    assert shuffled(items[::-1], seed, key=str) == once


def test_another_seed_gives_another_order() -> None:
    orders = {tuple(shuffled("abcd", seed, key=str)) for seed in range(200)}

    assert len(orders) == 24
