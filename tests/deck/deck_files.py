"""Deck files to break: a sound one as text, and a folder to put files into."""

from pathlib import Path

import pytest

from studybot.deck.loader import load_deck
from studybot.errors import DeckError

HEADER = """\
format: 1
topic: shapes
title: {ko: "모양", en: "Shapes"}
cards:
"""

CARD = """\
  - id: shape-of-zeros
    kind: predict
    question: {ko: "shape은?", en: "Which shape?"}
    snippet: |
      x = torch.zeros(2, 3)
      x.shape
    expect: [2, 3]
    explanation: {ko: "두 행, 세 열.", en: "Two rows, three columns."}
    source: {log: "2022-01-24-week02-day006", date: 2022-01-24}
"""

CHOICE = """\
  - id: which-shape
    kind: choice
    question: {ko: "shape은?", en: "Which shape?"}
    snippet: |
      x = torch.zeros(2, 3)
      x.shape
    options:
      - {text: {ko: "(2, 3)", en: "(2, 3)"}, holds: "x.shape == (2, 3)", right: true}
      - {text: {ko: "(3, 2)", en: "(3, 2)"}, holds: "x.shape == (3, 2)"}
    explanation: {ko: "두 행, 세 열.", en: "Two rows, three columns."}
    source: {log: "2022-01-24-week02-day006", date: 2022-01-24}
"""

CLAIM = """\
  - id: shapes-are-tuples
    kind: claim
    claim: {ko: "`shape`은 튜플이다.", en: "A `shape` is a tuple."}
    snippet: |
      x = torch.zeros(2, 3)
      isinstance(x.shape, tuple)
    holds: true
    explanation: {ko: "`torch.Size`는 튜플의 하위 클래스.", en: "`torch.Size` is a subclass of tuple."}
    source: {log: "2022-01-24-week02-day006", date: 2022-01-24}
"""

DECK = HEADER + CARD


def write(folder: Path, **files: str | bytes) -> Path:
    """Write `shapes/<name>.yaml` files into a deck's folder and return it."""
    (folder / "shapes").mkdir(exist_ok=True)
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / "shapes" / f"{name}.yaml").write_bytes(data)
    return folder


def problems_of(path: Path) -> list[str]:
    """Return what is wrong with a deck, a line for each problem."""
    with pytest.raises(DeckError) as caught:
        load_deck(path)
    return [str(problem) for problem in caught.value.problems]
