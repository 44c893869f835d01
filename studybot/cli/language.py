"""The one seam between the commands and the language of whoever types them.

A command says a `Phrase`; help stays where Typer wants it, as docstrings and `help=`, and is translated paragraph
by paragraph. `--json`, ids, statuses and the names of settings are the same in every language.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar

import typer
from typer import rich_utils
from typer._click.core import Context  # there is no public door to the word "Usage"
from typer._click.formatting import HelpFormatter
from typer.core import TyperCommand, TyperGroup

from studybot.config import load_config
from studybot.core.card import Language
from studybot.core.phrase import Phrase, Sayable
from studybot.errors import ConfigError
from studybot.locale import Speech, command_speech

SETTING = "STUDYBOT_LANGUAGE"
EXAMPLE = Phrase("Example:")

HELP_OPTIONS = ["-h", "--help"]

_speech: ContextVar[Speech | None] = ContextVar("speech of the command line", default=None)


def say(said: Sayable | Phrase | str) -> str:
    """Return a sentence in the language of the command line; a plain string stays as it is."""
    speech = _speech.get() or command_speech(Language.EN)
    return speech(said)


def language_spoken() -> Language:
    speech = _speech.get()
    return speech.language if speech else Language.EN


def tell(said: Sayable | Phrase | str, *, err: bool = False) -> None:
    """Print a sentence in the language of the command line."""
    typer.echo(say(said), err=err)


def counted(number: int, one: Phrase, many: Phrase) -> Phrase:
    """Return the phrase for this number of things: `one` says it without a number, `many` has `{n}`."""
    return one if number == 1 else many.filled(**many.values, n=number)


def wanted_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language of the command line.

    `--language` comes before STUDYBOT_LANGUAGE (set, in the environment or in .env), and that before the
    terminal's own locale. Whatever is not Korean there is English.
    """
    if named := _named(arguments):
        return named
    try:
        config = load_config()
    except ConfigError:
        pass  # the command itself says what is wrong with the settings
    else:
        if "language" in config.model_fields_set:
            return config.language
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    return Language.KO if locale.lower().startswith("ko") else Language.EN


def _named(arguments: Sequence[str]) -> Language | None:
    """Return what `--language` before the first command names; a wrong name is the parser's to refuse."""
    words = iter(arguments)
    for word in words:
        if not word.startswith("-"):
            return None
        name, _, value = word.partition("=")
        if name == "--language":
            value = value or next(words, "")
            return Language(value) if value in list(Language) else None
    return None


def speak(language: Language, command: TyperGroup | None = None) -> None:
    """Speak a language from now on; the help of `command` and of all below it is put into it."""
    speech = command_speech(language)
    _speech.set(speech)
    for name, phrase in WORDS_OF_HELP.items():
        setattr(rich_utils, name, say(phrase))
    Context.formatter_class = _Formatter
    if command is not None:
        put_into_words(command)


WORDS_OF_HELP = {
    "ARGUMENTS_PANEL_TITLE": Phrase("Arguments"),
    "OPTIONS_PANEL_TITLE": Phrase("Options"),
    "COMMANDS_PANEL_TITLE": Phrase("Commands"),
    "DEFAULT_STRING": Phrase("[default: {{}}]"),
    "ENVVAR_STRING": Phrase("[env var: {{}}]"),
    "REQUIRED_LONG_STRING": Phrase("[required]"),
}
"""What Typer writes around our help, by its own names."""


class _Formatter(HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{say(Phrase('Usage:'))} ")


def use_for_cards(language: Language) -> None:
    """Let `--language` stand for STUDYBOT_LANGUAGE in this process: cards are shown in it, too."""
    os.environ[SETTING] = language.value


def put_into_words(command: TyperCommand | TyperGroup) -> None:
    """Put the help of a command, and of all below it that is read by now, into the language that is spoken."""
    _translate(command)
    if isinstance(command, TyperGroup) and getattr(command, "is_read", True):
        for each in command.commands.values():
            if isinstance(each, TyperCommand | TyperGroup):
                put_into_words(each)


def commands_of(command: TyperCommand | TyperGroup) -> Iterator[TyperCommand | TyperGroup]:
    """Yield a command and all below it."""
    yield command
    if isinstance(command, TyperGroup):
        for each in command.commands.values():
            if isinstance(each, TyperCommand | TyperGroup):
                yield from commands_of(each)


def helps_of(command: TyperCommand | TyperGroup) -> Iterator[str]:
    """Yield the paragraphs and lines of a command's help that are to be translated."""
    for paragraph in _paragraphs(command.help or ""):
        if not paragraph.startswith(EXAMPLE.template):
            yield paragraph
    for parameter in command.params:
        if told := getattr(parameter, "help", None):
            yield from _paragraphs(told)


def _translate(command: TyperCommand | TyperGroup) -> None:
    command.options_metavar = say(Phrase("[OPTIONS]"))
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = say(Phrase("COMMAND [ARGS]..."))
    command.help = _translated(command.help)
    command.short_help = _translated(command.short_help)
    for parameter in command.params:
        if told := getattr(parameter, "help", None):
            parameter.help = _translated(told)  # type: ignore[attr-defined]
    helping = command.get_help_option(typer.Context(command, help_option_names=HELP_OPTIONS))
    if helping is not None:
        helping.help = say(Phrase("Show this message and exit."))


def _translated(told: str | None) -> str | None:
    if told is None:
        return None
    return "\n\n".join(
        paragraph.replace(EXAMPLE.template, say(EXAMPLE), 1)
        if paragraph.startswith(EXAMPLE.template)
        else say(Phrase(paragraph.replace("{", "{{").replace("}", "}}")))
        for paragraph in _paragraphs(told)
    )


def _paragraphs(told: str) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in told.split("\n\n") if paragraph.strip()]
