"""Whatever an author gets wrong in a deck file is told with its line, what is wrong, and what to do."""

import os
import socket
from pathlib import Path

import pytest

from studybot.core.card import Text
from studybot.deck.complaints import fields_of
from studybot.deck.loader import load_deck
from studybot.errors import DeckError
from studybot.kinds import KINDS
from studybot.kinds.predict import Predict
from tests.deck.deck_files import CARD, CHOICE, CLAIM, DECK, HEADER, write

KNOWN = ", ".join(KINDS)


def problems(path: Path) -> list[str]:
    with pytest.raises(DeckError) as caught:
        load_deck(path)
    return [str(problem) for problem in caught.value.problems]


def test_cards_come_in_the_order_of_files_and_lines(deck_folder: Path) -> None:
    write(deck_folder, b=HEADER + CARD, a=HEADER + CHOICE + CLAIM)

    deck = load_deck(deck_folder)

    assert [(str(loaded), loaded.card.kind) for loaded in deck.cards] == [
        ('cards/shapes/a.yaml:5: card "which-shape"', "choice"),
        ('cards/shapes/a.yaml:16: card "shapes-are-tuples"', "claim"),
        ('cards/shapes/b.yaml:5: card "shape-of-zeros"', "predict"),
    ]
    assert deck.cards[0].card.topic == "shapes"
    assert deck.titles == {"shapes": Text("모양", "Shapes")}
    assert deck.files == 2


@pytest.mark.parametrize("path", ["cards", "cards/shapes", "cards/shapes/a.yaml"])
def test_a_deck_a_topic_and_a_file_load_alike(deck_folder: Path, path: str) -> None:
    write(deck_folder, a=DECK)

    deck = load_deck(Path(path))

    assert [loaded.card.id for loaded in deck.cards] == ["shape-of-zeros"]


SOUND = {
    "with a byte order mark": b"\xef\xbb\xbf" + DECK.encode(),
    "with Windows line ends": DECK.replace("\n", "\r\n").encode(),
    "with anchors": DECK.replace('{ko: "shape은?", en: "Which shape?"}', '&q {ko: "a", en: "b"}')
    .replace('{ko: "두 행, 세 열.", en: "Two rows, three columns."}', "*q")
    .encode(),
    "with comments and a document mark": b"# hello\n---\n" + DECK.encode() + b"# the end\n",
    "with odd Python that is what a card may be about": DECK.replace(
        "x.shape\n", 'x.shape is (2, 3), "\\d"\n'
    ).encode(),
    "with an empty hint": (DECK + "    hint:\n").encode(),
}


@pytest.mark.parametrize("content", SOUND.values(), ids=SOUND.keys())
def test_sound_files_load(deck_folder: Path, content: bytes) -> None:
    write(deck_folder, a=content)

    assert len(load_deck(deck_folder).cards) == 1


def test_unquoted_words_are_read_as_editors_read_them(deck_folder: Path) -> None:
    values = "[yes, no, on, 2022-01-24, 1e3, .5, 0x1F, 0o17, 010, 1_000, -3, ~, null, True, '1', 1:30, -, +x]"
    write(deck_folder, a=DECK.replace("expect: [2, 3]", f"expect: {values}"))

    card = load_deck(deck_folder).cards[0].card

    assert card.body()["expect"] == [
        *(
            "yes",
            "no",
            "on",
            "2022-01-24",
            1000.0,
            0.5,
            31,
            15,
            10,
            "1_000",
            -3,
            None,
            None,
            True,
            "1",
            "1:30",
            "-",
            "+x",
        ),
    ]


NO_SLUG = "must be lower-case words and digits joined by hyphens, such as view-or-reshape"
BROKEN_LIST = (
    "this list is broken: close its bracket and every quote in it, put commas between the items, and text that holds "
    "brackets or commas in quotes"
)
BROKEN_MAPPING = (
    "this mapping is broken: close its brace and every quote in it, put commas between the fields, and text that holds "
    "braces or commas in quotes"
)
FITS_NO_FIELD = (
    "this line fits no field above: align it with them, and put a text that begins with a quote into quotes as a whole"
)

