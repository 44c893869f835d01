"""What words tell about a sentence of a log: is it about code, does it ask or guess, is it diary?

Korean words are looked for as they stand, since particles join them; English ones between word boundaries.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

_CONCEPTS = """
argmax attention autocast autograd backprop backpropagation backward batchnorm bias broadcast broadcasting cat
centercrop clip clipping collate contiguity contiguous crossentropy cuda dataloader dataset deepcopy detach device
dim dot dropout dtype embedding epoch eval expand fc float32 float64 flatten float16 forward freeze freezing gather
grad gradient hook in-place inplace int64 jacobian leaf linear logits loss masking matmul matrix memory mm module
ndarray norm no_grad numpy optim optimizer padding param parameter permute prefetch prefetching randomcrop reduction
relu requires_grad reshape resize sampler scalar scatter scheduler sgd shape shuffle sigmoid softmax squeeze stack
state_dict stride subclass tensor totensor transform transpose unsqueeze vector vgg view weight zero_grad adam
getitem len collate_fn batch_sampler iterable default graph
"""
CONCEPTS = frozenset(_CONCEPTS.split())
"""What cards of this deck are about, in English as logs of either language write it."""

_GENERAL = """
ai api array arrays attribute attributes batch batches buffer class classes code computational copy cpu customizing
data default element elements engine error exception feature features function functional gpu hidden image
index input inputs instance keras key label labels layer layers learning library map-style map method mode model
models network neural node normalization numpy object objects operation out output outputs python pytorch rate run
define by sample samples size step string style tensorflow text torch torchvision train training transformer tuple
type typeerror runtimeerror valueerror value values variable variables audio business world accuracy test val valid
nll mse relu conv pool max min mean sum item list true false none nan inf seed
"""
GENERAL = frozenset(_GENERAL.split())
"""Words that belong to the subject and tell little by themselves."""

_KOREAN_CONCEPTS = re.compile(
    "텐서|미분|역전파|순전파|기울기|변화도|스칼라|벡터|행렬|가중치|손실 ?함수|옵티마이저|데이터 ?로더|데이터셋|"
    "브로드캐스|전치|차원|자료형|학습률|그래프|배치|메모리|복사|훅|드롭아웃|활성화 ?함수|연속적"
)
_RULES = re.compile(
    "하면|이면|라면|않으면|경우|때마다|항상|반드시|때문|따라서|오류|에러|예외|발생|리턴|반환|지원하지|불가|"
    "할 수 있|될 수 있|할 수 없|해야|하지 않|동일|같다|기본값|자동으로|실제로는|미지원|선언|정의한다|"
    "생성[하한해된]|할당|달린다|바꿔|증가|"
    r"\b(?:if|when|unless|always|never|only|must|cannot|can't|doesn't|does not|don't|returns?|raises?|needs?|requires?|"
    r"shares?|copies|keeps?|equals?|same as|instead|because|by default|default|without|is not|are not|makes?|changes?|"
    r"creates?|stays?|becomes?|adds?|accumulates?)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"왜(?:\s|인)|궁금|의문|추측|결론|논의해|[?？]|것 ?같다|것 ?같은|거 ?같다|듯하다|듯 하다|듯싶|것으로 보인다|"
    r"지 않을까|[은는]걸까|[은는]가[.?]|인가[.?]|일까|"
    r"\b(?:why|wonder(?:ed|ing)?|seems?|guess(?:ed)?|probably|perhaps|maybe|suspect(?:ed)?|concluded?|conclusion|"
    r"not sure|unclear|curious)\b",
    re.IGNORECASE,
)
_DIARY = re.compile(
    "오늘|이번 ?주|지난 ?주|다음 ?주|내일|어제|주말|주차|요일|새벽|아침|저녁|오전|오후|뿌듯|재밌|재미있|아쉬|아쉽|"
    "기분|힘들|힘든|다행|느낌이|느꼈|느껴|부족|성취|불안|조바심|칭찬|위로|걱정|행복|즐거|피곤|졸리|벅찬|유익|도움|"
    "다짐|감사|취업|커리어|신입|회의록|"
    "데드라인|마감|제출|출석|작성자|참여자|참석|발표자|담당자|진행자|모더레이터|"
    "정리 중|해야겠|봐야겠|둬야겠|추후|도록 하자|나중에 다|기로 했|기로 하|"
    "구하기|대회|프로젝트를 ?할|적절한|시간 ?관리|"
    r"\b(?:today|yesterday|tomorrow|tonight|this week|last week|next week|weekend|morning|evening|monday|tuesday|"
    r"wednesday|thursday|friday|saturday|sunday|tired|happy|sad|proud|fun|boring|glad|worried|nervous|excited|stress\w*|"
    r"deadline|homework|career|interview|job|lunch|dinner|coffee|mood|felt|feel|feeling|schedule|meeting|author|"
    r"participants?|attendees?|presenter|speaker|todo|to-do|plan to|going to|will study)\b",
    re.IGNORECASE,
)
_CLASSROOM = re.compile(
    "강의|과제|피어세션|멘토|마스터|스터디|교수|선생|조교|팀원|캠퍼|슬랙|질문|이야기|얘기|"
    "공부|배웠|배운|배울|배우|"
    "복습|실습|수강|알게 ?된|알게 ?됐|익혔|이해가|개념을|개념이|대한 내용|대해서도|"
    "듣고|들었|정리해|찾아보|기억하|알아보|[어아해] ?[볼봤]|수 있었다|배움|학습하|구현 및|착각|질의|계셨|하셨|"
    r"\b(?:lectures?|assignments?|mentor|session|studied|learn(?:ed|t|ing)|class today|course|quiz|notes?|read about|"
    r"look up|remember to|watched|finished)\b",
    re.IGNORECASE,
)
_DIARY_SECTION = re.compile(
    "회고|할 ?일|한 ?일|일정|계획|느낀|감상|소감|일기|참고 ?자료|출처|목표|공지|출석|회의|잡담|"
    r"\b(?:retrospective|to-?do|plans?|schedule|diary|mood|references?|links|attendance|agenda|goals?|journal|"
    r"feelings?|thoughts on the day|what i did)\b",
    re.IGNORECASE,
)
_SPAN = re.compile(r"`([^`]+)`")
_CODE = re.compile(
    r"""[A-Za-z_][\w.]*\((?![^()]*[가-힣?])[^()]*\)     # a call: Resize(244)
      | [A-Za-z_]\w*(?:\[[^\]\s]*\])+                    # x[i][j]
      | (?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+         # nn.Linear
      | (?<!\w)(?:__)?[A-Za-z]+(?:_[A-Za-z0-9]+)+(?:__)?_?  # zero_grad
      | (?<!\w)__[a-z]+__                                # __len__
    """,
    re.VERBOSE,
)
_NO_CODE = re.compile(
    r"(?:e\.g|i\.e|a\.m|p\.m)|.*\.(?:md|com|net|org|io|kr|site|py|ipynb|pdf|png|jpg|js|html|yaml|json)", re.IGNORECASE
)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*")
_PARTS = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a text is about: how many pieces of code it names, and how many concepts."""

    code: int
    concepts: int
    has_rule: bool

    @property
    def weight(self) -> float:
        """How surely the text is about code: 1 for each piece of code (two count), 0.5 for each concept (three)."""
        return min(self.code, 2) + 0.5 * min(self.concepts, 3) + 0.3 * self.has_rule


def subject(text: str) -> Subject:
    pieces = code_in(text)
    rest = _SPAN.sub(" ", text)
    concepts = {word for word in words_in(rest) if word in CONCEPTS} | set(_KOREAN_CONCEPTS.findall(rest))
    return Subject(len(pieces), len(concepts), _RULES.search(rest) is not None)


def code_in(text: str) -> list[str]:
    """Return the pieces of code that a text names, in backticks or not, each once and in order."""
    spans = [span for span in _SPAN.findall(text) if re.search("[A-Za-z_]", span) and not re.search("[가-힣]", span)]
    bare = [piece for piece in _CODE.findall(_SPAN.sub(" ", text)) if not _NO_CODE.fullmatch(piece)]
    return list(dict.fromkeys([*spans, *bare]))


def words_in(text: str) -> list[str]:
    """Return the Latin words of a text in lower case, plurals as singulars where that is a known word."""
    words = [word.lower() for word in _WORD.findall(text)]
    return [word if word in CONCEPTS else _singular(word) for word in words]


def is_known(word: str) -> bool:
    """Return whether a Latin word belongs to the subject, and so is nobody's name."""
    plain = word.lower().strip("_")
    return bool({plain, _singular(plain)} & (CONCEPTS | GENERAL))


def asks(text: str) -> bool:
    """Return whether a sentence asks, guesses or concludes."""
    return _ASKS.search(_SPAN.sub("`", text)) is not None


def is_diary(text: str) -> bool:
    """Return whether a sentence tells of days, moods, plans or people's affairs."""
    return _DIARY.search(text) is not None


def is_of_the_classroom(text: str) -> bool:
    """Return whether a sentence tells of learning rather than of what was learned."""
    return _CLASSROOM.search(text) is not None


def is_diary_section(heading: str) -> bool:
    return _DIARY_SECTION.search(heading) is not None


def fingerprint(text: str) -> str:
    """Return what tells a passage from others: letters and digits alone count, in whatever case and width."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return hashlib.sha256("".join(filter(str.isalnum, plain)).encode()).hexdigest()[:12]


def stems(text: str) -> list[str]:
    """Return the parts of all Latin words: "zero_grad" and "DataLoader" are two words each, and one."""
    found: list[str] = []
    for word in _WORD.findall(text):
        found += [part.lower() for part in _PARTS.findall(word)]
        found.append(word.lower())
    return found


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
