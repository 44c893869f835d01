"""Every command and every option stands in docs/commands.md, with an example, and so does the help."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from studybot.cli import app

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (studybot .*?)\n(.*?)(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL))


def commands(group: object, name: str) -> Iterator[tuple[str, TyperCommand]]:
    assert isinstance(group, TyperGroup)
    for word, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from commands(command, f"{name} {word}")
        elif isinstance(command, TyperCommand):
            yield f"{name} {word}", command


ALL = dict(commands(get_command(app), "studybot"))


@pytest.mark.parametrize("name", ALL)
def test_every_command_is_documented_with_every_option_and_an_example(name: str) -> None:
    section = SECTIONS.get(name, "")
    options = {word for parameter in ALL[name].params for word in (*parameter.opts, *parameter.secondary_opts)}

    assert re.search(rf"^    .*{name}\b", section, flags=re.MULTILINE), "no example"
    assert [word for word in sorted(options) if word.startswith("--") and not re.search(rf"{word}\b", section)] == []


@pytest.mark.parametrize("name", ALL)
def test_every_commands_help_ends_with_an_example(name: str) -> None:
    *_, last = (ALL[name].help or "").strip().split("\n\n")

    assert re.match(rf"Example: .*{name}\b", last)


def test_nothing_is_documented_that_is_gone() -> None:
    assert set(SECTIONS) - set(ALL) == set()


def test_the_options_before_the_command_are_documented() -> None:
    command = get_command(app)
    options = {word for parameter in command.params for word in parameter.opts if word.startswith("--")}

    assert [word for word in sorted(options) if f"{word}" not in PAGE] == []


def test_options_of_examples_exist() -> None:
    wrong = []
    for name, section in SECTIONS.items():
        known = {word for parameter in ALL[name].params for word in (*parameter.opts, *parameter.secondary_opts)}
        for line in re.findall(rf"^    (.*{name}\b.*)$", section, flags=re.MULTILINE):
            said = re.findall(r"(?<=\s)--[a-z-]+", line.partition(name)[2].partition("|")[0])
            wrong += [f"{name}: {word}" for word in said if word not in known]

    assert wrong == []
