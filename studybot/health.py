"""/healthz: whether cards can be asked now, for whoever watches over the bot."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the service: whether it works, and why not."""

    healthy: bool
    detail: str = ""
    missing: tuple[str, ...] = ()


Look = Callable[[], Awaitable[dict[str, Part]]]


def health_app(look: Look) -> Starlette:
    """Return the application: `GET /healthz` is 200 where every part works, else 503, and a JSON object of them."""

    async def healthz(_: Request) -> JSONResponse:
        parts = await look()
        healthy = all(part.healthy for part in parts.values())
        told = {"healthy": healthy, "parts": {name: asdict(part) for name, part in parts.items()}}
        return JSONResponse(told, status_code=200 if healthy else 503, headers={"Cache-Control": "no-store"})

    return Starlette(routes=[Route("/healthz", healthz)])
