"""The deck as git has it at some commit."""

import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from studybot.core.phrase import Phrase
from studybot.deck.files import shown_path
from studybot.deck.loader import load_deck
from studybot.errors import StudybotError


def bodies_at(folder: Path, commit: str) -> Mapping[str, Mapping[str, Any]]:
    """Return what the cards of a deck said at a commit, by their ids. Raises StudybotError, DeckError."""
    with tempfile.TemporaryDirectory(prefix="studybot-diff-") as place:
        with tarfile.open(fileobj=BytesIO(_archived(folder, commit))) as archive:
            archive.extractall(place, filter="data")
        return {one.card.id: one.card.body() for one in load_deck(Path(place)).cards}


def _archived(folder: Path, commit: str) -> bytes:
    command = ["git", "-C", str(folder), "archive", "--format=tar", "--end-of-options", commit]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise StudybotError(Phrase("git is not installed: --since needs it")) from error
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines() or ["git"]
        told = Phrase("{folder}: git does not have it at {commit}: {reason}", folder=shown_path(folder), commit=commit)
        raise StudybotError(told.filled(**told.values, reason=reason[0]))
    return done.stdout
