"""`studybot run --check`: ask the bot that runs on this machine how it is, part by part. It needs no curl."""

import http.client
import json

from studybot.cli.doctor import Finding
from studybot.core.phrase import Phrase

PATIENCE_SECONDS = 8


def ask_the_bot(address: str, port: int) -> list[Finding]:
    """Return what its /healthz says of each part; one finding where nobody answers there."""
    here = f"{address}:{port}"
    connection = http.client.HTTPConnection(address, port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", "/healthz")
        parts = json.loads(connection.getresponse().read())["parts"]
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        remedy = Phrase("start one there: studybot run --port {port}", port=port)
        return [Finding("bot", "missing", Phrase("no bot answers at {here}", here=here), remedy)]
    finally:
        connection.close()
    return [Finding(name, "held" if part["healthy"] else "missing", part["detail"]) for name, part in parts.items()]
