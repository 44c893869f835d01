"""Only this machine's programs and this page may use the local chat."""

import httpx
import pytest

from studybot.local_chat import LocalChat
from tests.local_chat.conftest import Api

HOME = "http://127.0.0.1:8420"


@pytest.fixture
def client(chat: LocalChat) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(chat.server.app(8420))
    return httpx.AsyncClient(transport=transport, base_url=HOME, trust_env=False)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"host": "evil.example:8420"}, id="a name that resolves to loopback"),
        pytest.param({"host": "127.0.0.1:9999"}, id="another port"),
        pytest.param({"origin": "https://evil.example"}, id="a page elsewhere"),
        pytest.param({"origin": "http://127.0.0.1:9999"}, id="a page of another local server"),
        pytest.param({"origin": "null"}, id="a page without an origin"),
        pytest.param({"sec-fetch-site": "cross-site"}, id="an image on a page elsewhere"),
    ],
)
async def test_a_page_elsewhere_cannot_drive_the_chat(
    client: httpx.AsyncClient, chat: LocalChat, headers: dict[str, str]
) -> None:
    answer = await client.get(f"/bot{chat.token}/getMe", headers=headers)

    assert answer.status_code == 403


@pytest.mark.parametrize("headers", [{}, {"origin": HOME}, {"host": "localhost:8420"}])
async def test_programs_here_can(client: httpx.AsyncClient, chat: LocalChat, headers: dict[str, str]) -> None:
    answer = await client.get(f"/bot{chat.token}/getMe", headers=headers)

    assert answer.status_code == 200


async def test_every_answer_carries_a_strict_policy(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nothing")

    assert answer.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_token_is_needed_for_files_too(api: Api) -> None:
    answer = await api.client.get(f"{api.chat.file_url}1:wrong/files/LOCALFILE00000001/a.txt")

    assert answer.status_code == 401
