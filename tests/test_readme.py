"""What the README shows is there."""

import re
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_the_card_on_the_first_screen_is_a_card_of_the_deck() -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)

    deck = "\n".join(file.read_text() for file in (ROOT / "cards").rglob("*.yaml"))

    assert textwrap.indent(shown.rstrip(), "  ", lambda line: line.strip() != "") in deck


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:^|`)make ([a-z]+)\b", README, re.MULTILINE))))
def test_every_make_target_that_is_named_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("link", sorted(set(re.findall(r"(?:\]\(|src=\")(?!http)([^)\"]+)", README))))
def test_every_file_that_is_linked_exists(link: str) -> None:
    assert (ROOT / link).exists()
