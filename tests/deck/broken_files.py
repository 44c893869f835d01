"""Deck files that are broken as a whole: their text, and what is told of each."""

from tests.deck.deck_files import DECK, HEADER

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
