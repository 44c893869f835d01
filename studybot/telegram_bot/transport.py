"""HTTP for python-telegram-bot on aiohttp: the same calls, answers and errors at a fraction of the cost.

The library's own transport (httpx) walks its whole connection pool for every request. docs/benchmarks.md compares.
"""

import json
import logging
import re
from typing import Any
from urllib.request import getproxies

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, HTTPXRequest, RequestData
from yarl import URL

log = logging.getLogger(__name__)

Timeout = float | None | DefaultValue[float] | DefaultValue[None]

MEDIA_WRITE_SECONDS = 20.0
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
UNSET = BaseRequest.DEFAULT_NONE


def request_of(*, connections: int, pool_seconds: float = 10.0) -> BaseRequest:
    """Return a transport with room for so many connections.

    It is the library's own where the environment names a proxy that aiohttp cannot use (SOCKS, `ALL_PROXY`).
    """
    proxies = getproxies()
    if "all" in proxies or any(proxy.lower().startswith("socks") for proxy in proxies.values()):
        log.info("a proxy that aiohttp cannot use is set: Telegram is reached by the library's own transport")
        return StockRequest(connection_pool_size=connections, pool_timeout=pool_seconds)
    return AiohttpRequest(connections=connections, pool_seconds=pool_seconds)


def in_telegrams_own_words(description: str) -> str:
    """Leave out of a refusal what it may quote of somebody's message, since refusals are logged.

    Telegram's own words are letters, numbers and codes (PEER_ID_INVALID); what it quotes stands in quotation marks.
    """
    words = re.sub(r'".*"', "…", description, flags=re.DOTALL).split()
    return " ".join(word if _OWN_WORD.fullmatch(word) else "…" for word in words)


_OWN_WORD = re.compile(r"\(?(?:[A-Za-z][A-Za-z_/'’]*|\d+)[.,:;)]?")


class _Discreet(BaseRequest):
    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        answer = BaseRequest.parse_json_payload(payload)
        if isinstance(told := answer.get("description"), str):
            answer["description"] = in_telegrams_own_words(told)
        return answer


class StockRequest(_Discreet, HTTPXRequest):
    """The library's own."""


class AiohttpRequest(_Discreet):
    """Takes proxies from the environment (`HTTPS_PROXY`, `NO_PROXY`). No error names an address: it holds the token."""

    def __init__(self, *, connections: int, pool_seconds: float = 10.0, seconds: float = 5.0) -> None:
        self._connections = connections
        self._pool_seconds = pool_seconds
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    @property
    def read_timeout(self) -> float | None:
        return self._seconds

    async def initialize(self) -> None:
        self._closed = False
        self._open()

    async def shutdown(self) -> None:
        self._closed = True
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._closed:
            raise RuntimeError("This AiohttpRequest is not initialized!")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=bool(getproxies()),  # where there is none, aiohttp would look for one at every request
            )
        return self._session

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Timeout = UNSET,
        write_timeout: Timeout = UNSET,
        connect_timeout: Timeout = UNSET,
        pool_timeout: Timeout = UNSET,
    ) -> tuple[int, bytes]:
        session = self._open()
        files = request_data.multipart_data if request_data else None
        connect = _or(connect_timeout, self._seconds)
        pool = _or(pool_timeout, self._pool_seconds)
        read = _or(read_timeout, self._seconds)
        write = _or(write_timeout, MEDIA_WRITE_SECONDS if files else self._seconds)
        # No limit in all: each of the others begins anew, as the library's own do, and costs no timer of its own.
        timeout = aiohttp.ClientTimeout(
            total=None,
            connect=_sum(pool, connect),
            sock_connect=connect,
            sock_read=_sum(write, read) if files else read,
        )
        body, headers = _body(request_data, files)
        try:
            async with session.request(
                method,
                URL(url, encoded=True),
                data=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:  # aiohttp's own are of this kind, too
            raise TimedOut from error
        except aiohttp.ClientConnectorError as error:
            raise NetworkError(f"aiohttp.{type(error).__name__}: {error.strerror or error.os_error}") from error
        except aiohttp.ClientError as error:
            # Some of these hold the address, and so the token: neither their words nor they themselves are shown.
            raise NetworkError(f"aiohttp.{type(error).__name__}") from None
        except OSError as error:
            raise NetworkError(f"{type(error).__name__}: {error.strerror}") from error


def _body(data: RequestData | None, files: Any) -> tuple[Any, dict[str, str]]:
    if data is None:
        return None, {}
    if not files:
        fields = data.parameters
        if not fields:
            return None, {}
        # JSON and not a form: to percent-encode Korean costs more than all the rest.
        return _JSON.encode(fields).encode(), {"Content-Type": "application/json"}
    form = aiohttp.FormData(quote_fields=False)  # names of files as they are, not percent-encoded
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in files.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form, {}


def _or(given: Timeout, usual: float) -> float | None:
    return usual if isinstance(given, DefaultValue) else given


def _sum(*seconds: float | None) -> float | None:
    """Return a sum of time limits; None, without limit, if one of them is."""
    total = 0.0
    for each in seconds:
        if each is None:
            return None
        total += each
    return total
