"""How long after a save `studybot cards watch` says whether the card is right, beside a fresh `studybot cards verify`.

    python -m benchmarks.watch [EDITS]

The whole deck is watched; each edit makes a right card wrong, or mends it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

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


def measure(edits: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copytree(ROOT / "cards", home / "cards")
        (home / "var").mkdir()
        file = home / "cards" / "tensor-basics" / "shapes.yaml"
        before = file.read_text()
        studybot = [sys.executable, "-m", "studybot", "cards"]
        subprocess.run([*studybot, "verify"], cwd=home, check=True, capture_output=True)
        watching = subprocess.Popen(
            [*studybot, "watch"], cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert watching.stdout is not None
        assert watching.stderr is not None
        try:
            watching.stdout.readline()
            watching.stderr.readline()
            time.sleep(1)
            seconds = []
            for edit in range(edits):
                right = edit % 2
                file.write_text(before + CARD.replace("NUMBER", "5" if right else f"6 + {edit}"))
                began = time.monotonic()
                line = watching.stdout.readline()
                seconds.append(time.monotonic() - began)
                assert line.startswith("✓" if right else "✗"), line
                watching.stdout.readline()
                time.sleep(0.5)
        finally:
            watching.terminate()
            watching.wait()
        began = time.monotonic()
        subprocess.run([*studybot, "verify", "watched", "--again"], cwd=home, capture_output=True, check=True)
        fresh = time.monotonic() - began
    return [
        compared(
            f"from a save to the verdict, median of {edits}", median(seconds), "s", Peer("a fresh verify", fresh),
            at_most=0.5,
        ),
        seen("the slowest of them", max(seconds), "s"),
    ]  # fmt: skip


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("edits", nargs="?", type=int, default=10, metavar="EDITS")
    given = parser.parse_args()
    tell(measure(min(given.edits, 4) if given.quick else given.edits), given)


if __name__ == "__main__":
    main()
