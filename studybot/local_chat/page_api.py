"""Serves the page, its files, its stream, and what a person does there (POST /page/do/<what>)."""

import mimetypes
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from studybot.local_chat import actions
from studybot.local_chat.bot_api import read_params
from studybot.local_chat.page_events import stream
from studybot.local_chat.page_view import history
from studybot.local_chat.params import Params
from studybot.local_chat.refused import Refused
from studybot.local_chat.world import World

PAGE = Path(__file__).parent / "page"
INLINE_PICTURES = frozenset(["image/png", "image/jpeg", "image/gif", "image/webp"])
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
LONGEST_NAME = 64
LONGEST_TOPIC = 128

Advance = Callable[[timedelta], None]


class Page:
    """`welcome` makes up people where there is nobody yet: an empty page would leave a newcomer alone."""

    def __init__(self, world: World, *, advance: Advance | None, welcome: Callable[[], None]) -> None:
        self.world = world
        self.advance = advance
        self.welcome = welcome

    @property
    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.index),
            Route("/page/events", self.events),
            Route("/page/history", self.history),
            Route("/page/file/{file_id}", self.file),
            Route("/page/do/{what}", self.do, methods=["POST"]),
            Route("/page/{name}", self.asset),
        ]

    async def index(self, request: Request) -> Response:
        self.welcome()
        return FileResponse(PAGE / "index.html", media_type=KINDS[".html"])

    async def asset(self, request: Request) -> Response:
        path = PAGE / request.path_params["name"]
        if path.parent != PAGE or path.suffix not in KINDS or not path.is_file():
            return Response(status_code=404)
        return FileResponse(path, media_type=KINDS[path.suffix])

    async def events(self, request: Request) -> Response:
        frames = stream(self.world, can_advance=self.advance is not None)
        return StreamingResponse(frames, media_type="text/event-stream")

    async def history(self, request: Request) -> Response:
        params = Params(request.query_params)
        return JSONResponse(history(self.world, params.chat_id(), before=params.integer("before")))

    async def file(self, request: Request) -> Response:
        """Give pictures to look at; everything else is for saving only, whatever it says it is."""
        file_id = request.path_params["file_id"]
        try:
            content = self.world.files.content(file_id)
        except KeyError:
            return Response(status_code=404)
        record = self.world.state.rows("files")[file_id]
        if record["mime"] in INLINE_PICTURES and "save" not in request.query_params:
            return Response(content, media_type=record["mime"])
        disposition = f"attachment; filename*=utf-8''{quote(record['name'])}"
        kind = mimetypes.guess_type(record["name"])[0] or "application/octet-stream"
        return Response(content, media_type=kind, headers={"content-disposition": disposition})

    async def do(self, request: Request) -> Response:
        """Do what a person did on the page. What cannot be done is said in a line for them."""
        kind = request.headers.get("content-type", "")
        # A form on another page can send neither JSON nor anything with an Origin of ours (see guard.py).
        if not kind.startswith(("application/json", "multipart/form-data")):
            return JSONResponse({"error": "JSON expected"}, status_code=415)
        act = DEEDS.get(request.path_params["what"])
        if act is None:
            return JSONResponse({"error": "unknown action"}, status_code=404)
        try:
            result = act(self, await read_params(request))
        except Refused as refused:
            return JSONResponse({"error": refused.description}, status_code=400)
        except (ValueError, KeyError) as error:
            words = error.args[0] if isinstance(error, ValueError) and error.args else "this cannot be done any more"
            return JSONResponse({"error": str(words)}, status_code=400)
        finally:
            self.world.state.commit()
        return JSONResponse(result or {})


def _who(params: Params) -> tuple[int, int]:
    """Return the person who acts and the chat they act in."""
    return params.integer("person"), params.integer("chat")


def _send(page: Page, params: Params) -> dict[str, Any]:
    person, chat = _who(params)
    reply_to, thread = params.integer("reply_to") or None, params.integer("topic")
    sent = actions.send_text(page.world, person, chat, params.text("text"), reply_to=reply_to, thread=thread)
    return {"id": sent[-1]["message_id"]}


def _upload(page: Page, params: Params) -> dict[str, Any]:
    person, chat = _who(params)
    sent = actions.send_file(
        page.world,
        person,
        chat,
        params.uploads["file"],
        as_photo=params.flag("as_photo"),
        caption=params.text("caption"),
        reply_to=params.integer("reply_to") or None,
        thread=params.integer("topic"),
    )
    return {"id": sent["message_id"]}


def _edit(page: Page, params: Params) -> None:
    person, chat = _who(params)
    actions.edit_text(page.world, person, chat, params.message_id(), params.text("text"))


def _delete(page: Page, params: Params) -> None:
    person, chat = _who(params)
    actions.delete(page.world, person, chat, params.message_id())


def _press(page: Page, params: Params) -> dict[str, Any]:
    person, chat = _who(params)
    return {"query": actions.press(page.world, person, chat, params.message_id(), params.text("data"))}


def _vote(page: Page, params: Params) -> None:
    person, chat = _who(params)
    actions.vote(page.world, person, chat, params.message_id(), [int(each) for each in params.json("options")])


def _react(page: Page, params: Params) -> None:
    person, chat = _who(params)
    actions.react(page.world, person, chat, params.message_id(), params.text("emoji") or None)


def _block(page: Page, params: Params) -> None:
    person, _ = _who(params)
    if params.flag("blocked"):
        actions.block(page.world, person)
    else:
        actions.unblock(page.world, person)


def _person(page: Page, params: Params) -> dict[str, Any]:
    name = params.text("name").strip()[:LONGEST_NAME]
    return {"id": actions.add_person(page.world, name, language=params.text("language"))["id"]}


def _language(page: Page, params: Params) -> None:
    person, _ = _who(params)
    actions.change_person(page.world, person, language_code=params.text("language"))


def _group(page: Page, params: Params) -> dict[str, Any]:
    title = params.text("title").strip()[:LONGEST_NAME]
    members = [int(each) for each in params.json("members")]
    if not title or not members:
        raise ValueError("a group needs a name and somebody in it")
    return {"id": actions.add_group(page.world, title, members)["id"]}


def _topic(page: Page, params: Params) -> dict[str, Any]:
    person, chat = _who(params)
    name = params.text("name").strip()[:LONGEST_TOPIC]
    if not name:
        raise ValueError("a topic needs a name")
    return {"id": actions.add_topic(page.world, chat, name, by=person)["message_id"]}


def _advance(page: Page, params: Params) -> None:
    if page.advance is None:
        raise ValueError("this clock cannot be moved")
    page.advance(timedelta(seconds=params.integer("seconds")))


DEEDS: dict[str, Callable[[Page, Params], dict[str, Any] | None]] = {
    "send": _send,
    "upload": _upload,
    "edit": _edit,
    "delete": _delete,
    "press": _press,
    "vote": _vote,
    "react": _react,
    "block": _block,
    "person": _person,
    "language": _language,
    "group": _group,
    "topic": _topic,
    "advance": _advance,
}
