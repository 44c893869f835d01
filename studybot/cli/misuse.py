"""What a person typed wrong, in a line and in their language: the parser's own messages, said as ours."""

import re

from typer import TyperException
from typer._click.exceptions import NoArgsIsHelpError, UsageError  # there is no public door to what was typed

from studybot.cli.language import say
from studybot.core.phrase import Phrase

SAID_BY_THE_PARSER = (
    Phrase("Missing argument {name}."),
    Phrase("Missing option {name}."),
    Phrase("Missing command."),
    Phrase("No such command {name}. Did you mean {close}?"),
    Phrase("No such command {name}."),
    Phrase("No such option: {name} (Possible options: {close})"),
    Phrase("No such option: {name}"),
    Phrase("Got unexpected extra argument(s) ({words})"),
    Phrase("Option {name} requires an argument."),
    Phrase("Invalid value for {name}: Value error, {value} is not one of {known}."),
    Phrase("Invalid value for {name}: Input should be less than or equal to {most}"),
    Phrase("Invalid value for {name}: Input should be greater than or equal to {least}"),
    Phrase("Invalid value for {name}: Input should be a valid integer, unable to parse string as an integer"),
    Phrase("Invalid value for {name}: Input should be a valid number, unable to parse string as a number"),
    Phrase("Invalid value for {name}: {told}"),
    Phrase("Invalid value: {told}"),
)
"""The sentences of Typer 0.29 that our commands can meet; another one is shown in English."""


def told(error: TyperException) -> str:
    """Return what is wrong with what was typed, and where the help is."""
    if isinstance(error, NoArgsIsHelpError):
        return error.format_message()
    lines = [f"studybot: {say(known(error.format_message()))}"]
    if isinstance(error, UsageError) and error.ctx is not None:
        lines.append(error.ctx.get_usage())
        lines.append(say(Phrase("Help: {command} --help", command=error.ctx.command_path)))
    return "\n".join(lines)


def known(message: str) -> Phrase:
    """Return the sentence that a message of the parser is, with what it says about this case."""
    for phrase in SAID_BY_THE_PARSER:
        form = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(phrase.template))
        if match := re.fullmatch(form, message):
            return phrase.filled(**match.groupdict())
    return Phrase("{message}", message=message)
