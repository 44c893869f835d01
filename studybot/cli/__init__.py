"""The command line: thin commands, one file per noun."""

import logging
import os
import sys
from typing import Annotated

import typer

from studybot import __version__
from studybot.cli import cards, db, doctor, learners, sandbox, serve
from studybot.cli.logs import set_up_logging
from studybot.errors import ConfigError, DeckError, SandboxUnavailable, StudybotError

app = typer.Typer(
    name="studybot",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A spaced-repetition study bot with executable flashcards. To see it work: studybot try",
)
app.add_typer(cards.app, name="cards")
app.add_typer(db.app, name="db")
app.add_typer(learners.app, name="learners")
app.add_typer(sandbox.app, name="sandbox")
app.command("try")(serve.try_it)
app.command("run")(serve.run)
app.command("doctor")(doctor.doctor)


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more, to standard error.")] = False,
) -> None:
    if version:
        typer.echo(f"studybot {__version__}")
        raise typer.Exit
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
    try:
        app()
    except DeckError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)  # noqa: T201
        sys.exit(1)
    except StudybotError as error:
        print(f"studybot: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # `studybot cards list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
