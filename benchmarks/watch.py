"""How long after a save `studybot cards watch` says whether the card is right, beside a fresh `studybot cards verify`.

    python -m benchmarks.watch [EDITS]

The whole deck is watched. Each edit makes a right card wrong or mends it, as an editor saves: half of them by writing
the file, half by putting a new one in its place. After every tenth edit the peer proves the same card, alone. At last
a card with fifty variants is edited five times: its first word, and its verdict.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import IO

from benchmarks._command import arguments, tell
from benchmarks._row import Peer, Row, compared, seen

ROOT = Path(__file__).parents[1]
CARD = """
  - id: watched
    kind: predict
    question: {ko: "값은?", en: "What is the value?"}
    snippet: |
      torch.arange(NUMBER).sum()
    expect: 10
    explanation: {ko: "0부터 4까지예요.", en: "From 0 to 4."}
    source: {log: x, date: 2022-01-24}
"""
VARIED = """
  - id: varied
    kind: predict
    question: {ko: "값은?", en: "What is the value?"}
    params: {n: {integer: [2, 99]}}
    snippet: |
      torch.ones({{ n }}).sum().item() + NUMBER
    expect: "{{ n + NUMBER }}"
    explanation: {ko: "모두 더해요.", en: "All are added."}
    source: {log: x, date: 2022-01-24}
"""
STUDYBOT = (sys.executable, "-m", "studybot", "cards")


def _heard(said: IO[str], file: Path, text: str, mark: str, *, by_rename: bool) -> float:
    """Save a file, and return how long it took until the verdict was told, which begins with `mark`."""
    other = file.with_name(f".{file.name}.new")
    (other if by_rename else file).write_text(text)
    began = time.monotonic()
    if by_rename:
        other.replace(file)
    while (line := said.readline()).startswith("…"):
        pass
    seconds = time.monotonic() - began
    assert line.startswith(mark), line
    return seconds


def _rest(said: IO[str]) -> None:
    """Read up to the line that tells of the whole deck, and pause as a person does."""
    while " cards: " not in said.readline():
        pass
    time.sleep(0.3)


def _fresh(home: Path) -> float:
    began = time.monotonic()
    subprocess.run([*STUDYBOT, "verify", "watched", "--again"], cwd=home, capture_output=True, check=True)
    return time.monotonic() - began


def measure(edits: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copytree(ROOT / "cards", home / "cards")
        (home / "var").mkdir()
        if (kept := ROOT / "var" / "proofs.json").exists():  # what holds need not be run again
            shutil.copy(kept, home / "var")
        file = home / "cards" / "tensor-basics" / "shapes.yaml"
        before = file.read_text()
        subprocess.run([*STUDYBOT, "verify"], cwd=home, check=True, capture_output=True)
        watching = subprocess.Popen(
            [*STUDYBOT, "watch"], cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert watching.stdout is not None
        assert watching.stderr is not None
        seconds, fresh, firsts, verdicts = list[float](), list[float](), list[float](), list[float]()
        try:
            watching.stdout.readline()
            watching.stderr.readline()
            time.sleep(1)
            for edit in range(edits):
                right = edit % 2
                text = before + CARD.replace("NUMBER", "5" if right else f"6 + {edit}")
                seconds.append(_heard(watching.stdout, file, text, "✓" if right else "✗", by_rename=edit % 4 > 1))
                _rest(watching.stdout)
                if edit % 10 == 9:
                    fresh.append(_fresh(home))
            for edit in range(5):
                began = time.monotonic()
                file.write_text(before + VARIED.replace("NUMBER", str(edit)))
                line = watching.stdout.readline()
                firsts.append(time.monotonic() - began)
                while not line.startswith("✓"):
                    line = watching.stdout.readline()
                verdicts.append(time.monotonic() - began)
                _rest(watching.stdout)
        finally:
            watching.terminate()
            watching.wait()
    late, its_peer = quantiles(seconds, n=20)[-1], Peer("a fresh verify", median(fresh))
    return [
        compared("from a save to the verdict, median", median(seconds), "s", its_peer, at_most=0.5),
        seen("the same, p95", late, "s", at_most=1),
        seen("the same, longest", max(seconds), "s"),
        seen("a card of 50 variants, to the first word, longest", max(firsts), "s", at_most=1),
        seen("a card of 50 variants, to the verdict, median", median(verdicts), "s"),
    ]


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("edits", nargs="?", type=int, default=40, metavar="EDITS")
    given = parser.parse_args()
    tell(measure(min(given.edits, 10) if given.quick else given.edits), given)


if __name__ == "__main__":
    main()
