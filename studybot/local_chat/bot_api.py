"""The Bot API over HTTP: /bot<token>/<method>, with Telegram's answers, refusals and planned faults."""

import asyncio
import json
import logging
from secrets import compare_digest
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from studybot.local_chat.faults import Fault
from studybot.local_chat.limits import UPLOAD_BYTES
from studybot.local_chat.methods import METHODS
from studybot.local_chat.multipart import parse_multipart
from studybot.local_chat.params import Params
from studybot.local_chat.refused import Refused, bad_request
from studybot.local_chat.state import public
from studybot.local_chat.world import ApiCall, World

log = logging.getLogger(__name__)
FORM_OVERHEAD_BYTES = 1024 * 1024
NOT_CONFIRMED = "Bad Request: message is not modified"


class BrokenConnection(Response):
    """Promises a body and breaks off, as a connection that is reset does."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"100"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


class BotApi:
    def __init__(self, world: World) -> None:
        self.world = world

    async def answer(self, request: Request) -> Response:
        """Answer one call, whatever it is."""
        token, method = request.path_params["token"], request.path_params["method"]
        try:
            params = await read_params(request)
        except Refused as refused:
            return self._refuse(method, None, refused)
        except ClientDisconnect:
            return Response(status_code=499)
        if not compare_digest(token.encode(), str(self.world.state.bot["token"]).encode()):
            return self._refuse(method, None, Refused(401, "Unauthorized"))
        fault = self.world.faults.take(method)
        if fault is not None and fault.what != "lost":
            return await self._fail(request, method, params, fault)
        response = await self._carry_out(request, method, params)
        return BrokenConnection() if fault is not None else response

    async def download(self, request: Request) -> Response:
        """Answer /file/bot<token>/<file_path>."""
        state = self.world.state
        if not compare_digest(request.path_params["token"].encode(), str(state.bot["token"]).encode()):
            return JSONResponse(Refused(401, "Unauthorized").answer(), status_code=401)
        parts = request.path_params["path"].split("/")
        record = state.get("files", parts[1]) if len(parts) == 3 else None
        if record is None:
            return JSONResponse(Refused(404, "Not Found").answer(), status_code=404)
        return Response(self.world.files.content(record["file_id"]), media_type="application/octet-stream")

    async def _carry_out(self, request: Request, method: str, params: Params) -> Response:
        chat_id = params.integer("chat_id") or None
        try:
            if method.lower() == "getupdates":
                result: Any = await self._get_updates(request, params)
            else:
                result = self._act(method, params)
        except Refused as refused:
            self.world.state.commit()
            return self._refuse(method, chat_id, refused)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            # A parameter of the wrong shape. Telegram says so in many words; the cause helps more here.
            log.warning("local chat: cannot read a call of %s", method, exc_info=error)
            self.world.state.commit()
            return self._refuse(method, chat_id, bad_request(f"can't parse the parameters of {method}"))
        self.world.state.commit()
        self._note(method, chat_id, 200, "")
        return JSONResponse({"ok": True, "result": public(result)})

    def _act(self, method: str, params: Params) -> Any:
        known = METHODS.get(method.lower())
        if known is None:
            raise Refused(404, "Not Found: method not found")
        if not known.floods:
            return known.act(self.world, params)
        chat_id = params.chat_id()
        self.world.flood.check(chat_id)
        try:
            result = known.act(self.world, params)
        except Refused as refused:
            if refused.description.startswith(NOT_CONFIRMED):
                self.world.flood.count(chat_id)
            raise
        self.world.flood.count(chat_id)
        return result

    async def _get_updates(self, request: Request, params: Params) -> list[dict[str, Any]]:
        async def gone() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass

        return await self.world.updates.get(
            offset=params.integer("offset"),
            limit=params.integer("limit"),
            timeout_seconds=float(params.text("timeout", "0") or 0),
            allowed=params.json("allowed_updates"),
            gone=gone,
        )

    async def _fail(self, request: Request, method: str, params: Params, fault: Fault) -> Response:
        chat_id = params.integer("chat_id") or None
        match fault.what:
            case "reset" | "lost":
                self._note(method, chat_id, 0, "the connection was reset")
                return BrokenConnection()
            case "timeout":
                self._note(method, chat_id, 0, "nothing was answered")
                await self._until_gone(request)
                return Response(status_code=499)
            case 429:
                wait = fault.retry_after
                planned = Refused(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
                return self._refuse(method, chat_id, planned)
            case code:
                usual = {403: "Forbidden: bot was blocked by the user", 500: "Internal Server Error"}
                words = fault.description or usual.get(code, "Bad Request: planned fault")
                return self._refuse(method, chat_id, Refused(code, words))

    async def _until_gone(self, request: Request) -> None:
        closing = asyncio.ensure_future(self.world.closing.wait())
        left = asyncio.ensure_future(request.receive())
        await asyncio.wait([closing, left], return_when=asyncio.FIRST_COMPLETED)
        closing.cancel()
        left.cancel()

    def _refuse(self, method: str, chat_id: int | None, refused: Refused) -> Response:
        self._note(method, chat_id, refused.code, refused.description)
        return JSONResponse(refused.answer(), status_code=refused.code)

    def _note(self, method: str, chat_id: int | None, code: int, description: str) -> None:
        self.world.calls.append(ApiCall(method, chat_id, code, description, self.world.state.clock()))


async def read_params(request: Request) -> Params:
    """Read the parameters from the address and the body: a form, a multipart form, or JSON."""
    fields: dict[str, Any] = dict(request.query_params)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > UPLOAD_BYTES + FORM_OVERHEAD_BYTES:
            raise Refused(413, "Request Entity Too Large")
    if not body:
        return Params(fields)
    kind = request.headers.get("content-type", "")
    try:
        if kind.startswith("multipart/form-data"):
            form, uploads = parse_multipart(kind, bytes(body))
            return Params(fields | form, uploads)
        if kind.startswith("application/json"):
            return Params(fields | json.loads(body))
        return Params(fields | dict(parse_qsl(body.decode(), keep_blank_values=True)))
    except (ValueError, TypeError) as error:
        raise bad_request("can't parse the request body") from error
