"""The examples of the documentation are cards that load and are proved, and the schema is fresh."""

import re
from pathlib import Path

import pytest

from studybot.core.proof import ProofStatus
from studybot.deck.files import BESIDE_TOPICS
from studybot.deck.loader import LoadedDeck, load_deck
from studybot.deck.schema import deck_schema, schema_text
from studybot.deck.verify import verify
from studybot.kinds import KINDS
from studybot.ports import Runner
from tests.deck.deck_files import HEADER

ROOT = Path(__file__).parents[2]
README = (ROOT / "cards" / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def examples(tmp_path: Path) -> LoadedDeck:
    """Every YAML example of the README: a whole file, or cards that want the top of one."""
    for place, example in enumerate(re.findall(r"```yaml\n(.*?)```", README, flags=re.DOTALL)):
        text = example if "format:" in example else HEADER + example
        topic = re.search(r"^topic: (.*)$", text, flags=re.MULTILINE)
        assert topic is not None
        (tmp_path / topic[1]).mkdir(exist_ok=True)
        (tmp_path / topic[1] / f"{place}.yaml").write_text(text, encoding="utf-8")
    return load_deck(tmp_path)


def test_the_readme_shows_every_kind(examples: LoadedDeck) -> None:
    assert {loaded.card.kind for loaded in examples.cards} == set(KINDS)


@pytest.mark.jail
@pytest.mark.asyncio(loop_scope="session")
async def test_every_example_of_the_readme_is_proved(examples: LoadedDeck, pool: Runner) -> None:
    proofs = [proof async for proof in verify(examples.cards, pool)]

    assert [str(proof) for proof in proofs if proof.proven.status is not ProofStatus.PROVEN] == []
    assert len(proofs) >= len(KINDS)


def test_the_readme_explains_every_field() -> None:
    fields = {field.alias or name for kind in KINDS.values() for name, field in kind.model_fields.items()}

    assert [field for field in sorted(fields - {"topic"}) if f"`{field}" not in README] == []


def test_the_schema_in_the_deck_is_fresh() -> None:
    stored = (ROOT / "cards" / "schema.json").read_text(encoding="utf-8")

    assert stored == schema_text(), "type: studybot cards schema"


def test_the_schema_knows_each_kind_and_keeps_the_topic_out_of_cards() -> None:
    schema = deck_schema()

    for name, kind in KINDS.items():
        card = schema["$defs"][kind.__name__]
        assert card["properties"]["kind"]["const"] == name
        assert "topic" not in card["properties"]
        assert card["required"][:2] == ["id", "kind"]
        assert card["additionalProperties"] is False


def test_every_field_in_the_schema_says_what_it_is_for() -> None:
    silent = [
        f"{name}.{field}"
        for name, card in deck_schema()["$defs"].items()
        for field, schema in card["properties"].items()
        if "description" not in schema and "const" not in schema and field not in {"ko", "en", "text", "source"}
    ]

    assert silent == []


def test_deck_files_begin_with_the_line_that_names_the_schema() -> None:
    first = "# yaml-language-server: $schema=../schema.json"
    files = [path for path in (ROOT / "cards").rglob("*.yaml") if path.name not in BESIDE_TOPICS]

    assert [str(path) for path in files if path.read_text(encoding="utf-8").splitlines()[0] != first] == []


def test_the_projects_own_deck_is_well_formed() -> None:
    assert load_deck(ROOT / "cards").cards
