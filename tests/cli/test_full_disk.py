"""A disk that is really full, and one that is read-only: each command says so in a line, and nothing is lost."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.deck.deck_files import CARD, CLAIM, HEADER, write

ROOT = Path(__file__).parents[2]
MIB = 2**20

ON_A_DISK = """
import asyncio, contextlib, io, json, os, sys
from pathlib import Path

from studybot.cli import main
from studybot.core.card import CardId
from studybot.core.schedule import Grade
from studybot.errors import StudybotError
from studybot.store import SqlStore
from tests.store.given import a_learner, a_quiz, answer, the_next

CARDS = [CardId("shape-of-zeros"), CardId("shapes-are-tuples")]
DATABASE = "sqlite:///var/studybot.db"
found = {}

def typed(*words):
    said = io.StringIO()
    sys.argv = ["studybot", *words]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main()
        except SystemExit as end:
            return [end.code, said.getvalue().strip()]

def fill():
    for size in (2**16, 2**9, 1):
        with contextlib.suppress(OSError), open("filler", "ab", buffering=0) as filler:
            while True:
                filler.write(b"x" * size)

def contents():
    files = (path for path in Path().rglob("*") if path.is_file() and path.suffix in {".yaml", ".db"})
    return {str(path): path.read_bytes() for path in files}

def publish():
    from studybot.deck.desk import proposal_of, publish
    from studybot.deck.loader import load_deck
    proposal = proposal_of(Path("new.yaml").read_text(), name="new.yaml", deck=load_deck(Path("cards")))
    try:
        publish(proposal, Path("cards"), Path("cards/shapes/a.yaml"))
    except StudybotError as error:
        return [1, str(error)]

async def quiz(store):
    learner = await a_learner(store)
    return learner, await the_next(store, await a_quiz(store, learner, CARDS))

async def play():
    store = SqlStore(DATABASE)
    learner, showing = await quiz(store)
    fill()
    try:
        await answer(store, showing, Grade.GOOD)
    except StudybotError as error:
        found["answer"] = [1, str(error)]
    found["reviews while full"] = len(await store.reviews_of(learner.id))
    os.unlink("filler")
    await answer(store, showing, Grade.GOOD)
    found["reviews afterwards"] = len(await store.reviews_of(learner.id))
    await store.close()
"""

WHEN_FULL = (
    ON_A_DISK
    + """
typed("db", "upgrade")
typed("db", "backup", "old.db")
asyncio.run(play())
found["replay"] = typed("db", "replay")
fill()
before = contents()
NEW = ("--id", "shape-of-a-view", "--kind", "recall", "--topic", "shapes", "--no-edit")
found["new"] = typed("cards", "new", *NEW)
found["publish"] = publish()
found["retire"] = typed("cards", "retire", "shape-of-zeros")
found["backup"] = typed("db", "backup", "new.db")
found["restore"] = typed("db", "restore", "old.db")
found["export"] = typed("cards", "export", "deck.csv")
found["log"] = typed("learners", "log", "log.csv")
found["draft"] = typed("cards", "import", "notes.csv")
found["unchanged"] = contents() == before
found["left behind"] = sorted(set(map(str, Path().rglob("*.unfinished"))) | set(map(str, Path().rglob(".*.yaml.*"))))
os.unlink("filler")
found["replay afterwards"] = typed("db", "replay")
found["retire afterwards"] = typed("cards", "retire", "shape-of-zeros")[0]
print(json.dumps(found))
"""
)

WHEN_READ_ONLY = (
    ON_A_DISK
    + """
before = contents()
found["publish"] = publish()
found["retire"] = typed("cards", "retire", "shape-of-zeros")
found["schema"] = typed("cards", "schema")
found["unchanged"] = contents() == before
print(json.dumps(found))
"""
)

NEW_CARD = HEADER + CLAIM.replace("shapes-are-tuples", "another").replace("튜플", "수열").replace("tuple", "sequence")


def confined(folder: Path, program: str, *walls: str) -> Any:
    """Run a program in a file system of its own, in which `folder` is the working directory."""
    bubblewrap = shutil.which("bwrap")
    if bubblewrap is None:
        pytest.skip("bubblewrap is not here")
    command = [bubblewrap, "--bind", "/", "/", "--dev", "/dev", "--proc", "/proc", *walls, "--chdir", str(folder)]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    done = subprocess.run(
        [*command, sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    (home / "cards").mkdir()
    write(home / "cards", a=HEADER + CARD, b=HEADER + CLAIM)
    (home / "new.yaml").write_text(NEW_CARD, encoding="utf-8")
    (home / "notes.csv").write_text("question,answer\n" + "what,that\n" * 2000, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def found(home: Path) -> Any:
    """What became of each command on a disk of 4 MiB without a byte left."""
    small = home.with_name("small")
    small.mkdir()
    copied = f"import shutil; shutil.copytree({str(home)!r}, '.', dirs_exist_ok=True)\n"
    return confined(small, copied + WHEN_FULL, "--size", str(4 * MIB), "--tmpfs", str(small))


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("new", "drafts/shapes/shape-of-a-view.yaml: cannot be written: no space left on device: nothing was changed"),
        ("publish", "cards/shapes/a.yaml: cannot be written: no space left on device: nothing was changed"),
        ("retire", "cards/shapes/a.yaml: cannot be written: no space left on device: nothing was changed"),
        ("backup", "the backup new.db cannot be written: "),
        ("restore", "studybot.db cannot be restored: "),
        ("export", "deck.csv: cannot be written: no space left on device"),
        ("log", "log.csv: cannot be written: no space left on device"),
        ("draft", "cannot be written: no space left on device"),
        ("answer", "full"),
    ],
)
def test_a_full_disk_is_told_in_a_line(found: Any, command: str, told: str) -> None:
    code, said = found[command]

    assert code == 1
    assert told in said
    assert "Traceback" not in said


def test_a_full_disk_loses_nothing_and_nothing_is_left_behind(found: Any) -> None:
    assert found["unchanged"]
    assert found["left behind"] == []
    assert found["replay afterwards"] == found["replay"]
    assert found["retire afterwards"] == 0


def test_an_answer_for_which_there_was_no_room_counts_once_there_is(found: Any) -> None:
    assert (found["reviews while full"], found["reviews afterwards"]) == (0, 1)


def test_a_read_only_deck_is_told_and_stays_as_it_was(home: Path) -> None:
    deck = str(home / "cards")

    found = confined(home, WHEN_READ_ONLY, "--ro-bind", deck, deck)

    refused = "cards/shapes/a.yaml: cannot be written: read-only file system: nothing was changed"
    assert found["publish"] == [1, refused]
    assert found["retire"] == [1, f"studybot: {refused}"]
    assert found["schema"] == [1, "studybot: cards/schema.json: cannot be written: read-only file system"]
    assert found["unchanged"]
