"""What is wrong with one card: what to replace in a sound one, and what is told."""

from studybot.deck.complaints import fields_of
from studybot.kinds import KINDS
from studybot.kinds.predict import Predict
from tests.deck.deck_files import CARD, CHOICE, CLAIM

KNOWN = ", ".join(KINDS)
NO_SLUG = "must be lower-case words and digits joined by hyphens, such as view-or-reshape"

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
        ['11: card "shape-of-zeros": "seed" must be 0 at least'],
    ),
    "a device that does not exist": (
        CARD, "expect:", "device: gpu\n    expect:",
        ['11: card "shape-of-zeros": "device" must be \'cpu\', \'cuda\', \'any\''],
    ),
    "a time limit without end": (
        CARD, "expect:", "timeout_seconds: 1e9\n    expect:",
        ['11: card "shape-of-zeros": "timeout_seconds" must be 30 at most'],
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
