"""What the jail's command line shows of the host."""

import os
import sys
from pathlib import Path

import pytest

from studybot.errors import SandboxUnavailable
from studybot.sandbox import jail
from studybot.sandbox.jail import Interpreter


@pytest.mark.parametrize("home", ["/tmp/clone", "/home/learner/studybot"])
def test_a_virtual_environment_anywhere_is_seen_below_one_place_of_ours(
    monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    packages = Path(home, ".venv/lib/python3.11/site-packages")
    here = Interpreter.running()
    monkeypatch.setattr(Interpreter, "running", lambda: Interpreter(here.command, here.folders, (packages,)))

    with Path(os.devnull).open("wb") as news:
        command = jail.command_line(news.fileno())

    bound = command.index(str(packages))
    assert command[bound - 1 : bound + 2] == ["--ro-bind", str(packages), "/zygote/packages/0"]
    assert [word for word in command if word.startswith(home)] == [str(packages)]
    assert "/zygote:/zygote/packages/0" in command


def test_nothing_of_a_virtual_environment_is_shown_at_its_own_path() -> None:
    here = Interpreter.running()

    assert sys.prefix != sys.base_prefix, "the tests run in a virtual environment"
    assert [folder for folder in here.folders if folder.is_relative_to(sys.prefix)] == []


def test_another_python_is_asked_what_it_reads() -> None:
    assert Interpreter.of(Path(sys.executable)) == Interpreter.running()


@pytest.mark.parametrize("path", ["/nowhere/python", "/bin/false", "/bin/echo"])
def test_what_is_no_python_is_told(path: str) -> None:
    with pytest.raises(SandboxUnavailable, match=f"{path} is no Python that answers"):
        Interpreter.of(Path(path))


def test_a_python_in_the_scratch_is_refused_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.base_prefix", "/tmp/python")

    with pytest.raises(SandboxUnavailable, match=r"make \.venv with another one"):
        Interpreter.running()