# What is wrong with a file as a whole: its text, and what is told.
FILES: dict[str, tuple[str | bytes, list[str]]] = {
    "empty": ("", ["1: the file is empty: begin it with 'format: 1' (see cards/README.md)"]),
    "only a comment": ("# to do\n", ["1: the file is empty: begin it with 'format: 1' (see cards/README.md)"]),
    "a list": ("- a\n- b\n", ["1: not a deck: a deck file begins with 'format: 1'"]),
    "prose": ("Dear diary\n", ["1: not a deck: a deck file begins with 'format: 1'"]),
    "two documents": (
        DECK + "---\n" + DECK,
        ["14: a second document begins here: a deck file is one, so remove this '---'"],
    ),
    "a later format": (
        DECK.replace("format: 1", "format: 2") + "    new: field\n",
        ["1: format 2 is newer than this studybot knows (1): update studybot"],
    ),
    "format that is no number": (DECK.replace("format: 1", "format: one"), ['1: "format" must be 1']),
    "no header": ("cards: []\n", ['1: "format" is missing', '1: "title" is missing', '1: "topic" is missing']),
    "an unknown field at the top": (
        DECK.replace("title:", "titel:"),
        ['3: unknown field "titel": did you mean "title"?'],
    ),
    "cards that are no list": (
        HEADER + "  id: a\n",
        ["4: \"cards\" must be a list of cards, each beginning with '- id: ...'"],
    ),
    "a topic of another folder": (
        DECK.replace("topic: shapes", "topic: shape"),
        ['2: the topic "shape" lies in the folder shapes: move the file to shape/, or write "topic: shapes"'],
    ),
    "a title in one language": (
        DECK.replace(', en: "Shapes"', ""),
        ['3: "title" lacks "en": every text is in both languages, {ko: ..., en: ...}'],
    ),
    "UTF-16": (DECK.encode("utf-16"), ["1: encoded as UTF-16: save it as UTF-8"]),
    "another encoding": (
        DECK.encode("cp949"),
        ["3: byte 0xb8 is not UTF-8: save the file as UTF-8"],
    ),
    "binary": (b"PK\x03\x04\x00", ["1: a control character (U+0003), as binary files have: remove it"]),
    "a bell in the middle": (
        DECK.replace("Two rows", "Two\a rows"),
        ["12: a control character (U+0007), as binary files have: remove it"],
    ),
    "too large": (DECK + "#" * 2**20, ["1: larger than 1 MiB: split it into several files"]),
    "a tab": (
        DECK.replace("    kind:", "\tkind:"),
        ["6: a tab in the indentation: YAML wants spaces"],
    ),
    "an open quote": (
        DECK.replace("[2, 3]", "'2, 3"),
        ["11: the quote that opens here is never closed"],
    ),
    "an open bracket": (
        DECK.replace("[2, 3]", "[2, 3"),
        ["11: " + BROKEN_LIST],
    ),
    "an open brace": (
        DECK.replace('"Which shape?"}', '"Which shape?"'),
        ["7: " + BROKEN_MAPPING],
    ),
    "an open quote that another one closes": (
        DECK.replace('en: "Two rows, three columns."', 'en: "Two rows, three columns.'),
        ["12: " + BROKEN_MAPPING],
    ),
    "a colon in unquoted text": (
        DECK.replace("expect: [2, 3]", "expect: a: b"),
        ["11: a colon where none can stand: put the text in quotes, or align the line with the field above it"],
    ),
    "a field indented too far": (
        DECK.replace("    source:", "     source:"),
        ["13: " + FITS_NO_FIELD],
    ),
    "a field indented too little": (
        DECK.replace("    source:", "   source:"),
        ["13: this line ends the list: indent it under the item, or begin it with '- '"],
    ),
    "a block that is not indented": (
        DECK.replace("      x.shape", "x.shape"),
        ["10: a field without its colon: write 'name: value', or indent the line under the text it belongs to"],
    ),
    "text after a quote": (
        DECK.replace("expect: [2, 3]", 'expect: "a" b'),
        ["11: " + FITS_NO_FIELD],
    ),
    "a text that begins with code": (
        DECK.replace("expect: [2, 3]", "expect: `x`"),
        ["11: a text cannot begin with '`': put it in quotes"],
    ),
    "a text that begins with a star": (
        DECK.replace("expect: [2, 3]", "expect: *x"),
        ["11: *x stands for nothing: define &x above, or put the text in quotes"],
    ),
    "an escape YAML does not know": (
        DECK.replace("expect: [2, 3]", r'expect: "\d"'),
        [r"11: an unknown escape after \ : use single quotes, or write \\"],
    ),
    "an anchor inside itself": (
        DECK.replace("[2, 3]", "&x [1, *x]"),
        ["11: *x stands inside itself"],
    ),
    "anchors that multiply": (
        DECK.replace("[2, 3]", "[&a [1, 1, 1, 1, 1, 1, 1, 1, 1], "
        + ", ".join(f"&{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in zip("abcdef", "bcdefg", strict=True))
        + "]"),
        ["11: more than 100000 values: split the file"],
    ),
    "brackets without end": (
        HEADER + "  - " + "[" * 200_000,
        ["5: nested deeper than 20 levels: a deck needs no more than six"],
    ),
    "a Python object": (
        DECK.replace("[2, 3]", '!!python/object/apply:os.system ["true"]'),
        ["11: the tag !!python/object/apply:os.system has no meaning in a deck: remove it, or put the text in quotes"],
    ),
    "a field that is no text": (DECK + "    1: x\n", ["14: a field's name must be text: put it in quotes"]),
    "a field that is a list": (DECK + "    ? [a]\n    : x\n", ["14: a field's name must be text: put it in quotes"]),
    "a duplicate field": (
        DECK + "    expect: [3, 2]\n",
        ['14: "expect" stands twice here, first on line 11: remove one'],
    ),
    "duplicate fields deep inside": (
        DECK.replace('{ko: "shape은?", en: "Which shape?"}', '{ko: "a", en: "b", ko: "c", en: "d"}'),
        [
            '7: "en" stands twice here, first on line 7: remove one',
            '7: "ko" stands twice here, first on line 7: remove one',
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "told"), FILES.values(), ids=FILES.keys())
def test_a_broken_file_is_told_by_its_line(deck_folder: Path, content: str | bytes, told: list[str]) -> None:
    write(deck_folder, a=content)

    assert problems(deck_folder) == [f"cards/shapes/a.yaml:{one}" for one in told]


# What is wrong with one card: what to replace in a sound one, and what is told.
CARDS: dict[str, tuple[str, str, str, list[str]]] = {
    "no id": (CARD, "id: shape-of-zeros\n    kind", "kind", ['5: card 1: "id" is missing']),
    "an id with capitals": (
        CARD, "shape-of-zeros", "Shape of zeros",
        [f'5: card "Shape of zeros": "id" {NO_SLUG}'],
    ),
    "an id that is a number": (CARD, "shape-of-zeros", "7", ['5: card 1: "id" must be text: put it in quotes']),
    "an id without end": (
        CARD, "shape-of-zeros", "a" * 61, [f'5: card "{"a" * 61}": "id" is too long: 60 characters at most'],
    ),
    "no kind": (
        CARD, "    kind: predict\n", "",
        ['5: card "shape-of-zeros": "kind" is missing: it is one of ' + KNOWN],
    ),
    "a misspelt kind": (
        CARD, "kind: predict", "kind: Predictt",
        ['6: card "shape-of-zeros": unknown kind "Predictt": did you mean "predict"?'],
    ),
    "an unknown kind": (
        CARD, "kind: predict", "kind: essay",
        ['6: card "shape-of-zeros": unknown kind "essay": known are ' + KNOWN],
    ),
    "a kind that is a list": (
        CARD, "kind: predict", "kind: [predict]",
        ["""6: card "shape-of-zeros": unknown kind "['predict']": did you mean "predict"?"""],
    ),
    "a misspelt field": (
        CARD, "snippet:", "snipet:",
        ['8: card "shape-of-zeros": unknown field "snipet": did you mean "snippet"?'],
    ),
    "an unknown field": (
        CARD, "expect:", "remarks: 3\n    expect:",
        [f'11: card "shape-of-zeros": unknown field "remarks": known are {", ".join(fields_of(Predict))}'],
    ),
    "the topic in a card": (
        CARD, "expect:", "topic: shapes\n    expect:",
        ['11: card "shape-of-zeros": "topic" stands once, at the top of the file: remove it here'],
    ),
    "an unknown field in a text": (
        CARD, 'en: "Which shape?"', 'en: "Which shape?", eng: "x"',
        ['7: card "shape-of-zeros": unknown field "question.eng": did you mean "en"?'],
    ),
    "a missing field": (CARD, "    expect: [2, 3]\n", "", ['5: card "shape-of-zeros": "expect" is missing']),
    "a text in one language": (
        CARD, ', en: "Two rows, three columns."', "",
        ['12: card "shape-of-zeros": "explanation" lacks "en": every text is in both languages, {ko: ..., en: ...}'],
    ),
    "a text in no language": (
        CARD, '{ko: "shape은?", en: "Which shape?"}', "Which shape?",
        ['7: card "shape-of-zeros": "question" needs both languages: {ko: ..., en: ...}'],
    ),
    "an empty text": (CARD, '"Which shape?"', '" "', ['7: card "shape-of-zeros": "question.en" is empty']),
    "a text that is nothing": (CARD, '"Which shape?"', "", ['7: card "shape-of-zeros": "question.en" is empty']),
    "a text that is a number": (
        CARD, '"Which shape?"', "23", ['7: card "shape-of-zeros": "question.en" must be text: put it in quotes'],
    ),
    "a text without end": (
        CARD, '"Which shape?"', f'"{"x" * 1501}"',
        ['7: card "shape-of-zeros": "question.en" is too long: 1500 characters at most'],
    ),
    "a source that is text": (
        CARD, '{log: "2022-01-24-week02-day006", date: 2022-01-24}', "week 2",
        ['13: card "shape-of-zeros": "source" needs fields of its own: {log: ..., date: ...}'],
    ),
    "a date that is none": (
        CARD, "date: 2022-01-24", "date: 2022-02-30",
        ['13: card "shape-of-zeros": "source.date" must be a day such as 2022-01-24'],
    ),
    "a date in words": (
        CARD, "date: 2022-01-24", "date: yesterday",
        ['13: card "shape-of-zeros": "source.date" must be a day such as 2022-01-24'],
    ),
    "an expectation that is a mapping": (
        CARD, "[2, 3]", "{shape: 2}",
        ['11: card "shape-of-zeros": "expect": write a number, text, true, false, null, or nested lists of them'],
    ),
    "code that does not compile": (
        CARD, "      x.shape\n", "      x.shape(\n",
        ["10: card \"shape-of-zeros\": the code in \"snippet\" is broken: '(' was never closed"],
    ),
    "code that does not compile in quotes": (
        CARD, "|\n      x = torch.zeros(2, 3)\n      x.shape", '"x ="',
        ['8: card "shape-of-zeros": the code in "snippet" is broken: invalid syntax'],
    ),
    "code with a zero byte": (
        CARD, "|\n      x = torch.zeros(2, 3)\n      x.shape", '"x = \'\\0\'"',
        ['8: card "shape-of-zeros": the code in "snippet" is broken: source code string cannot contain null bytes'],
    ),
    "no code": (
        CARD, "|\n      x = torch.zeros(2, 3)\n      x.shape", "", ['8: card "shape-of-zeros": "snippet" is empty'],
    ),
    "a tag that is no list": (
        CARD, "expect:", "tags: contrast\n    expect:",
        ['11: card "shape-of-zeros": "tags" must be a list: [..., ...]'],
    ),
    "a seed that is no number": (
        CARD, "expect:", "seed: lucky\n    expect:", ['11: card "shape-of-zeros": "seed" must be a whole number'],
    ),
    "a seed below zero": (
        CARD, "expect:", "seed: -1\n    expect:",
        ['11: card "shape-of-zeros": "seed": should be greater than or equal to 0'],
    ),
    "a device that does not exist": (
        CARD, "expect:", "device: gpu\n    expect:",
        ['11: card "shape-of-zeros": "device" must be \'cpu\', \'cuda\' or \'any\''],
    ),
    "a time limit without end": (
        CARD, "expect:", "timeout_seconds: 1e9\n    expect:",
        ['11: card "shape-of-zeros": "timeout_seconds": should be less than or equal to 30'],
    ),
    "a time limit that is no number": (
        CARD, "expect:", "timeout_seconds: .nan\n    expect:",
        ['11: card "shape-of-zeros": "timeout_seconds" must be a number'],
    ),
    "one option": (
        CHOICE, '      - {text: {ko: "(3, 2)", en: "(3, 2)"}, holds: "x.shape == (3, 2)"}\n', "",
        ['11: card "which-shape": "options" has too few items: 2 at least'],
    ),
    "two right options": (
        CHOICE, 'holds: "x.shape == (3, 2)"', 'holds: "x.shape == (3, 2)", right: true',
        ['11: card "which-shape": "options": exactly one option must say \'right: true\', not 2'],
    ),
    "no right option": (
        CHOICE, ", right: true", "",
        ['11: card "which-shape": "options": exactly one option must say \'right: true\', not 0'],
    ),
    "options that read the same": (
        CHOICE, 'en: "(3, 2)"', 'en: "(2,  3)"',
        ['11: card "which-shape": "options": options A and B read the same in \'en\''],
    ),
    "an option too long for a button": (
        CHOICE, 'ko: "(3, 2)"', f'ko: "{"x" * 81}"',
        ['13: card "which-shape": "options[1].text.ko" is too long: 80 characters at most'],
    ),
    "an option that is text": (
        CHOICE, '{text: {ko: "(3, 2)", en: "(3, 2)"}, holds: "x.shape == (3, 2)"}', "(3, 2)",
        ['13: card "which-shape": "options[1]" needs fields of its own: {text: ..., holds: ..., right: ...}'],
    ),
    "an option whose condition is a statement": (
        CHOICE, "x.shape == (3, 2)", "y = 3",
        ['13: card "which-shape": the code in "options[1].holds" is broken: invalid syntax'],
    ),
    "a right that is neither": (
        CHOICE, "right: true", "right: maybe",
        ['12: card "which-shape": "options[0].right" must be true or false'],
    ),
    "a claim that holds perhaps": (
        CLAIM, "holds: true", "holds: perhaps",
        ['11: card "shapes-are-tuples": "holds": write true, false, or depends'],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("card", "old", "new", "told"), CARDS.values(), ids=CARDS.keys())
def test_a_broken_card_is_told_by_its_line(deck_folder: Path, card: str, old: str, new: str, told: list[str]) -> None:
    assert old in card
    write(deck_folder, a=HEADER + card.replace(old, new))

    assert problems(deck_folder) == [f"cards/shapes/a.yaml:{one}" for one in told]


@pytest.mark.parametrize("card", ["just text", "7", "[a, b]", "~"])
def test_a_card_is_fields(deck_folder: Path, card: str) -> None:
    write(deck_folder, a=HEADER + CARD + f"  - {card}\n")

    assert problems(deck_folder) == [
        "cards/shapes/a.yaml:14: card 2: not a card: a card is fields, beginning with 'id: ...'"
    ]


def test_the_line_of_broken_code_is_the_line_in_the_file(deck_folder: Path) -> None:
    code = "      def f():\n      return 1\n"
    write(deck_folder, a=HEADER + CARD.replace("      x.shape\n", code))

    reason = "expected an indented block after function definition on line 2"
    assert problems(deck_folder) == [
        f'cards/shapes/a.yaml:11: card "shape-of-zeros": the code in "snippet" is broken: {reason}'
    ]


def test_all_problems_of_all_files_are_told_at_once(deck_folder: Path) -> None:
    broken_twice = CARD.replace("expect: [2, 3]", "expected: [2, 3]\n    seed: x")
    write(deck_folder, a=HEADER + broken_twice, b="", c=HEADER + CLAIM.replace("true", "maybe"))
    (deck_folder / "notes.txt").write_text("remember the milk")

    assert problems(deck_folder) == [
        "cards/notes.txt:1: not a deck file: move it out of the deck",
        'cards/shapes/a.yaml:11: card "shape-of-zeros": unknown field "expected": did you mean "expect"?',
        'cards/shapes/a.yaml:12: card "shape-of-zeros": "seed" must be a whole number',
        "cards/shapes/b.yaml:1: the file is empty: begin it with 'format: 1' (see cards/README.md)",
        'cards/shapes/c.yaml:11: card "shapes-are-tuples": "holds": write true, false, or depends',
    ]


def test_an_id_taken_twice_names_both_places_even_where_a_card_is_broken(deck_folder: Path) -> None:
    write(deck_folder, a=DECK, b=HEADER + CLAIM + CARD.replace("expect: [2, 3]", "seed: x"))
    taken = "this id is taken by cards/shapes/a.yaml:5: give one of them another"

    assert problems(deck_folder) == [
        'cards/shapes/b.yaml:14: card "shape-of-zeros": "expect" is missing',
        f'cards/shapes/b.yaml:14: card "shape-of-zeros": {taken}',
        'cards/shapes/b.yaml:20: card "shape-of-zeros": "seed" must be a whole number',
    ]


def test_a_topic_has_one_title(deck_folder: Path) -> None:
    write(deck_folder, a=DECK, b=HEADER.replace("Shapes", "Forms") + CLAIM)

    assert problems(deck_folder) == [
        "cards/shapes/b.yaml:3: the title differs from cards/shapes/a.yaml:3: a topic has one"
    ]


STRAYS = {
    "shapes/b.yml": "rename it to b.yaml, or no card in it is ever asked",
    "shapes/b.YAML": "rename it to b.yaml, or no card in it is ever asked",
    "shapes/README.txt": "not a deck file: move it out of the deck",
    "shapes/more/b.yaml": "folders do not nest: the deck is cards/<topic>/*.yaml",
    "b.yaml": "move it into the folder of its topic, such as cards/<topic>/b.yaml",
    "card.py": "not a deck file: move it out of the deck",
}


@pytest.mark.parametrize(("stray", "told"), STRAYS.items(), ids=STRAYS.keys())
def test_what_is_no_deck_file_is_refused(deck_folder: Path, stray: str, told: str) -> None:
    write(deck_folder, a=DECK)
    (deck_folder / stray).parent.mkdir(exist_ok=True)
    (deck_folder / stray).write_text(DECK)

    where = str(Path(stray).parent) if "more" in stray else stray
    assert problems(deck_folder) == [f"cards/{where}:1: {told}"]


def test_hidden_files_the_readme_and_the_schema_may_lie_in_a_deck(deck_folder: Path) -> None:
    write(deck_folder, a=DECK)
    for name in ("README.md", "schema.json", ".DS_Store", "shapes/.a.yaml.swp"):
        (deck_folder / name).write_text("?")

    assert len(load_deck(deck_folder).cards) == 1


def test_a_folder_that_is_not_there_is_told(deck_folder: Path) -> None:
    told = "cards/nowhere:1: there is no such file or folder: give the deck's folder, such as cards"

    assert problems(deck_folder / "nowhere") == [told]


def test_a_folder_without_cards_is_told(deck_folder: Path) -> None:
    assert problems(deck_folder) == ["cards:1: there is no card here: begin with cards/README.md"]


def test_links_that_lead_nowhere_or_round_in_a_circle_are_told(deck_folder: Path) -> None:
    write(deck_folder, a=DECK)
    (deck_folder / "shapes" / "gone.yaml").symlink_to("nowhere.yaml")
    (deck_folder / "shapes" / "round.yaml").symlink_to("round.yaml")
    (deck_folder / "up").symlink_to(deck_folder)

    assert problems(deck_folder) == [
        "cards/shapes/gone.yaml:1: not a regular file: a deck file is a text file",
        "cards/shapes/round.yaml:1: not a regular file: a deck file is a text file",
        "cards/up/shapes:1: folders do not nest: the deck is cards/<topic>/*.yaml",
        "cards/up/up:1: folders do not nest: the deck is cards/<topic>/*.yaml",
    ]


def test_a_pipe_is_refused_and_not_waited_for(deck_folder: Path) -> None:
    write(deck_folder, a=DECK)
    os.mkfifo(deck_folder / "shapes" / "pipe.yaml")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("cards/shapes/socket.yaml")

        told = problems(deck_folder)

    refused = "1: not a regular file: a deck file is a text file"
    assert told == [f"cards/shapes/pipe.yaml:{refused}", f"cards/shapes/socket.yaml:{refused}"]


def test_a_file_that_may_not_be_read_is_told(deck_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(deck_folder, a=DECK)
    open_path = Path.open

    def refuse(path: Path, mode: str = "r") -> object:
        if path.suffix == ".yaml":
            raise PermissionError(13, "Permission denied")
        return open_path(path, mode)

    monkeypatch.setattr(Path, "open", refuse)

    assert problems(deck_folder) == ["cards/shapes/a.yaml:1: cannot be read: permission denied"]


def test_paths_outside_the_working_directory_are_shown_whole(
    deck_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(deck_folder, a="")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    assert problems(Path("../cards"))[0].startswith(f"{tmp_path}/cards/shapes/a.yaml:1: ")
