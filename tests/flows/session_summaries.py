"""A challenge that never was: five members, a settled card, one left open, and a discussion."""

from datetime import date

from studybot.core.ballot import Ballots, Follow
from studybot.core.card import CardId, Text
from studybot.core.phrase import Phrase
from studybot.core.summary import Belief, PlayedCard, Summary, Take
from tests.core import ballots as made

SETTLED = PlayedCard(
    Text("`x.reshape(3, 2)`의 모양은?", "What is the shape of `x.reshape(3, 2)`?"),
    "x = torch.arange(6)  # tensor([0, 1, 2, 3, 4, 5])\nx.reshape(3, 2).shape",
    made.discussed(("ab", "cde"), ("abcde", "")),
    (
        Belief(Text("`(3, 2)`", "`(3, 2)`"), right=True, first=2, last=5),
        Belief("(2, 3)", right=False, first=3, last=0, meant=Text("`x.t()`이 그래요.", "That is `x.t()`.")),
    ),
    "torch.Size([3, 2])",
    Text("`reshape`는 원소의 순서를 바꾸지 않아요.", "`reshape` never changes the order of the elements."),
)
LEFT_OPEN = PlayedCard(
    Text("마지막 줄에서 무슨 일이 생길까요?", "What happens in the last line?"),
    "x = torch.arange(6).reshape(2, 3).t()\nx.view(6)",
    Ballots(CardId("view-after-transpose"), (made.ballot("a", "bcde"), made.ballot("ab", "cde", Follow.HINT))),
    (
        Belief(Phrase("It raises an exception."), right=True, first=1, last=2),
        Belief("tensor([0, 3, 1, 4, 2, 5])", right=False, first=4, last=3),
    ),
    "RuntimeError: view size is not compatible with input tensor's size and stride\nUse .reshape(...) instead.",
    Text("전치하면 보폭이 메모리의 순서와 달라져요.", "After a transpose the strides differ from the memory's order."),
)
TALKED_ABOUT = PlayedCard(
    Text("왜 `view`를 쓰라고 할까요?", "Why would anybody prefer `view`?"),
    takes=(
        Take("`view`는 복사하지 않으니까 메모리를\n덜 쓰는 것 같다.", by="가온"),
        Take("`view` never copies the memory of a tensor."),
    ),
)
SUMMARY = Summary(
    date(2031, 3, 5),
    ("가온", "Mar*low*"),
    3,
    (SETTLED, LEFT_OPEN, TALKED_ABOUT),
    ("`contiguous()`를 부르면 언제 복사가 일어나는가?", "Does `expand` share memory, or does it copy?"),
)
