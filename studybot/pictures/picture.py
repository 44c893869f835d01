"""From a card to its picture: one run, and one drawing in a thread of its own."""

import asyncio
import logging
from functools import partial
from typing import Literal, assert_never

from studybot.core.autograd import Graph
from studybot.core.card import Language
from studybot.core.layout import Layout
from studybot.core.phrase import Phrase, said
from studybot.core.proof import Proof, Refutation
from studybot.core.run import RunResult, RunStatus, Snippet
from studybot.core.show import evidence
from studybot.errors import NoPicture, SandboxUnavailable
from studybot.kinds import Card
from studybot.locale import Speech, speech
from studybot.pictures import graph, memory
from studybot.pictures.programs import graph_program, layout_program
from studybot.pictures.sheet import one_at_a_time
from studybot.ports import Runner

What = Literal["memory", "graph"]

log = logging.getLogger(__name__)


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
    run = await runner.run(_run_for(card), asked_by="pictures")
    if run.status is RunStatus.SANDBOX_FAULT:
        raise SandboxUnavailable(f"the run of a picture failed in the sandbox: {run.stderr.strip()}")
    return await asyncio.to_thread(_draw, _read(run, card.picture), speech(language))


async def drawn_from(code: str, what: What, runner: Runner, language: Language, *, seed: int) -> bytes:
    """Return a picture of code that is no card's. Raises NoPicture or SandboxUnavailable, as `drawn` does."""
    program = layout_program(may_raise=True) if what == "memory" else graph_program(may_raise=True)
    run = await runner.run(Snippet(code, seed=seed, harness=program), asked_by="pictures")
    if run.status is RunStatus.SANDBOX_FAULT:
        raise SandboxUnavailable(f"the run of a picture failed in the sandbox: {run.stderr.strip()}")
    return await asyncio.to_thread(_draw, _read(run, what), speech(language))


def picture_proofs(card: Card) -> tuple[Proof, ...]:
    """Return the run which shows that a card's picture can be drawn; none where it asks for none.

    Only what can be counted is looked at: fonts are a matter of the machine, and no card is refuted for those.
    """
    if card.picture is None:
        return ()
    return (Proof(Phrase("the picture can be drawn"), _run_for(card), partial(_refuted, card)),)


def _refuted(card: Card, run: RunResult) -> Refutation | None:
    try:
        _read(run, card.picture)
    except NoPicture as error:
        remedy = Phrase("make it smaller, or leave `picture` out")
        return Refutation(Phrase("what fits into a picture"), said(error), remedy)
    return None


def _run_for(card: Card) -> Snippet:
    match card.picture:
        case "memory":
            return card.pictured(layout_program(may_raise=card.may_raise))
        case "graph":
            return card.pictured(graph_program(may_raise=card.may_raise))
        case None:
            raise NoPicture(Phrase("the card asks for none; write `picture: memory` or `picture: graph`"))
        case unknown:
            assert_never(unknown)


def _read(run: RunResult, what: What | None) -> Layout | Graph:
    if run.status is not RunStatus.OK:
        raise NoPicture(Phrase("its run ended in {status}: {evidence}", status=run.status, evidence=evidence(run)))
    try:
        if what == "memory":
            layout = Layout.read(run.value)
            memory.refuse_too_much(layout)
            return layout
        found = Graph.read(run.value)
        graph.refuse_too_much(found)
    except ValueError as error:
        raise NoPicture(said(error)) from error
    else:
        return found


def _draw(data: Layout | Graph, say: Speech) -> bytes:
    with one_at_a_time:
        return memory.memory_layout(data, say) if isinstance(data, Layout) else graph.autograd_graph(data, say)
