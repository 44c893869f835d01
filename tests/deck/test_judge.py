"""A proof that was kept holds only while everything that judged it is as it was."""

import ast
import inspect

from studybot.deck import verify
from studybot.deck.judge import JUDGES

NO_JUDGES = {"judge", "loader"}
"""The fingerprint itself, and what reads a card: another reading is another revision."""


def test_whatever_a_proof_is_made_with_is_in_the_fingerprint() -> None:
    imports = [node for node in ast.parse(inspect.getsource(verify)).body if isinstance(node, ast.ImportFrom)]
    names = [node.module or "" for node in imports]
    used = {name.removeprefix("studybot.deck.") for name in names if name.startswith("studybot.deck.")}

    assert used - NO_JUDGES
    assert {f"deck/{name}.py" for name in used - NO_JUDGES} <= set(JUDGES)
