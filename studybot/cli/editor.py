"""The author's own editor."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from studybot.core.phrase import Phrase
from studybot.deck.files import shown_path
from studybot.errors import StudybotError

USUAL = ("editor", "nano", "vim", "vi")


def open_editor(path: Path) -> None:
    """Open a file in $VISUAL, $EDITOR or what is usual, and wait until it is closed. Raises StudybotError."""
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or next(filter(shutil.which, USUAL), "")
    try:
        words = shlex.split(wanted)
        done = subprocess.run([*words, str(path)], check=False).returncode if words else 1
        reason = f"{wanted}: {done}" if words else "EDITOR"
    except (OSError, ValueError) as error:
        done, reason = 1, f"{wanted}: {error}"
    if done:
        told = Phrase("{draft}: it is kept, but no editor opened ({reason}): set EDITOR, or give --no-edit")
        raise StudybotError(told.filled(draft=shown_path(path), reason=reason))
