"""Every command, option, file and page that a page names is there: whoever follows it is never led astray."""

import re
import shlex
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from studybot.cli import app

ROOT = Path(__file__).parent.parent
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "cards" / "README.md"]
OF_OTHERS = re.compile(r"\b(systemctl|createdb|createuser|useradd|userdel)\b")
BEFORE_A_COMMAND = {"--language", "--verbose", "--version", "--help", "--install-completion"}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def code_of(page: Path) -> list[str]:
    """Return every line of code: fenced, indented or inline. What a line continues is joined to it."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    indented = re.findall(r"^ {4}(\S.*)$", prose, re.MULTILINE)
    inline = re.findall(r"(?<!`)`([^`\n]+)`(?!`)", prose)
    return [line for block in (*fenced, *indented, *inline) for line in block.splitlines()]


def of_studybot(line: str) -> list[list[str]]:
    """Return the words after each `studybot` that is typed in a line, and is no user's name."""
    typed = [part.strip() for part in re.split(r"\s#\s|\s{2,}|[;|&]+", line) if not OF_OTHERS.search(part)]
    found = (re.search(r"(?:^|\s|/)(?<!-u )studybot ((?:[a-z-].*)?)$", part) for part in typed)
    return [each[1].split() for each in found if each]


def what_is_wrong(words: list[str]) -> str:
    command = get_command(app)
    while words and words[0] in BEFORE_A_COMMAND:
        words = words[2:] if words[0] == "--language" else words[1:]
    while isinstance(command, TyperGroup):
        if not words:
            return ""
        if words[0] not in command.commands:
            return f"no command {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    known = {"--help", "-h"} | {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    wrong = [word for word in words if word.startswith("--") and word.split("=")[0].strip("[].,") not in known]
    return f"no option {wrong}" if wrong else ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_names_exists_with_its_options(page: Path) -> None:
    typed = [words for line in code_of(page) for words in of_studybot(line)]

    assert [(words, wrong) for words in typed if (wrong := what_is_wrong(words))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_target_of_make_that_a_page_names_exists(page: Path) -> None:
    named = {name for line in code_of(page) for name in re.findall(r"^(?:sudo )?make ([a-z-]+)", line)}

    assert named <= TARGETS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_picture_and_file_that_a_page_links_to_exists(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_file_that_the_way_to_a_server_copies_exists() -> None:
    lines = code_of(ROOT / "docs" / "deploy.md")
    copied = {word for line in lines if " cp " in line for word in shlex.split(line) if word.startswith("docs/")}

    assert copied
    assert [path for path in copied if not list(ROOT.glob(path))] == []
