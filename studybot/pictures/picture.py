"""From a card to its picture: one run, and one drawing in a thread of its own."""

import asyncio
import logging
from threading import Lock
from typing import assert_never

from studybot.core.autograd import Graph
from studybot.core.card import Language
from studybot.core.layout import Layout
from studybot.core.run import RunResult, RunStatus
from studybot.core.show import evidence
from studybot.errors import NoPicture, SandboxUnavailable
from studybot.kinds import Card
from studybot.locale import Speech, speech
from studybot.pictures.graph import autograd_graph
from studybot.pictures.memory import memory_layout
from studybot.pictures.programs import graph_program, layout_program
from studybot.ports import Runner

log = logging.getLogger(__name__)

_one_at_a_time = Lock()  # matplotlib's fonts are not made for threads, and one processor is enough for drawing


async def picture_of(card: Card, runner: Runner, language: Language) -> bytes | None:
    """Return a card's picture as a PNG; None where it has none, or it cannot be drawn: the log says why.

    Never raises: a picture is an extra, and the verdict must not suffer from it.
    """
    if card.picture is None:
        return None
    try:
        return await drawn(card, runner, language)
    except (NoPicture, SandboxUnavailable) as error:
        log.warning("no picture card=%s: %s", card.id, error)
    except Exception:
        log.exception("drawing failed card=%s", card.id)
    return None


async def drawn(card: Card, runner: Runner, language: Language) -> bytes:
    """Return a card's picture as a PNG. Raises NoPicture, which says what is in the way, or SandboxUnavailable."""
    match card.picture:
        case "memory":
            program = layout_program(may_raise=card.may_raise)
        case "graph":
            program = graph_program(may_raise=card.may_raise)
        case None:
            raise NoPicture("the card asks for none; write `picture: memory` or `picture: graph`")
        case unknown:
            assert_never(unknown)
    run = await runner.run(card.pictured(program), asked_by="pictures")
    if run.status is RunStatus.SANDBOX_FAULT:
        raise SandboxUnavailable(f"the run of a picture failed in the sandbox: {run.stderr.strip()}")
    return await asyncio.to_thread(_draw, card, run, speech(language))


def _draw(card: Card, run: RunResult, say: Speech) -> bytes:
    if run.status is not RunStatus.OK:
        raise NoPicture(f"its run ended in {run.status}: {evidence(run)}")
    try:
        data = Layout.read(run.value) if card.picture == "memory" else Graph.read(run.value)
    except ValueError as error:
        raise NoPicture(str(error)) from error
    with _one_at_a_time:
        return memory_layout(data, say) if isinstance(data, Layout) else autograd_graph(data, say)
