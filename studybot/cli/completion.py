"""What the shell offers while somebody types: the ids of the deck's cards, found without reading the deck as cards."""

import re

from studybot.config import load_config
from studybot.errors import ConfigError

_ID = re.compile(r"^\s*- id:\s*([a-z0-9-]+)\s*$", re.MULTILINE)


def card_ids(incomplete: str) -> list[str]:
    """Return the ids that begin with what was typed. Whatever is wrong, the shell is left in peace: there are none."""
    try:
        texts = [path.read_text(encoding="utf-8", errors="replace") for path in load_config().cards.rglob("*.yaml")]
    except (ConfigError, OSError):
        return []
    return sorted(card_id for text in texts for card_id in _ID.findall(text) if card_id.startswith(incomplete))
