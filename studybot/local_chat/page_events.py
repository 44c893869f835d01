"""The page's live stream: every commit becomes events for the browser (Server-Sent Events)."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from studybot.local_chat.journal import Put
from studybot.local_chat.page_view import directory, message_view, snapshot
from studybot.local_chat.world import Signal, World

HEARTBEAT_SECONDS = 15
DIRECTORY_TABLES = frozenset(["people", "chats", "commands", "texts"])


def frame(kind: str, data: Any) -> str:
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


def frames(world: World, puts: list[Put]) -> list[str]:
    """Turn one commit into what the page must know of it."""
    out: list[str] = []
    if any(table in DIRECTORY_TABLES for table, _, _ in puts):
        out.append(frame("directory", directory(world)))
    for table, key, record in puts:
        if table == "messages":
            chat_id, message_id = (int(part) for part in key.split("/"))
            if record is None:
                out.append(frame("deleted", {"chat": chat_id, "id": message_id}))
            else:
                out.append(frame("message", message_view(world, record)))
        elif table == "queries" and record is not None and record["answer"] is not None:
            out.append(frame("answer", {"query": key, "person": record["person"], **record["answer"]}))
    return out


async def stream(world: World, *, can_advance: bool) -> AsyncIterator[str]:
    """Begin with everything, go on with what changes, end when the server stops."""
    waiting: asyncio.Queue[list[str]] = asyncio.Queue()

    def on_signal(signal: Signal) -> None:
        data = {**signal, "now": world.state.now_seconds()}
        waiting.put_nowait([frame(data.pop("kind"), data)])

    stop = world.state.listen(lambda puts: waiting.put_nowait(frames(world, puts)))
    world.signals.append(on_signal)
    try:
        yield frame("snapshot", snapshot(world, can_advance=can_advance))
        while not world.closing.is_set():
            try:
                for each in await asyncio.wait_for(waiting.get(), HEARTBEAT_SECONDS):
                    yield each
            except TimeoutError:
                yield ": still here\n\n"
    finally:
        stop()
        world.signals.remove(on_signal)
