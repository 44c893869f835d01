"""What stands behind a proof besides the card and torch: the fingerprint of all that judges."""

import hashlib
import sys
from functools import cache
from importlib import metadata
from pathlib import Path

import studybot

JUDGES = (
    "kinds/*.py",
    "core/*.py",
    "deck/judging.py",
    "deck/together.py",
    "deck/verify.py",
    "sandbox/snippet.py",
    "sandbox/prewarm.py",
    "sandbox/clocks.py",
)
LIBRARIES = ("torch", "numpy", "jinja2")


@cache
def judge() -> str:
    """Return a fingerprint that changes with our judging, with Python, and with the libraries cards hang on."""
    package = Path(studybot.__file__).parent
    digest = hashlib.sha256(repr(sys.version_info).encode())
    for name in LIBRARIES:
        digest.update(f"{name} {_version(name)}\0".encode())
    for pattern in JUDGES:
        for file in sorted(package.glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "none"
