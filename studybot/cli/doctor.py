"""doctor: everything that must be right, each with its remedy."""

import asyncio
import json
import platform
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape

from studybot.cli.language import say
from studybot.config import Config, load_config
from studybot.core.phrase import Phrase, said
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
    detail: Phrase | str = ""
    remedy: Phrase | str = ""

    def plain(self) -> dict[str, str]:
        """Return it for programs: in English, whoever asks."""
        return {"name": self.name, "state": self.state, "detail": str(self.detail), "remedy": str(self.remedy)}


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Look at everything that must be right, and say what to do where it is not. Exits 0 only if all is.

    Example: studybot doctor --json
    """
    findings = asyncio.run(examine())
    healthy = all(finding.state != "missing" for finding in findings)
    if as_json:
        typer.echo(json.dumps({"healthy": healthy, "findings": [finding.plain() for finding in findings]}, indent=2))
    else:
        print_findings(findings, healthy=healthy)
    raise typer.Exit(0 if healthy else 1)


async def examine() -> list[Finding]:
    """Look at everything, in the order in which it would stop the bot."""
    findings = [_kernel(), _python(), _disk()]
    try:
        config = load_config()
    except ConfigError as error:
        return [
            *findings,
            Finding("settings", "missing", said(error), Phrase("mend these in the environment or in .env")),
        ]
    findings += [Finding("settings", "held", Phrase("read from the environment and .env")), *_deck(config)]
    findings += _database(config)
    findings += await (_fleet(config) if config.broker_url else _sandbox())
    findings.append(await _telegram(config))
    return findings


def _kernel() -> Finding:
    found = f"{platform.system()} {platform.release()}"
    numbers = re.match(r"(\d+)\.(\d+)", platform.release())
    if sys.platform == "linux" and numbers and tuple(map(int, numbers.groups())) >= OLDEST_KERNEL:
        return Finding("kernel", "held", found)
    remedy = Phrase("use Linux {oldest} or newer: the sandbox is made of its namespaces")
    return Finding("kernel", "missing", found, remedy.filled(oldest=".".join(map(str, OLDEST_KERNEL))))


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= (3, 11):
        return Finding("python", "held", found)
    return Finding("python", "missing", found, Phrase("install Python 3.11 or newer"))  # type: ignore[unreachable]


def _disk() -> Finding:
    free = shutil.disk_usage(".").free // 2**20
    found = Phrase("{n} MiB free", n=free)
    if free >= LEAST_FREE_MIB:
        return Finding("disk", "held", found)
    return Finding("disk", "missing", found, Phrase("make room: at least {n} MiB", n=LEAST_FREE_MIB))


def _deck(config: Config) -> Iterator[Finding]:
    from studybot.deck.loader import load_deck

    try:
        deck = load_deck(config.cards)
    except DeckError as error:
        found = Phrase("{n} problems", n=len(error.problems))
        yield Finding("deck", "missing", found, Phrase("studybot cards check lists them"))
    else:
        found = Phrase("{n} cards in {folder}", n=len(deck.cards), folder=config.cards)
        remedy = "" if deck.cards else Phrase("add cards: cards/README.md tells how")
        yield Finding("deck", "held" if deck.cards else "missing", found, remedy)


def _database(config: Config) -> Iterator[Finding]:
    from studybot.store.upgrade import check_version, sqlite_file

    try:
        file = sqlite_file(config.database_url)
        if file is not None and not file.exists():
            yield Finding("database", "not applicable", Phrase("{file} is made at the first start", file=file))
            return
        check_version(config.database_url)
    except StoreError as error:
        yield Finding(
            "database", "missing", said(error), Phrase("studybot db upgrade (studybot run does it by itself)")
        )
        return
    yield Finding("database", "held", Phrase("of the revision that this studybot knows"))
    if file is None:
        lacking = [name for name in ("pg_dump", "pg_restore") if shutil.which(name) is None]
        remedy = Phrase("apt-get install postgresql-client: without it there is no backup")
        found = Phrase("{programs} missing", programs=", ".join(lacking)) if lacking else Phrase("pg_dump is here")
        yield Finding("backup", "missing" if lacking else "held", found, remedy if lacking else "")


async def _sandbox() -> list[Finding]:
    """Open a sandbox of one slot; its self-test says of every wall whether it holds."""
    from studybot.sandbox.probes import untried
    from studybot.wiring import open_pool

    async with open_pool(slots=1) as pool:
        try:
            await pool.ready()
        except SandboxUnavailable as error:
            first = Finding("sandbox", "missing", str(error), Phrase("no snippet runs until this is mended"))
        else:
            first = Finding("sandbox", "held", f"torch {pool.torch_version}")
        gpu = await pool.gpu_health()
        probes = pool.health.probes or untried()
        walls = [Finding(f"wall: {wall.name}", wall.state, wall.stops, wall.remedy) for wall in probes]
    if gpu.state == "ready":
        held = Phrase("every wall holds there as well, {n} were tried", n=len(gpu.probes))
        return [first, *walls, Finding("gpu", "held", held)]
    remedy = Phrase("cards that need it are skipped; docs/sandbox.md, GPU, says what it takes")
    return [first, *walls, Finding("gpu", "not applicable", gpu.reason, remedy)]


async def _fleet(config: Config) -> list[Finding]:
    """Join the fleet and see who works there; each worker has tried its own walls before it says that it is there."""
    from studybot.sandbox.fleet import Fleet

    async with Fleet(config.broker_url) as fleet:
        try:
            await fleet.ready()
        except SandboxUnavailable as error:
            return [Finding("fleet", "missing", str(error), Phrase("no snippet runs until this is mended"))]
        workers = fleet.workers
    found = [Finding("fleet", "held", Phrase("{n} workers answer", n=len(workers)))]
    for worker in workers:
        detail = Phrase("{slots} runs at a time on {device}, torch {torch}")
        filled = detail.filled(slots=worker.slots, device=worker.device, torch=worker.torch_version)
        found.append(Finding(f"worker: {worker.name}", "held", filled))
    for device in ("cpu", "cuda"):
        versions = sorted({worker.torch_version for worker in workers if worker.device == device})
        if len(versions) > 1:
            told = Phrase("several for {device}: {versions}", device=device, versions=", ".join(versions))
            same = Phrase("give all workers of a device the same torch: a card is proved for one")
            found.append(Finding("torch", "missing", told, same))
    return found


async def _telegram(config: Config) -> Finding:
    if config.token is None:
        without = Phrase("no STUDYBOT_TOKEN: studybot try works, studybot run does not")
        return Finding("telegram", "not applicable", without)
    from studybot.telegram_bot.app import log_in
    from studybot.wiring import account_of

    try:
        name = await log_in(account_of(config))
    except ConfigError as error:
        return Finding("telegram", "missing", str(error), Phrase("see above"))
    return Finding("telegram", "held", f"@{name}")


def print_findings(findings: list[Finding], *, healthy: bool) -> None:
    console = Console(highlight=False)
    for finding in findings:
        console.print(f"{MARKS[finding.state]} {escape(finding.name)}  [dim]{escape(say(finding.detail))}[/]")
        if finding.state == "missing" and finding.remedy:
            console.print(f"    → {escape(say(finding.remedy))}")
    told = Phrase("All is right.") if healthy else Phrase("Something has to be mended first.")
    console.print(f"[{'green' if healthy else 'red'}]{say(told)}[/]")
