"""The worked example of docs/new-kind.md is a kind: one file, one line, one card, proved and answered."""

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from studybot.core.card import Rejected, Typed, Verdict
from studybot.core.proof import ProofStatus
from studybot.deck.loader import load_deck
from studybot.deck.schema import deck_schema
from studybot.deck.verify import verify
from studybot.kinds import KINDS
from studybot.ports import Runner
from tests.deck.deck_files import HEADER, write
from tests.sandbox.marks import IN_THE_JAIL

pytestmark = IN_THE_JAIL

PAGE = (Path(__file__).parents[2] / "docs" / "new-kind.md").read_text(encoding="utf-8")


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.fixture
def the_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the page's file and line in place."""
    file, line = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert line.strip() == '"order": Order,'
    path = tmp_path / "order.py"
    path.write_text(file, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("studybot.kinds.order", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "studybot.kinds.order", module)
    spec.loader.exec_module(module)
    monkeypatch.setitem(KINDS, "order", module.Order)


@pytest.mark.usefixtures("the_kind")
async def test_the_new_kind_of_the_docs_is_proved_and_answered(tmp_path: Path, pool: Runner) -> None:
    (card,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    deck = load_deck(write(made(tmp_path / "deck"), order=HEADER + card))

    (proof,) = [proof async for proof in verify(deck.cards, pool)]

    assert proof.proven.status is ProofStatus.PROVEN
    (order,) = (loaded.card for loaded in deck.cards)
    run = await pool.run(order.answer_run())  # type: ignore[arg-type]
    assert order.question(0).code.endswith("# A: x.abs().sum()\n# B: x.norm()\n# C: x.sum()")
    assert order.verdict(Typed("cba"), run) == Verdict(right=True)
    assert order.verdict(Typed("A, B, C"), run) == Verdict(right=False)
    assert isinstance(order.verdict(Typed("AB"), run), Rejected)
    assert "Order" in deck_schema()["$defs"]


@pytest.mark.usefixtures("the_kind")
async def test_an_order_that_torch_does_not_find_is_refused(tmp_path: Path, pool: Runner) -> None:
    (card,) = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    deck = load_deck(
        write(made(tmp_path / "deck"), order=HEADER + card.replace("x.sum(), x.norm()", "x.norm(), x.sum()"))
    )

    (proof,) = [proof async for proof in verify(deck.cards, pool)]

    assert proof.proven.status is ProofStatus.REFUTED
    assert "put the items in order" in proof.proven.reason
