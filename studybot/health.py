"""/healthz: whether cards can be asked now, and /metrics: how it goes, for whoever watches over the bot."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from studybot.metrics import CONTENT_TYPE


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the service: whether it works, and why not."""

    healthy: bool
    detail: str = ""
    missing: tuple[str, ...] = ()


Look = Callable[[], Awaitable[dict[str, Part]]]


Figures = Callable[[], Awaitable[bytes]]


def health_app(look: Look, figures: Figures | None = None, also: Sequence[BaseRoute] = ()) -> Starlette:
    """Return the application: `GET /healthz` is 200 where every part works, else 503, and a JSON object of them.

    `GET /metrics` gives what `figures` does, as Prometheus reads it.
    """

    async def healthz(_: Request) -> JSONResponse:
        parts = await look()
        healthy = all(part.healthy for part in parts.values())
        told = {"healthy": healthy, "parts": {name: asdict(part) for name, part in parts.items()}}
        return JSONResponse(told, status_code=200 if healthy else 503, headers={"Cache-Control": "no-store"})

    async def metrics(_: Request) -> Response:
        return Response(await figures() if figures else b"", media_type=CONTENT_TYPE)

    routes = [Route("/healthz", healthz), *([Route("/metrics", metrics)] if figures else []), *also]
    return Starlette(routes=routes)
