"""Groups of commands that are read when one of them is wanted: `studybot --help` need not know how a card is proved."""

from importlib import import_module
from typing import Any, ClassVar

from typer.core import TyperGroup
from typer.main import get_command

from studybot.cli.language import put_into_words


class LaterGroup(TyperGroup):
    """A group whose commands stand in the `app` of a module. Only its own name and help are known from the start."""

    module: ClassVar[str]
    _read: dict[str, Any] | None = None

    @property  # type: ignore[override]
    def commands(self) -> dict[str, Any]:
        if self._read is None:
            group = get_command(import_module(self.module).app)
            assert isinstance(group, TyperGroup)  # noqa: S101 - it has commands
            put_into_words(group)
            self._read = dict(group.commands)
        return self._read

    @commands.setter
    def commands(self, none: dict[str, Any]) -> None:
        """The parser sets what it was given, which is nothing."""

    @property
    def is_read(self) -> bool:
        return self._read is not None


class CardCommands(LaterGroup):
    module = "studybot.cli.cards"
