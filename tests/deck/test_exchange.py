"""Out and in again: the same cards. And whatever comes in that is not ours, or broken, says what is wrong."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from hypothesis import example, given
from hypothesis import strategies as st

from studybot.core.card import Language, Text
from studybot.deck.draft.drafts import Draft, Undrafted
from studybot.deck.exchange.arriving import read_file, settle
from studybot.deck.exchange.collection import Collection, Entry, NotOurs, collection_of, deck_files
from studybot.deck.exchange.columns import Row, drafts_of_rows, rows_of
from studybot.deck.exchange.document import from_json, to_json
from studybot.deck.exchange.page import to_markdown
from studybot.deck.exchange.rich_text import to_markdown as markdown_of_html
from studybot.deck.exchange.table import ENCODING, from_csv, to_csv
from studybot.deck.loader import LoadedDeck, load_deck
from studybot.errors import DeckError

ROOT = Path(__file__).parents[2]
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), min_size=1)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def exported(file: str, topic: str) -> str:
    card = {"id": "a", "kind": "recall", "topic": topic}
    return json.dumps({"studybot": 1, "topics": {}, "cards": [{"file": file, "card": card}]})


@pytest.fixture(scope="module")
def deck() -> LoadedDeck:
    return load_deck(ROOT / "cards")


@pytest.fixture(scope="module")
def collection(deck: LoadedDeck) -> Collection:
    return collection_of(deck.cards, deck.titles)


def test_json_holds_everything(collection: Collection) -> None:
    assert from_json(to_json(collection)) == collection


def test_a_table_holds_everything(collection: Collection) -> None:
    assert from_csv(to_csv(collection)) == collection


@pytest.mark.parametrize("form", ["json", "csv"])
def test_export_and_import_leave_an_identical_collection(
    form: str, deck: LoadedDeck, collection: Collection, tmp_path: Path
) -> None:
    file = tmp_path / f"deck.{form}"
    file.write_text(to_csv(collection), ENCODING, newline="") if form == "csv" else file.write_text(
        to_json(collection), "utf-8"
    )
    came = from_csv(read_file(file)) if form == "csv" else from_json(read_file(file))

    arrived = settle(came, tmp_path / "cards", [], source=file.name)

    again = load_deck(tmp_path / "cards")
    assert [one.card.revision for one in again.cards] == [one.card.revision for one in deck.cards]
    assert collection_of(again.cards, again.titles) == collection
    assert sum(count for _, count in arrived.written) == len(deck.cards)


@given(field=VALUES, name=st.sampled_from(["expect", "question", "params", "x.y"]))
def test_any_field_goes_through_a_table(field: object, name: str) -> None:
    name = name.replace(".", "_")
    body = {"id": "a", "kind": "recall", "topic": "t", name: field}
    one = Collection({"t": Text("=1", "-")}, (Entry("a.yaml", body),))

    assert from_csv(to_csv(one)) == one


@given(text=TEXTS)
@example(text="\n")
@example(text="a\n\n")
def test_any_text_goes_through_a_deck_file(text: str) -> None:
    one = Collection({"t": Text(text, "1e3")}, (Entry("a.yaml", {"id": "a", "kind": "k", "topic": "t", "x": [text]}),))

    ((_, _, written),) = deck_files(one)

    data = yaml.safe_load(written)
    assert data["title"] == {"ko": text, "en": "1e3"}
    assert data["cards"] == [{"id": "a", "kind": "k", "x": [text]}]


def test_a_spreadsheet_takes_no_cell_for_a_formula(collection: Collection) -> None:
    entry = replace(collection.entries[0], body={**collection.entries[0].body, "snippet": "=HYPERLINK(1)"})
    written = to_csv(replace(collection, entries=(entry,)))

    assert '"""=HYPERLINK(1)"""' in written


def test_cards_that_the_deck_has_are_left_out(deck: LoadedDeck, collection: Collection, tmp_path: Path) -> None:
    changed = dict(collection.entries[1].body) | {"tags": ["new-tag"]}
    three = replace(
        collection, entries=(collection.entries[0], Entry("a.yaml", changed), Entry("b.yaml", {**changed, "id": "new"}))
    )

    arrived = settle(three, tmp_path, deck.cards, source="x.json")

    assert arrived.known == (collection.entries[0].body["id"],)
    assert arrived.differing == (changed["id"],)
    assert [one.card.id for one in load_deck(tmp_path).cards] == [changed["id"], "new"]


def test_nothing_is_overwritten(collection: Collection, tmp_path: Path) -> None:
    one = replace(collection, entries=collection.entries[:1])
    first = settle(one, tmp_path, [], source="x.json")
    before = first.written[0][0].path.read_bytes()

    second = settle(one, tmp_path, [], source="x.json")

    assert first.written[0][0].path.read_bytes() == before
    assert second.written[0][0].path.name == f"{Path(collection.entries[0].file).stem}-2.yaml"


def test_broken_cards_are_all_told_and_nothing_is_written(collection: Collection, tmp_path: Path) -> None:
    bodies = [dict(entry.body) for entry in collection.entries[:2]]
    del bodies[0]["explanation"]
    bodies[1]["kind"] = "oracle"
    broken = replace(collection, entries=tuple(Entry("a.yaml", body) for body in bodies))

    with pytest.raises(DeckError) as told:
        settle(broken, tmp_path / "new", [], source="x.json")

    kind, explanation = sorted(map(str, told.value.problems), key=lambda line: "explanation" in line)
    assert explanation.startswith("x.json:1: backward-gradient/a.yaml:")
    assert '"explanation" is missing' in explanation
    assert 'unknown kind "oracle"' in kind
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "no JSON"),
        ("[]", "not an export of studybot"),
        ('{"studybot": 2}', "export format 2 is not known here"),
        ('{"studybot": 1}', "damaged"),
        ('{"studybot": 1, "topics": {}, "cards": [{"file": "a.yaml", "card": {"id": "a"}}]}', "id, kind and topic"),
        (exported("../a.yaml", "t"), "not the name of a file"),
        (exported("a.yaml", ".."), "not the name of a file"),
        (exported("a.yaml", "t"), "the topic 't' has no title"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_json_that_is_not_ours_is_refused(text: str, told: str) -> None:
    with pytest.raises(NotOurs, match=told):
        from_json(text)


def test_a_row_with_too_many_cells_is_named() -> None:
    with pytest.raises(NotOurs, match="line 2: the row has another number of cells"):
        from_csv("id,kind,topic,file,title.ko,title.en\na,k,t,a.yaml,x,y,z\n")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b"\x00\x01", "not a text file"),
        (b"\xff\xfe\xff\xfe\x00", "begins as UTF-16 and is not"),
        (b"a\nb\xe9c", "byte 0xe9 on line 2 is not UTF-8"),
    ],
)
def test_files_that_are_no_text_are_refused(content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(content)

    with pytest.raises(NotOurs, match=told):
        read_file(tmp_path / "x")


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "x").open("wb") as file:
        file.truncate(50 * 2**20)

    with pytest.raises(NotOurs, match="larger than 32 MiB"):
        read_file(tmp_path / "x")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_tables_are_read_as_spreadsheets_write_them(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes("질문,답\n텐서란?,다차원 배열\n".encode(encoding))

    assert rows_of(read_file(tmp_path / "x.csv")) == [Row(2, "텐서란?", "다차원 배열")]


ANKI = """\
#separator:tab
#html:true
#guid column:1
#notetype column:2
#deck column:3
#tags column:6
abc\tBasic\tTorch\t"What is <b>view</b>?<br>In a &lt;word&gt;"\tno <code>copy</code>\tcontiguity hard
xyz\tCloze\tTorch\t"{{c1::reshape::verb}} may {{c2::copy}}"\t\t
"""


def test_ankis_notes_are_read_with_guid_tags_and_formatting() -> None:
    assert rows_of(ANKI) == [
        Row(7, "What is **view**?\nIn a <word>", "no `copy`", "", ("contiguity", "hard"), "abc"),
        Row(8, "____ may ____", "reshape / copy", "", (), "xyz"),
    ]


def test_rows_become_drafts_that_say_what_is_missing() -> None:
    rows = [Row(2, "텐서란?", "배열", tags=("gather",)), Row(3, "Why?", ""), Row(4, "x" * 2000, "y")]

    draft, *undrafted = drafts_of_rows(rows, log="notes", path="notes.csv", topics={"gather"}, known=())

    assert isinstance(draft, Draft)
    assert draft.topic == "gather"
    assert draft.fields["question"] == {"ko": "텐서란?", "en": "TODO"}
    assert draft.fields["source"] == {"log": "notes", "date": "TODO"}
    assert [(one.line, one.reason) for one in undrafted if isinstance(one, Undrafted)] == [
        (3, "question or answer is empty"),
        (4, "longer than 1500 characters"),
    ]


def test_what_was_drafted_before_is_not_drafted_again() -> None:
    rows = [Row(1, "a", "b")]
    (draft,) = drafts_of_rows(rows, log="n", path="n", topics=(), known=())
    assert isinstance(draft, Draft)

    assert list(drafts_of_rows(rows, log="n", path="n", topics=(), known={draft.passage})) == []


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br>b", "a\nb"),
        ("<div>a</div><div>b</div>", "a\n\nb"),
        ("<pre>x = 1\ny</pre>", "```\nx = 1\ny\n```"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<script>alert(1)</script>a&nbsp;b", "a b"),
        ('<img src="x.png">', "[…]"),
        ("a &lt; b <i>c", "a < b *c"),
    ],
)
def test_formatting_becomes_markdown(html: str, text: str) -> None:
    assert markdown_of_html(html) == text


def test_a_page_folds_the_answers(deck: LoadedDeck) -> None:
    page = to_markdown([one.card for one in deck.cards], deck.titles, Language.KO)

    assert page.count("<details><summary>답</summary>") == len(deck.cards)
    assert page.startswith(f"# {deck.titles[deck.cards[0].card.topic].ko}\n")
    assert page.count("\n```") % 2 == 0


def test_the_json_is_for_people_too(collection: Collection) -> None:
    data = json.loads(to_json(collection))

    assert data["studybot"] == 1
    assert data["topics"]["gather"]["ko"] == collection.titles["gather"].ko
