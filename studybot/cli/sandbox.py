"""`studybot sandbox`: run a snippet in the jail, as the bot would."""

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Annotated, NoReturn, cast, get_args

import typer
from rich.console import Console
from rich.text import Text

from studybot.cli.language import say, tell
from studybot.core.os_reason import os_reason
from studybot.core.phrase import Phrase
from studybot.core.run import Device, Limits, RunResult, RunStatus, Snippet
from studybot.core.value import Opaque, Tensor, Value
from studybot.errors import SandboxUnavailable
from studybot.sandbox.pool import MAX_CODE_BYTES, Pool

app = typer.Typer(help="Run code in the sandbox.", no_args_is_help=True)

MISUSED = 2
UNAVAILABLE = 3


@app.callback()
def sandbox() -> None:
    """Run code in the sandbox."""


@app.command()
def run(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A Python file, or - for standard input.")],
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    timeout: Annotated[float, typer.Option(min=0.1, max=60.0, help="Seconds until the run is stopped.")] = 5.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Run FILE in the sandbox and show what became of it: output, value, error.

    Exit status: 0 whenever the sandbox did its job, whatever became of the code; 3 when it is unavailable.

    Example: echo "torch.arange(6).reshape(2, 3).t()" | studybot sandbox run -
    """
    snippet = Snippet(_read(file), device=device_of(device), limits=Limits(wall_seconds=timeout))
    logging.getLogger("studybot.sandbox").setLevel(logging.CRITICAL)  # what goes wrong is said below
    try:
        result = asyncio.run(_run_once(snippet))
    except SandboxUnavailable as error:
        tell(Phrase("The sandbox is unavailable: {reason}", reason=error), err=True)
        raise typer.Exit(UNAVAILABLE) from error
    if as_json:
        typer.echo(json.dumps(result.plain(), ensure_ascii=False))
    else:
        _show(result, Console(highlight=False))
    if result.status == RunStatus.SANDBOX_FAULT:
        raise typer.Exit(UNAVAILABLE)


async def _run_once(snippet: Snippet) -> RunResult:
    async with Pool(slots=1) as pool:
        return await pool.run(snippet, asked_by="command line")


def _read(file: str) -> str:
    """Return the code in `file`, or end with one line that says what is wrong with it."""
    try:
        data = sys.stdin.buffer.read(MAX_CODE_BYTES + 1) if file == "-" else _head(Path(file))
    except OSError as error:
        _refuse(f"{file}: {say(os_reason(error))}.", error)
    if len(data) > MAX_CODE_BYTES:
        _refuse(Phrase("{file}: larger than {most} KiB.", file=file, most=MAX_CODE_BYTES // 1024))
    try:
        code = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(Phrase("{file}: not a text file in UTF-8.", file=file), error)
    if "\0" in code:
        _refuse(Phrase("{file}: not a text file.", file=file))
    return code


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_CODE_BYTES + 1)


def device_of(name: str) -> Device:
    for device in get_args(Device):
        if name == device:
            return cast("Device", device)
    return _refuse(Phrase("There is no device {name}: choose cpu or cuda.", name=name))


def _refuse(message: str | Phrase, cause: Exception | None = None) -> NoReturn:
    tell(message, err=True)
    raise typer.Exit(MISUSED) from cause


def _show(result: RunResult, console: Console) -> None:
    if result.stdout:
        console.print(Text(result.stdout.removesuffix("\n")))
    if result.stderr:
        console.print(Text(result.stderr.removesuffix("\n"), style="dim"))
    if result.value is not None:
        console.print(Text(_text(result.value), style="bold"))
    if result.error is not None:
        where = say(Phrase("line {n}: ", n=result.error.line)) if result.error.line else ""
        console.print(Text(f"{where}{result.error.type}: {result.error.message}", style="red"))
    style = "green" if result.status == RunStatus.OK else "yellow"
    took = Phrase("{status} in {wall_ms} ms on {device}")
    filled = took.filled(status=result.status.value, wall_ms=f"{result.wall_ms:.1f}", device=result.device)
    console.print(Text(say(filled), style=style))


def _text(value: Value) -> str:
    match value:
        case Tensor(values=None):
            return f"tensor(too large to show, shape={list(value.shape)}, dtype={value.dtype})"
        case Tensor():
            return f"tensor({value.nested()}, shape={list(value.shape)}, dtype={value.dtype})"
        case Opaque():
            return value.text
        case list():
            return f"[{', '.join(_text(item) for item in value)}]"
        case _:
            return repr(value)
