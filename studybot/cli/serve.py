"""try, run, worker: the bot in the browser or in Telegram, and what runs its snippets elsewhere."""

import asyncio
import signal
import webbrowser
from collections.abc import Coroutine
from typing import Annotated, Any, NoReturn

import typer

from studybot.cli.language import say, tell
from studybot.core.phrase import Phrase

DEFAULT_PORT = 8642
WEBHOOK_PORT = 8080


def try_it(
    port: Annotated[int, typer.Option(help="The page's port on this machine.", min=0, max=65535)] = DEFAULT_PORT,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
) -> None:
    """Try the bot in the browser: local chat, jail and database in one go. No token, nothing leaves the machine.

    Example: studybot try --port 9000 --no-browser
    """
    from studybot.config import load_config
    from studybot.wiring import serve_local_chat

    def announce(url: str) -> None:
        ready, how_to_stop = Phrase("studybot is ready: open {url}"), Phrase("Stop with Ctrl-C; what you did is kept.")
        typer.echo(f"\n  {say(ready.filled(url=url))}\n  {say(how_to_stop)}\n")
        if browser:
            webbrowser.open(url)

    _run(serve_local_chat(load_config(), port=port, announce=announce))


def run(
    webhook: Annotated[
        bool, typer.Option("--webhook", help="Let Telegram call STUDYBOT_WEBHOOK_URL instead of asking it for updates.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            "--health-port",
            help=f"Serve /healthz, /metrics and the webhook here. With --webhook: {WEBHOOK_PORT}.",
            min=0,
            max=65535,
        ),
    ] = None,
    listen: Annotated[
        str, typer.Option(help="The address of this machine to serve them on; 0.0.0.0 inside a container.")
    ] = "127.0.0.1",
    check: Annotated[
        bool, typer.Option("--check", help=f"Only ask the bot that runs at --port ({WEBHOOK_PORT}) how it is.")
    ] = False,
) -> None:
    """Run the bot in Telegram, by long polling or by webhook. Needs STUDYBOT_TOKEN in the environment or in .env.

    Example: STUDYBOT_TOKEN=123456789:AA... studybot run --health-port 8080
    """
    if check:
        _check("127.0.0.1" if listen == "0.0.0.0" else listen, port or WEBHOOK_PORT)  # noqa: S104 - compared, not bound
    from studybot.config import load_config
    from studybot.wiring import serve_telegram

    if webhook and port is None:
        port = WEBHOOK_PORT
    _run(serve_telegram(load_config(), webhook=webhook, port=port, host=listen))


def worker(
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    slots: Annotated[
        int | None,
        typer.Option(help="Runs at a time; else one for each core, four at most. A GPU has one.", min=1, max=64),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether a worker of this machine is at work.")
    ] = False,
) -> None:
    """Run snippets for the bots that share a broker. It needs STUDYBOT_BROKER_URL, and refuses a bot's secrets.

    Example: STUDYBOT_BROKER_URL=redis://10.0.0.5/0 studybot worker --slots 4
    """
    from studybot.cli.sandbox import device_of
    from studybot.config import load_worker_config
    from studybot.wiring import run_worker, worker_is_at_work

    config = load_worker_config()
    if check:
        raise typer.Exit(0 if worker_is_at_work(config) else 1)
    run_worker(config, device=device_of(device), slots=slots)
    typer.echo("studybot worker has stopped.")


def _check(address: str, port: int) -> NoReturn:
    from studybot.cli.doctor import print_findings
    from studybot.cli.health import ask_the_bot

    findings = ask_the_bot(address, port)
    healthy = all(finding.state == "held" for finding in findings)
    print_findings(findings, healthy=healthy)
    raise typer.Exit(0 if healthy else 1)


def _run(serving: Coroutine[Any, Any, None]) -> None:
    """Serve until Ctrl-C or SIGTERM, then stop in order."""

    async def until_stopped() -> None:
        task = asyncio.ensure_future(serving)
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(sign, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            tell(Phrase("studybot has stopped."))

    asyncio.run(until_stopped())
