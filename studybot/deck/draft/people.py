"""Whoever and whatever private a log names, taken out of the one line that a draft quotes from it.

A name cannot be told from a word with certainty. What may be one is replaced, so a quotation loses a word too many
rather than one too few; the log itself is there to be looked into.
"""

import re

from studybot.deck.draft.words import is_known

GONE = "…"

_LINK = re.compile(r"(?:\w+://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.\w+)+|(?<![\w@])@[\w가-힣.-]+")
_HANDLE = re.compile(r"[가-힣A-Za-z]{2,}[_ ]?T\d{3,5}\w*")
_TITLE = (
    "마스터|멘토|교수|강사|조교|선생|캠퍼|팀원|팀장|조장|선배|후배|코치|매니저|운영진|"
    "동기|친구|누나|언니|오빠|대표|박사"
)
_TITLED = re.compile(
    rf"(?:[가-힣]{{2,4}}\s)?(?:{_TITLE})(?:분)?(?:들)?(?:님|쌤)?(?:들)?"
    r"(?:께서는|께서|에게|한테|이|가|은|는|과|와|의|도)?(?=[\s,.]|$)"
)
_HONOURED = re.compile(
    r"[가-힣A-Za-z_]+\s?(?:님|씨|쌤)(?:께서는|께서|에게|한테|들?[이가은는과와의도을를]?)(?=[\s,.:)]|$)"
)
_SPEAKER = re.compile(r"^[\s*]*[가-힣]{2,4}[\s*]*[:：](?=\s)")
_SURNAMES = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노"
_NAMED = re.compile(
    rf"(?<![가-힣])([{_SURNAMES}][가-힣]{{2}})(이가|이는|이랑|이|가|은|는|랑|과|와|도|의|에게|한테|께서)?(?![가-힣])"
)
_NO_NAME = re.compile(
    "이미지|정확도|정규화|최적화|최[소대댓솟]값|조건문|전처리|이렇게|이러한|이후의|이전의|이상의|이터레|인덱스|문자열|"
    "양방향|손실값|신경망|오른쪽|서로의|정수형|강제로|안에서|임의의|이므로|이어서|이진수|이것도|이때의|이처럼|고차원|"
    "노드의|백엔드|양의로|이기에|유사도|배열의|배치의|..되|"
    "(?:이용|전달|정의|유지|조정|수정|고려|조절|정리|이해|한정|고정|정렬|이동|강조|허용|임의)[하한해]"
)
_ENDS_IN_PARTICLE = re.compile("..[된될할됨함로를에만적들며고면값했한]")
_AFTER_A_CONSONANT, _AFTER_A_VOWEL = "을은이과", "를는가와"
_TELLING = re.compile(
    "알려 ?[주준줬]|말해 ?[주준줬]|가르쳐|여쭤|말씀|설명해 ?[주준줬]|도와 ?[주준줬]|답변|친구|누가|"
    r"\b(?:told|said|says|mentioned|explained to|thanks to|thank|according to|asked me|asked us|showed me|showed us|"
    r"friend|colleague|teammate|mr|mrs|ms|dr|prof)\b",
    re.IGNORECASE,
)
_LATIN = re.compile(r"(?<![\w`.])[A-Z][a-z]+(?![\w`(._])")
_HANGUL = re.compile("[가-힣]")
_CODE_SPAN = re.compile(r"(`[^`]*`)")
_COMMON_WORDS = """
a about according actually after again all also although always an and another any are as at basically because
before both but by calling can changing clearly compare comparing conclusion copies do does doing during each either
every everything first for from further guess hence here how however i if in indeed inside instead is it its just
keep last later leaf let like maybe more most my never next no not note nothing now of often on once one only or
other otherwise our perhaps probably question reason result results same second seems setting shapes similarly since
so some something sometimes still such than that the their them then there therefore these they thing things this
those though three thus to too two type under unless unlike until use used using usually was we what when where
whereas whether which while who why will with without wonder yes yet you your
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def without_people(text: str) -> str:
    """Return a quotable line: links, handles and whatever may be a person's name are gone."""
    parts = _CODE_SPAN.split(_LINK.sub(GONE, text))
    kept = [part if place % 2 and not _HANGUL.search(part) else _masked(part) for place, part in enumerate(parts)]
    return " ".join(re.sub(rf"{GONE}(?:[\s,]*{GONE})+", GONE, _SPEAKER.sub(GONE, "".join(kept))).split())


def _masked(text: str) -> str:
    for pattern in (_HANDLE, _HONOURED, _TITLED):
        text = pattern.sub(GONE, text)
    text = _NAMED.sub(lambda found: GONE if _is_name(found[1], found[2]) else found[0], text)
    return _LATIN.sub(lambda found: found[0] if _is_common(found[0]) else GONE, text)


def is_private(text: str) -> bool:
    """Return whether a text, such as a string in code, may name a person or holds a link."""
    return without_people(text) != " ".join(text.split())


def tells_of_people(text: str) -> bool:
    """Return whether a sentence reports what somebody told somebody: a name without a title may stand in it."""
    return _TELLING.search(text) is not None


def _is_name(word: str, particle: str | None) -> bool:
    """Return whether three syllables after a surname's are a name, and no noun of two with its particle."""
    if _NO_NAME.fullmatch(word):
        return False
    if particle:
        return True
    ends_in_consonant = (ord(word[1]) - ord("가")) % 28 > 0
    fitting = _AFTER_A_CONSONANT if ends_in_consonant else _AFTER_A_VOWEL
    return word[2] not in fitting and not _ENDS_IN_PARTICLE.fullmatch(word)


def _is_common(word: str) -> bool:
    return word.lower() in _COMMON or is_known(word)
