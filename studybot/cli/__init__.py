"""The command line: thin commands, one file per noun."""

import logging
import os
import sys
from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.main import get_command

from studybot import __version__
from studybot.cli import announce, challenges, db, doctor, learners, misuse, sandbox, serve
from studybot.cli.language import HELP_OPTIONS, say, speak, use_for_cards, wanted_language
from studybot.cli.later import CardCommands
from studybot.cli.logs import set_up_logging
from studybot.core.card import Language
from studybot.core.os_reason import os_reason
from studybot.core.phrase import Phrase, said
from studybot.errors import ConfigError, DeckError, SandboxUnavailable, StudybotError

INTERRUPTED = 130

app = typer.Typer(
    name="studybot",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": HELP_OPTIONS},
    help="A spaced-repetition study bot with executable flashcards. To see it work: studybot try",
)
app.add_typer(
    typer.Typer(cls=CardCommands, no_args_is_help=True, help="Check, prove and look at the cards."), name="cards"
)
app.add_typer(challenges.app, name="challenges")
app.add_typer(db.app, name="db")
app.add_typer(learners.app, name="learners")
app.add_typer(sandbox.app, name="sandbox")
app.command("try")(serve.try_it)
app.command("run")(serve.run)
app.command("worker")(serve.worker)
app.command()(announce.announce)
app.command("doctor")(doctor.doctor)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"studybot {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", is_eager=True, callback=_print_version)
    ] = False,
    language: Annotated[
        Language | None, typer.Option(help="Speak this language, and show cards in it; else STUDYBOT_LANGUAGE.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more, to standard error.")] = False,
) -> None:
    if language is not None:
        use_for_cards(language)
    set_up_logging(logging.DEBUG if verbose else logging.INFO)


def exit_code(error: StudybotError) -> int:
    """Return 3 where the sandbox is unavailable, 2 for wrong settings, 1 for the rest."""
    match error:
        case SandboxUnavailable():
            return 3
        case ConfigError():
            return 2
        case _:
            return 1


def main() -> None:
    """Run a command. What is our own error, or a person's mistake, is told in a line, never as a traceback."""
    command = get_command(app)
    assert isinstance(command, TyperGroup)  # noqa: S101 - it has commands
    speak(wanted_language(sys.argv[1:], os.environ), command)
    try:
        code = command.main(prog_name="studybot", standalone_mode=False) or 0
        if code == INTERRUPTED:  # Typer's own way to tell of Ctrl-C
            _say_at_the_end(say(Phrase("Stopped.")), INTERRUPTED)
        sys.exit(code)
    except typer.TyperException as error:
        _say_at_the_end(misuse.told(error), error.exit_code)
    except DeckError as error:
        _say_at_the_end("\n".join(map(say, error.problems)), 1)
    except StudybotError as error:
        _say_at_the_end(f"studybot: {say(said(error))}", exit_code(error))
    except (KeyboardInterrupt, typer.Abort):
        _say_at_the_end(say(Phrase("Stopped.")), INTERRUPTED)
    except BrokenPipeError:  # `studybot cards list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:  # a full disk, a folder that may not be written to
        where = f"{error.filename}: " if error.filename else ""
        _say_at_the_end(f"studybot: {where}{say(os_reason(error))}", 1)


def _say_at_the_end(text: str, code: int) -> None:
    print(text, file=sys.stderr)  # noqa: T201
    sys.exit(code)
