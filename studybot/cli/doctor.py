"""doctor: everything that must be right, each with its remedy."""

import asyncio
import json
import platform
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape

from studybot.config import Config, load_config
from studybot.errors import ConfigError, DeckError, SandboxUnavailable, StoreError

State = Literal["held", "missing", "not applicable"]
MARKS: dict[State, str] = {"held": "[green]✓[/]", "missing": "[red]✗[/]", "not applicable": "[dim]–[/]"}
LEAST_FREE_MIB = 200
OLDEST_KERNEL = (5, 3)  # pidfd_open


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `detail` says what was found, `remedy` what to do where it is missing."""

    name: str
    state: State
    detail: str = ""
    remedy: str = ""


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Look at everything that must be right, and say what to do where it is not. Exits 0 only if all is.

    Example: studybot doctor --json
    """
    findings = asyncio.run(examine())
    healthy = all(finding.state != "missing" for finding in findings)
    if as_json:
        typer.echo(json.dumps({"healthy": healthy, "findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        _print(findings, healthy)
    raise typer.Exit(0 if healthy else 1)


async def examine() -> list[Finding]:
    """Look at everything, in the order in which it would stop the bot."""
    findings = [_kernel(), _python(), _disk()]
    try:
        config = load_config()
    except ConfigError as error:
        return [*findings, Finding("settings", "missing", str(error), "mend these in the environment or in .env")]
    findings += [Finding("settings", "held", "read from the environment and .env"), *_deck(config)]
    findings.append(_database(config))
    findings += await _sandbox()
    findings.append(await _telegram(config))
    return findings


def _kernel() -> Finding:
    found = f"{platform.system()} {platform.release()}"
    numbers = re.match(r"(\d+)\.(\d+)", platform.release())
    if sys.platform == "linux" and numbers and tuple(map(int, numbers.groups())) >= OLDEST_KERNEL:
        return Finding("kernel", "held", found)
    oldest = ".".join(map(str, OLDEST_KERNEL))
    return Finding("kernel", "missing", found, f"use Linux {oldest} or newer: the sandbox is made of its namespaces")


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= (3, 11):
        return Finding("python", "held", found)
    return Finding("python", "missing", found, "install Python 3.11 or newer")  # type: ignore[unreachable]


def _disk() -> Finding:
    free = shutil.disk_usage(".").free // 2**20
    if free >= LEAST_FREE_MIB:
        return Finding("disk", "held", f"{free} MiB free")
    return Finding("disk", "missing", f"{free} MiB free", f"make room: at least {LEAST_FREE_MIB} MiB")


def _deck(config: Config) -> Iterator[Finding]:
    from studybot.deck.loader import load_deck

    try:
        deck = load_deck(config.cards)
    except DeckError as error:
        yield Finding("deck", "missing", f"{len(error.problems)} problems", "studybot cards check lists them")
    else:
        remedy = "" if deck.cards else "add cards: cards/README.md tells how"
        yield Finding("deck", "held" if deck.cards else "missing", f"{len(deck.cards)} cards in {config.cards}", remedy)


def _database(config: Config) -> Finding:
    from studybot.store.upgrade import check_version, sqlite_file

    try:
        file = sqlite_file(config.database_url)
        if file is not None and not file.exists():
            return Finding("database", "not applicable", f"{file} is made at the first start")
        check_version(config.database_url)
    except StoreError as error:
        return Finding("database", "missing", str(error), "studybot db upgrade (studybot run does it by itself)")
    return Finding("database", "held", "of the revision that this studybot knows")


async def _sandbox() -> list[Finding]:
    """Open a sandbox of one slot; its self-test says of every wall whether it holds."""
    from studybot.sandbox.probes import untried
    from studybot.wiring import open_pool

    async with open_pool(slots=1) as pool:
        try:
            await pool.ready()
        except SandboxUnavailable as error:
            first = Finding("sandbox", "missing", str(error), "no snippet runs until this is mended")
        else:
            first = Finding("sandbox", "held", f"torch {pool.torch_version}")
        gpu = await pool.gpu_health()
        probes = pool.health.probes or untried()
        walls = [Finding(f"wall: {wall.name}", wall.state, wall.stops, wall.remedy) for wall in probes]
    if gpu.state == "ready":
        return [first, *walls, Finding("gpu", "held", f"every wall holds there as well, {len(gpu.probes)} were tried")]
    remedy = "cards that need it are skipped; docs/sandbox.md, GPU, says what it takes"
    return [first, *walls, Finding("gpu", "not applicable", gpu.reason, remedy)]


async def _telegram(config: Config) -> Finding:
    if config.token is None:
        return Finding("telegram", "not applicable", "no STUDYBOT_TOKEN: studybot try works, studybot run does not")
    from studybot.telegram_bot.app import log_in
    from studybot.wiring import account_of

    try:
        name = await log_in(account_of(config))
    except ConfigError as error:
        return Finding("telegram", "missing", str(error), "see above")
    return Finding("telegram", "held", f"@{name}")


def _print(findings: list[Finding], healthy: bool) -> None:
    console = Console(highlight=False)
    for finding in findings:
        console.print(f"{MARKS[finding.state]} {escape(finding.name)}  [dim]{escape(finding.detail)}[/]")
        if finding.state == "missing" and finding.remedy:
            console.print(f"    → {escape(finding.remedy)}")
    console.print("[green]All is right.[/]" if healthy else "[red]Something has to be mended first.[/]")
